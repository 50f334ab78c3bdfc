"""How much of what is wrong in a letter the check finds, and how long it takes.

2,160 letters of the demo clinic with one change each, sixty kinds in two languages, true letters
and rewordings; then a letter of 400 words against records of growing length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest
from ledger.measure import measure
from ledger.tables import table

from assistant.check import check
from finetune.clinic.archive import archive_letters
from index.case_text import render_case

pytestmark = pytest.mark.bench

_PER_KIND = 18
_ROUNDS = 5


def test_what_the_check_finds(show: Callable[[str], None]) -> None:
    report = measure(seed=1, per_kind=_PER_KIND)
    show(f"**The check (goals: recall 0.97, precision 0.95)**\n\n{table(report)}")


def test_how_long_the_check_takes(show: Callable[[str], None]) -> None:
    letters = [each for each in archive_letters(5, 60) if each.details.language == "en"]
    draft = " ".join(" ".join(each.text for each in letters[:3]).split()[:400])
    record = "\n".join(render_case(each.details).text for each in letters)
    rows = ["| words of the record | read anew (ms) | read before (ms) |", "|---|--:|--:|"]
    for words in (1250, 2500, 5000):
        case = " ".join(record.split(" ")[:words])
        first, later = [], []
        for number in range(_ROUNDS):
            first.append(_timed(f"{case} {words}-{number}", draft))
            later.append(_timed(f"{case} {words}-{number}", f"{draft} {number}"))
        rows.append(f"| {words} | {median(first):.0f} | {median(later):.0f} |")
    goal = "**A letter of 400 words (goal: under 100 ms against 5,000 words, growing linearly)**"
    show("\n".join([goal, "", *rows]))


def _timed(case: str, draft: str) -> float:
    begin = time.perf_counter()
    check(case, draft)
    return 1000 * (time.perf_counter() - begin)
