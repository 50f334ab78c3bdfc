from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairing_letters import ENGLISH, GERMAN, KEY, deidentifier

from assistant.prompt import Part
from finetune.pairing import refine as refining
from finetune.pairing.date_forms import FORMS, form_of, in_form
from finetune.pairing.drafts import Draft, DraftStages
from finetune.pairing.refine import KINDS, Refined, refine
from index.letter import Language, Letter, SectionKind


def drafted(text: str, language: Language) -> Draft:
    stages = DraftStages(KEY, deidentifier(), {})
    draft = stages._draft(Letter("a.txt", text, language))  # pyright: ignore[reportPrivateUsage]
    assert isinstance(draft, Draft)
    return draft


@pytest.fixture(scope="module")
def german() -> Draft:
    return drafted(GERMAN, "de")


@pytest.fixture(scope="module")
def english() -> Draft:
    return drafted(ENGLISH, "en")


def of_kind(kind: str, draft: Draft, other: Draft, seed: int = 0) -> Refined | None:
    letter = refining._Letter(draft, other, Random(seed))  # pyright: ignore[reportPrivateUsage]
    return KINDS[kind](letter, kind)


def made(kind: str, draft: Draft, other: Draft) -> Refined:
    """The first turn of a kind: which section it is about is drawn by chance."""
    turns = (of_kind(kind, draft, other, seed) for seed in range(30))
    return next(turn for turn in turns if turn)


def test_a_case_is_derived_and_supports_the_letter(german: Draft) -> None:
    assert german.support == 1
    assert german.quoted >= 1
    assert "9,8 g/dl" in german.case
    assert "Petra" not in german.case + german.letter.text
    assert german.summary


def test_the_body_begins_with_the_salutation(german: Draft) -> None:
    assert german.body.answer.startswith("Sehr geehrter Herr Dr.")
    assert "Praxis am Markt" in german.letter.text
    history = german.body.words(german.body.part(Part.HISTORY))
    assert history.startswith("Diagnosen:")
    assert "Empfehlungen" not in history
    schedule = german.body.words(german.body.part(Part.SCHEDULE))
    assert schedule.startswith("Nachsorge:\nMammographie")


@pytest.mark.parametrize("kind", ["add_part", "date_format", "formal", "sentence", "icd10"])
def test_what_undoes_a_change_ends_in_the_letter(kind: str, german: Draft) -> None:
    turn = made(kind, german, german)
    assert turn.answer == german.body.answer
    assert turn.draft != turn.answer
    assert turn.instruction


def test_without_a_section(german: Draft) -> None:
    turn = made("drop_part", german, german)
    assert turn.draft == german.body.answer
    lines = [line for line in turn.draft.splitlines() if line]
    kept = [line for line in turn.answer.splitlines() if line]
    gone = [line for line in lines if line not in kept]
    assert gone[0].rstrip(":") in turn.instruction
    assert [line for line in lines if line in kept] == kept


def test_shorter_without_a_word_of_its_facts(german: Draft) -> None:
    turn = made("short_part", german, german)
    assert "Wir danken" in turn.draft
    assert "Wir danken" not in turn.answer
    for fact in german.facts:
        if fact.telling:
            assert fact.text in turn.answer


def test_a_sentence_as_if_dictated(german: Draft) -> None:
    turn = made("sentence", german, german)
    dictated = turn.instruction.split("„")[-1] if "„" in turn.instruction else turn.instruction
    dictated = dictated.split('"')[1] if '"' in dictated else dictated.rstrip("“")
    assert dictated in turn.answer
    assert dictated not in turn.draft


@pytest.mark.parametrize("kind", ["icd10", "birth_date", "address"])
def test_what_is_corrected_is_wrong_in_the_case_too(kind: str, english: Draft) -> None:
    other = drafted(ENGLISH.replace("Wren", "Specht"), "en")
    turn = of_kind(kind, english, other)
    if kind == "icd10":
        assert turn is None, "C61 has no subcategory"
        return
    assert turn is not None
    assert turn.case != english.case
    gone = set(english.case.split()) - set(turn.case.split())
    assert gone
    assert all(word.strip(",.") in turn.answer for word in gone)


def test_no_name_is_corrected_to_itself(english: Draft) -> None:
    assert of_kind("address", english, english) is None
    assert of_kind("sign", english, english) is None


def test_formal_only_what_is_formal(german: Draft) -> None:
    turn = made("formal", german, german)
    assert turn.draft.startswith(("Hallo Herr", "Guten Tag Herr"))
    start = german.body.start
    text = german.letter.text
    loose = text[:start] + text[start:].replace("Sehr geehrter", "Lieber", 1)
    body = replace(german.body, text=loose)
    assert of_kind("formal", replace(german, body=body), german) is None


def test_every_letter_gets_a_turn_and_the_same_one_again(german: Draft, english: Draft) -> None:
    for draft in (german, english):
        turn = refine(draft, german, Random(3))
        assert turn == refine(draft, german, Random(3))
        assert turn
        assert turn.kind in KINDS


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2020, 12, 31))  # years of which two digits tell all


@pytest.mark.parametrize("language", ["de", "en"])
@given(days=st.lists(DAYS, min_size=2, max_size=4), first=st.integers(0, 3), then=st.integers(0, 3))
def test_dates_in_another_form_and_back(
    language: Language, days: list[dt.date], first: int, then: int
) -> None:
    one, other = FORMS[language][first], FORMS[language][then]
    text = "; ".join(f"x {one(day)}" for day in days)
    changed = in_form(text, language, other)
    assert changed == "; ".join(f"x {other(day)}" for day in days)
    assert in_form(changed, language, one) == text


def test_a_letter_with_dates_of_two_forms_has_none() -> None:
    assert form_of("am 03.05.2024 und 2024-06-01", "de") is None
    assert form_of("am 03.05.2024", "de") is None
    assert SectionKind.CLOSING not in refining._PARTS  # pyright: ignore[reportPrivateUsage]
