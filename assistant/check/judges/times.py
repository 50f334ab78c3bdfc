"""Dates, and what they are of."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence

from assistant.check.contexts import context, contexts_of
from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.units import in_days


def date(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A date, and the event that it is of: the case's day of the one isn't that of the other."""
    if len(fact.value) == len("--02"):
        return _month_or_year(fact, draft, case)
    equal = next((found for value in (fact.value, *fact.also) if (found := _on(value, case))), [])
    if not equal and (of_letter(fact, draft) or _to_come(fact, draft, case)):
        return None
    about = [o for o in case.of(FactKind.DATE) if fact.about & o.about]
    if equal:
        if "birth" in fact.about and not any("birth" in o.about for o in equal) and about:
            return changed(about[0])
        return supported(equal[0])
    if about:
        return changed(_nearest_day(fact, about))
    near = [o for o in case.of(FactKind.DATE) if _days_apart(fact.value, o.value) < 400]
    return changed(_nearest_day(fact, near)) if near else NOT_THERE


def _month_or_year(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A month or a year alone: none is said against one that the case has, or that lies between.

    What it is of is judged with the whole letter (`attribution`).
    """
    dates = [v for o in case.of(FactKind.DATE) for v in (o.value, *o.also)]
    if fact.value.startswith("--"):
        month = int(fact.value[2:])
        known = {int(v[2:4] if v.startswith("--") else v[5:7] or 0) for v in dates}
        days = [day for day, _ in case.days]
        told = month in known or any(
            month in _months(first, last) for first, last in _periods(case)
        )
        if told or not days or _to_come(fact, draft, case):
            return None
        return NOT_THERE
    told = any(v.startswith(fact.value) for v in dates) or fact.value in case.text
    return None if told or not dates else NOT_THERE


def _months(first: dt.date, last: dt.date) -> set[int]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return {(first.month - 1 + n) % 12 + 1 for n in range(min(count, 11) + 1)}


def _periods(case: Source) -> list[tuple[dt.date, dt.date]]:
    """Two dates of the case that follow each other in its text, the later behind."""
    days = [day for day, fact in case.days if "birth" not in fact.about]
    pairs = list(itertools.pairwise(days))
    return [(a, b) for a, b in pairs if a <= b and (b - a).days <= _PERIOD]


_PERIOD = 200
"""Days: what is further apart is hardly a course's beginning and end."""
_SLACK = {"days": 1, "weeks": 2, "months": 16, "years": 31, "fortnights": 2}


_PLANNED = re.compile(
    r"\b(?:will|shall|due|next|back|return|again|plan(?:ned)?|scheduled|booked|arranged|repeated?"
    r"|nächste\w*|wieder\w*|geplant\w*|\w*termin\w*|\w*kontroll\w*|vorgesehen\w*|fällig|soll\w*"
    r"|erneut\w*|vereinbart|wird|werden|bitten)\b",
    re.IGNORECASE,
)
"""In a sentence that tells of what is to come."""


def _to_come(fact: Fact, draft: Reading, case: Source) -> bool:
    """ "In April 2025", six months after the visit, where the case has "CT in 6 months"."""
    days = [(day, o) for day, o in case.days if "birth" not in o.about]
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    if not days or not _PLANNED.search(draft.text, sentence.start, sentence.end):
        return False
    latest = max(day for day, _ in days)
    told = {o.value for o in draft.facts if o.kind is FactKind.DATE}
    visits = {latest} | {day for day, _ in days if day.isoformat() in told}
    mine, theirs = context(draft, fact), contexts_of(case.reading)
    plans = case.of(FactKind.INTERVAL)
    # Of an examination that the case repeats in so many months, only those count.
    for plan in [p for p in plans if mine & theirs[p.start]] or plans:
        beside = case.reading.by_sentence[case.reading.sentence_at(plan.start)]
        if mine & theirs[plan.start] and any(_is_last(o, days) for o in beside):
            continue  # its day is told
        unit = plan.value.partition(" ")[2]
        ahead = dt.timedelta(days=in_days(plan.value))
        for visit in visits:
            if _can_be(fact.value, visit + ahead, _SLACK[unit]) and visit + ahead >= latest:
                return True
    return False


def _is_last(fact: Fact, days: Sequence[tuple[dt.date, Fact]]) -> bool:
    """Whether it is the case's last date, and so most likely one to come."""
    return bool(days) and max(days, key=lambda pair: pair[0])[1] == fact


def _can_be(value: str, day: dt.date, slack: int) -> bool:
    if len(value) == len("2026-02-03"):
        try:
            return abs((dt.date.fromisoformat(value) - day).days) <= min(slack, 4)
        except ValueError:
            return False
    near = (day - dt.timedelta(days=slack), day, day + dt.timedelta(days=slack))
    part = slice(5, 7) if value.startswith("--") else slice(0, len(value))
    return any(d.isoformat()[part] == value.removeprefix("--") for d in near)


def _on(value: str, case: Source) -> list[Fact]:
    """The case's dates that can be a date, which may lack its day or its year."""
    dates = [(o, (o.value, *o.also)) for o in case.of(FactKind.DATE)]
    if found := [o for o, its in dates if value in its]:
        return found
    if value.startswith("--"):
        return [o for o, its in dates if any(v[4:] == value[1:] for v in its)]
    if len(value) == len("2026-02"):
        found = [o for o, its in dates if any(v.startswith(value) for v in its)]
        return found or [
            o
            for o, its in dates
            if any(v.startswith(f"-{value[4:]}") for v in its) and _year_beside(o, value[:4], case)
        ]
    return [o for o, its in dates if f"-{value[4:]}" in its]


def _year_beside(date: Fact, year: str, case: Source) -> bool:
    """ "2023, 12.06.-16.06.": a year that heads the line of a date without one."""
    begins = case.text.rfind("\n", 0, date.start) + 1
    return year in case.text[begins : date.end + 60].partition("\n")[0]


_ALONE = re.compile(
    r"^(?:[A-ZÄÖÜ][\w .-]{2,30},\s*)?(?:(?:Date|Datum|Dictated|Diktat)\s*:?\s*)?"
    r"(?:den\s|the\s|am\s)?$"
)
_SALUTED = re.compile(r"\b(?:Dear|Sehr geehrte|Liebe[rs]?|Guten Tag|To whom)\b")


def of_letter(fact: Fact, draft: Reading) -> bool:
    """The letter's own date, of which no case tells: alone in a line above the salutation."""
    text = draft.text
    before = text[text.rfind("\n", 0, fact.start) + 1 : fact.start]
    behind = text[fact.end :].partition("\n")[0].strip(" .")
    above = text[: fact.start]
    return bool(
        not behind
        and _ALONE.match(before)
        and not _SALUTED.search(above)
        and _SALUTED.search(text, fact.end)
    )


def _nearest_day(fact: Fact, others: list[Fact]) -> Fact:
    return min(others, key=lambda other: _days_apart(fact.value, other.value))


def _days_apart(one: str, other: str) -> int:
    try:
        return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
    except ValueError:
        return 100 if one[:4] == other[:4] else 36_500
