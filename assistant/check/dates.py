"""Dates in every form that letters write them, each as its ISO date.

`2026-02` without a day, `2026` without a month, `--02-03` without a year, `--02` a month alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.check.fact import Fact, FactKind
from assistant.check.slashed import FULL, find_slashed, full_year
from assistant.check.starts import figures, matches_at
from assistant.check.wordlists import any_of, lexicon, lowered
from index.date_order import Order, order_of

_BEFORE_YEARS = (
    *("early", "mid", "late", "spring", "summer", "autumn", "winter"),
    *("anfang", "mitte", "ende", "frühjahr", "frühling", "sommer", "herbst"),
)
"""Before a year of two figures."""
_BEFORE_MONTHS = (
    *("in", "since", "until", "till", "from", "to", "early", "mid", "late", "this", "last", "next"),
    *("by", "through", "during", "and", "that", "end of", "beginning of", "middle of"),
    *("im", "seit", "bis", "ab", "anfang", "mitte", "ende", "von", "und", "zum", "diesen"),
)
"""Before a month that stands alone."""


def _behind(words: Sequence[str]) -> str:
    return "|".join(rf"(?<=\b{word} )" for word in words)


class _Form(NamedTuple):
    pattern: re.Pattern[str]
    at: str
    """What it begins with: "figure", "month", or "" for anything."""


@cache
def _months() -> re.Pattern[str]:
    return re.compile(rf"\b(?={any_of(lexicon()['months'])})", re.IGNORECASE)


@cache
def _forms() -> tuple[_Form, ...]:
    months = any_of(lexicon()["months"])
    year = r"(?P<y>(?:19|20)\d\d|\d\d)"
    month_word = rf"(?P<m>{months})\b\.?"
    forms = (
        (
            "figure",
            r"(?<![\w./])(?P<y>(?:19|20)\d\d)(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})\b",
        ),
        ("figure", r"(?<![\w./])(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2])\b(?![-\d]|\.\d)"),
        (
            "figure",
            rf"(?<![\d.,])(?P<d>\d{{1,2}})\.[ ]?(?P<m>\d{{1,2}})\.[ ]?{year}(?![\d.]\d|\d)",
        ),
        (
            "figure",
            rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month_word}\s+{year}\b",
        ),
        (
            "month",
            rf"\b{month_word}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b",
        ),
        ("month", rf"\b{month_word}\s+(?P<y>(?:19|20)\d\d)\b"),
        ("figure", r"(?<![\d.,/])(?P<m>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d)\b"),
        (
            "month",
            rf"\b{month_word}[’']?\s+(?P<y>\d\d)\b(?![.,:]?\d|\s*(?:c?Gy|mg|%|[x×]|fra[ck]t))",
        ),
        # "10-11/23", "05-10/2018": the first month of a period has the year of the second.
        (
            "figure",
            r"(?<![\w.,/-])(?P<m>0?[1-9]|1[0-2])(?=\s?[-–]\s?(?P<t>0?[1-9]|1[0-2])/"
            r"(?P<y>20\d\d|\d\d)\b(?![-./]\d))",
        ),
        ("figure", rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{month_word}(?!\s*\d)"),
        ("month", rf"\b{month_word}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:mg|Gy|%))"),
        (
            "figure",
            r"(?<![\w.,])(?P<d>0?[1-9]|[12]\d|3[01])\.[ ]?(?P<m>0?[1-9]|1[0-2])\.(?!\d)"
            r"(?=\s?[-–,:;)]|\s+(?-i:[a-zäöü0-9(]))",
        ),
        (
            "figure",
            r"(?:(?<=\b(?:am|on|ab|im) )|(?<=\b(?:vom|bis|zum|den|und|and) )"
            r"|(?<=\bseit )|(?<=[-–(]))"
            r"(?P<d>0?[1-9]|[12]\d|3[01])\.[ ]?(?P<m>0?[1-9]|1[0-2])\.(?!\d)",
        ),
        (
            "month",
            rf"(?-i:(?=[A-ZÄÖÜ]))(?:{_behind(_BEFORE_MONTHS)}|(?<=\bmid-)"
            rf"|\b(?=(?:{months})\s(?:bis|to|until|through|-|–)\s?(?:\w+\s)?(?:{months})\b))"
            rf"{month_word}(?!\w|\s*\d)",
        ),
        (
            "",
            rf"(?=['’0-2])(?:{_behind(_BEFORE_YEARS)})"
            r"['’]?(?P<y>[0-2]\d)(?=\s?[,;)\n]|\.\s|\.?$|\s(?-i:[a-zäöü(]))"
            r"(?!\s(?:x|mal|mg|g|ml|cm|mm|kg|h|weeks?|days?|months?|years?|cycles?|fra\w*|times|doses"
            r"|patients?)\b)",
        ),
    )
    return tuple(_Form(re.compile(form, re.IGNORECASE), at) for at, form in forms)


def find_dates(text: str, language: str, order: Order = "unclear") -> Iterator[Fact]:
    """Every date of `text`. A date that the calendar doesn't have is given as it stands.

    Args:
        text: any.
        language: its language, "en" or "de".
        order: of day and month in dates such as 3/4/2021 (`order_in`, `order_for`).
    """
    taken = bytearray(len(text))

    def dated(start: int, end: int, *values: str) -> Fact:
        taken[start:end] = b"\1" * (end - start)
        written = text[start:end]
        return Fact(FactKind.DATE, values[0], frozenset(), start, end, written, also=values[1:])

    american = language == "en" and _spelled_american(text)
    for date in find_slashed(text, order, month_first=american):
        yield dated(date.start, date.end, *date.values)
    starts = {
        "figure": figures(text),
        "month": tuple(match.start() for match in _months().finditer(text)),
    }
    for pattern, at in _forms():
        matches = matches_at(pattern, text, starts[at]) if at else pattern.finditer(text)
        for match in matches:
            start, end = match.span()
            if any(taken[start:end]) or (language == "en" and _is_other(match)):
                continue
            if _is_item(match):
                continue
            yield dated(start, end, *_values(match))


def order_in(texts: Sequence[str], language: str) -> Order:
    """Which of day and month comes first in the dates of texts by one hand."""
    slashed = [date for text in texts for date in _slashed(text)]
    order = order_of(slashed)
    if order != "unclear" or not slashed:
        return order
    plain = (fact for text in texts for fact in find_dates(text, language))
    return order_of(slashed, {fact.value for fact in plain if not FULL.fullmatch(fact.text)})


@lru_cache(maxsize=16)
def _slashed(text: str) -> tuple[str, ...]:
    return tuple(match.group() for match in FULL.finditer(text))


def order_for(text: str, beside: str, language: str) -> Order:
    """That of a text: by its own dates, else by those of the text that it belongs with too."""
    own = order_in((text,), language)
    return order_in((text, beside), language) if own == "unclear" else own


def _spelled_american(text: str) -> bool:
    american, british = (sum(1 for _ in form.finditer(text)) for form in _spellings())
    return american > british


@cache
def _spellings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = lexicon()["spellings"]
    american, british = (
        re.compile(rf"\b(?:{'|'.join(forms)})", re.IGNORECASE)
        for forms in (words["american"], words["british"])
    )
    return american, british


_DAY = re.compile(r"(?:[A-Z]{4,}|May) (?:[0-2]?\d|3[01])$", re.IGNORECASE)
_LISTED = re.compile(
    r"\d{1,2}\.\s+(?:January|February|March|May|June|July|October|December|(?:\w+\.? \d\d(?!\d)))"
)
_GOES_ON = re.compile(
    r",? (?:19|20)\d\d|\s?(?:-|–|—|to|through|until|till|and)\s?(?:\d|[A-Z][a-z]+\.? \d)"
)


def _is_other(match: re.Match[str]) -> bool:
    """What is no date in English, or one that a later form reads.

    "October 14" is a day there; "Oct 24" and "Oktober 24" may well be a month and its year. The
    "1." of "1. February 10" is the number of an item.
    """
    groups = match.groupdict()
    if "m" not in groups:
        return False
    short = len(groups.get("y") or "") < 4
    goes_on = short and groups["m"].isalpha() and _GOES_ON.match(match.string, match.end())
    if "d" not in groups:
        return bool(_DAY.match(match.group()) or goes_on)
    listed = _LISTED.match(match.string, match.start())
    return bool(listed and (goes_on or not listed.group()[-1].isdigit()))


_ITEM = re.compile(r"^[ \t]*(\d{1,2})\.[ \t]", re.MULTILINE)


def _is_item(match: re.Match[str]) -> bool:
    """ "2. November 2019" between lines that begin with "1." and "3.": a month of the second."""
    text, start = match.string, match.start()
    day = match.groupdict().get("d")
    begins = text.rfind("\n", 0, start) + 1
    if not day or text[begins:start].strip() or text[match.end("d") : match.end("d") + 2] != ". ":
        return False
    others = {int(number) for number in _ITEM.findall(text)}
    return bool(others & {int(day) - 1, int(day) + 1})


def _values(match: re.Match[str]) -> tuple[str, ...]:
    """`2026-02-03`, `2026-02` without a day, `--02-03` without a year (ISO 8601, truncated)."""
    parts = match.groupdict()
    if "m" not in parts:
        return (str(full_year(int(parts["y"]))),)
    month_text = lowered(parts["m"])
    month = int(month_text) if month_text.isdigit() else lexicon()["months"][month_text]
    day = int(parts.get("d") or 0)
    as_it_stands = (match.group().lower(),)
    if not 1 <= month <= 12:
        return as_it_stands
    if not parts.get("y") and not day:
        return (f"--{month:02d}",)
    if not parts.get("y"):
        return (f"--{month:02d}-{day:02d}",) if 1 <= day <= 31 else as_it_stands
    year = int(parts["y"])
    if (until := parts.get("t")) and int(until) < month:
        year -= 1  # "11-02/24"
    if not day:
        of_month = (f"--{month:02d}-{year:02d}",) if 1 <= year <= 31 else ()
        return (f"{full_year(year):04d}-{month:02d}", *of_month)
    try:
        return (dt.date(full_year(year), month, day).isoformat(),)
    except ValueError:
        return as_it_stands
