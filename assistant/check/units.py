"""Units: written in signs, scaled to one another, and lengths of time with a half."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.check.number_words import HALVES, PARTS_OF_YEARS
from assistant.check.wordlists import lexicon

SCALE = {
    "cm": (Decimal(10), "mm"),
    "g": (Decimal(1000), "mg"),
    "µg": (Decimal("0.001"), "mg"),
    "mcg": (Decimal("0.001"), "mg"),
    "l": (Decimal(1000), "ml"),
    "gbq": (Decimal(1000), "mbq"),
    "g/l": (Decimal("0.1"), "g/dl"),
    "/µl": (Decimal("0.001"), "/nl"),
    "ng/dl": (Decimal(10), "pg/ml"),
}
"""Of a unit its factor, and the unit that it makes."""
_DAYS = {"days": 1.0, "weeks": 7.0, "fortnights": 14.0, "months": 30.44, "years": 365.25}
"""Days of a unit of time; months and years as they are on average."""
_SIGNS = tuple(
    (re.compile(words), sign)
    for words, sign in (
        (r"\s?\b(?:per|pro)\s", "/"),
        (r"mi[ck]ro-?lit(?:re|er)|microl", "µl"),
        (r"nano-?lit(?:re|er)", "nl"),
        (r"milli-?lit(?:re|er)", "ml"),
        (r"de[cz]i-?lit(?:re|er)", "dl"),
        (r"lit(?:re|er)", "l"),
        (r"cubic millimet(?:re|er)|kubikmillimeter", "mm³"),
        (r"^gram\w*", "g"),
        (r"[×x]?\s?10⁹", "10^9"),
    )
)
_SMALLER = {
    "years": ("months", 12), "months": ("days", 30), "weeks": ("days", 7),
    "days": ("days", 1), "fortnights": ("days", 14),
}  # fmt: skip
"""Of a unit the next smaller one, and how many of it make one."""


def in_signs(unit: str) -> str:
    """ "/µl" of "pro Mikroliter", "g/dl" of "grams per decilitre"."""
    if unit == "per cent" or not re.search("per |pro |⁹", unit):
        return unit
    for words, sign in _SIGNS:
        unit = words.sub(sign, unit)
    return unit


def with_half(text: str, unit: str) -> str:
    """ "Two and a half years" in months, "anderthalb Wochen" in days."""
    if text in PARTS_OF_YEARS:
        return f"{PARTS_OF_YEARS[text]} months"
    twice = HALVES.get(text) or int(2 * Decimal(re.sub("½", ".5", text).replace(",", ".")))
    smaller, so_many = _SMALLER[lexicon()["interval_units"][unit]]
    return f"{twice * so_many // 2} {smaller}"


def in_days(length: str) -> float:
    """Days of the value of an interval, e.g. 42.0 of "6 weeks"."""
    amount, _, unit = length.partition(" ")
    return float(amount) * _DAYS[unit]
