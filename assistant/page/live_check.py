"""The check beside a text that grows or is typed: as often as it helps, and never over another."""

from __future__ import annotations

import time
from collections.abc import Callable

from assistant.check import Ledger, check
from assistant.desk import Progress
from assistant.review import Review, asked
from index.case import Case

_EVERY_S = 0.3

SHOW_LIVE = """(live, editing, ...shown) => {
  const checked = live ? JSON.parse(live) : {};
  return checked.of === editing ? checked.shown : shown;
}"""
"""Run in the browser: what was found in a text is shown while that text's version is open still."""

WHEN_TYPED = """(editing, text) => {
  clearTimeout(window.typing);
  return new Promise((done) => {
    const typed = document.activeElement?.closest("#letter-text");
    if (typed) window.typing = setTimeout(() => done([editing, text]), 250);
  });
}"""
"""Run in the browser at each change of the text: what is not typed, or comes before the next one,
is never answered."""


class StreamCheck:
    """The review of a draft that is being written.

    A model writes a word every few milliseconds; in between the last ledger serves, since a text
    that only grows keeps the places of its facts.
    """

    def __init__(self, case: Case, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._case = case.text
        self._clock = clock
        self._ledger = Ledger((), ())
        self._checked = float("-inf")

    def review(self, progress: Progress) -> Review | None:
        """None before the first word."""
        if not progress.text:
            return None
        if self._clock() - self._checked >= _EVERY_S:
            exemplars = [exemplar.text for exemplar in progress.exemplars]
            self._ledger = check(self._case, progress.text, exemplars, asked(progress.turns))
            self._checked = self._clock()
        return Review(self._case, progress.text, self._ledger)
