"""The treatment situation of a made-up case, and the diagnosis that it is for."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from finetune.clinic import tables
from finetune.clinic.drawing import Draw
from finetune.clinic.entries import (
    DiagnosisEntry,
    Group,
    HistologyEntry,
    Regimen,
    Spread,
    Treatment,
)
from index.case import Diagnosis


def pick_treatment(group: Group, rng: random.Random, *, complete: bool) -> Treatment:
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


def fitted(
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


def draw_diagnosis(
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
