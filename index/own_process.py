"""A build in a process of its own, so that whoever asked for it goes on undisturbed.

    build_in_own_process -- settings, encoder, stages --> build
             └── progress <------------- pipe ----------────┘

The threads that read and encode letters hold Python's lock for much of their time. A page that
built in its own process took 5 s to take in a case, and twice as long for a letter
(`docs/log.md`, 2026-11-27).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from index.build import build
from index.build_report import BuildReport
from index.errors import BuildBroken, BuildStopped, EpikriseError
from index.pipeline import Progress, Report
from index.preparing import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from index.embedding import Encoder
    from index.settings import IndexSettings
    from index.stages import Stages

_LOOK_S = 0.5
_GRACE_S = 5.0
"""To end its own processes in; one that is killed leaves semaphores, which Python complains of."""
_NICE = 10
"""Steps behind the page and the language model, which physicians wait for."""


def build_in_own_process(
    settings: IndexSettings,
    progress: Report = lambda _: None,
    *,
    archive: Path | None = None,
    encoder: Encoder | None = None,
    stages: Stages | None = None,
    who: str = "",
) -> BuildReport:
    """`index.build.build`, elsewhere; what it is given is pickled.

    Args:
        progress: called here, twice a second at least; may raise `BuildStopped`, which ends the
            process wherever it is.

    Raises:
        EpikriseError: what `build` raises.
        BuildBroken: the process was killed, or a fault of the program ended it, the traceback of
            which is on standard error.
    """
    context = get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(
        target=_build, args=(tell, settings, archive, encoder, stages, who), name="index-build"
    )
    process.start()
    tell.close()
    with closing(told):
        try:
            outcome = _outcome(told, progress)
        except EOFError:
            process.join()
            if process.exitcode == 1:
                what, do = "The build broke off by a fault of the program.", "See its log."
            else:
                what = "The build's process was killed, e.g. because memory ran out."
                do = "Build again: it goes on where it ended."
            raise BuildBroken(what, do) from None
        except BuildStopped:
            process.terminate()
            raise
        finally:
            process.join(_GRACE_S)
            process.kill()
            process.join()
    if isinstance(outcome, EpikriseError):
        raise outcome
    return outcome


def _outcome(told: Connection, progress: Report) -> BuildReport | EpikriseError:
    latest = Progress("comparing", 0, 1)
    while True:
        while not told.poll(_LOOK_S):
            progress(latest)  # so that it can be stopped while it has nothing new to tell
        match told.recv():
            case Progress() as latest:
                progress(latest)
            case outcome:
                return outcome


# --- in the other process


def _build(
    tell: Connection,
    settings: IndexSettings,
    archive: Path | None,
    encoder: Encoder | None,
    stages: Stages | None,
    who: str,
) -> None:
    # Ctrl-C reaches every process of a terminal; it is the other one's to say what becomes of this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    os.nice(_NICE)
    threading.Thread(target=end_with_parent, daemon=True).start()
    outcome: BuildReport | EpikriseError
    try:
        outcome = build(
            settings, tell.send, archive=archive, encoder=encoder, stages=stages, who=who
        )
    except EpikriseError as error:
        outcome = error
    tell.send(outcome)


def _leave(*_: object) -> NoReturn:
    sys.exit()
