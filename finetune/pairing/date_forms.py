"""The forms in which a letter may write its dates, and a letter with its dates in another form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from finetune.pairing.units import days_in
from index.case_words import format_date
from index.letter import Language

_GERMAN_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
Form = Callable[[dt.date], str]

FORMS: Mapping[Language, tuple[Form, ...]] = {
    "de": (
        lambda day: f"{day:%d.%m.%Y}",
        lambda day: f"{day:%d.%m.%y}",
        lambda day: f"{day.day}. {_GERMAN_MONTHS[day.month - 1]} {day.year}",
        lambda day: f"{day:%Y-%m-%d}",
    ),
    "en": (
        lambda day: format_date(day, "en"),
        lambda day: f"{day:%d} {_month(day)} {day.year}",
        lambda day: f"{_month(day)} {day.day}, {day.year}",
        lambda day: f"{day:%Y-%m-%d}",
    ),
}


def _month(day: dt.date) -> str:
    return format_date(day, "en").split()[1]


def form_of(text: str, language: Language) -> Form | None:
    """The form of all full dates of a text; None where they have several, or none of these."""
    days = days_in(text, language)
    if len(days) < 2:
        return None
    return next(
        (f for f in FORMS[language] if all(text[d.start : d.end] == f(d.date) for d in days)), None
    )


def in_form(text: str, language: Language, form: Form) -> str:
    """The text with its full dates in a form."""
    pieces: list[str] = []
    position = 0
    for day in days_in(text, language):
        pieces += [text[position : day.start], form(day.date)]
        position = day.end
    return "".join((*pieces, text[position:]))
