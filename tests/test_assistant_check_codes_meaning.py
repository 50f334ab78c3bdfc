"""A diagnosis that the case gives as a code alone, told in words by the draft."""

from __future__ import annotations

import pytest

from assistant.check import Status, check
from assistant.check.icd_library import title


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("M90.5", "Osteonecrosis was seen."),
        ("K74.0", "She has hepatic fibrosis."),
        ("H11.3", "There was a conjunctival haemorrhage."),
        ("E50.0", "Es besteht eine Xerosis der Konjunktiva."),
    ],
)
def test_the_code_supports_it_and_another_does_not(code: str, said: str) -> None:
    def open_findings(case: str) -> list[str]:
        found = check(case, said).findings
        return [f.fact.text for f in found if f.status in (Status.CHANGED, Status.UNSUPPORTED)]

    assert open_findings(f"Diagnoses: {code}") == []
    assert open_findings("Diagnoses: J20.9") != []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("C50.4", "breast"),
        ("I10.90", "hypertension"),  # the German version's, by its category
        ("Q99.8Z", "hromosome"),
    ],
)
def test_a_national_code_is_told_by_its_category(code: str, told: str) -> None:
    assert told in title(code)


@pytest.mark.parametrize("code", ["", "X", "T99.9", "zz9", "K7"])
def test_what_is_no_code_means_nothing(code: str) -> None:
    assert title(code) == ""
