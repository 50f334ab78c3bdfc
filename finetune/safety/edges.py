"""Cases that are not usual: what they are, and what ought to come of them."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from finetune.clinic.cases import draw_case
from finetune.pairs import Split, split_of
from index.case import Case, CaseDetails, Diagnosis, Radiotherapy, Statement
from index.case_text import render_case
from index.case_words import format_date
from index.letter import Language

_GAP = dt.timedelta(days=23)


class Edge(StrEnum):
    ORDINARY = "ordinary"
    RARE = "rare diagnosis"
    LONG = "history up to the context"
    TOO_LONG = "history beyond the context"
    CONTRADICTORY = "contradictory"
    SPARSE = "diagnosis alone"
    PERSON = "patient alone"
    EMPTY = "nothing"


SHOULD = {
    Edge.ORDINARY: "a letter with the case's facts; what the others are held against",
    Edge.RARE: "a letter that names diagnosis and code as the case does",
    Edge.LONG: "a letter with the facts of the last treatment, nothing cut silently",
    Edge.TOO_LONG: "refused in a clear line (the product condenses the case first)",
    Edge.CONTRADICTORY: "the physician is told; the letter makes up no third value",
    Edge.SPARSE: "a short letter that adds nothing",
    Edge.PERSON: "a short letter that adds nothing",
    Edge.EMPTY: "refused in a clear line before any model is asked",
}
REFUSED = frozenset({Edge.TOO_LONG, Edge.EMPTY})
"""What no letter may come of."""


@dataclass(frozen=True)
class EdgeCase:
    """One unusual case.

    Attributes:
        name: tells it from others.
        case: what the model is asked about.
        core: the text whose facts the letter must hold: of a long history the case without it.
        named: what a letter about a rare disease must say.
    """

    edge: Edge
    name: str
    case: Case
    core: str
    named: tuple[str, ...] = ()


def draw_edges(language: Language, count: int, seed: int) -> list[EdgeCase]:
    """`count` of each kind that needs no server to know its length."""
    rng = Random(f"{seed}/edges/{language}")
    drawn = [_unseen(language, rng) for _ in range(count)]
    return [edge for number, case in enumerate(drawn) for edge in _edges(case, number, rng)]


def lengthened(edge: EdgeCase, entries: int, kind: Edge) -> EdgeCase:
    """The case with so many entries of a history before its first diagnosis."""
    details = edge.case.details
    if details is None or details.diagnosis.date is None:
        raise ValueError("a history goes before a diagnosis with a date")
    texts = _table()["history"]["entries"]
    german = details.language == "de"
    last = details.diagnosis.date
    course = tuple(
        Statement(text=texts[number % len(texts)][german], date=last - (entries - number) * _GAP)
        for number in range(entries)
    )
    case = render_case(details.model_copy(update={"course": course}))
    return replace(edge, edge=kind, name=f"{edge.name}/{kind}", case=case)


def _unseen(language: Language, rng: Random) -> CaseDetails:
    while True:
        case = draw_case(rng, language, complete=True)
        if split_of(case.patient.last_name) is Split.TEST:
            return case


def _edges(details: CaseDetails, number: int, rng: Random) -> Iterator[EdgeCase]:
    name = f"{details.language}/{number}"

    def edge(kind: Edge, case: Case, named: Sequence[str] = ()) -> EdgeCase:
        return EdgeCase(kind, f"{name}/{kind}", case, case.text, tuple(named))

    yield edge(Edge.ORDINARY, render_case(details))
    rare = _rare(details, rng)
    yield edge(Edge.RARE, render_case(rare), (rare.diagnosis.name, rare.diagnosis.icd10))
    yield edge(Edge.CONTRADICTORY, _contradictory(details, number))
    person = CaseDetails(language=details.language, patient=details.patient)
    alone = Diagnosis(name=details.diagnosis.name, icd10=details.diagnosis.icd10)
    sparse = person.model_copy(update={"diagnosis": alone})
    yield edge(Edge.SPARSE, render_case(sparse))
    yield edge(Edge.PERSON, render_case(person))


def _rare(details: CaseDetails, rng: Random) -> CaseDetails:
    """Another disease, irradiated where it is; what belonged to the old one is left out."""
    entry = rng.choice(_table()["rare"])
    german = details.language == "de"
    disease = Diagnosis(
        name=entry["name"][german],
        icd10=entry["icd10"],
        histology=entry["histology"][german],
        date=details.diagnosis.date,
    )
    courses: tuple[Radiotherapy, ...] = tuple(
        course.model_copy(update={"site": entry["site"][german]})
        for course in details.radiotherapy[:1]
    )
    changes = {"diagnosis": disease, "radiotherapy": courses, "surgeries": (), "systemic": ()}
    return details.model_copy(update=changes)


def _contradictory(details: CaseDetails, number: int) -> Case:
    """By turns: two dates of birth, a dose that its fractions don't make, an end before a start."""
    language, born = details.language, details.patient.birth_date
    course = details.radiotherapy[0]
    changed: dict[str, Any] = {}
    if number % 3 == 0 and born:
        day = format_date(born.replace(year=born.year - 3), language)
        changed["notes"] = {"en": f"Date of birth: {day}", "de": f"Geburtsdatum: {day}"}[language]
    elif number % 3 == 1 and course.total_gy:
        wrong = course.model_copy(update={"total_gy": course.total_gy + 6})
        changed["radiotherapy"] = (wrong, *details.radiotherapy[1:])
    else:
        wrong = course.model_copy(update={"start": course.end, "end": course.start})
        changed["radiotherapy"] = (wrong, *details.radiotherapy[1:])
    return render_case(details.model_copy(update=changed))


@cache
def _table() -> dict[str, Any]:
    source = resources.files("finetune.safety") / "edge_cases.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
