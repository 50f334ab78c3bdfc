"""Dates in English letters as old hands, wards and scans write them.

"4th. Decr., 1987", "the 1st inst.", "7/1 2200", "the evening of the 12th", "DoB11/6/5O",
"Sun. 3O/O4/23", "w/c 12/5".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, table, words
from index.dates import month_forms
from index.letter import Language
from index.spans import Label, Span


def find_english_date_forms(text: str, language: Language) -> Iterator[Span]:
    """Spans labelled DATE, in an English text."""
    if language != "en":
        return
    for pattern in (_old(), _INSTANT, _WITH_HOUR, _DAY, _GLUED, _week()):
        for match in pattern.finditer(text):
            if re.search(r"\d", match["date"]):
                yield Span(*match.span("date"), Label.DATE)


_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = rf"{_DAY_NUMBER}(?:st|nd|rd|th)\.?"


@cache
def _old() -> re.Pattern[str]:
    """A month shortened to its first and last letters or with a full stop behind the ordinal."""
    names = {form.capitalize() for forms in month_forms("en") for form in forms}
    names |= words(table("english")["old_months"])
    month = rf"(?:{either(names)})\b\.?"
    year = r"(?:,?[ ](?:19|20)\d\d)?(?!\d)"
    return re.compile(
        rf"(?<![\w/.-])(?P<date>{_ORDINAL},?[ ](?:of[ ])?{month}{year}"
        rf"|{month}[ ]{_ORDINAL}{year}|{month},?[ ](?:19|20)\d\d)(?![\w/])"
    )


_INSTANT = re.compile(
    rf"(?<![\w/.-])(?P<date>{_ORDINAL}[ ](?:inst|ult|prox)(?:ant|imo)?\b\.?)", re.IGNORECASE
)
_WITH_HOUR = re.compile(
    r"(?<![\w.,/+-])(?P<date>(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))"
    r"(?=,?[ ](?:at[ ]|@[ ]?)?(?:[01]\d|2[0-3]):?[0-5]\d(?:[ ]?(?:h|hrs)\b|(?![\w.,/-])))"
)
"""A day and a month before an hour: "7/1 2200"."""
_DAY = re.compile(
    r"\b(?:morning|afternoon|evening|night|week|weekend|early hours|dated|letter|clinic|one|visit"
    rf")[ ](?:of|on)[ ]the[ ](?P<date>{_DAY_NUMBER}(?:st|nd|rd|th))\b(?![ ](?:rib|floor|week|day"
    r"|fraction|cycle|percentile))"
)
_SCANNED = r"[0-3OoIl]?[\dOoIl]"
_GLUED = re.compile(
    rf"(?:(?<=[A-Za-z]{{2}})|(?<=[:;,.)]))(?P<date>(?=\d|[OoIl]{{1,2}}/\d|[OoIl]\d)"
    rf"{_SCANNED}/{_SCANNED}/(?:[12Il][90][\dOoIl]{{2}}|[\dOoIl]{{2}}))(?![\w/])"
)
"""Behind the word or mark that a scan joined it to, with letters for figures."""


@cache
def _week() -> re.Pattern[str]:
    """Of a week or behind a weekday: "w/c 12/5", "Sun. 3O/O4/23"."""
    weekday = either(words(table("english")["weekdays"]))
    return re.compile(
        rf"(?:\b(?i:w/c|w/e|wk[ ]of|week of|week commencing|week ending|week beginning)[ ]"
        rf"(?:the[ ])?|(?<!\w)(?:{weekday})\b[.,]{{0,2}}[ ]?)"
        rf"(?P<date>{_SCANNED}[/.-]{_SCANNED}(?:[/.-](?:(?:19|20)\d\d|[\dOoIl]{{2}}))?"
        rf"|{_ORDINAL})(?![\w/]|[.,-]\d|[ ]?(?:am|pm|mg|ml)\b)"
    )
