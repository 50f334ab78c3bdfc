"""Time: dates and ages."""

from __future__ import annotations

import datetime as dt
import re

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, age_on, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source


def date(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A date, and the event that it is of: the case's day of the one isn't that of the other."""
    equal = list(case.equal(fact))
    if not equal and len(fact.value) == len("2026-02"):
        equal = [o for o in case.of(FactKind.DATE) if o.value.startswith(fact.value)]
    if not equal and fact.value.startswith("--"):
        equal = [o for o in case.of(FactKind.DATE) if o.value[4:] == fact.value[1:]]
    if not equal and len(fact.value) == len("2026-02-01"):
        equal = [o for o in case.of(FactKind.DATE) if o.value == "-" + fact.value[4:]]
    if not equal and of_letter(fact, draft):
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


def age(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """An age: the case's own, or that of a day in the case or the letter, by the birth date."""
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
