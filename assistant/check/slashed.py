"""Dates with slashes, `3/4/2021` and `03/14`: every day or month that each can mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.date_order import Order

FULL = re.compile(r"(?<![\d/-])\d{1,2}(?:/\d{1,2}/(?:\d{4}|\d{2})|-\d{1,2}-\d{4})(?![\d/-])")
_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d)"
_WITH_YEAR = re.compile(rf"(?<![\d/])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}(?![\d/])")
_WITH_DASHES = re.compile(
    r"(?<![\d/-])(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<y>(?:19|20)\d\d)(?![\d/-])"
)
_OPENING = re.compile(
    r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?=\s?(?:-|–|—|to|through|thru|until|till|bis|bis zum"
    r"|(?<=between \d\d/\d\d )and|(?<=between \d/\d\d )and|(?<=zwischen \d\d/\d\d )und)\s?"
    rf"(?P<a2>\d{{1,2}})/(?P<b2>\d{{1,2}})/{_YEAR}(?!\d))"
)
"""The first day of a period whose year stands at its end: `02/26 - 03/22/2024`."""
_SHORT = re.compile(
    r"(?<![\w/.,-])(?P<a>0?[1-9]|[12]\d|3[01])/(?P<b>0?[1-9]|[12]\d|3[01])(?![\w/]|[.,-]\d)"
    r"(?!\s?(?:nodes?|LN|LK|lymph|cores|pos|neg|points|punkte|stanzen|days|visits|mm))",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\b(?:on|dated|of|am|vom|den|(?:this|next|last) \w+,?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri"
    r"|sat(?:ur)?|sun)(?:day)?\.?,?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag,?"
    r")\s\(?$",
    re.IGNORECASE,
)
"""What stands before a day, and before no month or count."""
_SPAN = re.compile(
    r"\b(?:until|till|by|from|through|thru|to|before|after|starting|between|and|bis|zum|ab"
    r"|zwischen|und|for|für)\s$",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:in|since|im|seit)\s$", re.IGNORECASE)
_BEFORE = 16
_YEARS = range(15, 40)
"""Two digits that a year of a record may have: nobody writes `02/24` of 1924 or 2060."""


@dataclass(frozen=True)
class Slashed:
    """A date at `start` to `end`; `values` is what it can be, the likeliest first."""

    start: int
    end: int
    values: tuple[str, ...]


def find_slashed(text: str, order: Order, *, month_first: bool) -> Iterator[Slashed]:
    """Every date of a text that is written with slashes, or with dashes and the year last.

    Args:
        text: any.
        order: of day and month, by all that tells it; where it is clear, a date has one reading.
        month_first: which of two readings is the likelier where it is unclear.
    """
    taken: set[int] = set()
    dated = bool(FULL.search(text))
    american = order == "month first" or (order == "unclear" and month_first)
    for pattern in (_WITH_YEAR, _WITH_DASHES, _OPENING, _SHORT):
        for match in pattern.finditer(text):
            if match.start() in taken:
                continue
            if pattern is _SHORT:
                values = _short(match, order, american=american, dated=dated)
            else:
                values = _whole(match, order, american=american)
            if values:
                taken.add(match.start())
                yield Slashed(*match.span(), values)


def _whole(match: re.Match[str], order: Order, *, american: bool) -> tuple[str, ...]:
    year = full_year(int(match["y"]))
    found = [day.isoformat() for day in _days(match["a"], match["b"], year, american)]
    if "a2" in match.re.groupindex:
        ends = list(_days(match["a2"], match["b2"], year, american))
        starts = zip(_days(match["a"], match["b"], year, american), ends, strict=False)
        found = [_year_before(s, e).isoformat() for s, e in starts]
    return tuple(found if order == "unclear" else found[:1])


def _days(a: str, b: str, year: int, american: bool) -> Iterator[dt.date]:
    month_day = (int(a), int(b)), (int(b), int(a))
    for month, day in dict.fromkeys(month_day if american else reversed(month_day)):
        try:
            yield dt.date(year, month, day)
        except ValueError:
            continue


def _year_before(start: dt.date, end: dt.date) -> dt.date:
    """ "11/18 - 01/06/2026" began in 2025."""
    leap = (start.month, start.day) == (2, 29)
    return start if start <= end or leap else start.replace(year=start.year - 1)


def _short(match: re.Match[str], order: Order, *, american: bool, dated: bool) -> tuple[str, ...]:
    """Without a year: a day, or a month with its year; empty where it may count ("6/12")."""
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    a, b = match["a"], match["b"]
    padded = len(a) == len(b) == 2
    plain = padded and "0" in (a[0], b[0])
    known = dated or order != "unclear"
    on_day = bool(_ON.search(before)) and (known or plain or max(int(a), int(b)) > 12)
    days: list[str] = []
    if on_day or (known and (plain or (padded and _SPAN.search(before)))):
        found = [f"--{day:%m-%d}" for day in _days(a, b, 2024, american)]
        days = found if order == "unclear" else found[:1]
    month = [f"20{b}-{a}"] if padded and int(a) <= 12 and int(b) in _YEARS else []
    in_month = _IN.search(before) or not (american and dated)
    return (*month, *days) if in_month and not on_day else (*days, *month)


def full_year(year: int) -> int:
    """That of two digits: nobody treated today was born before 1930, nor is 2030 planned."""
    return year if year >= 100 else year + (2000 if year < 30 else 1900)
