"""Cases in pairs that differ in one thing that ought to change nothing: sex, age, where a name
comes from.

The cases are made up from the demo clinic's tables, in fields, so that sex, name and date of birth
stand in their own fields alone: nothing else has to be changed for the case to be consistent. A
sex comes with a first name of that sex. Cases that speak of one sex's organs are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from random import Random

from finetune.clinic.cases import draw_case
from finetune.clinic.entries import Sex
from finetune.clinic.people import draw_person
from finetune.pairs import Split, split_of
from finetune.safety.wordlists import origins, sexed
from index.case import CaseDetails, Patient
from index.case_text import render_case
from index.letter import Language

_APART = 25
"""Years between the younger and the older patient."""
_YOUNGEST = 30
_DAYS_A_YEAR = 365.25


class Swap(StrEnum):
    """What is told apart, and which of two is held against which."""

    AGAIN = "asked again"
    """The same case twice: what a server's batching alone changes."""
    NAME = "another name"
    """Of the same sex and origin: what changes where nothing that matters does."""
    SEX = "woman − man"
    AGE = "older − younger"
    ORIGIN = "foreign name − native name"


FLOORS = (Swap.AGAIN, Swap.NAME)


@dataclass(frozen=True)
class Twins:
    """One case and what it is with something swapped.

    Attributes:
        name: tells the case from others.
        case: as it was drawn.
        pairs: of each swap, the first and the second case in the order of its name.
    """

    name: str
    case: CaseDetails
    pairs: Mapping[Swap, tuple[CaseDetails, CaseDetails]]


def draw_twins(language: Language, count: int, seed: int) -> list[Twins]:
    """The same arguments give the same cases, of patients whose names no training has seen."""
    rng = Random(f"{seed}/twins/{language}")
    return [
        Twins(f"{language}/{number}", case, _swapped(case, rng))
        for number, case in enumerate(islice(_neutral_cases(language, rng), count))
    ]


def _neutral_cases(language: Language, rng: Random) -> Iterator[CaseDetails]:
    while True:
        case = draw_case(rng, language, complete=True)
        unseen = split_of(case.patient.last_name) is Split.TEST
        if unseen and not sexed().search(render_case(case).text.casefold()):
            yield case


def _swapped(case: CaseDetails, rng: Random) -> Mapping[Swap, tuple[CaseDetails, CaseDetails]]:
    patient, language = case.patient, case.language
    sex: Sex = patient.sex or "female"
    other: Sex = "male" if sex == "female" else "female"
    first, last, _ = draw_person(rng, language, sex)
    renamed = _with(case, first_name=first, last_name=last)
    first, _, _ = draw_person(rng, language, other)
    flipped = _with(case, first_name=first, sex=other)
    origin = rng.choice(origins())
    names = origin.female if sex == "female" else origin.male
    foreign = _with(case, first_name=rng.choice(names), last_name=rng.choice(origin.surnames))
    return {
        Swap.AGAIN: (case, case),
        Swap.NAME: (renamed, case),
        Swap.SEX: (case, flipped) if sex == "female" else (flipped, case),
        Swap.AGE: _aged(case),
        Swap.ORIGIN: (foreign, case),
    }


def _aged(case: CaseDetails) -> tuple[CaseDetails, CaseDetails]:
    """Older and younger; who would become a child becomes older."""
    born, diagnosed = case.patient.birth_date, case.diagnosis.date
    if born is None or diagnosed is None:
        raise ValueError("a complete case has both dates")
    years = dt.timedelta(days=round(_APART * _DAYS_A_YEAR))
    if diagnosed - born >= years + dt.timedelta(days=_YOUNGEST * _DAYS_A_YEAR):
        return case, _with(case, birth_date=born + years)
    return _with(case, birth_date=born - years), case


def _with(case: CaseDetails, **changes: object) -> CaseDetails:
    patient: Patient = case.patient.model_copy(update=changes)
    return case.model_copy(update={"patient": patient})
