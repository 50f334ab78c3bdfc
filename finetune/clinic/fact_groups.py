"""Facts that belong together, and whether they stand together in a text.

`finetune.clinic.facts` finds a fact wherever it stands. Two facts that took each other's place, as
the doses of two courses, are seen only here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from finetune.clinic.clinics import TOWN, Clinic
from finetune.clinic.facts import Fact, plain, whole
from finetune.clinic.letters import LetterOptions
from finetune.clinic.notation import Notation
from finetune.clinic.statements import addressed, dosed, full_name
from index.case import CaseDetails


@dataclass(frozen=True)
class FactGroup:
    """What makes one statement, e.g. `radiotherapy`: a course's site, doses and dates."""

    kind: str
    facts: tuple[Fact, ...]


def letter_groups(
    details: CaseDetails, options: LetterOptions | None = None, clinic: Clinic = TOWN
) -> tuple[FactGroup, ...]:
    """Every group that the letter must carry, in the order of the case."""
    dropped = {"medication"} if options and options.omit_medication else set[str]()
    groups = (
        FactGroup(kind, tuple(Fact(*fact) for fact in facts if fact[1]))
        for kind, facts in _groups(details, clinic.notation)
        if kind not in dropped
    )
    return tuple(group for group in groups if group.facts)


def summary_groups(details: CaseDetails, clinic: Clinic = TOWN) -> tuple[FactGroup, ...]:
    """Those of a summary: all but the correspondents."""
    return tuple(g for g in letter_groups(details, clinic=clinic) if g.kind not in _LINES)


def apart(text: str, groups: Sequence[FactGroup]) -> tuple[FactGroup, ...]:
    """The groups of which `text` nowhere has all facts in one sentence, or has another group's
    value of the same kind among them.

    A referrer counts in the first lines alone and an author in the last ones; the date of the first
    diagnosis needs a word that says so.
    """
    lines = [line for raw in text.splitlines() if (line := plain(raw))]
    return tuple(
        group for group in groups if not _stands(group, lines[_LINES.get(group.kind, _ALL)], groups)
    )


_ALL = slice(None)
_LINES = {"greeting": slice(3), "closing": slice(-3, None)}
"""The lines, empty ones not counted, in which a correspondent may stand."""

_CUES = {
    "first_diagnosis": r"\b(?:(?:first|initial|date of) diagnosis|diagnosis was|diagnosed|dx"
    r"|erstdiagnose|diagnosestellung|erstmals|diagnostiziert|ed)\b"
}
"""Words without which a lone date would say nothing."""

_IN_ORDER = frozenset({"date", "medication"})
"""A start comes before its end, and a drug before its schedule: in a list of drugs nothing else
tells whose schedule it is."""

_ABBREVIATIONS = ("geb", "ca", "bzw", "ggf", "inkl", "approx")
# One of the clinic's terse sentences goes on after a stop: `RT breast, VMAT. Dose 50 Gy in …`.
_SENTENCE_END = "".join(rf"(?<!\b{a})" for a in _ABBREVIATIONS) + r"[.!?] (?!dos(?:e|is)\b)"


def _stands(group: FactGroup, lines: Iterable[str], groups: Iterable[FactGroup]) -> bool:
    kinds = {fact.kind for fact in group.facts}
    alike = {plain(f.text) for other in groups for f in other.facts if f.kind in kinds}
    own = {plain(fact.text) for fact in group.facts}
    # The longest first, so that a fact is not taken for another one that is a part of it.
    facts = sorted(alike | own, key=len, reverse=True)
    marks = re.compile("|".join([*map(whole, facts), _SENTENCE_END]))
    return any(
        all(mark[0] in own for mark in marks.finditer(part))
        for line in lines
        for part in _parts(group, line)
    )


def _parts(group: FactGroup, line: str) -> Iterator[str]:
    """From each place where one of the facts stands, the shortest part of the line with all."""
    singles = [whole(fact.text) for fact in group.facts]
    cues = [_CUES[group.kind]] if group.kind in _CUES else []
    needed = [re.compile(pattern) for pattern in [*_needed(group), *cues]]
    for begin in {m.start() for pattern in [*singles, *cues] for m in re.finditer(pattern, line)}:
        found = [pattern.search(line, begin) for pattern in needed]
        ends = [match.end() for match in found if match]
        if len(ends) == len(needed):
            yield line[begin : max(ends)]


def _needed(group: FactGroup) -> Iterator[str]:
    """Patterns of the facts, one for those that come in an order."""
    for kind, facts in groupby(group.facts, key=lambda fact: fact.kind):
        patterns = [whole(fact.text) for fact in facts]
        yield from [".*?".join(patterns)] if kind in _IN_ORDER else patterns


_Facts = Iterable[tuple[str, str]]
"""Kind and text; an empty text is a fact that the case doesn't have."""


def _groups(details: CaseDetails, notation: Notation) -> Iterator[tuple[str, _Facts]]:
    language = details.language
    patient = details.patient

    def dates(*days: dt.date | None) -> _Facts:
        return [("date", notation.date(day, language)) for day in days]

    yield "greeting", [("doctor", addressed(details.referrer))]
    yield "patient", [("patient_name", full_name(details)), *dates(patient.birth_date)]
    yield "first_diagnosis", dates(details.diagnosis.date)
    for surgery in details.surgeries:
        yield "surgery", [("surgery", surgery.name), *dates(surgery.date)]
    for therapy in details.systemic:
        yield (
            "systemic",
            [
                *(("drug", drug) for drug in therapy.drugs),
                ("cycles", notation.cycles(therapy.cycles, language)),
                *dates(therapy.start, therapy.end),
            ],
        )
    for course in details.radiotherapy:
        yield (
            "radiotherapy",
            [
                ("site", course.site),
                ("technique", course.technique),
                ("total_dose", notation.gray(course.total_gy, language)),
                ("fractions", notation.fractions(course.fractions, language)),
                ("fraction_dose", notation.gray(course.fraction_gy, language)),
                *dates(course.start, course.end),
            ],
        )
    for toxicity in details.toxicities:
        yield "toxicity", [("toxicity", notation.graded(toxicity, language))]
    for item in details.medication:
        yield "medication", [("medication", dosed(item)), ("medication", item.schedule)]
    for visit in details.follow_up:
        yield "follow_up", [("follow_up", notation.appointed(visit, language))]
    yield "closing", [("doctor", details.author)]
