"""Statements of one case that can't all be true; what may both be true is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.case_input import import_case_file
from assistant.check.contradictory import contradictory


@pytest.mark.parametrize(
    ("case", "what", "facts"),
    [
        ("Geb. 03.02.1961.\n\nLater note: born 3 Feb 1962.", "Date of birth", 2),
        ("Pat. weiblich, 60 J.\nGeschlecht: männlich", "Sex", 2),
        ("Mammakarzinom links. Am 3.4.2026 OP bei Mammakarzinom rechts.", None, 2),
        ("ER positive, HER2 negative.\nAnother note: ER negative.", "estrogen receptor", 2),
        ("pT2 pN1 M0. Histology: pT3 pN1.", "pT", 2),
        ("No known allergies.\nAllergic to amoxicillin.", "Allergies", 2),
        ("Keine Allergien bekannt.\n\nAllergie gegen Penicillin.", "Allergies", 2),
        ("50 Gy in 25 fractions of 1.8 Gy", "The doses don't add up", 3),
        ("RT from 05.06.2026 to 01.04.2026", "A period ends before it begins", 2),
        ("Operation am 31.02.2026", "No such day", 1),
    ],
)
def test_all_places_are_named(case: str, what: str | None, facts: int) -> None:
    [found] = contradictory(case)
    assert what is None or found.what == what
    assert len(found.facts) == facts
    assert all(case[f.start : f.end] == f.text for f in found.facts)


@pytest.mark.parametrize(
    "case",
    [
        "Born 1.2.2000, who was with us from 3.5. to 8.5.2028.",
        "cT2 cN0, after surgery pT3 pN1a.",
        "pT2a pN1 M0; summary: pT2 pN1 M0.",
        "2026-01-02: ER positive.\n\n2026-09-01: ER negative.",
        "Breast cancer left (C50.4), colon cancer (C18.2). pT2 pN0; pT3 pN1.",
        "Mammakarzinom links, Z.n. kontralateralem Mammakarzinom rechts 2011.",
        "Bilateral breast cancer: left breast cancer pT1, right breast cancer pT1.",
        "Allergies: none.\nAllergies reviewed.",
        "No known allergies. Amoxicillin 500 mg.",
        "4 x 7.0 Gy, EQD2 total 90.2 Gy",
        "50.4 Gy in 28 fractions of 1.8 Gy, boost 9 Gy in 5 fractions of 1.8 Gy",
        "",
    ],
)
def test_what_may_both_be_true_is_left_alone(case: str) -> None:
    assert contradictory(case) == ()


def test_an_import_lists_them_with_their_lines() -> None:
    read = import_case_file(b"ER positive.\nER negative.", "case.txt")
    [found] = read.contradictions
    assert [value.where for value in found.values] == ["line 1 of the case", "line 2 of the case"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["pT2", "pT3", "cN1", "born 1.2.1960", "31.02.2026", "left", "breast cancer", "50 Gy",
             "25 fractions", "ER positive", "\n\n", "no known allergies", "2026-02-01", "to", "."]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_every_place_is_of_the_case(words: list[str]) -> None:
    case = " ".join(words)
    for each in contradictory(case):
        assert all(case[f.start : f.end] == f.text for f in each.facts)
        assert [f.start for f in each.facts] == sorted(f.start for f in each.facts)
