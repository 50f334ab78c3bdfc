"""The demo clinics' case summaries: one labelled line a fact group, all facts kept."""

from __future__ import annotations

from collections.abc import Iterator

from finetune.clinic.clinics import TOWN, Clinic
from finetune.clinic.phrasing import Wording
from finetune.clinic.statements import Statements, grammar
from index.case import CaseDetails


def write_summary(details: CaseDetails, seed: int, clinic: Clinic = TOWN) -> str:
    """The summary; a fact group that the case doesn't have gives no line."""
    phrases = clinic.wording(details.language)
    words = grammar(phrases, details)
    wording = Wording(phrases, "summary", f"{seed}/summary", words)
    say = Statements(details, wording, clinic.notation)
    return "\n".join(
        line
        for sentence, parts in _lines(say)
        if (line := wording.say(sentence, text="; ".join(filter(None, parts))))
    )


def _lines(say: Statements) -> Iterator[tuple[str, list[str]]]:
    """Each line's label, by its key in the phrase data, and what it says."""
    yield "summary_patient", [say.opening()]
    yield (
        "summary_diagnosis",
        [
            say.diagnosis(),
            say.staging(),
            say.histology(),
            say.first_diagnosis(),
        ],
    )
    yield "summary_comorbidities", list(say.comorbidities())
    yield "summary_treatment", say.therapies()
    yield "summary_toxicity", [say.toxicities()]
    yield "summary_medication", list(say.medication(one_by_one=True))
    yield "summary_plan", list(say.follow_up(one_by_one=True))
