"""A run on the terminal: a bar on its last line, what is said above it; plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TextIO

from finetune.runs.moment import Moment, bar

_EVERY = 0.5
"""Seconds between two drawings."""
_CLEAR = "\r\x1b[K"

Said = Callable[[str], None]
Shown = Callable[[Moment], None]


class Live:
    """
    Args:
        out: a terminal.
        columns: its width, asked anew as windows change.
    """

    def __init__(
        self,
        out: TextIO,
        columns: Callable[[], int] = lambda: shutil.get_terminal_size().columns,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._columns = columns
        self._now = now
        self._drawn = ""
        self._at = -_EVERY

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._write(f"{_CLEAR if self._drawn else ''}{text}\n{self._drawn}")

    def show(self, moment: Moment) -> None:
        """Draws the bar anew, if it was not drawn just now."""
        if self._now() - self._at < _EVERY:
            return
        self._at = self._now()
        self._drawn = bar(moment, self._columns())
        self._write(f"{_CLEAR}{self._drawn}")

    def clear(self) -> None:
        """Leaves no bar behind."""
        if self._drawn:
            self._write(_CLEAR)
            self._drawn = ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


@contextmanager
def watching(say: Said, out: TextIO | None = None) -> Generator[tuple[Said, Shown]]:
    """Where to say a line and where to show a moment: a bar where there is a terminal.

    Args:
        say: writes a line where there is none; moments are then told by lines alone.
        out: standard error, if not given.
    """
    terminal = sys.stderr if out is None else out
    if not terminal.isatty():
        yield say, _nowhere
        return
    live = Live(terminal)
    try:
        yield live.say, live.show
    finally:
        live.clear()


def _nowhere(_: Moment) -> None:
    """Lines tell it already."""
