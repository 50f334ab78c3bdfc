"""Dates in English letters that only their surroundings make dates, and what belongs to a date.

"Seen 9/17", "removed 10-10", "by June", "Columbus Day 2023", "the 21st"; the weekday before a date,
the season before a year, the second day of "Jan 16th-18th". What may be a fraction of nodes, a
score or a span of time ("2/14 nodes", "pain 6/10", "for 3/7") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from index.data_files import either, phrases, table, words
from index.dates import (
    DateMention,
    completed,
    find_dates,
    month_forms,
    month_number,
    reads_day_first,
)
from index.german_dates import find_german_dates
from index.letter import Language
from index.odd_dates import find_odd_dates


@lru_cache(maxsize=2)
def find_all_dates(text: str, language: Language) -> tuple[DateMention, ...]:
    """The dates of `find_dates`, and those that only the language or their surroundings tell."""
    sure = find_dates(text, language)
    if language == "de":
        return completed(_without_overlaps([*sure, *find_german_dates(text)]))
    loose = [
        each
        for finder in (_holidays, _in_figures, _joined_to_word, _by_name, find_odd_dates)
        for each in finder(text)
    ]
    found = _without_overlaps([*(_widened(each, text) for each in sure), *loose])
    return completed(found)


def _without_overlaps(mentions: list[DateMention]) -> list[DateMention]:
    kept: list[DateMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _widened(mention: DateMention, text: str) -> DateMention:
    """With the weekday or the season before it, and with a second day behind."""
    before = _patterns().before.search(text, max(0, mention.start - 24), mention.start)
    start = before.start() if before else mention.start
    second = _SECOND_DAY.match(text, mention.end)
    kinds = [kind for _, _, kind in mention.parts]
    if second and kinds[-1:] != ["y"] and "b" in kinds:
        parts = (*mention.parts, (*second.span("d"), "d"), (*second.span("o"), "o"))
        parts = tuple(part for part in parts if part[0] >= 0)
        return replace(mention, start=start, end=second.end(), parts=parts)
    return replace(mention, start=start)


_SECOND_DAY = re.compile(
    r"[ ]?(?:-|–|/|&|and|to)[ ]?(?P<d>[12]\d|3[01]|0?[1-9])(?P<o>st|nd|rd|th)?(?![\w/:%-]"
    r"|\.\d|[ ]?(?:mg|Gy|cm|mm|days|weeks))"
)


def _holidays(text: str) -> Iterator[DateMention]:
    for match in _patterns().holiday.finditer(text):
        name = re.sub(r"\s+", " ", match["holiday"].replace("’", "'")).lower()
        parts = [(*match.span("holiday"), "h")]
        if match["year"]:
            parts.append((*match.span("year"), "y"))
        year = int(match["year"] or -1)
        yield DateMention(*match.span(), tuple(parts), 15, _holiday_months()[name], year)


def _in_figures(text: str) -> Iterator[DateMention]:
    """A day and a month in figures, behind a word that goes with a date."""
    day_first = reads_day_first(text, "en")
    for match in _IN_FIGURES.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        day, month = (first, second) if day_first else (second, first)
        if month > 12 >= day:
            day, month = month, day
        if not (0 < month <= 12 and 0 < day <= 31) or not _goes_with_date(text, match):
            continue
        kinds = "dm" if (first == day and day_first) or first > 12 else "md"
        parts = ((*match.span("first"), kinds[0]), (*match.span("second"), kinds[1]))
        yield DateMention(*match.span("date"), parts, day, month, -1)


_IN_FIGURES = re.compile(
    r"(?<![\d/.-])(?<!\d )(?P<date>(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?:"
    r"(?<=\.\d\d)\.(?!\d))?)"
    r"(?![\w%/]|[.-]\d|[ ]?(?:nodes|LN|cores|cm|mm|mg|ml|Gy|%|x|days|weeks|months|hours|hrs"
    r"|positive|negative|strength|power)\b)"
)


def _joined_to_word(text: str) -> Iterator[DateMention]:
    """A full date whose space before it is lost, as an OCR loses it."""
    day_first = reads_day_first(text, "en")
    for match in _JOINED.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        day, month = (first, second) if day_first or first > 12 else (second, first)
        if 0 < month <= 12 and 0 < day <= 31:
            kinds = "dm" if day == first else "md"
            parts = (*zip(("first", "second"), kinds, strict=True), ("year", "y"))
            written = tuple((*match.span(group), kind) for group, kind in parts)
            yield DateMention(*match.span(), written, day, month, int(match["year"]))


_JOINED = re.compile(
    r"(?<=[A-Za-z,])(?<!\d,)(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)"
    r"(?P<year>(?:19|20)\d\d|\d\d)(?![\w/]|[.-]\d)"
)
_DURATION = re.compile(r"\d{1,2}/(?:7|12|52)")


def _goes_with_date(text: str, match: re.Match[str]) -> bool:
    before = _WORD_BEFORE.search(text, max(0, match.start() - 20), match.start())
    if not before or before[1].lower() not in words(table("english")["dated"]):
        return False
    if match["mark"] != "/":  # 1.5 and 3-5 are amounts
        return len(match["first"]) == len(match["second"]) == 2
    lasts = before[1].lower() in ("for", "about", "around", "next", "last", "in", "of", "by")
    return not (lasts and _DURATION.fullmatch(match["date"]))


_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:[-/][^\W\d_]+)?)[.:,]?[ ]?\(?$")


def _by_name(text: str) -> Iterator[DateMention]:
    """A month behind a preposition, and a day of a month that isn't named."""
    for match in _patterns().month.finditer(text):
        month = month_number(match["month"].replace("0", "O"), "en")
        if month:
            yield DateMention(*match.span("month"), ((*match.span("month"), "b"),), None, month, -1)
    for match in _patterns().day.finditer(text):
        parts = ((*match.span("d"), "d"), (*match.span("o"), "o"))
        yield DateMention(*match.span("whole"), parts, int(match["d"]), None, -1)


@dataclass(frozen=True)
class _Patterns:
    before: re.Pattern[str]
    holiday: re.Pattern[str]
    month: re.Pattern[str]
    day: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    english = table("english")
    weekday = either(words(english["weekdays"]))
    season = either(phrases(english["seasons"]))
    months = [forms[0].capitalize() for forms in month_forms("en")]
    month = either(
        [
            *months,
            *(m.upper() for m in months),
            "0ctober",
            "Sept",
            "Jan",
            "Feb",
            "Aug",
            "Oct",
            "Nov",
            "Dec",
        ]
    )
    year = r"(?P<year>(?:19|20)\d\d)"
    return _Patterns(
        before=re.compile(
            rf"(?<!\w)(?:(?:{weekday})\b[.,]{{0,2}}[ ](?:the[ ])?|(?:{season})(?:[ ]of)?[ ])$"
        ),
        holiday=re.compile(
            rf"(?:(?<!\w)|(?<=[a-z])(?=[A-Z]))"
            rf"(?P<holiday>{either(_holiday_names())})(?!\w)(?:(?:,|[ ]of"
            rf"|[ ]in)?[ ]{year}(?!\d))?",
        ),
        month=re.compile(
            rf"(?:\b(?:in|In|by|of|until|till|since|before|after|during|next|last|this|for"
            rf"|from|to|and|late|early)[ ]?"
            rf"|(?<!\w)(?:mid|early|late|end)-)(?P<month>{month})(?![\w-])(?![ ][A-Z][a-z])"
        ),
        day=re.compile(
            rf"\b(?:(?:on|until|till|by|since|from|before)[ ]the[ ]|(?=(?:{weekday})\b))"
            rf"(?P<whole>(?:(?:{weekday})\b,?[ ](?:the[ ])?)?(?P<d>[12]\d|3[01]|[1-9])(?P<o>st"
            rf"|nd|rd|th))\b"
            r"(?![ ](?:percentile|rib|cycle|fraction|day|week|floor|line|visit|time|dose"
            r"|of[ ]\w+|\w+ly)\b)"
        ),
    )


@cache
def _holiday_months() -> dict[str, int]:
    lines = (line for line in table("english")["holidays"].splitlines() if line)
    return {
        name.lower(): number for number, line in enumerate(lines, start=1) for name in phrases(line)
    }


def _holiday_names() -> tuple[str, ...]:
    return phrases(table("english")["holidays"])
