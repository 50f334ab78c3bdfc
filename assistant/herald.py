"""What is said while the product starts: model, address, log-ins, demo archive."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.demo import DemoClinic
from index.errors import BuildStopped, EpikriseError
from index.settings import IndexSettings

if TYPE_CHECKING:
    from assistant.accounts import Accounts
    from assistant.archive_desk import ArchiveDesk
    from assistant.run import AllSettings
    from assistant.vllm_server import VllmServer
    from retrieval.search import Retriever

Say = Callable[[str], None]

_LOOK_S = 0.5
_FIRST_READ = ("Breast cancer, 50 Gy in 25 fractions.", "Mammakarzinom, 50 Gy in 25 Fraktionen.")
"""Read at the start: the vocabularies take seconds, which the first case would wait for."""


def announce(
    settings: AllSettings,
    model: VllmServer,
    retriever: Retriever,
    accounts: Accounts,
    archive: ArchiveDesk,
    clinic: DemoClinic | None,
    listener: socket.socket,
    say: Say,
) -> None:
    """Waits for the model, says where the page is, and indexes the demo's archive once.

    In this order: a letter can be drafted without example letters, and not without a model.
    """
    from assistant.check.contradictory import contradictory
    from assistant.demo_logins import seed_demo_users

    problems = 0

    def attempt(step: Callable[[], None]) -> None:
        nonlocal problems
        try:
            step()
        except (EpikriseError, OSError) as error:
            problems += 1
            say(f"problem: {error}")  # the page shows it too, and goes on with what there is

    for text in _FIRST_READ:
        contradictory(text)
    attempt(retriever.warm_up)
    attempt(lambda: _await_model(model, say))
    host, port = listener.getsockname()[:2]
    say(f"page: http://{host}:{port}")
    if clinic is not None:
        for login in seed_demo_users(accounts, settings.assistant.data_dir):
            say(f"log-in: {login.name} / {login.password} ({login.role})")
        attempt(lambda: _index_demo_archive(settings.index, archive, clinic, say))
        attempt(retriever.warm_up)
    say(f"{'ready, with problems' if problems else 'ready'}; Ctrl-C stops everything")


def _await_model(model: VllmServer, say: Say) -> None:
    model.wait_ready(lambda line: say(f"language model: {line}"))
    say("language model: ready")


def _index_demo_archive(
    settings: IndexSettings, archive: ArchiveDesk, clinic: DemoClinic, say: Say
) -> None:
    from index.catalogue import Catalogue

    if Catalogue(settings.data_dir).active():
        return
    folder = settings.archive
    assert folder is not None
    if not folder.exists():
        say("archive index: writing the demo clinic's letters")
        # Whoever is interrupted here must not have half an archive the next time.
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        clinic.write_archive(part)
        part.rename(folder)
    building = archive.build_first()
    shown = 0
    while building.runs:
        building.wait(_LOOK_S)
        progress = building.pace.progress
        tenth = 10 * progress.done // max(progress.total, 1)
        if progress.step == "indexing" and tenth != shown:
            shown = tenth
            say(f"archive index: {progress.done} of {progress.total} letters")
    if isinstance(building.error, BuildStopped):
        say(f"archive index: {building.error}")
    elif building.error:
        raise building.error
    elif report := building.report:
        say(f"archive index: {report.passages} passages in {report.seconds:.0f} s")
