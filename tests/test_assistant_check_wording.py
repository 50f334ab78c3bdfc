"""Sentences that a draft copies from the case: whole ones, and no part torn from what denies it."""

from __future__ import annotations

import pytest

from assistant.check import Status, check


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        ("No sign of recurrence on CT. Doing well.", "Recurrence on CT."),
        ("There are no metastases of the liver at all.", "Metastases of the liver."),
    ],
)
def test_a_part_torn_from_its_denial_is_no_copy(case: str, draft: str) -> None:
    assert Status.CHANGED in {f.status for f in check(case, draft).findings}


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        ("Diagnosis: breast cancer of the left side, pT2", "Breast cancer of the left side."),
        ("She is well. No recurrence on CT, no pain.", "No recurrence on CT."),
    ],
)
def test_a_part_between_breaks_is(case: str, draft: str) -> None:
    assert {f.status for f in check(case, draft).findings} == {Status.SUPPORTED}
