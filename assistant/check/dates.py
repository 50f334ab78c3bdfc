"""Dates in every form that letters write them, each as its ISO date; `2026-02` without a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.lexicon import lexicon, lowered


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    months = "|".join(sorted(lexicon()["months"], key=len, reverse=True))
    year = r"(?P<y>(?:19|20)\d\d|\d\d)"
    month_word = rf"(?P<m>{months})\b\.?"
    forms = (
        r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b",
        rf"\b(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{year}(?!\d)",
        rf"\b(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/{year}\b",
        rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month_word}\s+{year}\b",
        rf"\b{month_word}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b",
        rf"\b{month_word}\s+(?P<y>(?:19|20)\d\d)\b",
        r"(?<![\d.,/])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)\b",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def find_dates(text: str) -> Iterator[Fact]:
    """Every date of `text`. A date that the calendar doesn't have is given as it stands."""
    taken: list[tuple[int, int]] = []
    for pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            value = _iso(match) or match.group().lower()
            yield Fact(FactKind.DATE, value, _about(text, start), start, end, match.group())


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month_text = lowered(parts["m"])
    month = int(month_text) if month_text.isdigit() else lexicon()["months"][month_text]
    year = int(parts["y"])
    if year < 100:
        # Two digits: nobody treated today was born before 1930, nothing is planned past 2029 + 30.
        year += 2000 if year < 30 else 1900
    if not parts.get("d"):
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None
    try:
        return dt.date(year, month, int(parts["d"])).isoformat()
    except ValueError:
        return None


_SENTENCE_END = re.compile(r"\n|[.;](?=\s+[A-ZÄÖÜ])")
_WORD = re.compile(r"[\w-]+")


def _about(text: str, start: int) -> str:
    """The event that a date belongs to, by the nearest cue before it in its sentence or line."""
    sentence = _SENTENCE_END.split(text[max(0, start - 160) : start])[-1]
    for word in reversed(_WORD.findall(sentence.lower())):
        for event, words in lexicon()["cues"].items():
            if word in words:
                return event
    return ""
