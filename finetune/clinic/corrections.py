"""Refinements that correct a fact: name, birth date, code, grade, dose."""

from __future__ import annotations

import datetime as dt

from finetune.clinic.drafts import Draft, Refinement, put
from finetune.clinic.notation import PLAIN
from finetune.clinic.people import draw_surname
from finetune.clinic.statements import full_name
from index.case import Radiotherapy


def correct_birth_date(draft: Draft, kind: str) -> Refinement | None:
    patient, language, rng = draft.details.patient, draft.language, draft.rng
    if not patient.birth_date:
        return None
    date = patient.birth_date + dt.timedelta(days=rng.choice((-1, 1)) * rng.randrange(1, 1500))
    old = draft.old(PLAIN.date(patient.birth_date, language))
    instruction = draft.words(kind, new=PLAIN.date(date, language), old=old)
    return draft.changed(kind, instruction, patient=patient.model_copy(update={"birth_date": date}))


def correct_name(draft: Draft, kind: str) -> Refinement | None:
    patient = draft.details.patient
    if not patient.last_name:
        return None
    update = {"last_name": draw_surname(draft.rng, draft.language)}
    corrected = draft.details.model_copy(update={"patient": patient.model_copy(update=update)})
    old = draft.old(full_name(draft.details))
    instruction = draft.words(kind, new=full_name(corrected), old=old)
    return draft.changed(kind, instruction, patient=corrected.patient)


def correct_icd10(draft: Draft, kind: str) -> Refinement | None:
    """Another subcategory of the same category."""
    diagnosis = draft.details.diagnosis
    category, dot, subcategory = diagnosis.icd10.partition(".")
    if not dot:
        return None
    code = f"{category}.{draft.rng.choice([n for n in '0123456789' if n != subcategory])}"
    instruction = draft.words(kind, new=code, old=draft.old(diagnosis.icd10))
    corrected = diagnosis.model_copy(update={"icd10": code})
    return draft.changed(kind, instruction, diagnosis=corrected)


def correct_grade(draft: Draft, kind: str) -> Refinement | None:
    toxicities = draft.details.toxicities
    graded = [n for n, toxicity in enumerate(toxicities) if toxicity.grade is not None]
    if not graded:
        return None
    position = draft.rng.choice(graded)
    before = toxicities[position]
    grade = draft.rng.choice([n for n in (1, 2, 3) if n != before.grade])
    instruction = draft.words(
        kind, what=before.name, new=str(grade), old=draft.old(str(before.grade))
    )
    after = before.model_copy(update={"grade": grade})
    return draft.changed(kind, instruction, toxicities=put(toxicities, position, after))


def correct_dose(draft: Draft, kind: str) -> Refinement | None:
    """Another number of fractions, and the total dose that goes with it."""
    courses = draft.details.radiotherapy
    whole = [n for n, course in enumerate(courses) if _is_whole(course)]
    if not whole:
        return None
    position = draft.rng.choice(whole)
    before = courses[position]
    count, single = before.fractions or 1, before.fraction_gy or 0
    fractions = draft.rng.choice([n for n in range(max(1, count - 4), count + 4) if n != count])
    after = before.model_copy(update={"fractions": fractions, "total_gy": single * fractions})
    # Without the old dose nobody could tell which of several courses is meant.
    old = draft.old(_dose_words(draft, before), 1.0 if len(courses) > 1 else 0.5)
    instruction = draft.words(kind, new=_dose_words(draft, after), old=old)
    return draft.changed(kind, instruction, radiotherapy=put(courses, position, after))


def _is_whole(course: Radiotherapy) -> bool:
    return None not in (course.total_gy, course.fractions, course.fraction_gy)


def _dose_words(draft: Draft, course: Radiotherapy) -> str:
    fractions = PLAIN.fractions(course.fractions, draft.language)
    total = PLAIN.gray(course.total_gy, draft.language)
    return draft.words("dose_in_fractions", total=total, fractions=fractions)
