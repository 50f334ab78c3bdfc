"""Made-up cases of the demo clinics: coherent, of many tumour groups, in English or German.

A case is drawn from the tables in `data/`: first the tumour group and a whole treatment situation,
then what varies in it. Some values come from beyond the group's table (less usual doses, drugs and
side effects), so that a model has to read a case rather than know it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Literal, get_args

from finetune.clinic import tables
from finetune.clinic.ailments import draw_comorbidities, draw_medication, draw_toxicities
from finetune.clinic.clinics import TOWN, Clinic
from finetune.clinic.courses import working_day
from finetune.clinic.drawing import Draw
from finetune.clinic.entries import FollowUpEntry, Sex, Treatment
from finetune.clinic.people import draw_doctor, draw_person
from finetune.clinic.situations import draw_diagnosis, fitted, pick_treatment
from finetune.clinic.therapy import draw_therapy
from index.case import Appointment, CaseDetails, Interval, Patient
from index.letter import Language

Unit = Literal["days", "weeks", "months", "years"]

_FIRST_DIAGNOSIS = dt.date(2019, 1, 7)
_DAYS_OF_DIAGNOSES = 2300
_DAYS: dict[Unit, int] = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def draw_case(
    rng: random.Random, language: Language, *, complete: bool = False, clinic: Clinic = TOWN
) -> CaseDetails:
    """A made-up case; the same state of `rng` gives the same case.

    Args:
        rng: the only source of chance.
        language: of all texts in the case.
        complete: leave out no fact that the treatment has.
        clinic: whose authors sign; it must write in the language.
    """
    group = tables.group(rng.choice(tables.GROUPS))
    treatment = pick_treatment(group, rng, complete=complete)
    sex: Sex = "female" if rng.random() < group.female else "male"
    draw = Draw(rng, language, left=rng.random() < 0.5, complete=complete)
    age = rng.randint(*(treatment.age or group.age))
    diagnosed = working_day(_FIRST_DIAGNOSIS + draw.days(0, _DAYS_OF_DIAGNOSES))
    born = diagnosed - dt.timedelta(days=int(age * 365.25)) - draw.days(1, 364)
    first_name, last_name, _ = draw_person(rng, language, sex)

    entry = rng.choice(treatment.diagnoses)
    histology = rng.choice(entry.histologies or treatment.histologies)
    treatment = fitted(treatment, entry, histology, age)
    diagnosis = draw_diagnosis(group, treatment, entry, histology, diagnosed, draw)
    therapy = draw_therapy(treatment, diagnosed, draw)
    given = " ".join(drug for course in therapy.systemic for drug in course.drugs)
    diseases = draw_comorbidities(sex, age, given, draw)
    return CaseDetails(
        language=language,
        patient=Patient(first_name=first_name, last_name=last_name, sex=sex, birth_date=born),
        referrer="" if draw.omitted(0.06) else draw_doctor(rng, language),
        diagnosis=diagnosis,
        comorbidities=tuple(draw.say(disease.name) for disease in diseases),
        surgeries=therapy.surgeries,
        systemic=therapy.systemic,
        radiotherapy=therapy.radiotherapy,
        toxicities=draw_toxicities(treatment, therapy, draw),
        medication=draw_medication(treatment, diseases, sex, draw),
        follow_up=_draw_follow_up(treatment, therapy.end, draw),
        author=_draw_author(draw, clinic),
    )


def _draw_follow_up(treatment: Treatment, end: dt.date, draw: Draw) -> tuple[Appointment, ...]:
    """Appointments after the end of the radiotherapy, earliest first; all as dates or intervals."""
    rng = draw.rng
    count = 0 if draw.omitted(0.03) else rng.choices((1, 2, 3), weights=(30, 48, 22))[0]
    dated = rng.random()
    drawn: list[tuple[int, Appointment]] = []
    for entry in _sample_follow_up(treatment.follow_up, count, rng):
        number, unit = rng.choice(entry.after).split()
        interval = _vary(int(number), _unit(unit), rng)
        days = interval.count * _DAYS[interval.unit]
        what = draw.say(entry.what)
        if rng.random() < dated:
            date = working_day(end + dt.timedelta(days=days) + draw.days(0, 4))
            drawn.append((days, Appointment(what=what, date=date)))
        else:
            drawn.append((days, Appointment(what=what, after=interval)))
    return tuple(appointment for _, appointment in sorted(drawn, key=lambda pair: pair[0]))


def _sample_follow_up(
    entries: Sequence[FollowUpEntry], count: int, rng: random.Random
) -> list[FollowUpEntry]:
    """The first entry, the department's own appointment, nearly always belongs to them."""
    if count and rng.random() < 0.85:
        return [entries[0], *rng.sample(entries[1:], min(count, len(entries)) - 1)]
    return rng.sample(entries, min(count, len(entries)))


def _unit(name: str) -> Unit:
    return next(unit for unit in get_args(Unit) if unit == name)


def _vary(count: int, unit: Unit, rng: random.Random) -> Interval:
    """The usual interval, now and then a little longer."""
    if count > 2 and rng.random() < 0.25:
        count += rng.choice((-1, 1, 2))
    return Interval(count=count, unit=unit)


def _draw_author(draw: Draw, clinic: Clinic) -> str:
    if draw.omitted(0.06):
        return ""
    if draw.chance(0.75):
        return draw.rng.choice(clinic.authors[draw.language]).name
    return draw_doctor(draw.rng, draw.language)
