"""The words that letters share with a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.words import match_words

LETTERS = {
    "a": "Carcinoma of the larynx. Radiotherapy of the neck with cisplatin.",
    "b": "Carcinoma of the larynx. Radiotherapy of the neck with cetuximab.",
    "c": "Carcinoma of the tongue. Radiotherapy of the neck.",
}


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("carcinoma of the larynx; neck; Cisplatin", "a b c"),
        ("carcinoma of the larynx; neck; CETUXIMAB", "b a c"),
        ("carcinoma of the tongue; neck; cisplatin", "a c b"),
        ("tongue", "c a b"),
        ("carcinoma of the neck", "a b c"),
    ],
    ids=["drug", "other drug", "equally rare words", "one word", "what all say tells nothing"],
)
def test_the_rarer_the_shared_words_the_better(query: str, order: str):
    found = match_words(query, LETTERS)
    assert " ".join(sorted(found, key=lambda key: (-found[key].score, key))) == order


def test_words_that_tell_come_rarest_first_and_others_not_at_all():
    found = match_words("carcinoma of the larynx; radiotherapy; cisplatin", LETTERS)
    assert found["a"].words == ("cisplatin", "larynx")
    assert found["b"].words == ("larynx",)
    assert found["c"].words == ()


def test_a_code_is_one_word_and_a_part_of_a_word_is_none():
    texts = {"a": "C50.4 and more", "b": "C50.9 and more", "c": "Cystectomy"}
    found = match_words("c50.4; cyst", texts)
    assert {key: each.words for key, each in found.items()} == {"a": ("c50.4",), "b": (), "c": ()}


def test_german_words_match_in_any_case():
    found = match_words("MAMMAKARZINOM; Fußsohle", {"a": "Fusssohle", "b": "mammakarzinom"})
    assert (found["a"].words, found["b"].words) == (("fusssohle",), ("mammakarzinom",))


def test_nothing_in_common_is_no_match():
    assert match_words("lung", {}) == {}
    assert {each.score for each in match_words("lung", LETTERS).values()} == {0.0}
    assert {each.score for each in match_words("", LETTERS).values()} == {0.0}


@given(st.text(), st.dictionaries(st.text(max_size=3), st.text()))
def test_scores_are_shares_of_the_best(query: str, texts: dict[str, str]):
    scores = [each.score for each in match_words(query, texts).values()]
    assert len(scores) == len(texts)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert not scores or max(scores) in (0.0, 1.0)
