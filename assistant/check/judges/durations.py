"""Lengths of time that follow from a case's dates, courses and years."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from decimal import Decimal

from assistant.check.courses import courses_of
from assistant.check.fact import Fact, FactKind, Status
from assistant.check.happenings import Topic
from assistant.check.judges.verdict import Verdict
from assistant.check.order import PERIOD
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.timeline import timeline_of

_LONGEST = 70
"""Days of one treatment; what is further apart is two."""
SLACK = {"days": 1, "weeks": 4, "months": 16, "years": 200, "fortnights": 3}
"""Days: how far people round, by the unit they say."""
TREATMENT = re.compile(
    r"\b(?:radiotherapy|irradiat\w*|radiation (?:treatment|therapy|series)|treatment time"
    r"|treated over|overall treatment|bestrahl\w*|strahlentherapie|radiatio|gesamtbehandlungszeit"
    r"|behandlungs(?:dauer|zeit)\w*|die behandlung|the (?:whole )?treatment)\b",
    re.IGNORECASE,
)
"""Words of a treatment whose length is told."""


def between_dates(days: float, unit: str, case: Source) -> bool:
    """Whether it lies between two dates of the case.

    Only of dates that follow each other closely: among many, some pair fits any interval.
    """
    slack = SLACK[unit]
    known = sorted(
        {day for day, fact in case.days if "birth" not in fact.about and day != case.born}
    )
    near = 4 if unit in ("days", "weeks") else len(known)
    if any(
        abs((other - one).days - days) <= slack
        for i, one in enumerate(known)
        for other in known[i + 1 : i + near]
    ):
        return True
    return unit == "years" and _between_years(round(days / 365.25), case)


def _between_years(wanted: int, case: Source) -> bool:
    years = {day.year for day, _ in case.days}
    years |= {
        int(o.value) for o in case.of(FactKind.NUMBER) if re.fullmatch(r"(?:19|20)\d\d", o.value)
    }
    return any(one - other == wanted for one in years for other in years)


def treatment_days(case: Source) -> list[int]:
    """How long each course took in the case, and all of its radiotherapy together."""
    entries = [
        entry
        for entry in timeline_of(case.reading)
        if entry.told and all(h.topic is Topic.RADIOTHERAPY for h in entry.told)
    ]
    days = {fact.start: day for day, fact in case.days}
    spans = [[days[f.start] for f in entry.dates if f.start in days] for entry in entries]
    every = sorted(day for span in spans for day in span)
    found = [(max(span) - min(span)).days + 1 for span in spans if len(span) > 1]
    # Notes give the beginning and the end apart: any two days of an irradiation may be its ends.
    pairs = [(b - a).days + 1 for i, a in enumerate(every) for b in every[i + 1 :]]
    found += [days for days in pairs if days <= _LONGEST]
    counts = [c.worth("count") for c in courses_of(case.reading)]
    found += [_of_fractions(count) for count in counts if count]
    return found


def _of_fractions(count: Decimal) -> int:
    """Five a week, the weekends between them."""
    weeks, rest = divmod(int(count), 5)
    return weeks * 7 + rest


_OTHERWISE = re.compile(r"\b(?:after|before|nach|vor|later|später|every|alle)\b")


def of_period(fact: Fact, days: float, unit: str, draft: Reading) -> Verdict | None:
    """ "From 16 March to 5 May, over five weeks": the sentence's own dates tell."""
    number = draft.sentence_at(fact.start)
    dates = [
        f for f in draft.facts if f.kind is FactKind.DATE and draft.sentence_at(f.start) == number
    ]
    for first, second in itertools.pairwise(dates):
        if not PERIOD.match(draft.text[first.end : second.start]):
            continue
        try:
            last = dt.date.fromisoformat(second.value)
            begin = first.value if first.value[:2] != "--" else f"{last.year}{first.value[1:]}"
            start = dt.date.fromisoformat(begin)
            if start > last and begin != first.value:
                start = start.replace(year=last.year - 1)  # "November 18 to January 6, 2026"
            length = (last - start).days + 1
        except ValueError:
            return None
        slack = {"weeks": 6, "days": 1}.get(unit)
        around = draft.text[max(0, fact.start - 12) : fact.end + 12]
        if slack and abs(length - days) > slack and not _OTHERWISE.search(around):
            message = f"From {first.text} to {second.text} it is {length} days."
            return Verdict(Status.CHANGED, message)
    return None
