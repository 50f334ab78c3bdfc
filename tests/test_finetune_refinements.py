"""Refine turns of the demo clinic: what was asked for changes, the rest stays word for word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from finetune.clinic.cases import draw_case
from finetune.clinic.facts import missing_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.people import Style
from finetune.clinic.phrasing import load_phrases
from finetune.clinic.refinements import KINDS, Refinement, draw_refinement
from index.case import CaseDetails
from index.letter import LETTER_PARTS, Language, Section, SectionKind

LANGUAGES: tuple[Language, ...] = get_args(Language)
STYLES: tuple[Style, ...] = get_args(Style)

PLAIN = LetterOptions()
ALL_SECTIONS = set(LETTER_PARTS)
TOUCHED = {
    "short_history": {SectionKind.HISTORY},
    "brief": ALL_SECTIONS - {SectionKind.DIAGNOSES, SectionKind.CLOSING},
    "formal": {SectionKind.SALUTATION, SectionKind.CLOSING},
    "omit_medication": {SectionKind.RECOMMENDATIONS},
    "address": {SectionKind.SALUTATION},
    "sign": {SectionKind.CLOSING},
    "follow_up": {SectionKind.SCHEDULE},
    "appointment": {SectionKind.SCHEDULE},
    "birth_date": {SectionKind.SALUTATION},
    "name": {SectionKind.SALUTATION},
    "icd10": {SectionKind.DIAGNOSES},
    "grade": {SectionKind.HISTORY},
    "dose": {SectionKind.HISTORY},
    "sentence": {SectionKind.HISTORY, SectionKind.RECOMMENDATIONS, SectionKind.SCHEDULE},
}


def full_case(language: Language, seed: int = 0) -> CaseDetails:
    """A case to which every kind of refinement applies, with a boost."""
    while True:
        case = draw_case(random.Random(seed), language, complete=True)
        told = case.surgeries and case.toxicities and case.medication and case.follow_up
        if told and len(case.radiotherapy) > 1 and "." in case.diagnosis.icd10:
            return case
        seed += 1000


CASES: dict[Language, CaseDetails] = {each: full_case(each) for each in LANGUAGES}


def drawn(details: CaseDetails, kind: str, seed: int = 0) -> Refinement:
    rng = random.Random(seed)
    while (change := draw_refinement(details, PLAIN, rng, details.language)).kind != kind:
        pass
    return change


def parts(details: CaseDetails, options: LetterOptions, seed: int) -> dict[SectionKind, Section]:
    style = STYLES[seed % 3]
    return {part.kind: part for part in write_letter(details, style, seed, options)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_only_the_section_asked_for_changes(language: Language, kind: str):
    for seed in range(8):
        case = full_case(language, seed)
        change = drawn(case, kind, seed)
        before, after = parts(case, PLAIN, seed), parts(change.details, change.options, seed)
        changed = {k for k in ALL_SECTIONS if before.get(k) != after.get(k)}
        assert changed
        assert changed <= TOUCHED[kind]
        text = letter_text(list(after.values()))
        assert missing_facts(text, change.details, change.options) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_at_least_six_phrasings(language: Language, kind: str):
    assert len(set(load_phrases("refinements", language)[kind]["any"])) >= 6


def test_instruction_carries_the_new_fact():
    case = CASES["en"]
    said: dict[str, Callable[[Refinement], str]] = {
        "address": lambda c: c.details.referrer,
        "sign": lambda c: c.details.author,
        "name": lambda c: c.details.patient.last_name,
        "icd10": lambda c: c.details.diagnosis.icd10,
        "sentence": lambda c: c.options.additions[-1].text,
        "appointment": lambda c: c.details.follow_up[-1].what,
    }
    for kind, fact in said.items():
        for seed in range(10):
            change = drawn(case, kind, seed)
            assert fact(change) in change.instruction
            assert "{" not in change.instruction


def test_corrected_dose_fits_its_fractions():
    for seed in range(20):
        change = drawn(CASES["de"], "dose", seed)
        (course,) = set(change.details.radiotherapy) - set(CASES["de"].radiotherapy)
        assert course.total_gy == (course.fraction_gy or 0) * (course.fractions or 0)
        assert f"{course.fractions} Fraktion" in change.instruction


def test_with_two_courses_the_instruction_says_which_dose():
    for seed in range(20):
        change = drawn(CASES["en"], "dose", seed)
        (old,) = set(CASES["en"].radiotherapy) - set(change.details.radiotherapy)
        assert f"{old.fractions} fraction" in change.instruction


def test_short_history_is_shorter_and_keeps_its_facts():
    case = CASES["en"]
    for style in STYLES:
        long = write_letter(case, style, 3)[2].text
        short = write_letter(case, style, 3, LetterOptions(short_history=True))[2].text
        assert len(short) < len(long)


def test_medication_is_left_out():
    options = LetterOptions(omit_medication=True)
    for style in STYLES:
        text = letter_text(write_letter(CASES["en"], style, 1, options))
        kinds = {fact.kind for fact in missing_facts(text, CASES["en"])}
        assert "medication" in kinds <= {"medication", "medication_schedule"}


@pytest.mark.parametrize("style", STYLES)
def test_dictated_sentence_is_the_last_of_its_section(style: Style):
    change = drawn(CASES["de"], "sentence", 4)
    (addition,) = change.options.additions
    sections = write_letter(CASES["de"], style, 1, change.options)
    (section,) = [part for part in sections if part.kind is addition.kind]
    assert section.text.endswith(addition.text)


def test_nothing_is_asked_for_twice():
    options = LetterOptions(short_history=True, formal=True, omit_medication=True, brief=True)
    rng = random.Random(0)
    kinds = {draw_refinement(CASES["en"], options, rng, "en").kind for _ in range(200)}
    assert kinds == set(KINDS) - {"short_history", "formal", "omit_medication", "brief"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_turns_on_cases_with_gaps(language: Language):
    rng = random.Random(language)
    for seed in range(60):
        details, options = draw_case(rng, language), PLAIN
        for _ in range(4):
            change = draw_refinement(details, options, rng, language)
            assert (change.details, change.options) != (details, options)
            assert not re.search(r"[{}\[\]]|  | ,|\.\.", change.instruction)
            details, options = change.details, change.options
            CaseDetails.model_validate(details.model_dump())
            text = letter_text(write_letter(details, STYLES[seed % 3], seed, options))
            assert missing_facts(text, details, options) == ()


def test_same_chance_same_refinement():
    first, second = (
        [draw_refinement(CASES["de"], PLAIN, random.Random(n), "de") for n in range(20)]
        for _ in range(2)
    )
    assert first == second
    assert replace(first[0], kind="other") != first[0]
