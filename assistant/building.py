"""A build of the index at work: in a thread of its own, seen by every admin, ended on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from index.build_report import BuildReport
from index.errors import BuildStopped, EpikriseError
from index.pipeline import Progress, Report

_LEAST_S = 1.0
"""Before that a step's pace is not told: the first block says little."""

Work = Callable[[Report], BuildReport]


@dataclass(frozen=True)
class Pace:
    """How far a build is, and how fast.

    Attributes:
        progress: of the step it is at.
        seconds: since the step began.
    """

    progress: Progress
    seconds: float

    @property
    def per_second(self) -> float | None:
        """Letters; None where it can't be told yet."""
        if self.seconds < _LEAST_S or not self.progress.done:
            return None
        return self.progress.done / self.seconds

    @property
    def left_s(self) -> float | None:
        """Seconds until the step's end, at this pace; None where it can't be told yet."""
        pace = self.per_second
        return (self.progress.total - self.progress.done) / pace if pace else None


class Building:
    """One build.

    Args:
        work: does it; what it is given is called as the work goes on.
        by: who asked for it.
        ended: called in the build's thread when it has ended, however it did.

    Attributes:
        report: what it did, once it is done.
        error: why it ended before; None also where that was a fault of the program.
        stopped_by: who wants no more of it; empty as long as nobody does.
    """

    def __init__(self, work: Work, by: str, ended: Callable[[Building], None]) -> None:
        self._work = work
        self._ended = ended
        self._thread = threading.Thread(target=self._run, name="index-build")
        self._step = (Progress("comparing", 0, 1), time.monotonic())
        """How far the step is, and when it began: in one place, as two threads look."""
        self.by = by
        self.report: BuildReport | None = None
        self.error: EpikriseError | None = None
        self.stopped_by = ""

    def start(self) -> None:
        self._thread.start()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    @property
    def pace(self) -> Pace:
        progress, began = self._step
        return Pace(progress, time.monotonic() - began)

    def stop(self, by: str) -> None:
        """Asks it to end."""
        self.stopped_by = by

    def wait(self, seconds: float | None = None) -> None:
        """Returns when it has ended, or after so many seconds."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self.report = self._work(self._note)
        except EpikriseError as error:
            self.error = error
        finally:
            self._ended(self)

    def _note(self, progress: Progress) -> None:
        if self.stopped_by:
            raise BuildStopped
        before, began = self._step
        self._step = (progress, began if progress.step == before.step else time.monotonic())
