"""Shifting a date in the form that it is written in.

What is written stays (order, separators, leading zeros, month names, "th") and is moved by whole
days, so that intervals between dates stay true.
"""

from __future__ import annotations

import calendar
import datetime as dt

from index.dates import ROMAN, DateMention, month_forms, month_numbers
from index.letter import Language


def shift_date(mention: DateMention, text: str, days: int, language: Language) -> str:
    """What is written for `mention` once it is moved by `days`, which are a year at least."""
    if mention.month is None:
        moved = dt.date(mention.year + round(days / 365.25), 7, 1)
    else:
        last = calendar.monthrange(mention.year, mention.month)[1]
        day = min(mention.day or 15, last)
        moved = dt.date(mention.year, mention.month, day) + dt.timedelta(days=days)
    numbers = [text[start:end] for start, end, kind in mention.parts if kind in "dm"]
    padded = bool(numbers) and all(len(number) == 2 for number in numbers)
    written: list[str] = []
    position = mention.start
    for start, end, kind in mention.parts:
        written.append(text[position:start])
        written.append(_write(moved, kind, text[start:end], padded, language))
        position = end
    return "".join(written) + text[position : mention.end]


def _write(date: dt.date, kind: str, like: str, padded: bool, language: Language) -> str:
    """One component of `date`, in the form that `like` has."""
    if kind == "y":
        return f"{date.year % 100:02d}" if len(like) == 2 else f"{date.year}"
    if kind == "o":
        last_digit = 0 if 11 <= date.day <= 13 else date.day % 10
        return {1: "st", 2: "nd", 3: "rd"}.get(last_digit, "th")
    if kind == "h":
        return month_forms(language)[date.month - 1][0].capitalize()
    if kind == "b" and like.lower() in ROMAN:
        roman = ROMAN[date.month - 1]
        return roman.upper() if like.isupper() else roman
    if kind == "b":
        return _month_name(date.month, like, language)
    number = date.day if kind == "d" else date.month
    return f"{number:02d}" if padded else f"{number}"


_OTHER: dict[Language, Language] = {"en": "de", "de": "en"}


def _month_name(month: int, like: str, language: Language) -> str:
    """A month's name in the language, length and case of `like`."""
    word = like.rstrip(".").lower()
    if word not in month_numbers(language) and word in month_numbers(_OTHER[language]):
        language = _OTHER[language]
    names, number = month_forms(language), month_numbers(language).get(word)
    # What a scanner misread ("0ctober") is no form of any: the month is written in full.
    in_full = number is None or word == names[number - 1][0]
    name = names[month - 1][0 if in_full else 1]
    cased = name.upper() if len(like) > 1 and like.isupper() else name.capitalize()
    return f"{cased}." if like.endswith(".") and name != names[month - 1][0] else cased
