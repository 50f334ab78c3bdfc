"""Operations, systemic therapy and radiotherapy with their side effects, from the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from assistant.check import Assertion, FactKind
from assistant.check.antineoplastics import is_antineoplastic
from finetune.pairing.courses import course_of, irradiates, whole_courses
from finetune.pairing.times import time_of
from finetune.pairing.units import Unit, days_in, items, unled
from index.case import Radiotherapy, Surgery, SystemicTherapy, Toxicity
from index.letter import Language, SectionKind

_WHERE = (SectionKind.HISTORY, SectionKind.TREATMENT, SectionKind.ASSESSMENT, SectionKind.BODY)
_NOT_DONE = re.compile(
    r"\b(?:nicht|kein\w*|ohne|abgelehnt|geplant\w*|vorgesehen\w*|empfohlen\w*|empfehlen|sollte\w*|falls"
    r"|not|no|never|without|declined|refused|planned|recommend\w*|should|would|could|if)\b",
    re.IGNORECASE,
)
"""What may not have been done is no event: such a sentence is kept as it stands."""
_SIDE_EFFECTS = re.compile(
    r"\b(?:CTCAE|tox\w*|side effects?|nebenwirkung\w*|RTOG)\b", re.IGNORECASE
)
_DRUG_DOSE = re.compile(
    r"(?:\s+(?:AUC\s*)?\d[\d.,]*(?:\s*(?:mg|µg|g|IU|IE|MBq|GBq)(?:/(?:m²|m2|kg(?:\s?KG)?))?)?)?"
)


@dataclass(frozen=True)
class Treatment:
    surgeries: tuple[Surgery, ...]
    systemic: tuple[SystemicTherapy, ...]
    radiotherapy: tuple[Radiotherapy, ...]
    toxicities: tuple[Toxicity, ...]


def treatment_of(units: Sequence[Unit], letter: str, language: Language) -> Treatment:
    """What was done, each operation, therapy and course by itself, as far as rules can tell."""
    surgeries: list[Surgery] = []
    systemic: list[SystemicTherapy] = []
    courses: list[Radiotherapy] = []
    toxicities: list[Toxicity] = []
    units = [unit for unit in units if unit.kind in _WHERE]
    for unit in whole_courses(units, letter):
        if unit.of(FactKind.GRADE) or _SIDE_EFFECTS.search(unit.text):
            toxicities += _toxicities(unit)
        elif _NOT_DONE.search(unit.text):
            continue
        elif irradiates(unit):
            courses += course_of(unit, language)
        elif any(is_antineoplastic(fact.value) for fact in unit.of(FactKind.DRUG)):
            systemic += _systemic(unit, language)
        elif unit.speaks_of("surgery"):
            surgeries += _surgery(unit, language)
    return Treatment(tuple(surgeries), tuple(systemic), tuple(courses), tuple(toxicities))


# --- systemic therapy, operations


def _systemic(unit: Unit, language: Language) -> Iterator[SystemicTherapy]:
    drugs: list[str] = []
    for fact in unit.of(FactKind.DRUG):
        start, end = unit.place(fact)
        dose = _DRUG_DOSE.match(unit.text, end)
        drugs.append(unit.text[start : dose.end() if dose else end].strip())
    counts = [fact.value for fact in unit.of(FactKind.CYCLES) if fact.value.isdigit()]
    start, end, when = time_of(unit.text, language)
    with suppress(ValidationError):
        yield SystemicTherapy(
            drugs=tuple(dict.fromkeys(drugs)),
            cycles=int(counts[0]) if counts else None,
            start=start,
            end=end,
            when=when,
        )


_DATE_WORDS = (
    r"(?:,\s*)?(?:\b(?:on|am|vom|from|date|datum|performed on|durchgeführt am|of)\b:?\s*)*"
)
_OPERATED = re.compile(
    r"^\W*(?:OP|operation|operated|surgery|eingriff|operativer eingriff|operiert|surgical treatment"
    r"|the surgical procedure)\b[\s:,]*",
    re.IGNORECASE,
)


def _surgery(unit: Unit, language: Language) -> Iterator[Surgery]:
    days = days_in(unit.text, language)
    if len(days) > 1:
        return
    text = unit.text
    for day in days:
        before = re.sub(rf"(?i){_DATE_WORDS}$", "", text[: day.start])
        text = f"{before.rstrip()} {text[day.end :].lstrip()}"
    text = re.sub(r"\s+([:,.;])", r"\1", text).strip(" ,;.")
    labelled = ": " in text
    said = unled(text if labelled else _OPERATED.sub("", text, count=1))
    name = (said if labelled else _OPERATED.sub("", said, count=1)).strip(" ,.;:")
    if any(fact.text in name for fact in unit.facts):
        yield Surgery(name=name, date=days[0].date if days else None)


# --- side effects

_GRADED = re.compile(
    r"\s*\(?\s*(?:CTCAE\s*)?(?:grade?|°|G)\s*(?P<grade>[0-5]|I{1,3}|IV|V)\b\)?", re.I
)
_RECORDED = re.compile(
    r"^.*\b(?:recorded|documented|noted|observed|showed|consisted of|included|dokumentiert|waren?"
    r"|were|was|zeigten?(?: sich)?|best(?:and|anden)(?: in)?)\s+",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


def _toxicities(unit: Unit) -> Iterator[Toxicity]:
    denied = {fact.text for fact in unit.facts if fact.assertion is not Assertion.AFFIRMED}
    for item in items(_behind_label(unit.text)):
        graded = _GRADED.search(item)
        name = _RECORDED.sub("", item[: graded.start()].strip(" ,:(") if graded else item)
        known = any(fact.text in item for fact in unit.facts)
        known = known and not _SIDE_EFFECTS.search(name)
        if not name or not known or len(name.split()) > 6 or any(each in item for each in denied):
            continue
        grade = graded["grade"].upper() if graded else ""
        yield Toxicity(name=name, grade=_ROMAN.get(grade) or (int(grade) if grade else None))


def _behind_label(text: str) -> str:
    """After "(CTCAE):" or the verb that opens the list."""
    label = re.match(r"^[^:\n]{0,110}?:\s+", text)
    return text[label.end() :] if label else unled(text)
