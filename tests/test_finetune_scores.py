from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.scores import chrf, rouge, words

TEXTS = st.text("abcäöüß .,\n", max_size=60)


@pytest.mark.parametrize(
    ("reference", "written", "rouge1"),
    [
        ("Ödem über dem Jochbein", "Ödem über dem Jochbein", 1.0),
        ("Ödem über", "Ädem äber", 0.0),
        ("GRÖSSE", "größe", 0.0 if "größe".casefold() != "GRÖSSE".casefold() else 1.0),
        ("a b", "a c", 0.5),
    ],
)
def test_rouge_counts_umlauts(reference: str, written: str, rouge1: float) -> None:
    assert rouge(reference, written).rouge1 == pytest.approx(rouge1)


@given(TEXTS, TEXTS)
def test_likeness_is_a_share_and_whole_for_the_same_text(one: str, other: str) -> None:
    assert 0 <= chrf(one, other) <= 1
    if any(character.isalnum() for character in one):
        assert chrf(one, one) == pytest.approx(1)
        assert rouge(one, one).rouge1 == 1
    assert rouge(one, other).rouge1 == pytest.approx(rouge(other, one).rouge1)


def test_chrf_forgives_an_ending_that_rouge_does_not() -> None:
    reference, written = "kurative Strahlentherapie", "kurativen Strahlentherapien"
    assert rouge(reference, written).rouge1 == 0
    assert chrf(reference, written) > 0.7
    assert chrf("Ödem", "Ädem") < chrf("Ödem", "Ödem") == pytest.approx(1)


@pytest.mark.parametrize(("text", "count"), [("", 0), ("Ödem über 2 cm", 4), ("a-b", 2)])
def test_words_of_any_script_are_counted(text: str, count: int) -> None:
    assert words(text) == count
