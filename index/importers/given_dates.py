"""Dates as records write them: full ones made alike, others kept as they are.

A full date becomes `2021-03-12`. One without its day or month stays what it is (`2021-03`, and
`00.03.2021` as cancer registries write it becomes `03/2021`). Nothing is ever filled in.

Sources: FHIR R4 dateTime (hl7.org/fhir/R4/datatypes.html); ADT/GEKID 2.x `Datum_Typ`, in which an
unknown day or month is 00; oBDS 3 `Datumsgenauigkeit`.
"""

from __future__ import annotations

import datetime as dt
import re

from index.date_order import Order

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?", re.DOTALL)
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: .*)?", re.DOTALL)
_NAMED = re.compile(
    r"(?:(\d{1,2})[-. ]+([A-Za-z]{3,9})|([A-Za-z]{3,9})\.? (\d{1,2}),?)[-, ]+(\d{4})"
)
_PARTIAL = re.compile(r"(?:etwa )?(?:\d{4}(?:-\d{2})?|\d{1,2}[./]\d{4})(?: \(.*geschätzt.*\))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: str, order: Order = "unclear") -> str:
    """`text` with a full date in the form `2021-03-12`; all else as it is.

    Args:
        order: what comes first in `3/4/2021`; where that is unclear, such a date stays as it is
            unless only one reading makes a date.
    """
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return _full(match[1], match[2], match[3]) or text
    if match := _GERMAN.fullmatch(text):
        return _german(match[1], match[2], match[3]) or text
    if match := _SLASHED.fullmatch(text):
        return _slashed(match[1], match[2], match[3], order) or text
    if (match := _NAMED.fullmatch(text)) and (month := _month(match[2] or match[3])):
        return _full(match[5], month, match[1] or match[4]) or text
    return text


def full_date(text: str) -> dt.date | None:
    """The date that `read_date` gave, where it is a full one."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def is_dated(text: str) -> bool:
    """Whether `text`, as `read_date` gave it, is a date, full or not."""
    return bool(full_date(text) or _PARTIAL.fullmatch(text))


def is_ambiguous(text: str) -> bool:
    """Whether a date has a day and a month that can't be told apart."""
    return bool(_SLASHED.fullmatch(text))


def same_date(one: str, other: str) -> bool:
    """Whether two dates may be the same: `2021-03` may be `2021-03-12`."""
    short, long = sorted((_parts(one), _parts(other)), key=len)
    return long[: len(short)] == short


def _parts(date: str) -> tuple[str, ...]:
    if match := re.fullmatch(r"(\d{1,2})[./](\d{4})", date):
        return match[2], f"{int(match[1]):02d}"
    return tuple(date.split("-"))


def _full(year: str, month: str, day: str) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _german(day: str, month: str, year: str) -> str:
    if int(day):
        return _full(year, month, day)
    if int(month):
        return f"{int(month):02d}/{year}" if int(month) <= 12 else ""
    return year


def _slashed(first: str, second: str, year: str, order: Order) -> str:
    by_day, by_month = _full(year, second, first), _full(year, first, second)
    if order == "unclear":
        return by_day if by_day == by_month or not by_month else "" if by_day else by_month
    return by_day if order == "day first" else by_month


def _month(name: str) -> str:
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else ""
