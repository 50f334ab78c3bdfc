"""What a text says happened when: its dates, each with what is told of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.courses import year_of
from assistant.check.fact import Fact, FactKind
from assistant.check.happenings import Happening, Topic, happenings
from assistant.check.pairing import paired
from assistant.check.reading import Reading

_FAR = 160
"""Characters between a date and what happened on it, in one sentence."""
_SHORT = 45
"""Characters beside the dates: "First fraction on A, last fraction on B"."""
_TOLD_ONCE = (Topic.SYSTEMIC, Topic.SURGERY)
"""Topics of which a mere "operations:" is no other one beside those with names."""
_ENDS = re.compile(r"\b(?:until|till|to|bis|ended?|last|letzte\w*)\b[^,;]*$", re.IGNORECASE)
"""Before the second date of a course: "on A cisplatin was begun, and given until B"."""


@dataclass(frozen=True)
class Entry:
    """Dates that belong together ("from A to B"), and what happened on them.

    `told` is what the sentence's own order gives them; `around` is all that they may be of: the
    rest of a sentence that can't be told apart, and the note that a date is the heading of.
    """

    dates: tuple[Fact, ...]
    told: tuple[Happening, ...]
    around: tuple[Happening, ...]
    clear: bool
    """Whether every date of the sentence has its happening."""
    alone: bool = False
    """Whether it has the only date of its sentence."""


@dataclass
class _Line:
    """What is read of one sentence."""

    dates: list[Fact]
    happenings: list[Happening]
    goes_on: bool
    """Whether it stands behind another sentence in its line."""
    listed: bool
    """Whether it is an item of a list of that line."""
    headed: bool
    """Whether its first date is the heading of a note."""
    short: bool
    """Whether it says little more than its dates."""


def timeline(reading: Reading) -> tuple[Entry, ...]:
    """The dates of a text in its order. Those of birth are no one's doing."""
    lines = list(_lines(reading))
    found: list[Entry] = []
    carried: tuple[Happening, ...] = ()
    for number, line in enumerate(lines):
        own = tuple(line.happenings)
        before = carried if line.goes_on else ()
        carried = own or (before if line.listed else ())
        if not line.dates:
            continue
        if any(h.name for h in own) or (own and (line.listed or not before)):
            note = tuple(_following(lines, number)) if line.headed else ()
            found.extend(_entries(reading.text, line, note))
        else:
            found.append(_inheriting(line, own, before))
    return tuple(found)


def _inheriting(line: _Line, own: tuple[Happening, ...], before: tuple[Happening, ...]) -> Entry:
    """ "First fraction on A, last fraction on B": what was spoken of before."""
    topics = {h.topic for h in own} or {Topic.RADIOTHERAPY}
    if line.listed:
        topics.add(Topic.SYSTEMIC)
    boost = any(h.boost for h in own)
    fitting = tuple(h for h in before if h.topic in topics and (not own or h.boost is boost))
    told = named(fitting or own)
    around = named((*own, *before), (Topic.SYSTEMIC,))
    return Entry(tuple(line.dates), told, around, bool(own) or line.short)


def named(told: tuple[Happening, ...], topics: Collection[Topic] = Topic) -> tuple[Happening, ...]:
    """What is told without the mere topics, where one of their topic has a name."""
    with_names = {h.topic for h in told if h.name and h.topic in topics}
    return tuple(h for h in told if h.name or h.topic not in with_names)


@lru_cache(maxsize=16)
def timeline_of(case: Reading) -> tuple[Entry, ...]:
    """A case's, kept while it stays."""
    return timeline(case)


def _lines(reading: Reading) -> Iterator[_Line]:
    text = reading.text
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        dates = [f for f in group if _is_date(f)]
        lead = text[sentence.start : dates[0].start] if dates else "-"
        lead_in = text[max(0, sentence.start - 2) : sentence.start]
        yield _Line(
            dates,
            happenings(text, sentence.start, sentence.end, group),
            bool(sentence.start) and not re.search(r"[\n},]", lead_in),
            ";" in lead_in,
            len(lead) < 4 and not re.search(r"\w", lead),
            sentence.end - sentence.start - sum(d.end - d.start for d in dates) < _SHORT,
        )


def _is_date(fact: Fact) -> bool:
    if fact.kind is FactKind.NUMBER:
        return bool(year_of(fact))  # "hip replacement 2018"
    return fact.kind is FactKind.DATE and "birth" not in fact.about


def _following(lines: Sequence[_Line], number: int) -> Iterator[Happening]:
    """What the note says whose first date heads it."""
    for line in lines[number + 1 : number + 8]:
        if line.headed:
            return
        yield from line.happenings


def _entries(text: str, line: _Line, note: tuple[Happening, ...]) -> Iterator[Entry]:
    pairs = paired(text, line.happenings, line.dates, _FAR)
    left = [d for d in line.dates if not any(d in dates for _, dates in pairs)]
    apart = len(pairs) > 1 and not left and sum(len(h) for h, _ in pairs) == len(line.happenings)
    for told, dates in pairs:
        around = named(told if apart else (*line.happenings, *note), _TOLD_ONCE)
        yield Entry(dates, named(told), around, not left, alone=len(line.dates) == 1)
    for date in left:
        ends = _ENDS.search(text, max(0, date.start - 40), date.start)
        run = next((told for told, dates in reversed(pairs) if dates[0].start < date.start), ())
        yield Entry((date,), named(run), (*line.happenings, *note), bool(ends and len(left) == 1))
