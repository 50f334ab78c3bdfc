"""Times reckoned from an event: "three weeks after the operation", "a month later"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from assistant.check.attribution import same_day
from assistant.check.fact import Fact, FactKind, Status
from assistant.check.happenings import Happening, Topic, happenings
from assistant.check.judges.durations import SLACK
from assistant.check.judges.manner import plans
from assistant.check.judges.verdict import Verdict, hedged, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.timeline import Entry, timeline_of

_LATER = re.compile(r"^\W*(?:later|später|danach|darauf|afterwards|thereafter)\b", re.IGNORECASE)
_FROM = re.compile(
    r"^\W*(?P<way>after|following|before|prior to|post|nach|vor)\b[^,;.\n]{0,60}", re.IGNORECASE
)
_BEGINS = re.compile(r"\b(?:began|begins?|begun|start\w*|begann\w*|begonnen)\b", re.IGNORECASE)
_BEGIN_REACH = 40
_REACH = 260
"""Characters before a "later", in which the day stands that it is reckoned from."""
_DONE = {Topic.SURGERY, Topic.RADIOTHERAPY, Topic.SYSTEMIC}
_TOPICS = _DONE | {Topic.DIAGNOSIS, Topic.EXAMINATION}
"""An examination after a time is most often one to come, which has no day in the case."""


def reckoned(fact: Fact, days: float, draft: Reading, case: Source) -> Verdict | None:
    """Whether the case's days of the two events are so far apart; None where they can't be told."""
    number = draft.sentence_at(fact.start)
    sentence = draft.passages.sentences[number]
    group = draft.by_sentence[number]
    told = happenings(draft.text, sentence.start, sentence.end, group)
    known = _days(case)
    entries = timeline_of(case.reading)
    dates = [f for f in group if f.kind is FactKind.DATE and len(f.value) > len("2024")]
    if _LATER.match(draft.text[fact.end :]):
        before = [
            f
            for f in draft.facts
            if f.kind is FactKind.DATE
            and len(f.value) > len("2024")
            and 0 <= fact.start - f.end <= _REACH
        ]
        anchors = _same(before[-1:], known)
        after = [f for f in dates if f.start > fact.end]
        events = [h for h in told if h.topic in _DONE]
    elif match := _FROM.match(draft.text[fact.end :]):
        stop = fact.end + match.end()
        named = [f for f in dates if fact.end < f.start < stop]
        from_ = [h for h in _told_in(draft, fact.end, stop) if h.topic in _TOPICS]
        anchors = _same(named, known) or _of(from_, entries, known)
        after = [f for f in dates if not fact.end < f.start < stop]
        events = [h for h in told if h.topic in _DONE and not fact.end < h.start < stop]
    else:
        return None
    lead = draft.text[max(sentence.start, fact.start - _BEGIN_REACH) : fact.start]
    others = (
        _same(after, known)
        if after
        else _of(events[:1], entries, known, begins=bool(_BEGINS.search(lead)))
    )
    if not anchors or not others:
        return None
    slack = SLACK[fact.value.partition(" ")[2]] + (0.15 * days if hedged(fact, draft) else 0)
    apart = [abs((other - anchor).days) for anchor in anchors for other in others]
    if any(abs(length - days) <= slack for length in apart):
        return supported(None, "The time between the two in the case.")
    nearest = min(apart, key=lambda length: abs(length - days))
    if not nearest or plans(fact, draft):
        return None  # one event told twice, or one to come: which two are meant can't be told
    return Verdict(Status.CHANGED, f"In the case the two are {nearest} days apart.")


def _days(case: Source) -> list[tuple[dt.date, Fact]]:
    return [(day, fact) for day, fact in case.days if fact.value.count("-") > 1]


def _same(dates: Iterable[Fact], known: Sequence[tuple[dt.date, Fact]]) -> list[dt.date]:
    return [day for date in dates for day, its in known if same_day(date, its)]


def _told_in(draft: Reading, begin: int, end: int) -> list[Happening]:
    facts = [f for f in draft.facts if begin <= f.start < end]
    return happenings(draft.text, end, end, facts)


def _of(
    events: Sequence[Happening],
    entries: Sequence[Entry],
    known: Sequence[tuple[dt.date, Fact]],
    *,
    begins: bool = False,
) -> list[dt.date]:
    """The case's days of the events; with `begins`, the first of each period only."""
    places = {
        date.start
        for event in events
        for entry in entries
        if any(event.same(its) for its in (*entry.told, *entry.around))
        for date in (entry.dates[:1] if begins else entry.dates)
    }
    return [day for day, fact in known if fact.start in places]
