"""Sentences that a draft copies from the case: whole ones, and no part torn from what denies it."""

from __future__ import annotations

import pytest

from assistant.check import facts_of
from assistant.check.reading import read
from assistant.check.source import source_of
from assistant.check.wording import repeated


@pytest.mark.parametrize(
    ("case", "draft", "copies"),
    [
        ("No sign of recurrence on CT. Doing well.", "Recurrence on CT.", 0),
        ("There are no metastases of the liver at all.", "Metastases of the liver.", 0),
        ("Metastases of the liver are excluded.", "Metastases of the liver.", 0),
        ("Diagnosis: breast cancer of the left side, pT2", "Breast cancer of the left side.", 1),
        ("She is well. No recurrence on CT, no pain.", "No recurrence on CT.", 1),
        ("She is well.\nNo pain", "She is well. No pain.", 2),
    ],
)
def test_only_what_stands_whole_is_a_copy(case: str, draft: str, copies: int) -> None:
    assert len(repeated(read(draft, "en"), source_of(case, "en"))) == copies


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("VE: keine. Allergie: Pollen, wie er sagt.", "Allergie"),
        ("non-small cell\nlung cancer", "non-small cell\nlung cancer"),
    ],
)
def test_a_full_stop_parts_what_is_named_and_a_line_break_does_not(text: str, read_as: str) -> None:
    assert [f.text for f in facts_of(text) if f.kind == "diagnosis"] == [read_as]
