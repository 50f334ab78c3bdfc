"""Where on a line of fixed width a day stands.

A line that runs from a tumour of long ago to last month would show nothing of last month: a long
time without events takes a short, fixed part of the line, as a break.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.timeline import Event

_BREAK_DAYS = 200
"""Without an event for so long, the line is broken."""
_BREAK = 5.0
"""Percent of the line that a break takes."""
_SHORTEST_DAYS = 20
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
"""Months between two ticks."""
_TICK_WIDTH = 27.0
"""Percent of the line that a tick's label needs."""
_FIRST_YEAR, _LAST_YEAR = 2, 9990
"""So that no day around a tick leaves the calendar."""


@dataclass(frozen=True)
class Stretch:
    """A part of the line without a break: its days, and where it lies, in percent."""

    first: dt.date
    last: dt.date
    left: float
    width: float

    def at(self, day: dt.date) -> float:
        days = max((self.last - self.first).days, 1)
        return self.left + self.width * (day - self.first).days / days


@dataclass(frozen=True)
class Tick:
    left: float
    label: str


@dataclass(frozen=True)
class Scale:
    stretches: tuple[Stretch, ...]

    def at(self, day: dt.date) -> float:
        """Percent of the line, from 0 to 100, for a day of one of the scale's events."""
        inside = [each for each in self.stretches if each.first <= day <= each.last]
        return inside[0].at(day) if inside else 0.0

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where the middles of the breaks are."""
        return tuple(each.left - _BREAK / 2 for each in self.stretches[1:])

    def ticks(self) -> Iterator[Tick]:
        """Labelled months or years, none over another; at least where the line begins."""
        shown = list(self._labelled())
        yield from shown or [Tick(0, _label(each.first)) for each in self.stretches[:1]]

    def _labelled(self) -> Iterator[Tick]:
        taken = -_TICK_WIDTH
        for stretch in self.stretches:
            for day in _ticks(stretch):
                left = stretch.at(day)
                if left >= taken + _TICK_WIDTH and left <= 100 - _TICK_WIDTH:
                    taken = left
                    yield Tick(left, _label(day))


def _label(day: dt.date) -> str:
    return f"{day:%b} {day.year}" if day.month > 1 else f"{day.year}"


def scale_of(events: Sequence[Event]) -> Scale:
    """The scale on which all of these events have a place."""
    spans = [(e.first, e.last) for e in events if e.first and e.last]
    groups = list(_groups([(first, last) for first, last in spans if first and last]))
    if not groups:
        return Scale(())
    days = [max((last - first).days, _SHORTEST_DAYS) for first, last in groups]
    room = 100 - _BREAK * (len(groups) - 1)
    if room < 100 / 2:  # more breaks than line: one scale for all
        groups, days, room = [(groups[0][0], groups[-1][1])], [1], 100
    stretches: list[Stretch] = []
    left = 0.0
    for (first, last), weight in zip(groups, days, strict=True):
        width = room * weight / sum(days)
        stretches.append(Stretch(first, last, left, width))
        left += width + _BREAK
    return Scale(tuple(stretches))


def _groups(spans: Sequence[tuple[dt.date, dt.date]]) -> Iterator[tuple[dt.date, dt.date]]:
    """Spans of days with no long time between them."""
    group: tuple[dt.date, dt.date] | None = None
    for first, last in sorted(spans):
        if group and (first - group[1]).days <= _BREAK_DAYS:
            group = group[0], max(group[1], last)
            continue
        if group:
            yield group
        group = first, last
    if group:
        yield group


def _ticks(stretch: Stretch) -> Iterator[dt.date]:
    """First days of months, as far apart as their labels need."""
    first, last = stretch.first, stretch.last
    months = max((last - first).days / 30.4, 1)
    wanted = _TICK_WIDTH * months / max(stretch.width, 0.1)
    step = next((each for each in _STEPS if each >= wanted), 12 * max(1, round(months / 12)))
    number = first.year * 12 + first.month - 1
    number += -number % step
    found = False
    while number <= last.year * 12 + last.month - 1:
        year, month = divmod(number, 12)
        number += step
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            continue
        day = dt.date(year, month + 1, 1)
        if first <= day <= last:
            found = True
            yield day
    if not found:
        yield first
