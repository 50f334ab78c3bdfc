"""Case details from a letter alone: its facts, by rules over its sections, as a form has them.

What the rules can't put into a field stands in the case as the letter's own sentence, so that the
case says all that the letter says: a letter that says more than its case teaches to invent. What
is quoted so is told, since it teaches to copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from finetune.pairing.disease import disease_of
from finetune.pairing.people import addressee, patient_of_letter, signers
from finetune.pairing.plan import plan_of
from finetune.pairing.therapy import treatment_of
from finetune.pairing.units import Unit
from index.case import CaseDetails, Statement
from index.letter import Language, SectionKind
from index.spans import Span

_QUOTED_AS = {
    SectionKind.DIAGNOSES: "findings",
    SectionKind.FINDINGS: "findings",
    SectionKind.RECOMMENDATIONS: "recommendations",
    SectionKind.MEDICATION: "recommendations",
    SectionKind.SCHEDULE: "recommendations",
}
"""The field that takes a section's sentences; `course` takes those of all others."""


def derive_case(
    letter: str, language: Language, units: Sequence[Unit], written: Sequence[Span]
) -> CaseDetails:
    """The case's fields as the letter tells them.

    Args:
        letter: de-identified.
        units: of the letter.
        written: where it has surrogates, and for what.
    """
    disease = disease_of(units, language)
    treatment = treatment_of(units, letter, language)
    plan = plan_of(units, language)
    return CaseDetails(
        language=language,
        patient=patient_of_letter(letter, language, written, units),
        referrer=addressee(letter, written),
        diagnosis=disease.diagnosis,
        comorbidities=disease.comorbidities,
        surgeries=treatment.surgeries,
        systemic=treatment.systemic,
        radiotherapy=treatment.radiotherapy,
        toxicities=treatment.toxicities,
        medication=plan.medication,
        follow_up=plan.follow_up,
        author=signers(letter, written),
    )


def with_quotes(details: CaseDetails, units: Iterable[Unit]) -> CaseDetails:
    """The case with sentences of the letter as they stand."""
    quoted: dict[str, list[Statement]] = {}
    for unit in units:
        text = " ".join(unit.text.strip("-–—•* \t").split())
        quoted.setdefault(_QUOTED_AS.get(unit.kind, "course"), []).append(Statement(text=text))
    fields = {name: (*getattr(details, name), *new) for name, new in quoted.items()}
    return details.model_copy(update=fields)
