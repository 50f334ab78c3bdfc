"""The facts of a case that belong in its letter, each as the letter writes it.

This list is what the demo model is measured by, so it is made from the fields of the case and
never from a letter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from finetune.clinic.clinics import TOWN, Clinic
from finetune.clinic.letters import LetterOptions
from finetune.clinic.notation import Notation
from finetune.clinic.statements import addressed, dosed, full_name
from index.case import CaseDetails


@dataclass(frozen=True)
class Fact:
    """A fact of a kind, e.g. `total_dose`, and its exact text, e.g. `50.4 Gy`."""

    kind: str
    text: str


def expected_facts(
    details: CaseDetails, options: LetterOptions | None = None, clinic: Clinic = TOWN
) -> tuple[Fact, ...]:
    """Every fact that the clinic's letter must carry, in the order of the case, none twice."""
    facts = (Fact(kind, text) for kind, text in _facts(details, clinic.notation) if text)
    dropped = _MEDICATION if options and options.omit_medication else frozenset[str]()
    return tuple(dict.fromkeys(fact for fact in facts if fact.kind not in dropped))


def summary_facts(details: CaseDetails, clinic: Clinic = TOWN) -> tuple[Fact, ...]:
    """What a summary must carry: all but the correspondents."""
    facts = expected_facts(details, clinic=clinic)
    return tuple(fact for fact in facts if fact.kind not in {"referrer", "author"})


def missing_facts(
    letter: str,
    details: CaseDetails,
    options: LetterOptions | None = None,
    clinic: Clinic = TOWN,
) -> tuple[Fact, ...]:
    """The expected facts that don't stand in the letter."""
    return absent(letter, expected_facts(details, options, clinic))


def absent(text: str, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts that don't stand in `text`, whatever the case of letters and the white space.

    A fact inside a longer word or number doesn't count: `2 Gy` is not in `52 Gy` or `1.2 Gy`.
    """
    there = plain(text)
    return tuple(fact for fact in facts if not re.search(whole(fact.text), there))


def plain(text: str) -> str:
    """Small letters, and single spaces for all white space."""
    return " ".join(text.split()).casefold()


def whole(fact: str) -> str:
    """The pattern of a fact in `plain` text, where it is no part of a longer word or number."""
    text = plain(fact)
    before = r"(?<!\w)(?<!\d[.,])" if text[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if text[-1].isalnum() else ""
    return before + re.escape(text) + after


_MEDICATION = frozenset({"medication", "medication_schedule"})


def _facts(details: CaseDetails, notation: Notation) -> Iterator[tuple[str, str]]:
    language = details.language
    patient, diagnosis = details.patient, details.diagnosis

    def dates(*days: dt.date | None) -> Iterator[tuple[str, str]]:
        yield from (("date", notation.date(day, language)) for day in days if day)

    yield "patient_name", full_name(details)
    yield "birth_date", notation.date(patient.birth_date, language)
    yield "referrer", addressed(details.referrer)
    yield "diagnosis", diagnosis.name
    yield "icd10", diagnosis.icd10
    yield "tnm", diagnosis.tnm
    yield "stage", diagnosis.stage
    yield "histology", diagnosis.histology
    yield from dates(diagnosis.date)
    yield from (("comorbidity", comorbidity) for comorbidity in details.comorbidities)
    for surgery in details.surgeries:
        yield "surgery", surgery.name
        yield from dates(surgery.date)
    for therapy in details.systemic:
        yield from (("drug", drug) for drug in therapy.drugs)
        yield "cycles", notation.cycles(therapy.cycles, language)
        yield from dates(therapy.start, therapy.end)
    for course in details.radiotherapy:
        yield "site", course.site
        yield "technique", course.technique
        yield "total_dose", notation.gray(course.total_gy, language)
        yield "fractions", notation.fractions(course.fractions, language)
        yield "fraction_dose", notation.gray(course.fraction_gy, language)
        yield from dates(course.start, course.end)
    yield from (
        ("toxicity", notation.graded(toxicity, language)) for toxicity in details.toxicities
    )
    for medication in details.medication:
        yield "medication", dosed(medication)
        yield "medication_schedule", medication.schedule
    yield from (("follow_up", notation.appointed(visit, language)) for visit in details.follow_up)
    yield "author", details.author
