"""Patterns tried only where they can begin find all that they would find anywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check.number_words import number_words
from assistant.check.parts import find_contrasts
from assistant.check.starts import figures, matches_at, numbers, words
from assistant.check.wordlists import any_of

_TEXT = st.text(alphabet="ab12 .,-/einzwofurtylxhgsv", max_size=60)


@given(st.sets(st.text(alphabet="abc.+", max_size=4), max_size=8), st.text("abc.+", max_size=8))
def test_any_of_finds_the_longest_word(known: set[str], text: str) -> None:
    known = {word for word in known if word}
    longest = max((w for w in known if text.startswith(w)), key=len, default=None)
    match = re.match(any_of(known), text) if known else None
    assert (match.group() if match else None) == longest


@given(_TEXT)
def test_what_begins_with_a_number_is_found_at_the_starts_of_numbers(text: str) -> None:
    number = any_of(number_words())
    pattern = re.compile(rf"(?:(?<![\d.,])\d+|\b{number})(?: \w)?", re.IGNORECASE)
    found = matches_at(pattern, text, numbers(text))
    assert [m.span() for m in found] == [m.span() for m in pattern.finditer(text)]


@given(_TEXT)
def test_what_begins_with_a_figure_is_found_at_the_starts_of_figures(text: str) -> None:
    pattern = re.compile(r"(?<!\d)\d{1,2}[/.]\d")
    found = matches_at(pattern, text, figures(text))
    assert [m.span() for m in found] == [m.span() for m in pattern.finditer(text)]


@given(_TEXT)
def test_what_begins_a_word_is_found_at_the_starts_of_words(text: str) -> None:
    pattern = re.compile(r"(?<!\w)[a-z]\w*")
    found = matches_at(pattern, text, words(text))
    assert [m.span() for m in found] == [m.span() for m in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("RUL", "en", ["lung upper"]),
        ("the left lower lobe", "en", ["lung lower"]),
        ("im UNTEREN Rektumdrittel", "de", ["rectum lower"]),
        ("distal esophagus", "en", ["oesophagus lower"]),
        ("kontralaterale Brust", "de", ["side of the tumour other"]),
        ("the boost", "en", ["volume gross"]),
    ],
)
def test_parts_are_found_by_any_of_their_first_letters(
    text: str, language: str, values: list[str]
) -> None:
    assert [fact.value for fact in find_contrasts(text, language)] == values
