"""Dates, and what they are of."""

from __future__ import annotations

import datetime as dt
import re

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source


def date(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A date, and the event that it is of: the case's day of the one isn't that of the other."""
    equal = next((found for value in (fact.value, *fact.also) if (found := _on(value, case))), [])
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


def _on(value: str, case: Source) -> list[Fact]:
    """The case's dates that can be a date, which may lack its day or its year."""
    dates = [(o, (o.value, *o.also)) for o in case.of(FactKind.DATE)]
    if found := [o for o, its in dates if value in its]:
        return found
    if value.startswith("--"):
        return [o for o, its in dates if any(v[4:] == value[1:] for v in its)]
    if len(value) == len("2026-02"):
        return [o for o, its in dates if any(v.startswith(value) for v in its)]
    return [o for o, its in dates if f"-{value[4:]}" in its]


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
