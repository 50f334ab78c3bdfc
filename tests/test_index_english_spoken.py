"""Dates and numbers that a dictated letter leaves in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.deidentify import Deidentifier
from index.english_spoken import as_spoken, find_english_spoken, spoken_digits, written_date
from index.spans import Label


def found(text: str) -> list[str]:
    return [span.of(text) for span in find_english_spoken(text, "en")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born march third nineteen forty nine", "March 3, 1949"),
        ("seen november the twelfth twenty twenty two period", "November 12, 2022"),
        ("on the twenty first of may comma two thousand and nine", "May 21, 2009"),
        ("on the fifth of august nineteen oh six", "August 5, 1906"),
        ("again july twenty fifth", "July 25"),
        ("home in february", "February"),
    ],
)
def test_a_date_in_words_is_found_and_read(text: str, expected: str):
    assert written_date(found(text)[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since two thousand eleven", ["two thousand eleven"]),
        ("a fall on memorial day and at christmas", ["memorial day", "christmas"]),
        ("call nine oh eight five five five one two", ["nine oh eight five five five one two"]),
        ("job seven seven zero two C\n", ["seven seven zero two C"]),
    ],
)
def test_years_days_and_numbers_in_words(text: str, expected: list[str]):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It may be the second line; they march on. The first day.",
        "In two thousand patients, of two thousand units, about two thousand cells.",
        "one or two, two three times, one two three",
    ],
)
def test_what_is_no_date_and_no_number_stays(text: str):
    assert found(text) == []


def test_german_letters_are_left_alone():
    assert not list(find_english_spoken("april second nineteen fifty two", "de"))


def test_a_date_in_words_is_shifted_and_a_number_stays_in_words():
    text = "record five one six two nine, born march third nineteen forty nine, in february"
    done = Deidentifier(
        b"k" * 32, lambda text, language: tuple(find_english_spoken(text, language))
    )
    replaced = done.replace(text, "en")
    assert [span.label for span in replaced.spans] == [Label.ID, Label.DATE, Label.DATE]
    assert "nineteen forty nine" not in replaced.text
    assert "born " in replaced.text
    record = replaced.text.split("record ")[1].split(",")[0]
    assert record != "five one six two nine"
    assert len(spoken_digits(record)) == 5


@given(st.text(alphabet="0123456789", min_size=4, max_size=12))
def test_digits_in_words_are_the_same_digits(digits: str):
    assert spoken_digits(as_spoken(digits)) == digits
    assert found(f"no {as_spoken(digits)}") == [as_spoken(digits)]
