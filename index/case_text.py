"""Case details as the text that the model, the check and the physician read.

One line a field, `Label: value`, in the case's language; absent fields give no line. Dates are
written as letters write them, so that a fact looks the same in the case and in the letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from index.case import (
    Appointment,
    Case,
    CaseDetails,
    Medication,
    Radiotherapy,
    SystemicTherapy,
    Toxicity,
)
from index.case_text_more import course_lines, report_lines, tumour_lines
from index.case_words import (
    LABELS,
    SEXES,
    format_date,
    format_interval,
    format_number,
    joined,
    period,
    when_given,
)
from index.letter import Language

__all__ = [
    "LABELS",
    "SEXES",
    "case_lines",
    "format_date",
    "format_interval",
    "format_number",
    "render_case",
    "signer",
]


def render_case(details: CaseDetails) -> Case:
    """The case with its text in the canonical form."""
    text = "\n".join(f"{label}: {value}" for label, value in case_lines(details))
    return Case(text=text, language=details.language, details=details)


def case_lines(details: CaseDetails) -> Iterator[tuple[str, str]]:
    """Label and value of every field that the case has, in the order of a letter.

    The lines of `index.case_text_more`, which only records have that were imported, stand between
    those that every case may have, and change none of them: a small model was trained on these.
    """
    language = details.language
    label = LABELS[language]
    patient, diagnosis = details.patient, details.diagnosis

    def line(field: str, value: str | None) -> Iterator[tuple[str, str]]:
        if value:
            yield label[field], value

    def date(value: dt.date | None, when: str = "") -> str:
        return when_given(value, when, language)

    yield from line("patient", f"{patient.first_name} {patient.last_name}".strip())
    yield from line("sex", SEXES[language][patient.sex] if patient.sex else "")
    yield from line("gender", patient.gender)
    yield from line("birth_date", date(patient.birth_date, patient.birth))
    yield from line("referrer", details.referrer)
    yield from line("diagnosis", diagnosis.name)
    yield from line("icd10", diagnosis.icd10)
    yield from line("tnm", diagnosis.tnm)
    yield from line("stage", diagnosis.stage)
    yield from line("histology", diagnosis.histology)
    yield from line("diagnosis_date", date(diagnosis.date, diagnosis.when))
    yield from tumour_lines(details)
    yield from line("comorbidities", "; ".join(details.comorbidities))
    for surgery in details.surgeries:
        when = date(surgery.date, surgery.when)
        yield from line("surgery", joined(surgery.name, when, surgery.remark))
    for therapy in details.systemic:
        yield from line("systemic", _systemic(therapy, language))
    for course in details.radiotherapy:
        yield from line("boost" if course.boost else "radiotherapy", _course(course, language))
    toxicities = (_toxicity(each, language) for each in details.toxicities)
    yield from line("toxicity", "; ".join(toxicities))
    medication = (_medication(each, language) for each in details.medication)
    yield from line("medication", "; ".join(medication))
    yield from course_lines(details)
    for appointment in details.follow_up:
        yield from line("follow_up", _appointment(appointment, language))
    yield from line("author", details.author)
    yield from line("notes", details.notes)
    yield from report_lines(details)


def signer(case: Case) -> str:
    """Who will sign, by the field or by the line of that name in the text; or empty."""
    if case.details:
        return case.details.author
    label = f"{LABELS[case.language]['author']}:"
    lines = (line.strip() for line in case.text.splitlines())
    return next((line[len(label) :].strip() for line in lines if line.startswith(label)), "")


def _systemic(therapy: SystemicTherapy, language: Language) -> str:
    cycles = ""
    if therapy.cycles:
        word = {"en": ("cycle", "cycles"), "de": ("Zyklus", "Zyklen")}[language]
        cycles = f"{therapy.cycles} {word[therapy.cycles > 1]}"
    time = joined(period(therapy.start, therapy.end, language), therapy.when)
    more = joined(therapy.intent, therapy.end_reason, therapy.remark)
    return joined(" + ".join(therapy.drugs), cycles, time, more)


def _course(course: Radiotherapy, language: Language) -> str:
    """`left breast, VMAT, 50 Gy in 25 fractions of 2 Gy, 3 March 2025 - 4 April 2025`"""
    dose = ""
    if course.total_gy is not None:
        dose = f"{format_number(course.total_gy, language)} Gy"
    if course.fractions is not None:
        word = {"en": ("fraction", "fractions"), "de": ("Fraktion", "Fraktionen")}[language]
        count = f"{course.fractions} {word[course.fractions > 1]}"
        dose = f"{dose} in {count}" if dose else count
    if course.fraction_gy is not None:
        single = f"{format_number(course.fraction_gy, language)} Gy"
        of = {"en": "of", "de": "zu je"}[language]
        dose = f"{dose} {of} {single}" if dose else single
    dose = joined(dose, course.dose)
    time = joined(period(course.start, course.end, language), course.when)
    more = joined(course.route, course.modality, course.intent, course.outcome, course.remark)
    return joined(course.site, course.technique, dose, time, more)


def _toxicity(toxicity: Toxicity, language: Language) -> str:
    """`erythema grade 2`, then what more is told: `fatigue grade 1 (12 May 2025)`"""
    name = toxicity.name
    if toxicity.grade is not None:
        name = f"{name} {'Grad' if language == 'de' else 'grade'} {toxicity.grade}"
    more = joined(when_given(toxicity.date, toxicity.when, language), toxicity.remark)
    return f"{name} ({more})" if more else name


def _medication(medication: Medication, language: Language) -> str:
    """`ramipril 5 mg 1-0-0`, then what more is told: `ramipril 5 mg 1-0-0 (oral, since ...)`"""
    name = " ".join(filter(None, (medication.drug, medication.dose, medication.schedule)))
    time = joined(period(medication.start, medication.end, language), medication.when)
    more = joined(medication.route, time, medication.end_reason, medication.remark)
    return f"{name} ({more})" if more else name


def _appointment(appointment: Appointment, language: Language) -> str:
    when = ""
    if appointment.date:
        when = f"{ {'en': 'on', 'de': 'am'}[language] } {format_date(appointment.date, language)}"
    elif appointment.after:
        when = f"in {format_interval(appointment.after, language)}"
    return f"{appointment.what} {joined(when, appointment.when)}".strip()
