"""The text of a case as a visitor may type it: field lines, JSON, dated notes, or a paragraph.

Every form says every fact of the case and nothing else. What a fact is called, the order of the
facts and the way of writing dates vary; names, codes, drugs and numbers stand as they are.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from enum import StrEnum

from finetune.clinic.facts_text import FactWriter
from finetune.clinic.notes import write_notes, write_paragraph
from index.case import CaseDetails
from index.case_text import render_case

_SEPARATORS = (": ", ": ", ": ", ":", " - ", " = ", "\t")


class SurfaceForm(StrEnum):
    """How a case is written down."""

    CANONICAL = "canonical"
    """The lines that a structured case is shown as."""
    FIELDS = "fields"
    """Lines of label and value in any order, with the writer's own labels."""
    JSON = "json"
    NOTES = "notes"
    """Notes over the time of the treatment, each with its date."""
    PARAGRAPH = "paragraph"


VISITORS: Mapping[SurfaceForm, int] = {
    SurfaceForm.CANONICAL: 28,
    SurfaceForm.FIELDS: 24,
    SurfaceForm.JSON: 12,
    SurfaceForm.NOTES: 20,
    SurfaceForm.PARAGRAPH: 16,
}
"""How often a form is met."""

PRACTICE: Mapping[SurfaceForm, int] = {
    SurfaceForm.CANONICAL: 18,
    SurfaceForm.FIELDS: 36,
    SurfaceForm.JSON: 2,
    SurfaceForm.NOTES: 28,
    SurfaceForm.PARAGRAPH: 16,
}
"""How often a form is trained on: what is hard to read more often, lines in any order first."""


def draw_form(rng: random.Random, weights: Mapping[SurfaceForm, int] = VISITORS) -> SurfaceForm:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def surface(details: CaseDetails, rng: random.Random, form: SurfaceForm) -> str:
    """The case as text in this form."""
    writer = FactWriter(details, rng)
    match form:
        case SurfaceForm.CANONICAL:
            return render_case(details).text
        case SurfaceForm.FIELDS:
            return _field_lines(writer)
        case SurfaceForm.JSON:
            indent = rng.choice((None, 2, 2, 4))
            return details.model_dump_json(exclude_defaults=True, indent=indent)
        case SurfaceForm.NOTES:
            return write_notes(writer)
        case SurfaceForm.PARAGRAPH:
            return write_paragraph(writer)


def _field_lines(writer: FactWriter) -> str:
    rng = writer.rng
    blocks = _blocks(writer)
    if rng.random() < 0.6:
        rng.shuffle(blocks)
    separator = rng.choice(_SEPARATORS)
    case = rng.choice((str, str, str.lower, str.upper))
    bullet = rng.choice(("", "", "", "- ", "* "))
    lines: list[str] = []
    for field, values in blocks:
        label = case(rng.choice(writer.phrases["labels"][field]))
        lines += [f"{bullet}{label}{separator}{value}" for value in values]
    return "\n".join(lines)


def _blocks(writer: FactWriter) -> list[tuple[str, list[str]]]:
    """Field and values; what has a sequence in time stays in one block."""
    details, rng = writer.details, writer.rng
    blocks: list[tuple[str, list[str]]] = []

    def add(field: str, *values: str) -> None:
        if any(values):
            blocks.append((field, [value for value in values if value]))

    if rng.random() < 0.25:
        add("patient", writer.say("value_patient", **writer.person()))
    else:
        person = writer.person()
        patient = details.patient
        reverse = patient.first_name and patient.last_name and rng.random() < 0.1
        add("patient", f"{patient.last_name}, {patient.first_name}" if reverse else person["name"])
        add("sex", person["sex"])
        add("birth_date", person["born"])
    add("referrer", details.referrer)
    disease = writer.disease()
    for field in ("diagnosis", "icd10", "tnm", "stage", "histology"):
        add(field, disease[field])
    add("diagnosis_date", disease["date"])
    add("surgery", *(writer.say("value_surgery", **s) for s in writer.surgeries()))
    in_cycles = all(therapy.cycles for therapy in details.systemic)
    values = (writer.say("value_systemic", **therapy) for therapy in writer.systemic())
    add("chemotherapy" if in_cycles else "systemic", *values)
    for course in details.radiotherapy:
        value = writer.say("value_course", **writer.course(course))
        add("boost" if course.boost else "radiotherapy", value)
    for field, items in (
        ("comorbidities", details.comorbidities),
        ("toxicity", writer.toxicities()),
        ("medication", writer.medication()),
        ("follow_up", writer.follow_up()),
    ):
        joined = rng.choice((True, True, False))
        add(field, *(("; ".join(items),) if joined else items))
    add("author", details.author)
    add("notes", details.notes)
    return blocks
