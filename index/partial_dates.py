"""Dates of which a part may be missing, as the first and the last day that they can be."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from index.case_words import format_date
from index.dates import DateMention, find_dates
from index.letter import Language


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date from `first` to `last`: one day, one month, or one year."""

    first: dt.date
    last: dt.date

    @property
    def is_full(self) -> bool:
        return self.first == self.last

    def text(self, language: Language = "en") -> str:
        """`14 May 2025`, `May 2025`, `2025`; in German `14.05.2025`, `05/2025`, `2025`."""
        if self.is_full:
            return format_date(self.first, language)
        if (self.first.month, self.last.month) == (1, 12):
            return f"{self.first.year}"
        if language == "de":
            return f"{self.first.month:02d}/{self.first.year}"
        return format_date(self.first, language).partition(" ")[2]


def on_day(day: dt.date) -> PartialDate:
    """A date of which nothing is missing."""
    return PartialDate(day, day)


def partial_date(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    """A date from what is known of it; None where the calendar has no such date."""
    try:
        if month is None:
            return PartialDate(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is not None:
            return on_day(dt.date(year, month, day))
        last = calendar.monthrange(year, month)[1]
        return PartialDate(dt.date(year, month, 1), dt.date(year, month, last))
    except (ValueError, IndexError):  # calendar.IllegalMonthError is either, by its version
        return None


def read_iso(text: str) -> PartialDate | None:
    """`2025-05-14`, `2025-05` or `2025`, and nothing else (ISO 8601, reduced precision)."""
    match = _ISO.fullmatch(text.strip())
    return partial_date(*(int(part) for part in match.groups() if part)) if match else None


@dataclass(frozen=True)
class Period:
    """What is known of a time.

    Attributes:
        whole: whether the dates say all that is told of it.
    """

    start: PartialDate | None = None
    end: PartialDate | None = None
    whole: bool = True


def read_period(text: str, language: Language = "en") -> Period:
    """What a record says of a time whose dates are not full.

    `2024-03`, `03/2024`, `1998`, `March 2024`, `since 07/2024 until 2025`, `bis 03/2025`. What
    stands in brackets is a remark. A date whose day and month can't be told apart is none.
    """
    bare = _BRACKETS.sub(" ", text)
    start = end = None
    reached, rest = 0, text if bare != text else ""
    for position, stop, date in sorted([*_plain(bare), *_written(bare, language)]):
        if position < reached:
            continue
        before = _WORD_BEFORE.search(bare[:position])
        if before and before[1].lower() in _UNTIL:
            end = end or date
        elif start is None and end is None:
            start = date
        else:
            rest += bare[position:stop]
        rest += bare[reached:position]
        reached = stop
    rest += bare[reached:]
    said = {word.lower() for word in _WORD.findall(rest)}
    return Period(start, end, whole=said <= _UNTIL | _SINCE)


def _plain(text: str) -> list[tuple[int, int, PartialDate]]:
    found: list[tuple[int, int, PartialDate]] = []
    for match in _NUMBERS.finditer(text):
        year = int(match["y"] or match["y2"] or match["y3"])
        month = int(match["m"] or match["m2"] or 0) or None
        day = int(match["d"] or 0) or None
        if date := partial_date(year, month, day):
            found.append((*match.span(), date))
    return found


def _written(text: str, language: Language) -> list[tuple[int, int, PartialDate]]:
    """Dates with the name of their month, and German ones in numbers: both can be read one way."""
    found: list[tuple[int, int, PartialDate]] = []
    for mention in find_dates(text, language):
        date = _date_of(mention) if _is_clear(mention, text) else None
        if date:
            found.append((mention.start, mention.end, date))
    return found


def _date_of(mention: DateMention) -> PartialDate | None:
    return partial_date(mention.year, mention.month, mention.day)


def _is_clear(mention: DateMention, text: str) -> bool:
    kinds = {kind for _, _, kind in mention.parts}
    written = text[mention.start : mention.end]
    return "y" in kinds and ("b" in kinds or ("d" in kinds and "." in written))


_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_NUMBERS = re.compile(
    r"(?<![\w.,/-])(?:(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)(?:-(?P<d>\d\d))?"
    r"|(?P<m2>\d{1,2})[/.](?P<y2>(?:19|20)\d\d)|(?P<y3>(?:19|20)\d\d))(?![\w/-]|[.,]\d)"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"\w+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+|[-–])\s*$")
_UNTIL = frozenset(("until", "till", "to", "bis", "-", "–"))
_SINCE = frozenset(("since", "from", "seit", "ab", "von"))
