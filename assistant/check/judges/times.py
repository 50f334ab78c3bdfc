"""Time: dates, ages, intervals."""

from __future__ import annotations

import datetime as dt
import itertools
import re

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    age_on,
    changed,
    hedged,
    left,
    supported,
)
from assistant.check.order import PERIOD
from assistant.check.reading import Reading
from assistant.check.source import Source, related


def date(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = list(case.equal(fact))
    if not equal and len(fact.value) == len("2026-02"):
        equal = [o for o in case.of(FactKind.DATE) if o.value.startswith(fact.value)]
    if not equal and fact.value.startswith("--"):
        equal = [o for o in case.of(FactKind.DATE) if o.value[4:] == fact.value[1:]]
    if not equal and len(fact.value) == len("2026-02-01"):
        equal = [o for o in case.of(FactKind.DATE) if o.value == "-" + fact.value[4:]]
    about = [o for o in case.of(FactKind.DATE) if fact.about & o.about]
    if equal:
        if "birth" in fact.about and not any("birth" in o.about for o in equal) and about:
            return changed(about[0])
        if other := _of_another(fact, equal, case):
            return changed(other, f"In the case {equal[0].text} is of something else.")
        return supported(equal[0])
    if about:
        return changed(_nearest_day(fact, about))
    near = [o for o in case.of(FactKind.DATE) if _days_apart(fact.value, o.value) < 400]
    return changed(_nearest_day(fact, near)) if near else NOT_THERE


_CUES = frozenset({"birth", "diagnosis", "surgery", "radiotherapy", "systemic", "follow_up"})


def _of_another(fact: Fact, equal: list[Fact], case: Source) -> Fact | None:
    """The case's date of the same procedure, where this one is in the case of other procedures."""
    mine = fact.about - _CUES
    if not mine:
        return None
    theirs = [o for o in case.of(FactKind.DATE) if related(mine, o.about - _CUES)]
    if not theirs or any(o.value == e.value for o in theirs for e in equal):
        return None
    elsewhere = all(e.about - _CUES and not case.around(e) & mine for e in equal)
    return theirs[0] if elsewhere else None


def _nearest_day(fact: Fact, others: list[Fact]) -> Fact:
    return min(others, key=lambda other: _days_apart(fact.value, other.value))


def _days_apart(one: str, other: str) -> int:
    try:
        return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
    except ValueError:
        return 100 if one[:4] == other[:4] else 36_500


def age(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    if day := age_on(fact.value, case):
        return supported(day, f"The age on {day.text}.")
    letters = [o for o in draft.facts if o.kind is FactKind.DATE]
    if case.born and any(
        o.value[:4].isdigit() and int(o.value[:4]) - case.born.year - int(fact.value) in (0, 1)
        for o in letters
        if o.value[:4] != str(case.born.year)
    ):
        return supported(None, "The age at a date of the letter.")
    numbers = [o for k in (FactKind.NUMBER, FactKind.INTERVAL) for o in case.of(k)]
    for other in numbers:
        if other.value.split()[0] == fact.value:
            return supported(other)
    rivals = case.of(FactKind.AGE)
    if rivals:
        return changed(rivals[0])
    births = [f for f in case.of(FactKind.DATE) if "birth" in f.about]
    if births:
        return changed(births[0], f"The case says born {births[0].text}.")
    return NOT_THERE


_DAYS = {"days": 1, "weeks": 7, "months": 30.44, "years": 365.25, "fortnights": 14}


def interval(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    amount, _, unit = fact.value.partition(" ")
    if amount == "1" and fact.text[0] in "aeAE":
        return None  # "a day", "einen Tag"
    days = float(amount) * _DAYS[unit]
    slack = (
        0.15 * days
        if hedged(fact, draft)
        else 0.5
        if unit == "days"
        else 1.0
        if unit == "weeks"
        else 0.04 * days
    )
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
            return changed(same[0])
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
    if not _AHEAD.search(ahead) and _between_days(days, unit, case):
        return supported(None, "The time between two dates of the case.")
    return changed(left(about, draft)) if about else NOT_THERE


# "in 3 months" is a plan, which no two dates of the past explain.
_AHEAD = re.compile(r"\b(?:in|within|every|alle|jede|innerhalb von)\s(?:about |etwa |ca\. )?$")
_AFTER = re.compile(
    r"^\W*(?:\w+\s)?(?:after|following|post|later|nach|später|since|seit)\b", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^\W*(?:\w+\s)?(?:before|prior|vor|zuvor|earlier|ago|preceding)\b", re.IGNORECASE
)


def _direction(text: str, fact: Fact) -> str:
    """Whether an interval lies before something or after it; empty where it isn't said."""
    behind = text[fact.end : fact.end + 24]
    return "after" if _AFTER.match(behind) else "before" if _BEFORE.match(behind) else ""


_OTHERWISE = re.compile(r"\b(?:after|before|nach|vor|later|später|every|alle)\b")


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
