"""What is cut off a proposed name, what names nobody, and which words German has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.german_words import is_german_word
from index.grouped_codes import find_grouped_codes
from index.letter import Language
from index.name_edges import names_alone
from index.place_forms import find_place_forms
from index.spans import Label, Span


@pytest.mark.parametrize(
    ("text", "proposed", "kept", "language"),
    [
        ("Tyra Wellsby, M.D.", "Tyra Wellsby, M.D.", ["Tyra Wellsby"], "en"),
        ("Al McQuoid MSc FRCS (Orth)", "Al McQuoid MSc FRCS", ["Al McQuoid"], "en"),
        ("Consultant Psychiatrist", "Psychiatrist", [], "en"),
        ("seen by Q. Zhao", "Q. Zhao", ["Q. Zhao"], "en"),
        ("B. Prostate, left", "B. Prostate", [], "en"),
        ("B. Stone, consultant", "B. Stone", ["B. Stone"], "en"),
        ("durch Dr. Quandtke Aszites punktiert", "Dr. Quandtke Aszites", ["Dr. Quandtke"], "de"),
        ("Frau Dr. Herz bittet", "Dr. Herz", ["Dr. Herz"], "de"),
        ("Frau de Weck bittet", "de Weck", ["de Weck"], "de"),
        ("sagte, der Krebs sei zurück", "Krebs", [], "de"),
        ("sagte Krebs sei zurück", "Krebs", ["Krebs"], "de"),
    ],
)
def test_a_name_is_left_without_what_is_none(
    text: str, proposed: str, kept: list[str], language: Language
):
    start = text.index(proposed)
    span = Span(start, start + len(proposed), Label.DOCTOR)
    assert [each.of(text) for each in names_alone(text, [span], language)] == kept


@given(st.text("AbM.,( -Dr", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_name_is_only_ever_shortened(text: str, one: int, other: int):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    for span in names_alone(text, [Span(start, end, Label.PATIENT)], "de"):
        assert (span.start, span.label) == (start, Label.PATIENT)
        assert start <= span.end <= end


@pytest.mark.parametrize(
    ("word", "has"),
    [
        ("Bestrahlungsplanung", True),
        ("Furosemid", True),
        ("ENTZÜNDUNGEN", True),
        ("Kowalczyk", False),
        ("Yılmaz", False),
    ],
)
def test_a_word_is_german_by_dictionary_joint_or_ending(word: str, has: bool):
    assert is_german_word(word) == has


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("member id QXD 55120 7734 01.", ["QXD 55120 7734 01"]),
        ("Az. 17 Cgs 238/21 k", ["17 Cgs 238/21 k"]),
        ("Az. 57 XVII 88/25 vom", ["57 XVII 88/25"]),
        ("RR 120 80 70", []),
        ("NHS 485 777 3456", []),
    ],
)
def test_codes_in_groups(text: str, found: list[str]):
    assert [each.of(text) for each in find_grouped_codes(text, "de")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Am Weiherhang 12 . 91710 Qorv", ["Am Weiherhang 12"]),
        ("Zum Bilstein 4 - 59581 Qorv", ["Zum Bilstein 4"]),
        ("Im März 12 Gaben", []),
        ("im Hôpital de la Croix-Bleue", ["Hôpital de la Croix-Bleue"]),
    ],
)
def test_places_by_form(text: str, found: list[str]):
    assert [each.of(text) for each in find_place_forms(text, "de")] == found
