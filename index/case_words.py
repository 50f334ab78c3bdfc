"""The words and forms that a case's lines are written in: labels, dates, numbers, intervals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from index.case import Interval
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
        "gender": "Gender",
        "laterality": "Side",
        "site": "Tumour site",
        "grading": "Grading",
        "diagnosis_remark": "On the diagnosis",
        "staging": "Staging",
        "metastases": "Distant metastases",
        "markers": "Receptors and mutations",
        "further_diagnosis": "Further tumour",
        "performance": "Performance status",
        "laboratory": "Laboratory",
        "course": "Course",
        "death": "Death",
        "recommendation": "Recommendation",
        "finding": "Further finding",
        "report": "Report",
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
        "gender": "Geschlechtsangabe",
        "laterality": "Seite",
        "site": "Tumorlokalisation",
        "grading": "Grading",
        "diagnosis_remark": "Zur Diagnose",
        "staging": "Staging",
        "metastases": "Fernmetastasen",
        "markers": "Rezeptoren und Mutationen",
        "further_diagnosis": "Weiterer Tumor",
        "performance": "Allgemeinzustand",
        "laboratory": "Labor",
        "course": "Verlauf",
        "death": "Tod",
        "recommendation": "Empfehlung",
        "finding": "Weiterer Befund",
        "report": "Bericht",
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


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def when_given(date: dt.date | None, when: str, language: Language) -> str:
    """A date as the language writes it, and what is known of one that is not full."""
    return joined(format_date(date, language) if date else "", when)


def period(start: dt.date | None, end: dt.date | None, language: Language) -> str:
    """`3 March 2025 - 4 April 2025`, `since 3 March 2025`, `until 4 April 2025`."""
    if start and end:
        return f"{format_date(start, language)} - {format_date(end, language)}"
    since = {"en": "since", "de": "seit"}[language]
    until = {"en": "until", "de": "bis"}[language]
    if start:
        return f"{since} {format_date(start, language)}"
    return f"{until} {format_date(end, language)}" if end else ""
