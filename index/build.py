"""The build: from a folder of letters to a new collection, checked, and then made the active one.

    archive -> inventory -> plan -> prepare (parse, de-identify, re-scan) -> embed
            -> new collection -> copy what is unchanged -> check -> switch -> drop the unused

The active collection is never written to: whoever reads it goes on undisturbed. A build that is
killed leaves a collection behind that the next one goes on with.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.embedding import EmbeddingModel, Encoder, LocalEncoder
from index.entries import BuildRecord, Entry, Reasons, State, Versions, reasons
from index.errors import AlreadyRunning, ArchiveError, SettingsError, StoreError
from index.filling import Filling
from index.inventory import take_inventory
from index.locks import holding
from index.neighbours import ExactNeighbours
from index.pipeline import Pipeline, Progress, Report
from index.plan import Plan, compare
from index.settings import IndexSettings
from index.stages import LetterStages, Stages

if TYPE_CHECKING:
    from index.store import Collection, Store

_ITSELF = 0.999
"""Cosine of a stored passage with itself, whatever rounding the store does."""
_LEAST_RECALL = 0.95
"""Of the ten nearest passages. The settings of the store reach more; less means that it is broken.
"""


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        new, changed, removed: ids of letters that came into the index, came anew, or left it.
        unchanged: how many letters of the index stayed as they were.
        failed: id and reason of every file that can't be indexed.
        duplicates: id of every file with the content of another, and which.
        in_review: id and reason of every letter that still looks identifying; none is in the index.
        excluded: id of every letter that the review keeps out of it, and who said so.
        passages: how many the index holds now.
        seconds: how long it took.
        spans: how many identifiers of each type this build replaced, the most frequent first.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    failed: Reasons
    in_review: Reasons
    excluded: Reasons
    duplicates: Reasons
    passages: int
    seconds: float
    spans: Mapping[str, int] = field(default_factory=dict[str, int])


def build(
    settings: IndexSettings,
    progress: Report = lambda _: None,
    *,
    archive: Path | None = None,
    encoder: Encoder | None = None,
    stages: Stages | None = None,
    who: str = "",
) -> BuildReport:
    """Brings the index up to date with the archive.

    Args:
        progress: called as the work goes on; may raise `BuildStopped`, which ends the build as if
            it were killed.
        archive: the folder; without it the one of the settings.
        encoder: one that is loaded already.
        stages: what is done to a letter before it is embedded, where it is not the usual.
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
            target, spans = active, Counter[str]()
            asked_otherwise = active and active.model.query_prompt != encoder.query_prompt
            if active is None or plan.todo or plan.removed or asked_otherwise:
                model = encoder.model if active is None or plan.todo else _model(active, encoder)
                filling = Filling.begin(
                    store, catalogue, model, inventory.hashes, versions, decisions, progress
                )
                target = filling.target
                pipeline = Pipeline(
                    inventory, stages, encoder, versions, decisions, settings, filling.exact
                )
                entries += filling.add(plan.todo, pipeline)
                spans = pipeline.spans
                if active is not None:
                    filling.copy(plan.unchanged, active)
                progress(Progress("checking", 0, 1))
                try:
                    _check(target, entries, filling.exact)
                except StoreError:
                    catalogue.give_up()
                    raise
            assert target is not None
            report = _report(plan, known, entries, spans, time.monotonic() - started)
            catalogue.switch(_record(target.name, report, who, folder), entries)
            _drop_unused(store, catalogue)
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
                store.open(previous)
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


def _check(target: Collection, entries: Sequence[Entry], exact: ExactNeighbours) -> None:
    """Smoke queries: every passage is there, those looked for find themselves and their true
    neighbours."""
    expected = sum(entry.passages for entry in entries)
    if expected == 0:
        failed = reasons(entries, State.FAILED)
        why = f" The first reason: {failed[0][1]}" if failed else ""
        raise ArchiveError(
            f"None of the {len(entries)} files can be indexed.{why}",
            "The index stays as it was. See the reasons: epikrise index build --dry-run.",
        )
    found = target.count()
    nearest = [target.nearest(vector, 1) for vector in exact.queries]
    if found != expected or not all(hits and hits[0].score > _ITSELF for hits in nearest):
        raise StoreError(
            f"The new collection fails its check: {found} of {expected} passages.",
            "The index stays as it was. Build it again.",
        )
    recall = exact.recall(lambda query, k: [hit.score for hit in target.nearest(query, k)])
    if recall < _LEAST_RECALL:
        raise StoreError(
            f"The new collection finds only {recall:.0%} of the nearest passages.",
            "The index stays as it was. Build it again.",
        )


@contextmanager
def _alone(data_dir: Path) -> Generator[None]:
    lock = data_dir / "build.lock"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.touch()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data_dir} can't be used: {error.strerror}.",
            "Make it writable, or set EPIKRISE_DATA_DIR to another.",
        ) from error
    with holding(lock) as free:
        if not free:
            raise AlreadyRunning("A build of the index is running.", "Wait until it is done.")
        yield


def _active(store: Store, catalogue: Catalogue) -> Collection | None:
    """The active collection; None where there is none or the store has lost it."""
    name = catalogue.active()
    return store.open(name) if name and name in store.names() else None


def _model(active: Collection, encoder: Encoder) -> EmbeddingModel:
    """The encoder's, which need not be loaded for it where no letter is embedded."""
    return replace(active.model, query_prompt=encoder.query_prompt)


def _drop_unused(store: Store, catalogue: Catalogue) -> None:
    """Drops what is neither active, nor could be gone back to, nor be gone on with."""
    needed = {catalogue.active(), catalogue.previous(), catalogue.unfinished()}
    for name in store.names(catalogue.own_prefix()):
        if name not in needed:
            store.drop(name)


def _unopened(plan: Plan, versions: Versions) -> list[Entry]:
    # Without a hash, so that the next build looks at the file again.
    return [Entry(each, "", versions, State.FAILED, reason) for each, reason in plan.failed]


def _report(
    plan: Plan,
    known: Mapping[str, Entry],
    entries: Sequence[Entry],
    spans: Counter[str],
    seconds: float,
) -> BuildReport:
    """By what was in the index before and is in it now: a letter that changed may have left it for
    the review, and one that failed before may have come in."""
    before, after = _indexed(known.values()), _indexed(entries)
    return BuildReport(
        new=tuple(sorted(after - before)),
        changed=tuple(sorted(before & after & set(plan.todo))),
        removed=tuple(sorted(before - after)),
        unchanged=len(plan.unchanged),
        failed=reasons(entries, State.FAILED),
        in_review=reasons(entries, State.IN_REVIEW),
        excluded=reasons(entries, State.EXCLUDED),
        duplicates=reasons(entries, State.DUPLICATE),
        passages=sum(entry.passages for entry in entries),
        seconds=round(seconds, 1),
        spans=dict(spans.most_common()),
    )


def _indexed(entries: Iterable[Entry]) -> set[str]:
    return {entry.id for entry in entries if entry.state is State.INDEXED}


def _record(collection: str, report: BuildReport, who: str, folder: Path) -> BuildRecord:
    return BuildRecord(
        collection=collection,
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        new=len(report.new),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=report.unchanged,
        failed=len(report.failed),
        in_review=len(report.in_review),
        passages=report.passages,
        seconds=report.seconds,
        who=who,
        archive=str(folder.resolve()),
    )
