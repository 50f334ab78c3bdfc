"""Made-up cases of the demo clinic: coherent, of many tumour groups, in English or German.

A case is drawn from the tables in `data/`: first the tumour group and a whole treatment situation,
then what varies in it. Some values come from beyond the group's table (less usual doses, drugs and
side effects), so that a model has to read a case rather than know it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from itertools import chain
from typing import Literal, get_args

from finetune.clinic import tables
from finetune.clinic.courses import working_day
from finetune.clinic.people import AUTHORS, draw_doctor, draw_person
from finetune.clinic.tables import (
    ComorbidityEntry,
    DiagnosisEntry,
    DrugEntry,
    FollowUpEntry,
    Group,
    HistologyEntry,
    Regimen,
    Sex,
    Spread,
    ToxicityEntry,
    Treatment,
)
from finetune.clinic.therapy import Draw, Therapy, draw_therapy
from index.case import Appointment, CaseDetails, Diagnosis, Interval, Medication, Patient, Toxicity
from index.letter import Language

Unit = Literal["days", "weeks", "months", "years"]

_FIRST_DIAGNOSIS = dt.date(2019, 1, 7)
_DAYS_OF_DIAGNOSES = 2300
_DAYS: dict[Unit, int] = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def draw_case(rng: random.Random, language: Language, *, complete: bool = False) -> CaseDetails:
    """A made-up case; the same state of `rng` gives the same case.

    Args:
        rng: the only source of chance.
        language: of all texts in the case.
        complete: leave out no fact that the treatment has.
    """
    group = tables.group(rng.choice(tables.GROUPS))
    treatment = _pick_treatment(group, rng, complete=complete)
    sex: Sex = "female" if rng.random() < group.female else "male"
    draw = Draw(rng, language, left=rng.random() < 0.5, complete=complete)
    age = rng.randint(*(treatment.age or group.age))
    diagnosed = working_day(_FIRST_DIAGNOSIS + draw.days(0, _DAYS_OF_DIAGNOSES))
    born = diagnosed - dt.timedelta(days=int(age * 365.25)) - draw.days(1, 364)
    first_name, last_name, _ = draw_person(rng, language, sex)

    entry = rng.choice(treatment.diagnoses)
    histology = rng.choice(entry.histologies or treatment.histologies)
    treatment = _fitted(treatment, entry, histology, age)
    diagnosis = _draw_diagnosis(group, treatment, entry, histology, diagnosed, draw)
    therapy = draw_therapy(treatment, diagnosed, draw)
    given = " ".join(drug for course in therapy.systemic for drug in course.drugs)
    diseases = _draw_comorbidities(sex, age, given, draw)
    return CaseDetails(
        language=language,
        patient=Patient(first_name=first_name, last_name=last_name, sex=sex, birth_date=born),
        referrer="" if draw.omitted(0.06) else draw_doctor(rng, language),
        diagnosis=diagnosis,
        comorbidities=tuple(draw.say(disease.name) for disease in diseases),
        surgeries=therapy.surgeries,
        systemic=therapy.systemic,
        radiotherapy=therapy.radiotherapy,
        toxicities=_draw_toxicities(treatment, therapy, draw),
        medication=_draw_medication(treatment, diseases, sex, draw),
        follow_up=_draw_follow_up(treatment, therapy.end, draw),
        author=_draw_author(draw),
    )


def _pick_treatment(group: Group, rng: random.Random, *, complete: bool) -> Treatment:
    """One of the group's treatments, filled up from the group, or of its metastases."""
    if group.metastatic and rng.random() < 0.18:
        return _metastatic(group, group.metastatic, rng)
    options = [t for t in group.treatments if t.regimens or not complete]
    treatment = rng.choices(options, weights=[t.weight for t in options])[0]
    return treatment.model_copy(
        update={
            "diagnoses": treatment.diagnoses or group.diagnoses,
            "histologies": treatment.histologies or group.histologies,
            "toxicities": treatment.toxicities or group.toxicities,
            "follow_up": treatment.follow_up or group.follow_up,
            "supportive": treatment.supportive or group.supportive,
        }
    )


def _metastatic(group: Group, spread: Spread, rng: random.Random) -> Treatment:
    common = tables.metastases()
    name = rng.choice(spread.kinds)
    kind = common.kinds[name]
    stereotactic = kind.stereotactic
    usual = common.stereotactic_techniques if stereotactic else common.techniques
    diagnoses = tuple(
        DiagnosisEntry(
            name=(f"{entry.name[0]}, {kind.name[0]}", f"{entry.name[1]}, {kind.name[1]}"),
            icd10=entry.icd10,
            histologies=entry.histologies,
        )
        for entry in spread.diagnoses or group.diagnoses
    )
    return Treatment(
        stages=spread.kind_stages.get(name, spread.stages),
        sites=kind.sites,
        techniques=kind.techniques or usual,
        schemes=common.stereotactic_schemes if stereotactic else kind.schemes or common.schemes,
        step=2 if stereotactic else 1,
        biopsies=common.biopsies,
        procedures=common.procedures,
        regimens=spread.regimens,
        systemic=0.75,
        diagnoses=diagnoses,
        histologies=spread.histologies or group.histologies,
        toxicities=common.toxicities + kind.toxicities,
        follow_up=common.follow_up,
        supportive=common.supportive + kind.supportive,
    )


def _fitted(
    treatment: Treatment, entry: DiagnosisEntry, histology: HistologyEntry, age: int
) -> Treatment:
    """The treatment of this diagnosis, with the regimens that suit the histology and the age."""

    def fits(regimen: Regimen) -> bool:
        text = histology.name[0]
        barred = regimen.unless and regimen.unless in text
        return regimen.requires in text and not barred and regimen.min_age <= age <= regimen.max_age

    return treatment.model_copy(
        update={
            "regimens": tuple(filter(fits, treatment.regimens)),
            "stages": entry.stages or treatment.stages,
            "sites": entry.sites or treatment.sites,
            "biopsies": entry.biopsies or treatment.biopsies,
            "procedures": entry.procedures or treatment.procedures,
            "surgeries": entry.surgeries or treatment.surgeries,
        }
    )


def _draw_diagnosis(
    group: Group,
    treatment: Treatment,
    entry: DiagnosisEntry,
    histology: HistologyEntry,
    date: dt.date,
    draw: Draw,
) -> Diagnosis:
    rng = draw.rng
    tnm, stage = rng.choice(treatment.stages)
    code = rng.choice(entry.icd10)
    grades = histology.grades if group.grades else ()
    return Diagnosis(
        name=draw.say(entry.name),
        icd10="" if draw.omitted(0.03) else code,
        tnm="" if draw.omitted(0.05) else _draw_tnm(tnm, draw, grades),
        stage="" if draw.omitted(0.15) else draw.say(stage),
        histology="" if draw.omitted(0.12) else draw.say(histology.name),
        date=None if draw.omitted(0.06) else date,
    )


def _draw_tnm(tnm: str, draw: Draw, grades: Sequence[int]) -> str:
    """The TNM with the vessel invasion and grading that a pathologist may add."""
    rng = draw.rng
    base, residual, margin = draw.say((tnm, tnm)).partition(" R")
    parts = [base]
    if base.startswith("pT") and "Tis" not in base and " L" not in base and draw.chance(0.4):
        parts.append(f"L{rng.randint(0, 1)} V{rng.choice((0, 0, 1))}")
    if residual:
        parts.append(f"R{margin}")
    if grades and tnm and not tnm.startswith("ypT0") and draw.chance(0.7):
        parts.append(f"G{rng.choice(grades)}")
    return " ".join(parts)


def _draw_comorbidities(sex: Sex, age: int, given: str, draw: Draw) -> list[ComorbidityEntry]:
    count = draw.rng.choices((0, 1, 2, 3), weights=(18, 34, 30, 18))[0]
    count = max(count, 1) if draw.complete else count
    fitting = [
        entry
        for entry in tables.comorbidities()
        if entry.sex in (None, sex)
        and entry.min_age <= age
        and not any(drug in given.casefold() for drug in entry.excludes)
    ]
    drawn: list[ComorbidityEntry] = []
    while len(drawn) < count:
        # One in seven comes from the whole list alike, else the frequent ones are drawn.
        weights = [1 if draw.chance(0.15) else entry.weight for entry in fitting]
        entry = draw.rng.choices(fitting, weights=weights)[0]
        drawn.append(entry)
        fitting = [e for e in fitting if e is not entry and not (e.kind and e.kind == entry.kind)]
    return drawn


def _draw_toxicities(treatment: Treatment, therapy: Therapy, draw: Draw) -> tuple[Toxicity, ...]:
    rng = draw.rng
    count = rng.choices((0, 1, 2, 3), weights=(10, 30, 38, 22))[0]
    count = max(count, 1) if draw.complete else count

    def fitting(entries: Sequence[ToxicityEntry]) -> list[ToxicityEntry]:
        return [entry for entry in entries if therapy.cytotoxic or not entry.systemic]

    own, wide = fitting(treatment.toxicities), fitting(tables.toxicities())
    drawn: dict[str, Toxicity] = {}
    while len(drawn) < count:
        entry = rng.choice(wide if draw.chance(0.15) else own)
        name = draw.say(entry.name)
        grade = None if draw.omitted(0.03) else rng.choice(entry.grades)
        drawn.setdefault(name, Toxicity(name=name, grade=grade))
    return tuple(drawn.values())


def _draw_medication(
    treatment: Treatment, diseases: Sequence[ComorbidityEntry], sex: Sex, draw: Draw
) -> tuple[Medication, ...]:
    """Drugs for the comorbidities and the side effects, and now and then any common one."""
    rng = draw.rng
    count = rng.choices((0, 1, 2, 3, 4), weights=(14, 22, 28, 24, 12))[0]
    count = max(count, 1) if draw.complete else count
    known = {drug.key: drug for drug in tables.drugs()}
    common = [drug for drug in tables.drugs() if drug.common]
    keys = [rng.choice(disease.drugs) for disease in diseases if disease.drugs]
    keys += rng.sample(treatment.supportive, min(2, len(treatment.supportive)))
    candidates = [
        rng.choice(common) if draw.chance(0.15) else drug
        for drug in chain((known[key] for key in keys), rng.sample(common, 2))
    ]
    avoided = {key for disease in diseases for key in disease.avoids}
    drawn: list[DrugEntry] = []
    for drug in candidates:
        clash = any(d.key == drug.key or (d.kind and d.kind == drug.kind) for d in drawn)
        suits = drug.sex in (None, sex) and drug.key not in avoided
        if len(drawn) < count and suits and not clash:
            drawn.append(drug)
    return tuple(_prescribe(drug, draw) for drug in drawn)


def _prescribe(drug: DrugEntry, draw: Draw) -> Medication:
    english, _, german = draw.rng.choice(drug.schedules).partition("|")
    schedule = german or english if draw.language == "de" else english
    dose = draw.quantity(draw.rng.choice(drug.doses))
    return Medication(
        drug=drug.key if draw.language == "en" else drug.name,
        dose="" if draw.omitted(0.03) else dose,
        schedule="" if draw.omitted(0.05) else schedule,
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


def _draw_author(draw: Draw) -> str:
    if draw.omitted(0.06):
        return ""
    if draw.chance(0.75):
        return draw.rng.choice(AUTHORS[draw.language]).name
    return draw_doctor(draw.rng, draw.language)
