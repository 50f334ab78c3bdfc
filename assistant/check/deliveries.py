"""How many of the planned doses or fractions were given: "5 of 6 given", "fünf von sechs Gaben"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from assistant.check.number_words import number_words
from assistant.check.starts import matches_at, numbers
from assistant.check.wordlists import any_of, lowered

_THINGS = (
    r"(?:cycles?|courses?|doses?|infusions?|injections?|fractions?|applications?|administrations?"
    r"|zyklen|gaben?|kurse?n?|dosen|infusionen|injektionen|fraktionen|applikationen|sitzungen)"
)
_GIVEN = (
    r"(?:given|administered|delivered|received|completed|tolerated|verabreicht\w*|gegeben\w*"
    r"|erhalten|appliziert\w*|durchgeführt|absolviert\w*|erfolgt\w*|abgeschlossen)"
)


@dataclass(frozen=True)
class Delivery:
    """How many were given, of how many; offsets into the text."""

    given: str
    planned: str
    start: int
    end: int


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What begins with the number given, and with what it is of."""
    words = any_of(number_words())
    number = rf"(?:[1-9]\d?|(?:{words}))"
    between = r"(?:\s[^\W\d]+){0,3}?"
    of = r"(?:\s?/\s?|\s(?:out )?of(?: the| all| his| her)?\s|\svon(?: den)?\s|\sder\s)"
    what = rf"{between}\s(?:[\w-]*?{_THINGS}|{_GIVEN})\b"
    return (
        re.compile(
            rf"(?<![\d./])(?P<given>{number}){of}{between}\s?(?P<planned>{number})(?!\d|[./]\d)"
            rf"{what}",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\b(?:of|von)(?: the| den| his| her)?\s{between}\s?(?P<planned>{number}){between}"
            rf"[\s-]+(?:[\w-]*?{_THINGS})\b[^.;]{{0,60}}?\b(?P<given>{number})\b[^.;]{{0,25}}?{_GIVEN}",
            re.IGNORECASE,
        ),
    )


@lru_cache(maxsize=64)
def deliveries(text: str) -> tuple[Delivery, ...]:
    """Those that fell short of the plan, in the order of the text."""
    counted, of_planned = _patterns()
    matches = chain(matches_at(counted, text, numbers(text)), of_planned.finditer(text))
    found = (
        (int(_number(m["given"])), int(_number(m["planned"])), m.start(), m.end()) for m in matches
    )
    return tuple(sorted(_short(found), key=lambda delivery: delivery.start))


def _short(found: Iterator[tuple[int, int, int, int]]) -> Iterator[Delivery]:
    for given, planned, start, end in found:
        if given < planned:
            yield Delivery(str(given), str(planned), start, end)


def _number(text: str) -> str:
    return str(number_words().get(lowered(text), text))
