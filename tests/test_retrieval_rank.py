"""Which letters become examples, and in which order."""

from __future__ import annotations

import pytest

from index.letter import DocumentType, Language, LetterMetadata
from index.rows import Hit, StoredLetter
from retrieval.exemplar import Exemplar
from retrieval.rank import Wish, best_scores, choose, likeness, rank, rank_by_words
from retrieval.settings import RetrievalSettings
from retrieval.words import Match

SETTINGS = RetrievalSettings(
    threshold=0.3, tumour_group_bonus=0.1, author_bonus=0.05, exemplars=2, max_characters=1000
)
WISH = Wish("en", "letter", tumour_group="breast", author="a1", department="Radiation Oncology")


def stored(letter_id: str, language: Language = "en", **metadata: str) -> StoredLetter:
    known = LetterMetadata(language=language, **metadata)  # pyright: ignore[reportArgumentType]
    return StoredLetter(letter_id, 1, known)


def test_a_letter_is_as_near_as_its_best_passage():
    hits = [Hit("a", 0, 0.9), Hit("b", 1, 0.8), Hit("a", 2, 0.7), Hit("c", 0, -0.1)]
    assert best_scores(hits) == {"a": 0.9, "b": 0.8, "c": -0.1}


@pytest.mark.parametrize(
    ("letters", "scores", "order"),
    [
        ([stored("a"), stored("b")], {"a": 0.5, "b": 0.6}, "b a"),
        ([stored("b"), stored("a")], {"a": 0.5, "b": 0.5}, "a b"),
        ([stored("a"), stored("b", tumour_group="breast")], {"a": 0.59, "b": 0.5}, "b a"),
        ([stored("a"), stored("b", tumour_group="breast")], {"a": 0.61, "b": 0.5}, "a b"),
        ([stored("a", author="a2"), stored("b", author="a1")], {"a": 0.54, "b": 0.5}, "b a"),
        (
            [stored("a"), stored("b", department="radiation oncology")],
            {"a": 0.54, "b": 0.5},
            "b a",
        ),
        ([stored("a", "de"), stored("b")], {"a": 0.9, "b": 0.5}, "b"),
        ([stored("a", letter_type="summary"), stored("b")], {"a": 0.9, "b": 0.5}, "b"),
        ([stored("a", tumour_group="breast"), stored("b")], {"a": 0.2, "b": 0.29}, "a"),
        ([stored("a", author="a1"), stored("b")], {"a": 0.29, "b": 0.3}, "b"),
    ],
    ids=[
        "by similarity", "then by id", "same tumour group", "similarity outweighs it",
        "same author", "same department", "other language", "other type",
        "the threshold is lower within a tumour group", "and is not for an author",
    ],
)  # fmt: skip
def test_order(letters: list[StoredLetter], scores: dict[str, float], order: str):
    found = rank(letters, scores, WISH, SETTINGS)
    assert " ".join(each.letter.id for each in found) == order


def test_reasons_say_why():
    [found] = rank([stored("a", tumour_group="breast", author="a1")], {"a": 0.512}, WISH, SETTINGS)
    assert found.reasons == ("similar case: 0.51", "same tumour group: breast", "same author")
    assert found.score == 0.512


def test_nothing_wished_gives_no_bonus_for_nothing_known():
    found = rank([stored("a")], {"a": 0.5}, Wish("en", "letter"), SETTINGS)
    assert found[0].reasons == ("similar case: 0.50",)


@pytest.mark.parametrize(
    ("kinds", "kept"),
    [((), "a b c"), (("letter",), "a"), (("letter", "discharge letter"), "a b"), (("report",), "")],
)
def test_documents_of_other_kinds_are_no_examples(kinds: tuple[DocumentType, ...], kept: str):
    others = {"b": "discharge letter", "c": "referral"}
    letters = [stored("a"), *(stored(each, document_type=kind) for each, kind in others.items())]
    found = rank(letters, dict.fromkeys("abc", 0.9), Wish("en", "letter", kinds), SETTINGS)
    assert " ".join(each.letter.id for each in found) == kept


@pytest.mark.parametrize(
    ("bonus", "order"), [(0.0, "a b"), (0.1, "a b"), (0.3, "b a")], ids=["none", "small", "large"]
)
def test_words_in_common_raise_the_rank_and_nothing_else(bonus: float, order: str):
    settings = SETTINGS.model_copy(update={"word_bonus": bonus})
    ranked = rank([stored("a"), stored("b")], {"a": 0.5, "b": 0.35}, WISH, settings)
    matches = {"a": Match(0.0, ()), "b": Match(1.0, ("cisplatin", "larynx"))}
    found = rank_by_words(ranked, matches, settings)
    assert " ".join(each.letter.id for each in found) == order
    own = {each.letter.id: each for each in found}
    assert own["a"].reasons == ("similar case: 0.50",)
    assert own["b"].reasons == ("similar case: 0.35", "same words: cisplatin, larynx")
    assert (own["b"].score, own["b"].relevance) == (0.35, 0.35)
    assert own["b"].rank == pytest.approx(0.35 + bonus)


# --- choosing ----------------------------------------------------------------------------------


LONG = " ".join(f"word{chr(97 + n)}" for n in range(26))
COPY = LONG.replace("worda", "another")


def exemplar(letter_id: str, text: str) -> Exemplar:
    return Exemplar(letter_id, text, 0.5, (), LetterMetadata("en"))


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ([], ""),
        (["one two three", "four five six", "seven eight nine"], "0 1"),
        (["x" * 1001, "four five six"], "1"),
        (["x " * 499, "y " * 499, "z"], "0 2"),
        ([LONG, COPY, "four five six"], "0 2"),
        ([LONG, LONG], "0"),
    ],
    ids=["none", "no more than two", "too long", "no room left", "near copy", "copy"],
)
def test_choosing(texts: list[str], chosen: str):
    found = choose([exemplar(str(n), text) for n, text in enumerate(texts)], SETTINGS)
    assert " ".join(each.letter_id for each in found) == chosen


def test_likeness_is_blind_to_numbers_and_case():
    assert likeness("50 Gy to the left breast", "60.4 gy TO the Left breast") == 1.0
    assert likeness("50 Gy to the left breast", "nothing of the kind at all") == 0.0
    assert 0.4 < likeness(LONG, LONG[: len(LONG) // 2]) < 0.6
    assert likeness("", "") == 1.0
