"""The facts that a letter must carry, and how they are found in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from finetune.clinic.facts import Fact, absent, expected_facts, missing_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
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
