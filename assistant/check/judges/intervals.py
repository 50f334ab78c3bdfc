"""Intervals: how long something took, lies before or after something, or is planned ahead."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.times import age
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    changed,
    hedged,
    left,
    supported,
)
from assistant.check.order import PERIOD
from assistant.check.reading import Reading
from assistant.check.source import Source, related

_DAYS = {"days": 1, "weeks": 7, "months": 30.44, "years": 365.25, "fortnights": 14}
# "in 3 months" is a plan, which no two dates of the past explain.
_AHEAD = re.compile(r"\b(?:in|within|every|alle|jede|innerhalb von)\s(?:about |etwa |ca\. )?$")
_LASTS = re.compile(
    r"\b(?:after|before|later|earlier|prior|since|over|for|during|lasting|took"
    r"|nach|vor|später|zuvor|seit|über|lang|während|innerhalb|dauer\w*)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^\W*(?:\w+\s)?(?:after|following|post|later|nach|später|since|seit)\b", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^\W*(?:\w+\s)?(?:before|prior|vor|zuvor|earlier|ago|preceding)\b", re.IGNORECASE
)
_WAY = re.compile(r"^\W*(?:\w+\s)?\w+", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(?:after|before|nach|vor|later|später|every|alle)\b")


def interval(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """An interval against the case's, or the time between two of its dates.

    Rounded as people round: "six weeks" are 42 days, more or less; "about" allows more.
    """
    amount, _, unit = fact.value.partition(" ")
    if amount == "1" and fact.text[0] in "aeAE":
        return None  # "a day", "einen Tag"
    days = float(amount) * _DAYS[unit]
    exact = {"days": 0.5, "weeks": 1.0}.get(unit, 0.04 * days)
    slack = 0.15 * days if hedged(fact, draft) else exact
    if broken := _of_period(fact, days, unit, draft):
        return broken
    same = [
        o
        for o in case.of(FactKind.INTERVAL)
        if abs(float(o.value.split()[0]) * _DAYS[o.value.split()[1]] - days) <= slack
    ]
    about = [o for o in case.of(FactKind.INTERVAL) if fact.about and related(o.about, fact.about)]
    way = _direction(draft.text, fact)
    if way and same:
        ways = {_direction(case.text, o) for o in same}
        if way not in ways and "" not in ways:
            words = _WAY.match(draft.text[fact.end :])
            end = fact.end + (words.end() if words else 0)
            return replace(changed(same[0], f"The case says {_said(case.text, same[0])}."), end=end)
        alike = [o for o in case.of(FactKind.INTERVAL) if _direction(case.text, o) == way]
        if way not in ways and alike:
            return changed(left(alike, draft))
    for other in same:
        if not fact.about or not other.about or related(other.about, fact.about):
            return supported(other)
    if same and about:
        return changed(left(about, draft))
    if same:
        return supported(same[0])
    if unit == "years":
        old = age(_as_age(fact, amount), draft, case)
        if old.status is Status.SUPPORTED:
            return old
    for other in case.of(FactKind.NUMBER):
        if other.value == amount and unit in ("weeks", "months", "days"):
            after = case.text[other.end : other.end + 14].lower()
            if re.match(r"\s?[-/]?\s?(?:w|d|m|wo|mo|tag|wk)", after):
                return supported(other)
    ahead = draft.text[max(0, fact.start - 16) : fact.start].lower()
    around = draft.text[max(0, fact.start - 24) : fact.end + 24]
    if not _AHEAD.search(ahead) and _LASTS.search(around) and _between_days(days, unit, case):
        return supported(None, "The time between two dates of the case.")
    if about:
        return changed(left(about, draft))
    # Of the past, how long something took is told in many ways; a plan has to be the case's.
    return NOT_THERE if _AHEAD.search(ahead) else None


def _direction(text: str, fact: Fact) -> str:
    """Whether an interval lies before something or after it; empty where it isn't said."""
    behind = text[fact.end : fact.end + 24]
    return "after" if _AFTER.match(behind) else "before" if _BEFORE.match(behind) else ""


def _said(text: str, fact: Fact) -> str:
    return text[fact.start : fact.end + 24].partition("\n")[0].rsplit(" ", 1)[0]


def _of_period(fact: Fact, days: float, unit: str, draft: Reading) -> Verdict | None:
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
            length = (last - dt.date.fromisoformat(begin)).days + 1
        except ValueError:
            return None
        slack = {"weeks": 6, "days": 1}.get(unit)
        around = draft.text[max(0, fact.start - 12) : fact.end + 12]
        if slack and abs(length - days) > slack and not _OTHERWISE.search(around):
            message = f"From {first.text} to {second.text} it is {length} days."
            return Verdict(Status.CHANGED, message)
    return None


def _as_age(fact: Fact, amount: str) -> Fact:
    return Fact(FactKind.AGE, amount, frozenset(), fact.start, fact.end, fact.text)


def _between_days(days: float, unit: str, case: Source) -> bool:
    """Only of dates that follow each other closely: among many, some pair fits any interval."""
    slack = {"days": 1, "weeks": 4, "months": 12, "years": 185, "fortnights": 3}[unit]
    known = sorted(
        {day for day, fact in case.days if "birth" not in fact.about and day != case.born}
    )
    return any(
        abs((other - one).days - days) <= slack
        for i, one in enumerate(known)
        for other in (known[i + 1 : i + 4] if unit in ("days", "weeks") else known[i + 1 :])
    )
