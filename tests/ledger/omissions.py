"""A true letter that leaves out one fact of its case, and where the case has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from index.case import CaseDetails
from index.case_text import format_number

from .fields import Path, matching, without
from .pairs import Pair
from .template import Span

_ENTRY_END = re.compile(r"[;\n}]|[,.](?=\s)")
_IMPORTANT = frozenset(
    {
        *("psa", "receptors", "receptors2", "brca", "egfr", "kras", "hpv", "mgmt", "pdl1"),
        *("recurrence", "lesion", "pneumonitis", "embolism", "plan_drug", "surgery_planned"),
        *("previous_rt", "two_volumes", "two_courses", "anticoagulation", "relative"),
    }
)
"""Topics whose omission a reader must hear of; the others are for the writer to choose."""


@dataclass(frozen=True)
class Omission:
    letter: str
    text: str
    places: tuple[Span, ...]


def left_out(pair: Pair, rng: Random) -> Omission | None:
    """One fact left out; None where the letter says it all the same, elsewhere."""
    options = [*_entries(pair.details), *_topics(pair)]
    what, texts = rng.choice(options)
    letter = (
        pair.letter(skipped=what)
        if isinstance(what, str)
        else pair.letter(_cut(pair.details, what))
    )
    gone = [text for text in texts if text and not _found(text, letter)]
    places = tuple(_reaching(span, pair.case) for text in gone for span in _found(text, pair.case))
    return Omission(letter, " / ".join(gone), places) if places else None


def _entries(details: CaseDetails) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """What can be left out, with the texts that the case has of it."""
    for field in ("surgeries.*.name", "toxicities.*.name", "medication.*.drug", "follow_up.*.what"):
        for path, text in matching(details, field):
            yield path[:2], (str(text),)
    for path, text in matching(details, "comorbidities.*"):
        yield path, (str(text),)
    for path, text in matching(details, "diagnosis.tnm|diagnosis.icd10|diagnosis.histology"):
        yield path, (str(text),)
    for place, therapy in enumerate(details.systemic):
        yield ("systemic", place), therapy.drugs
    for place, course in enumerate(details.radiotherapy):
        total = course.total_gy
        doses = (format_number(total, "en"), format_number(total, "de")) if total else ()
        yield ("radiotherapy", place), (course.site, *doses)


def _topics(pair: Pair) -> Iterator[tuple[str, tuple[str, ...]]]:
    for statement in pair.statements:
        topic = statement.entry.topic
        if topic in _IMPORTANT and topic in pair.notes:
            yield topic, (pair.notes[topic],)


def _cut(details: CaseDetails, path: Path) -> CaseDetails:
    return without(details, path)


def _reaching(place: Span, case: str) -> Span:
    """To the end of the entry: a drug's dose or a side effect's grade tells of its loss as well."""
    start, end = place
    stop = _ENTRY_END.search(case, end)
    return start, min(stop.start() if stop else len(case), end + 40)


def _found(text: str, where: str) -> list[Span]:
    pattern = rf"(?<![\w.,]){re.escape(text)}(?!\w|[.,]\d)"
    return [match.span() for match in re.finditer(pattern, where, re.IGNORECASE)]
