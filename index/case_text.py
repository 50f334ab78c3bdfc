"""Case details as the text that the model, the check and the physician read.

One line a field, `Label: value`, in the case's language; absent fields give no line. Dates are
written as letters write them, so that a fact looks the same in the case and in the letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from index.case import Appointment, Case, CaseDetails, Interval, Radiotherapy, SystemicTherapy
from index.letter import Language

LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "patient": "Patient",
        "sex": "Sex",
        "birth_date": "Date of birth",
        "referrer": "Referring physician",
        "diagnosis": "Diagnosis",
        "icd10": "ICD-10",
        "tnm": "TNM",
        "stage": "Stage",
        "histology": "Histology",
        "diagnosis_date": "Date of diagnosis",
        "comorbidities": "Comorbidities",
        "surgery": "Surgery",
        "systemic": "Systemic therapy",
        "radiotherapy": "Radiotherapy",
        "boost": "Boost",
        "toxicity": "Toxicity (CTCAE)",
        "medication": "Medication",
        "follow_up": "Follow-up",
        "author": "Signed by",
        "notes": "Notes",
    },
    "de": {
        "patient": "Patient",
        "sex": "Geschlecht",
        "birth_date": "Geburtsdatum",
        "referrer": "Zuweisung",
        "diagnosis": "Diagnose",
        "icd10": "ICD-10",
        "tnm": "TNM",
        "stage": "Stadium",
        "histology": "Histologie",
        "diagnosis_date": "Erstdiagnose",
        "comorbidities": "Nebendiagnosen",
        "surgery": "Operation",
        "systemic": "Systemtherapie",
        "radiotherapy": "Strahlentherapie",
        "boost": "Boost",
        "toxicity": "Toxizität (CTCAE)",
        "medication": "Medikation",
        "follow_up": "Nachsorge",
        "author": "Unterschrift",
        "notes": "Bemerkungen",
    },
}

SEXES: dict[Language, dict[str, str]] = {
    "en": {"female": "female", "male": "male"},
    "de": {"female": "weiblich", "male": "männlich"},
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_UNITS_DE = {
    "days": ("Tag", "Tagen"),
    "weeks": ("Woche", "Wochen"),
    "months": ("Monat", "Monaten"),
    "years": ("Jahr", "Jahren"),
}


def format_date(date: dt.date, language: Language) -> str:
    """`14 May 2025` in English, `14.05.2025` in German."""
    if language == "de":
        return f"{date:%d.%m.%Y}"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def format_number(number: Decimal, language: Language) -> str:
    """Without trailing zeros: `50.4` in English, `50,4` in German."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "de" else text


def format_interval(interval: Interval, language: Language) -> str:
    """`6 weeks`, `1 month`; in German the dative that follows "in": `6 Wochen`, `3 Monaten`."""
    if language == "de":
        return f"{interval.count} {_UNITS_DE[interval.unit][interval.count > 1]}"
    unit = interval.unit if interval.count > 1 else interval.unit.removesuffix("s")
    return f"{interval.count} {unit}"


def render_case(details: CaseDetails) -> Case:
    """The case with its text in the canonical form."""
    text = "\n".join(f"{label}: {value}" for label, value in case_lines(details))
    return Case(text=text, language=details.language, details=details)


def case_lines(details: CaseDetails) -> Iterator[tuple[str, str]]:
    """Label and value of every field that the case has, in the order of a letter."""
    language = details.language
    label = LABELS[language]
    patient, diagnosis = details.patient, details.diagnosis

    def line(field: str, value: str | None) -> Iterator[tuple[str, str]]:
        if value:
            yield label[field], value

    def date(value: dt.date | None) -> str:
        return format_date(value, language) if value else ""

    yield from line("patient", f"{patient.first_name} {patient.last_name}".strip())
    yield from line("sex", SEXES[language][patient.sex] if patient.sex else "")
    yield from line("birth_date", date(patient.birth_date))
    yield from line("referrer", details.referrer)
    yield from line("diagnosis", diagnosis.name)
    yield from line("icd10", diagnosis.icd10)
    yield from line("tnm", diagnosis.tnm)
    yield from line("stage", diagnosis.stage)
    yield from line("histology", diagnosis.histology)
    yield from line("diagnosis_date", date(diagnosis.date))
    yield from line("comorbidities", "; ".join(details.comorbidities))
    for surgery in details.surgeries:
        yield from line("surgery", _joined(surgery.name, date(surgery.date)))
    for therapy in details.systemic:
        yield from line("systemic", _systemic(therapy, language))
    for course in details.radiotherapy:
        yield from line("boost" if course.boost else "radiotherapy", _course(course, language))
    toxicities = (
        f"{t.name} {'Grad' if language == 'de' else 'grade'} {t.grade}"
        if t.grade is not None
        else t.name
        for t in details.toxicities
    )
    yield from line("toxicity", "; ".join(toxicities))
    medication = (" ".join(filter(None, (m.drug, m.dose, m.schedule))) for m in details.medication)
    yield from line("medication", "; ".join(medication))
    for appointment in details.follow_up:
        yield from line("follow_up", _appointment(appointment, language))
    yield from line("author", details.author)
    yield from line("notes", details.notes)


def signer(case: Case) -> str:
    """Who will sign, by the field or by the line of that name in the text; or empty."""
    if case.details:
        return case.details.author
    label = f"{LABELS[case.language]['author']}:"
    lines = (line.strip() for line in case.text.splitlines())
    return next((line[len(label) :].strip() for line in lines if line.startswith(label)), "")


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _period(start: dt.date | None, end: dt.date | None, language: Language) -> str:
    if start and end:
        return f"{format_date(start, language)} - {format_date(end, language)}"
    since = {"en": "since", "de": "seit"}[language]
    until = {"en": "until", "de": "bis"}[language]
    if start:
        return f"{since} {format_date(start, language)}"
    return f"{until} {format_date(end, language)}" if end else ""


def _systemic(therapy: SystemicTherapy, language: Language) -> str:
    cycles = ""
    if therapy.cycles:
        word = {"en": ("cycle", "cycles"), "de": ("Zyklus", "Zyklen")}[language]
        cycles = f"{therapy.cycles} {word[therapy.cycles > 1]}"
    period = _period(therapy.start, therapy.end, language)
    return _joined(" + ".join(therapy.drugs), cycles, period)


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
    return _joined(course.site, course.technique, dose, _period(course.start, course.end, language))


def _appointment(appointment: Appointment, language: Language) -> str:
    when = ""
    if appointment.date:
        when = f"{ {'en': 'on', 'de': 'am'}[language] } {format_date(appointment.date, language)}"
    elif appointment.after:
        when = f"in {format_interval(appointment.after, language)}"
    return f"{appointment.what} {when}".strip()
