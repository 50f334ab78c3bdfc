"""The dated events of a case that is a text, as the check reads it.

A sentence is cut at its dates, and each part tells of the event that its date is about. Only what
has a date is taken, in the text's own words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.check import Assertion, Fact, FactKind
from assistant.check.reading import Reading, read
from assistant.check.vocabulary import vocabulary
from index.case import Case, CaseDetails
from index.case_text_more import report_lines
from index.language import detect_language
from index.partial_dates import PartialDate, read_iso
from index.timeline import Event, Lane, Timeline, timeline_of

_LONGEST = 160
"""Characters of an event's words."""
_SPECIMEN = {"histopathology", "cytology", "immunohistochemistry", "biopsy"}
"""With these, "surgical" speaks of what was taken out before."""
_CUES = {
    "diagnosis": Lane.DIAGNOSIS,
    "surgery": Lane.SURGERY,
    "radiotherapy": Lane.RADIOTHERAPY,
    "systemic": Lane.SYSTEMIC,
}
"""What the check says that a date is about."""
_FAMILIES = {
    "radiotherapy": Lane.RADIOTHERAPY,
    "systemic therapy": Lane.SYSTEMIC,
    "chemotherapy": Lane.SYSTEMIC,
    "surgery": Lane.SURGERY,
}
_TO = re.compile(r"\s*(?:[-–]|to|until|till|and|bis|bis zum|bis zur|und)\s*", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|up to|bis|bis zum)\s*$", re.IGNORECASE)
_YEAR_END = re.compile(r"(?<=\d{4})\.\s+(?=[A-ZÄÖÜ])")
_NOT_SO = (Assertion.NEGATED, Assertion.OF_RELATIVE, Assertion.SUSPECTED)


def timeline_of_case(case: Case) -> Timeline:
    """By the case's fields; what these date none of, such as an operation that only a note tells
    of, by the notes."""
    if case.details is None:
        return timeline_of_text(case.text)
    by_fields = timeline_of(case.details)
    known = {event.lane for event in by_fields.dated}
    if any(event.lane is Lane.DIAGNOSIS for event in by_fields.undated):
        known.add(Lane.DIAGNOSIS)  # notes date many findings; which of them it is they don't tell
    told = [event for event in _told_in_notes(case.details) if event.lane not in known]
    return Timeline.of([*by_fields.dated, *by_fields.undated, *told])


def _told_in_notes(details: CaseDetails) -> Iterator[Event]:
    # Each by itself: a reading is cached, and who fills in a form changes few of them.
    notes = [("notes", details.notes)] if details.notes else []
    lines = enumerate(report_lines(details))
    notes += [(f"reports[{number}]", f"{label}: {text}") for number, (label, text) in lines]
    for item, text in notes:
        for event in timeline_of_text(text).dated:
            yield replace(event, place=None, item=item)


def timeline_of_text(text: str) -> Timeline:
    """The dated events that the check reads in a text, each in the text's own words."""
    reading = read(text, detect_language(text))
    starts = [fact.start for fact in reading.facts]
    return Timeline.of(
        event
        for first, last in _sentences(reading)
        for event in _events(
            text,
            first,
            last,
            reading.facts[bisect_left(starts, first) : bisect_left(starts, last)],
        )
    )


def _sentences(reading: Reading) -> Iterator[tuple[int, int]]:
    """The check's sentences, cut behind a year too: "in 2025. Since May" is two."""
    for sentence in reading.passages.sentences:
        ends = [m.end() for m in _YEAR_END.finditer(reading.text, sentence.start, sentence.end)]
        yield from pairwise([sentence.start, *ends, sentence.end])


def _events(text: str, begin: int, stop: int, facts: Sequence[Fact]) -> Iterator[Event]:
    spans = list(_spans(text, [f for f in facts if f.kind is FactKind.DATE]))
    for span, (first, last) in zip(spans, _parts(begin, stop, facts, spans), strict=True):
        near = [f for f in facts if first <= f.start and f.end <= last]
        lane, about = _lane(span, near)
        times = [read_iso(date.value) for date in span]
        if lane is None or None in times or any(f.assertion in _NOT_SO for f in about):
            continue
        start, end = times[0], times[-1] if len(times) > 1 else None
        if end is None and _UNTIL.search(text, first, span[0].start):
            start, end = None, start
        planned = any(f.assertion is Assertion.PLANNED for f in about)
        yield _event(text, first, last, lane, start, end, planned=planned)


def _event(
    text: str,
    first: int,
    last: int,
    lane: Lane,
    start: PartialDate | None,
    end: PartialDate | None,
    *,
    planned: bool,
) -> Event:
    words = " ".join(text[first:last].split()).strip(" ,;.")
    what = words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …"
    return Event(lane, what, start, end, place=(first, last), planned=planned)


def _spans(text: str, dates: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Dates alone, or two that are a period."""
    waiting = list(dates)
    while waiting:
        span = [waiting.pop(0)]
        if waiting and _TO.fullmatch(text, span[0].end, waiting[0].start):
            span.append(waiting.pop(0))
        yield span


def _parts(
    begin: int, stop: int, facts: Sequence[Fact], spans: Sequence[list[Fact]]
) -> Iterator[tuple[int, int]]:
    """For each span of dates the part of the sentence that it dates.

    Dates follow what they date, "surgery on 3 May, radiotherapy from June", unless a therapy stands
    behind the last of them and none before the first.
    """
    if not spans:
        return
    treating = [f for f in facts if _lane_of([f])]
    leads = any(f.start >= spans[-1][-1].end for f in treating)
    if leads and not any(f.end <= spans[0][0].start for f in treating):
        cuts = [span[0].start for span in spans[1:]]
    else:
        cuts = [span[-1].end for span in spans[:-1]]
    yield from pairwise([begin, *cuts, stop])


def _lane(span: Sequence[Fact], near: Sequence[Fact]) -> tuple[Lane | None, list[Fact]]:
    """What kind of event a date is of, and the facts that say so."""
    about = frozenset(name for date in span for name in date.about)
    if "birth" in about or "follow_up" in about:
        return None, []
    treating = [f for f in near if _lane_of([f])]
    if any(f.value in _SPECIMEN for f in near):
        treating = [f for f in treating if f.value != "surgery"]
    named = [f for f in near if f.kind is FactKind.PROCEDURE and f.value in about]
    if named:  # without a lane it is an examination
        return _lane_of(named), named
    if "diagnosis" in about:
        return Lane.DIAGNOSIS, []
    grades = [f for f in near if f.kind is FactKind.GRADE]
    if grades and not any(f.kind is FactKind.DOSE for f in near):
        return Lane.TOXICITY, grades
    lanes = {_lane_of([f]) for f in treating}
    cue = next((lane for name, lane in _CUES.items() if name in about), None)
    lane = lanes.pop() if len(lanes) == 1 else cue or _lane_of(treating)
    return lane, [f for f in treating if _lane_of([f]) is lane]


def _lane_of(facts: Iterable[Fact]) -> Lane | None:
    return _of_names({f.value for f in facts if f.kind in (FactKind.PROCEDURE, FactKind.DRUG)})


def _of_names(names: Iterable[str]) -> Lane | None:
    family = {general for name in names for general in vocabulary().family(name)}
    return next((lane for name, lane in _FAMILIES.items() if name in family), None)
