"""The parts that entries of every kind have: words of the case's language, dates, statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from index.case import Statement
from index.case_words import format_date, joined
from index.data_files import table
from index.importers.given_dates import full_date
from index.importers.imported import Entry
from index.letter import Language

_LONGEST_NUMBER = 12
"""Digits; a dose or a count has fewer, and a number of millions of digits takes the memory."""


@dataclass(frozen=True)
class Words:
    """The few words that assembling adds, in the case's language."""

    language: Language

    def of(self, name: str) -> str:
        return table("import_words")["added"][name][self.language]

    def date_text(self, date: str) -> str:
        """A date of an entry as the language writes it."""
        full = full_date(date)
        return format_date(full, self.language) if full else date


def dated(text: str) -> tuple[dt.date | None, str]:
    """A date of an entry as a full date, or else as text."""
    full = full_date(text)
    return full, "" if full else text


def spanned(each: Entry, words: Words) -> tuple[dt.date | None, dt.date | None, str]:
    """Start and end of an entry as full dates; what is known of others as text."""
    start, start_text = dated(each.get("start"))
    end, end_text = dated(each.get("end"))
    since = f"{words.of('since')} {start_text}" if start_text else ""
    until = f"{words.of('until')} {end_text}" if end_text else ""
    return start, end, f"{since} {until}".strip()


def statement(each: Entry) -> Statement:
    """`name: value, remarks`, with the date."""
    date, when = dated(each.get("date"))
    name, value = each.get("name"), joined(*each.all("value"))
    text = f"{name}: {value}" if name and value else name or value
    return Statement(text=joined(text, *each.all("remark")), date=date, when=when)


def whole_number(text: str, lowest: int, highest: int) -> int | None:
    """The number that `text` is, where it is one from `lowest` to `highest`."""
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        return None
    return int(text) if lowest <= int(text) <= highest else None


def decimal_number(text: str) -> Decimal | None:
    """The number that `text` is, with a point or a comma."""
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
