"""When something was done, from the words of the sentence that tells of it."""

from __future__ import annotations

import datetime as dt
import re

from finetune.pairing.units import days_in
from index.letter import Language

_SINCE = re.compile(r"\b(?:since|seit(?: dem)?|from|ab(?: dem)?|begin\w*|beginn\w*)\s*$", re.I)
_UNTIL = re.compile(r"\b(?:until|till|to|bis(?: zum)?)\s*$", re.I)
_BETWEEN_DAYS = re.compile(r"\s*(?:[-–]|to|until|till|and|bis|bis zum|und)\s*", re.IGNORECASE)


def time_of(text: str, language: Language) -> tuple[dt.date | None, dt.date | None, str]:
    """Start, end, and the words of a time that is neither."""
    days = days_in(text, language, completed=True)
    if len(days) > 1 and _BETWEEN_DAYS.fullmatch(text, days[0].end, days[1].start):
        return days[0].date, days[1].date, ""
    if len(days) != 1:
        return None, None, ""
    (day,) = days
    if _UNTIL.search(text, 0, day.start):
        return None, day.date, ""
    if _SINCE.search(text, 0, day.start):
        return day.date, None, ""
    return None, None, text[day.start : day.end]
