"""The facts that a letter must carry, and how they are found in it."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import get_args

import pytest

from finetune.clinic.cases import draw_case
from finetune.clinic.fact_groups import FactGroup, apart, letter_groups, summary_groups
from finetune.clinic.facts import Fact, absent, expected_facts, missing_facts, whole
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.people import Style
from finetune.clinic.refinements import draw_refinement
from finetune.clinic.summaries import write_summary
from index.case import (
    Appointment,
    CaseDetails,
    Interval,
    Medication,
    Patient,
    Radiotherapy,
    SystemicTherapy,
    Toxicity,
)
from index.case_text import format_date
from index.letter import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
STYLES: tuple[Style, ...] = get_args(Style)

CASE = CaseDetails(
    patient=Patient(first_name="Anna", last_name="Berger", birth_date=dt.date(1961, 3, 12)),
    systemic=(SystemicTherapy(drugs=("docetaxel 75 mg/m²",), cycles=4),),
    radiotherapy=(
        Radiotherapy(site="left breast", total_gy=Decimal("50.40"), fractions=28),
        Radiotherapy(site="tumour bed", total_gy=Decimal(10), fractions=5, boost=True),
    ),
    toxicities=(Toxicity(name="radiation dermatitis", grade=2), Toxicity(name="fatigue")),
    medication=(Medication(drug="ramipril", dose="5 mg", schedule="1-0-0"),),
    follow_up=(
        Appointment(what="clinical follow-up", after=Interval(count=6, unit="weeks")),
        Appointment(what="mammography", date=dt.date(2025, 11, 20)),
    ),
)


@pytest.mark.parametrize(
    ("text", "fact", "found"),
    [
        ("a dose of 52 Gy", "2 Gy", False),
        ("a dose of 1.2 Gy", "2 Gy", False),
        ("von 2,85 Gy", "85 Gy", False),
        ("25 fractions of\n2 Gy.", "2 Gy", True),
        ("fatigue grade 1,", "Fatigue grade 1", True),
        ("fatigue grade 12", "fatigue grade 1", False),
        ("ICD-10: C50.41", "C50.4", False),
        ("(ICD-10: C50.4).", "C50.4", True),
        ("pT1c pN0(0/2sn) cM0", "pN0(0/2sn)", True),
        ("am 12.03.1961.", "12.03.1961", True),
        ("12.03.19612", "12.03.1961", False),
    ],
)
def test_fact_is_found_as_a_whole_only(text: str, fact: str, found: bool):
    assert (absent(text, [Fact("any", fact)]) == ()) is found


def test_expected_facts_are_those_of_the_case():
    by_kind: dict[str, list[str]] = {}
    for fact in expected_facts(CASE):
        by_kind.setdefault(fact.kind, []).append(fact.text)
    assert by_kind["total_dose"] == ["50.4 Gy", "10 Gy"]
    assert by_kind["fractions"] == ["28 fractions", "5 fractions"]
    assert by_kind["toxicity"] == ["radiation dermatitis grade 2", "fatigue"]
    assert by_kind["follow_up"] == [
        "clinical follow-up in 6 weeks",
        "mammography on 20 November 2025",
    ]
    assert by_kind["birth_date"] == ["12 March 1961"]
    assert by_kind["cycles"] == ["4 cycles"]
    without = expected_facts(CASE, LetterOptions(omit_medication=True))
    assert {f.kind for f in expected_facts(CASE)} - {f.kind for f in without} == {
        "medication",
        "medication_schedule",
    }


def test_missing_fact_is_named():
    text = letter_text(write_letter(CASE, "prose", 1)).replace("50.4 Gy", "54 Gy")
    assert missing_facts(text, CASE) == (Fact("total_dose", "50.4 Gy"),)


def versions(language: Language, seed: int) -> Iterator[tuple[CaseDetails, LetterOptions]]:
    """A case as it is drawn, after each of three refine turns, and with any options."""
    rng = random.Random(seed)
    details, options = draw_case(rng, language, complete=seed % 4 == 0), LetterOptions()
    yield details, options
    for _ in range(3):
        change = draw_refinement(details, options, rng, language)
        details, options = change.details, change.options
        yield details, options
    short, formal, bare, brief = (rng.random() < 0.5 for _ in range(4))
    yield details, LetterOptions(short, formal, bare, brief)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_in_place_in_the_clinics_own_texts(language: Language):
    for seed in range(150):
        for turn, (details, options) in enumerate(versions(language, seed)):
            letter = letter_text(write_letter(details, STYLES[(seed + turn) % 3], seed, options))
            assert apart(letter, letter_groups(details, options)) == ()
            assert apart(write_summary(details, seed), summary_groups(details)) == ()


def swapped(text: str, chosen: list[str]) -> str:
    """The text with two facts in each other's place, where each stands once."""
    patterns = [re.compile(whole(fact), re.IGNORECASE) for fact in chosen]
    spans = sorted(match.span() for pattern in patterns for match in pattern.finditer(text))
    if len(chosen) != 2 or len(spans) != 2:
        return text
    (a, b), (c, d) = spans
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def values(details: CaseDetails, swap: str) -> list[str]:
    """Two texts to be swapped; fewer or more where the case has others."""
    language = details.language
    born, diagnosed = details.patient.birth_date, details.diagnosis.date
    courses, drugs = details.radiotherapy, details.medication
    surgeries = [surgery.date for surgery in details.surgeries]
    found: dict[str, list[object]] = {
        "birth_date and first_diagnosis": [born, diagnosed],
        "referrer and author": [details.referrer, details.author],
        "doses of two courses": [f.text for f in expected_facts(details) if f.kind == "total_dose"],
        "start and end": [courses[0].start, courses[0].end],
        "starts of two courses": [course.start for course in courses],
        "surgery and radiotherapy": [*surgeries[:1], courses[-1].end],
        "schedules of two drugs": [drug.schedule for drug in drugs[:2]],
    }
    texts = [format_date(v, language) if isinstance(v, dt.date) else v for v in found[swap]]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("swap", "kinds"),
    [
        ("birth_date and first_diagnosis", {"patient", "first_diagnosis"}),
        ("referrer and author", {"greeting", "closing"}),
        ("doses of two courses", {"radiotherapy"}),
        ("start and end", {"radiotherapy"}),
        ("starts of two courses", {"radiotherapy"}),
        ("surgery and radiotherapy", {"surgery", "radiotherapy"}),
        ("schedules of two drugs", {"medication"}),
    ],
)
def test_a_fact_in_the_wrong_place_is_seen_though_it_is_there(
    language: Language, swap: str, kinds: set[str]
):
    seen = 0
    for seed, style in itertools.product(range(60), STYLES):
        details = draw_case(random.Random(seed), language)
        letter = letter_text(write_letter(details, style, seed))
        texts = {letter: letter_groups(details)}
        texts[write_summary(details, seed)] = summary_groups(details)
        for text, groups in texts.items():
            wrong = swapped(text, values(details, swap))
            if wrong == text:
                continue
            seen += 1
            assert text != letter or missing_facts(wrong, details) == ()
            assert kinds <= {group.kind for group in apart(wrong, groups)}
    assert seen > 20


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Radiotherapy to the left breast with 50 Gy. One day's dose was 2 Gy.", False),
        ("We gave 50 Gy in fractions of 2 Gy to the left breast, and 16 Gy to the axilla.", True),
        ("We gave 50 Gy to the axilla, 16 Gy, 2 Gy a day, to the left breast.", False),
        ("- left breast\n- 50 Gy\n- 2 Gy", False),
        ("left breast: approx. 50 Gy, 2 Gy a day", True),
        ("RT LEFT  BREAST. Dose 50 Gy (2 Gy)", True),
        ("The axilla had 16 Gy. The left breast had 50 Gy, 2 Gy a day.", True),
        ("left breast, 150 Gy, 2 Gy", False),
    ],
)
def test_a_group_stands_in_one_sentence_without_anothers_values(text: str, together: bool):
    group = FactGroup(
        "radiotherapy", (Fact("site", "left breast"), Fact("total", "50 Gy"), Fact("one", "2 Gy"))
    )
    other = FactGroup("radiotherapy", (Fact("site", "axilla"), Fact("total", "16 Gy")))
    assert (group not in apart(text, [group, other])) is together
