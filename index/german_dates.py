"""Dates in German letters that no other form has, so that they are moved as the others are.

"07-DEZ", "02-MRZ-2009", "24Dez23", "3ter Mai", "13.XI.", "2021-04", "Okt/23"; and a day with its
month in figures behind a word of time ("ab 2/6"), where a slash alone may be a share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, table, words
from index.dates import ROMAN, DateMention, month_forms, month_number

_DAY = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d)"
_END = r"(?![\w/-]|[.,:]\d)"


def find_german_dates(text: str) -> Iterator[DateMention]:
    """Dates in these forms; they may overlap others."""
    for pattern in _by_name():
        for match in pattern.finditer(text):
            name = match["b"]
            month = month_number(name, "de") or month_number(name, "en")
            yield _mention(match, "dby", month)
    for match in _ROMAN.finditer(text):
        yield _mention(match, "dby", ROMAN.index(match["b"].lower()) + 1)
    for match in _YEAR_AND_MONTH.finditer(text):
        yield _mention(match, "ym", int(match["m"]))
    for match in _DAY_ALONE.finditer(text):
        yield _mention(match, "d", None)
    for match in _in_time().finditer(text):
        yield _mention(match, "dm", int(match["m"]))


def _mention(match: re.Match[str], kinds: str, month: int | None) -> DateMention:
    written = {kind: match[kind] for kind in kinds if match.re.groupindex.get(kind)}
    parts = sorted((*match.span(kind), kind) for kind, value in written.items() if value)
    day, year = written.get("d"), written.get("y")
    whole = "whole" if "whole" in match.re.groupindex else 0
    return DateMention(
        *match.span(whole), tuple(parts), int(day) if day else None, month, int(year or -1)
    )


_ROMAN = re.compile(
    rf"(?<![\w.,/-]){_DAY}(?:\.[ ]?|[ ]?/[ ]?|-)"
    r"(?P<b>XI{0,2}|IX|VI{0,3}|IV|V|I{1,3}|xi{0,2}|ix|vi{1,3}|iv|i{2,3})"
    rf"(?:[./-][ ]?(?P<y>(?:19|20)\d\d|\d\d){_END}|\.(?![\w]|[ ]?a\.))"
)
_DAY_ALONE = re.compile(
    rf"\b(?:am|vom|bis zum|ab dem|seit dem)[ ](?P<whole>{_DAY}(?:\.|ten\b))"
    r"(?=[ ]?(?:[,;:)]|\.|$|\n)|[ ](?:und|bis|des[ ]Monats|d\.[ ]?M\.|bei|in|durch)\b)"
)
"""A day whose month stands elsewhere: "am 10., ", "bis zum 14ten"."""
_YEAR_AND_MONTH = re.compile(
    r"(?<![\w.,/+-])(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2])(?![\w/-]|[.,]\d)"
)


@cache
def _by_name() -> tuple[re.Pattern[str], ...]:
    """With the name of a month joined to the figures, or with an ordinal's ending."""
    names = {form for forms in (*month_forms("de"), *month_forms("en")) for form in forms}
    month = rf"(?P<b>{either({*map(str.capitalize, names), *map(str.upper, names)})})(?![a-zäöü])"
    return (
        re.compile(rf"(?<![\w.,/-]){_DAY}(?P<mark>[-/]|)\.?{month}\.?(?:(?P=mark)?{_YEAR})?{_END}"),
        re.compile(
            rf"(?<![\w.,/-]){_DAY}(?:te[nrms]?|er)[ ]{month}(?:[ ](?P<y>(?:19|20)\d\d))?{_END}"
        ),
        re.compile(rf"(?<![\w.,/-]){month}\.?[-/.](?P<y>(?:19|20)\d\d|\d\d)(?!\.?[ ]?\d){_END}"),
        re.compile(rf"(?<![\w.,/-]){month}\.?[ ](?P<y>\d\d)(?=[,;)]|\.?$|\.?\n)", re.MULTILINE),
    )


@cache
def _in_time() -> re.Pattern[str]:
    before = either(words(table("dates")["before"]))
    vague = r"(?:vorerst|voraussichtlich|einschließlich|einschl\.|inkl\.|zunächst)"
    return re.compile(
        rf"(?<![\w-])(?i:{before})[ ](?:{vague}[ ])?"
        rf"(?P<whole>{_DAY}/(?P<m>0?[1-9]|1[0-2]))(?![\w%/-]|[.,]\d|[ ]?(?:x|mg|ml|LK|Lymph)\b)"
    )
