"""Ctrl-C and SIGTERM during a training: it ends after the step it is in, with a checkpoint."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Called, it tells whether one came since it was entered; a second one ends at once."""

    def __init__(self) -> None:
        self._came = False
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        return self._came

    def __enter__(self) -> Self:
        # Python lets the main thread alone take signals.
        if threading.current_thread() is threading.main_thread():
            self._before = {each: signal.signal(each, self._take) for each in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        self._give_back()

    def _give_back(self) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)
        self._before = {}
