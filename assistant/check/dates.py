"""Dates in every form that letters write them, each as its ISO date; `2026-02` without a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.wordlists import lexicon, lowered
from index.date_order import order_of


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    months = "|".join(sorted(lexicon()["months"], key=len, reverse=True))
    year = r"(?P<y>(?:19|20)\d\d|\d\d)"
    month_word = rf"(?P<m>{months})\b\.?"
    forms = (
        r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b",
        r"\b(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2])\b(?![-\d])",
        rf"(?<![\d.,])(?P<d>\d{{1,2}})\.[ ]?(?P<m>\d{{1,2}})\.[ ]?{year}(?![\d.]\d|\d)",
        rf"\b(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/{year}\b",
        rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month_word}\s+{year}\b",
        rf"\b{month_word}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b",
        rf"\b{month_word}\s+(?P<y>(?:19|20)\d\d)\b",
        r"(?<![\d.,/])(?P<m>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d)\b",
        r"(?<![\d./])(?P<m>0[1-9]|1[0-2])/(?P<y>1[5-9]|2\d|3\d)(?![\d/])",
        rf"\b{month_word}[’']?\s+(?P<y>\d\d)\b(?![.,:]?\d|\s*(?:c?Gy|mg|%|[x×]|fra[ck]t))",
        rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month_word}(?!\s*\d)",
        rf"\b{month_word}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:mg|Gy|%))",
        r"(?<![\w.,])(?P<d>0?[1-9]|[12]\d|3[01])\.[ ]?(?P<m>0?[1-9]|1[0-2])\.(?!\d)"
        r"(?=\s?[-–,:;)]|\s+(?-i:[a-zäöü0-9(]))",
        r"(?:(?<=\b(?:am|on|ab|im) )|(?<=\b(?:vom|bis|zum|den|und|and) )|(?<=\bseit )|(?<=[-–(]))"
        r"(?P<d>0?[1-9]|[12]\d|3[01])\.[ ]?(?P<m>0?[1-9]|1[0-2])\.(?!\d)",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def find_dates(text: str, language: str) -> Iterator[Fact]:
    """Every date of `text`. A date that the calendar doesn't have is given as it stands."""
    taken: list[tuple[int, int]] = []
    # Where no date of the text tells, day/month/year is meant.
    full = [match.group() for match in _SLASHED.finditer(text)]
    american = order_of(full) == "month first"
    slashed = (_AMERICAN_START, _AMERICAN_DAY) if american else (_DAY_OF_MONTH,)
    yearless = slashed if full else ()
    for pattern in (*yearless[:-1], *_patterns(), *yearless[-1:]):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            if language == "en" and "d" not in match.groupdict() and _DAY.match(match.group()):
                continue  # a later form reads it
            taken.append((start, end))
            value = _iso(match, american=american) or match.group().lower()
            yield Fact(FactKind.DATE, value, frozenset(), start, end, match.group())


_DAY = re.compile(r"^(?:[A-Za-z]{4,}|May) (?:[0-2]?\d|3[01])$", re.IGNORECASE)
""" "October 14" is a day in English; "Oct 24" and "Oktober 24" may well be a month and its year."""
_SLASHED = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?![\d/])")
_AMERICAN_START = re.compile(
    r"(?<![\d/])(?P<m>0?[1-9]|1[0-2])/(?P<d>[12]\d|3[01]|0?[1-9])"
    r"(?=\s?(?:-|–|to|through|until)\s?\d{1,2}/\d{1,2}/(?P<y>\d{4}|\d{2})(?!\d))"
)
"""The first day of a period whose year stands at its end: `02/26 - 03/22/2024`."""

_DAY_OF_MONTH = re.compile(
    r"(?<![\d/.])(?=0|\d\d/0)(?P<d>0[1-9]|[12]\d|3[01])/(?P<m>0[1-9]|1[0-2])(?![\d/])"
)
_AMERICAN_DAY = re.compile(
    r"(?<![\d/.])(?=0|\d\d/0)(?P<m>0[1-9]|1[0-2])/(?P<d>0[1-9]|[12]\d|3[01])(?![\d/])"
)
"""Beside dates with a year, and with a zero in front, which no count of nodes ("6/12") has."""
_IN_ORDER = (_AMERICAN_START, _AMERICAN_DAY, _DAY_OF_MONTH)


def _iso(match: re.Match[str], *, american: bool) -> str | None:
    """`2026-02-03`, `2026-02` without a day, `--02-03` without a year (ISO 8601, truncated)."""
    parts = match.groupdict()
    month_text = lowered(parts["m"])
    month = int(month_text) if month_text.isdigit() else lexicon()["months"][month_text]
    day = int(parts.get("d") or 0)
    if not parts.get("y"):
        return f"--{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None
    year = int(parts["y"])
    if year < 100:
        # Two digits: nobody treated today was born before 1930, nothing is planned past 2029 + 30.
        year += 2000 if year < 30 else 1900
    if not day:
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None
    if "/" in match.group() and match.re not in _IN_ORDER and (american or month > 12):
        day, month = month, day  # month/day/year
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
