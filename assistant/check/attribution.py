"""Which day belongs to which event: what the draft puts together, and the case keeps apart.

A date and an event that are both the case's can be exchanged for another's. They are only when the
case has the date for something else, the event on another date, and never the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.happenings import Happening, Topic
from assistant.check.pairing import paired
from assistant.check.reading import Reading
from assistant.check.timeline import Entry, named, timeline

_SPREAD = 90
"""Characters; a date and its event that are further apart are not marked as one."""
_LINES = frozenset({"first-line", "second-line", "third-line"})
_EXCHANGED = frozenset({Topic.SYSTEMIC, Topic.RADIOTHERAPY})
"""Topics of which one course can be told with the drug, or the target, of another."""


def misattributed(reading: Reading, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Dates with another's event and events with another's date, in the order of the draft.

    Args:
        reading: the draft's.
        entries: the case's timeline.
    """
    for entry in timeline(reading):
        placed = [
            (date, [e for e in entries if any(same_day(date, o) for o in e.dates)])
            for date in entry.dates
        ]
        known = [(date, places) for date, places in placed if places]
        visit = any(_is_visit(event) for event in entry.told)
        if not known or not entry.told or not entry.clear or visit:
            continue
        dates = [
            (date, places)
            for date, places in known
            if _of_others(entry, date, places, entries)
            and any(_beside(reading.text, event, date) for event in entry.told)
        ]
        months = [date for date in entry.dates if _is_month(date.value)]
        events = [
            event
            for event in entry.told
            if all(_beside(reading.text, event, month) for month in months)
            and _on_others(event, entry, known, entries)
        ]
        yield from _findings(reading.text, entry, dates, events)


def exchanged_lines(reading: Reading, case: Reading) -> Iterator[Finding]:
    """Drugs of the first line told as those of the second, and the other way round."""
    lines = {fact.value: (drugs, fact) for drugs, fact in _lines_of(case)}
    known = {drug.value for drugs, _ in lines.values() for drug in drugs}
    for drugs, line in _lines(reading):
        its = {drug.value for drug in lines.get(line.value, ((), line))[0]}
        for drug in drugs:
            if its and drug.value in known - its:
                place = lines[line.value][1]
                message = f"In the case another drug is the {line.value}."
                yield Finding(drug, Status.CHANGED, message, place.start, place.end)


@lru_cache(maxsize=16)
def _lines_of(case: Reading) -> tuple[tuple[tuple[Fact, ...], Fact], ...]:
    return tuple(_lines(case))


def _lines(reading: Reading) -> Iterator[tuple[tuple[Fact, ...], Fact]]:
    for group in reading.by_sentence:
        drugs = [f for f in group if f.kind is FactKind.DRUG]
        lines = [f for f in group if f.value in _LINES]
        for told, line in paired(reading.text, drugs, lines):
            yield told, line[0]


def same_day(one: Fact, other: Fact) -> bool:
    """Whether two dates can be one, a part of either being left out."""
    return _same_day(one.value, other.value)


@lru_cache(maxsize=65_536)
def _same_day(a: str, b: str) -> bool:
    if _is_month(a) or _is_month(b):
        return _month(a) == _month(b) != ""
    if a.startswith("--") or b.startswith("--"):
        return a[-5:] == b[-5:] and len(a) > 6 < len(b)
    return a.startswith(b) or b.startswith(a)


def _is_month(value: str) -> bool:
    """ "--02": neither a year nor a day is told."""
    return value.startswith("--") and len(value) == len("--02")


def _month(value: str) -> str:
    return value[2:4] if value.startswith("--") else value[5:7]


def _may_be(one: Fact, other: Fact) -> bool:
    """Whether two dates can be one, as far as they tell: "2024", and a 4 March without its year."""
    if same_day(one, other):
        return True
    months = {_month(one.value), _month(other.value)} - {""}
    return other.value.startswith("--") and len(one.value) < len("2024-03-04") and len(months) < 2


def _beside(text: str, event: Happening, date: Fact) -> bool:
    """Whether an event and a date stand in one clause; a mere month has to stand close by."""
    if not _is_month(date.value):
        return event.beside(text, date)
    low, high = sorted((event.end, date.start, event.start, date.end))[1:3]
    if high - low > _CLOSE or re.search(r"[,;:()]", text[low:high]):
        return False
    return not _UNTIL.search(text, max(0, date.start - 20), date.start)


_CLOSE = 40
_UNTIL = re.compile(r"\b(?:until|till|to|through|by|since|bis|seit)\s(?:\w+[ -])?$", re.IGNORECASE)
"""Before a month in which more than what stands beside it may have ended, or begun."""


def _is_visit(event: Happening) -> bool:
    """ "We saw her", and a mere "examined": of a visit, on which much else may have been done."""
    return event.topic is Topic.VISIT or (event.topic is Topic.EXAMINATION and not event.name)


def _of_others(entry: Entry, date: Fact, places: Sequence[Entry], entries: Sequence[Entry]) -> bool:
    """Whether the case has a date for other events, and these on other dates."""
    # The only date of a sentence may be of anything in it.
    mine_all = named(entry.around) if entry.alone else entry.told
    if any(mine.same(its) for mine in mine_all for p in places for its in p.around):
        return False
    if any(
        _may_be(date, o) and o.value.startswith("--")
        for other in entries
        for o in other.dates
        for mine in entry.told
        if any(mine.same(its) for its in other.around)
    ):
        return False
    if not any(p.told for p in places):
        return False
    return all(_elsewhere(mine, places, entries) for mine in entry.told)


def _elsewhere(event: Happening, places: Sequence[Entry], entries: Sequence[Entry]) -> bool:
    """Whether the case has the event, by name or as its only one of the topic, on other dates."""
    return any(
        event.is_of(its) and (event.name or event.topic is not Topic.OTHER)
        for other in entries
        if other not in places
        for its in other.told
    )


def _on_others(
    event: Happening, entry: Entry, known: Sequence[tuple[Fact, Sequence[Entry]]],
    entries: Sequence[Entry],
) -> bool:  # fmt: skip
    """Whether the case has a drug or a target on other dates, and another on each of these."""
    if event.topic not in _EXCHANGED or not event.name:
        return False
    for _, places in known:
        if any(event.same(its) for p in places for its in p.around):
            return False
        if not any(its.topic is event.topic and its.name for p in places for its in p.told):
            return False
    every = [place for _, places in known for place in places]
    return _elsewhere(event, every, entries)


def _findings(
    text: str,
    entry: Entry,
    dates: Sequence[tuple[Fact, Sequence[Entry]]],
    events: Sequence[Happening],
) -> Iterator[Finding]:
    """The dates are wrong, or the events, whichever are the fewer; where they are as many, both."""
    drugs = [event for event in entry.told if event.name and event.topic is Topic.SYSTEMIC]
    if len(events) < len(dates) or (
        not dates and all(e in drugs for e in events) and len(events) < len(drugs)
    ):
        for event in events:
            yield _finding(text, FactKind.DRUG, event.start, event.end, entry.dates[0], None)
    for date, places in dates if len(dates) <= len(events) or not events else ():
        start, end = date.start, date.end
        if len(dates) == len(events):
            near = min(events, key=lambda event: abs(event.start - date.start))
            start, end = min(start, near.start), max(end, near.end)
        if _is_month(date.value) and not events:
            near = min(entry.told, key=lambda event: abs(event.start - date.start))
            start, end = min(start, near.start), max(end, near.end)
        if end - start > _SPREAD:
            start, end = date.start, date.end
        yield _finding(text, FactKind.DATE, start, end, date, places[0])


def _finding(
    text: str, kind: FactKind, start: int, end: int, date: Fact, place: Entry | None
) -> Finding:
    fact = Fact(kind, text[start:end].lower(), frozenset(), start, end, text[start:end])
    message = f"In the case {date.text} is of something else."
    shown = place.dates[0] if place else None
    return Finding(
        fact, Status.CHANGED, message, shown.start if shown else None, shown.end if shown else None
    )
