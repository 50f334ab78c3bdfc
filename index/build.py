"""The build: from a folder of letters to a new collection, checked, and then made the active one.

    archive -> inventory -> plan -> prepare (parse, de-identify, re-scan) -> embed
            -> new collection -> copy what is unchanged -> check -> switch -> drop the unused

Nothing that the active index is searched for is ever written to: whoever reads it goes on
undisturbed. Where little has changed, the new collection adds to the one before (`index.parts`), so
that nothing is copied. A build that is killed leaves a collection that the next one goes on with.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.acceptance import accept
from index.build_report import BuildReport
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.embedding import EmbeddingModel, Encoder, LocalEncoder
from index.engine import Engine, LocalEngine
from index.entries import Entry, State, Versions
from index.errors import AlreadyRunning, ArchiveError, SettingsError, StoreError
from index.filling import Filling
from index.inventory import take_inventory
from index.locks import BUILD, holding
from index.parts import Basis, Parts, basis_of, forget_replaced, open_parts
from index.pipeline import Pipeline, Progress, Report
from index.plan import Plan, compare
from index.same_text import Copies
from index.settings import IndexSettings
from index.stages import LetterStages, Stages

if TYPE_CHECKING:
    from index.store import Store


_MOMENT_S = 0.5
"""Who only looks whether a build is running holds its lock no longer."""


def build(
    settings: IndexSettings,
    progress: Report = lambda _: None,
    *,
    archive: Path | None = None,
    encoder: Encoder | None = None,
    stages: Stages | None = None,
    engine: Engine | None = None,
    who: str = "",
) -> BuildReport:
    """Brings the index up to date with the archive.

    Args:
        progress: called as the work goes on; may raise `BuildStopped`, which ends the build as if
            it were killed.
        archive: the folder; without it the one of the settings.
        encoder: one that is loaded already.
        stages: what is done to a letter before it is embedded, where it is not the usual.
        engine: does it with the same stages and encoder; without it this machine.
        who: for the history of builds.

    Raises:
        ArchiveError: there is no such folder, or nothing in it can be indexed.
        StoreError: the vector store can't be used, or gives back what was not put in.
        AlreadyRunning: another build is running on this data folder.
        BuildBroken: a process that reads letters was killed.
        BuildStopped: `progress` raised it.
    """
    started = time.monotonic()
    folder = archive_folder(settings, archive)
    with _alone(settings.data_dir):
        inventory = take_inventory(folder, lambda n, of: progress(Progress("comparing", n, of)))
        encoder = encoder or LocalEncoder(settings)
        stages = stages or LetterStages.of(settings)
        versions = Versions(stages.parser, stages.deidentifier, encoder.version)
        catalogue = Catalogue(settings.data_dir)
        with open_store(settings) as store:
            _drop_unused(store, catalogue)
            active = _active(store, catalogue)
            known = catalogue.entries(active.name) if active else {}
            decisions = catalogue.decisions()
            plan = compare(known, inventory.hashes, inventory.unread, versions, decisions)
            entries = [*plan.kept, *plan.duplicates, *_unopened(plan, versions)]
            target, spans = active and active.own, Counter[str]()
            basis = Basis(replaced=active.replaced) if active else Basis()
            asked_otherwise = active and active.model.query_prompt != encoder.query_prompt
            if active is None or plan.todo or plan.removed or asked_otherwise:
                model = encoder.model if active is None or plan.todo else _model(active, encoder)
                if active is not None:
                    todo = len(plan.todo)
                    basis = basis_of(active, known.values(), plan.unchanged, todo)
                    entries = [*basis.standing(entries)]
                filling = Filling.begin(
                    store,
                    catalogue,
                    model,
                    inventory.hashes,
                    versions,
                    decisions,
                    progress,
                    basis.name,
                )
                target = filling.target
                copies = Copies([*plan.kept, *filling.done.values()])
                pipeline = Pipeline(
                    inventory,
                    engine or LocalEngine(stages, encoder, settings.build_processes),
                    versions,
                    decisions,
                    filling.exact,
                    copies,
                    settings.build_block,
                )
                entries += filling.add(plan.todo, pipeline)
                spans = pipeline.spans
                if active is not None:
                    filling.copy(basis.moved(plan.unchanged), active)
                progress(Progress("checking", 0, 1))
                try:
                    accept(target, entries, filling.exact)
                except StoreError:
                    catalogue.give_up()
                    raise
            assert target is not None
            report = BuildReport.of(plan, known, entries, spans, time.monotonic() - started)
            record = report.record(target.name, who, folder)
            catalogue.switch(record, entries, basis.replaced)
            _drop_unused(store, catalogue)
            forget_replaced(store, catalogue)
    return report


def plan_build(
    settings: IndexSettings,
    *,
    archive: Path | None = None,
    encoder: Encoder | None = None,
    stages: Stages | None = None,
) -> Plan:
    """What `build` would do now, found without starting the store or loading the model.

    Raises:
        ArchiveError: there is no such folder, or no letter in it.
        StoreError: the catalogue can't be read.
    """
    inventory = take_inventory(archive_folder(settings, archive), lambda n, of: None)
    encoder = encoder or LocalEncoder(settings)
    stages = stages or LetterStages.of(settings)
    versions = Versions(stages.parser, stages.deidentifier, encoder.version)
    catalogue = Catalogue(settings.data_dir)
    active = catalogue.active()
    known = catalogue.entries(active) if active else {}
    decisions = catalogue.decisions()
    return compare(known, inventory.hashes, inventory.unread, versions, decisions)


def rollback(settings: IndexSettings) -> str:
    """Makes the index before the last one active again; a second time undoes the first.

    Returns:
        The name of the collection that is active now.

    Raises:
        StoreError: there is none, or it is no longer in the store.
        AlreadyRunning: a build is running on this data folder.
    """
    catalogue = Catalogue(settings.data_dir)
    with _alone(settings.data_dir):
        if previous := catalogue.previous():
            with open_store(settings) as store:
                open_parts(store, catalogue, previous)
        return catalogue.rollback()


def archive_folder(settings: IndexSettings, archive: Path | None) -> Path:
    """The folder given, else the one of the settings.

    Raises:
        ArchiveError: neither is there.
    """
    folder = archive or settings.archive
    if folder is None:
        name = settings.env_name("archive")
        raise ArchiveError("No archive folder is given.", f"Name it, or set {name}.")
    return folder


@contextmanager
def _alone(data_dir: Path) -> Generator[None]:
    lock = data_dir / BUILD
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.touch()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data_dir} can't be used: {error.strerror}.",
            "Make it writable, or set EPIKRISE_DATA_DIR to another.",
        ) from error
    with holding(lock, _MOMENT_S) as free:
        if not free:
            raise AlreadyRunning("A build of the index is running.", "Wait until it is done.")
        yield


def _active(store: Store, catalogue: Catalogue) -> Parts | None:
    """The active index; None where there is none or the store has lost some of it."""
    name, names = catalogue.active(), store.names()
    if name not in names or ((base := store.open(name).base) and base not in names):
        return None
    return open_parts(store, catalogue, name)


def _model(active: Parts, encoder: Encoder) -> EmbeddingModel:
    """The encoder's, which need not be loaded for it where no letter is embedded."""
    return replace(active.model, query_prompt=encoder.query_prompt)


def _drop_unused(store: Store, catalogue: Catalogue) -> None:
    """Drops what is neither active, nor could be gone back to, nor be gone on with."""
    names = store.names(catalogue.own_prefix())
    needed = {catalogue.active(), catalogue.previous(), catalogue.unfinished()}.intersection(names)
    needed |= {store.open(name).base for name in needed}
    for name in names:
        if name not in needed:
            store.drop(name)


def _unopened(plan: Plan, versions: Versions) -> list[Entry]:
    # Without a hash, so that the next build looks at the file again.
    return [Entry(each, "", versions, State.FAILED, reason) for each, reason in plan.failed]
