"""What else a made-up patient has and takes: comorbidities, side effects, home medication."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from finetune.clinic import tables
from finetune.clinic.drawing import Draw
from finetune.clinic.entries import ComorbidityEntry, DrugEntry, Sex, ToxicityEntry, Treatment
from finetune.clinic.therapy import Therapy
from index.case import Medication, Toxicity


def draw_comorbidities(sex: Sex, age: int, given: str, draw: Draw) -> list[ComorbidityEntry]:
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


def draw_toxicities(treatment: Treatment, therapy: Therapy, draw: Draw) -> tuple[Toxicity, ...]:
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


def draw_medication(
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
