"""Streets and institutions in German letters by forms that only they have.

"Straße des 17. Juni 135", "Allee der Kosmonauten 144", "BACHSTR. 5", "Gymnasium Am Kaiserdom".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, listed, phrases, table
from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span

_NUMBER = r"\d{1,4}(?:[ ]?[a-zA-Z]\b)?(?:[ ]?[-–/][ ]?\d{1,4}[a-z]?\b)?"
_WORD = rf"[{UPPER}][\w'’-]+"


def find_german_addresses(text: str, language: Language) -> Iterator[Span]:
    """Spans labelled LOCATION, in a German text."""
    if language != "de":
        return
    for pattern in (_STREET_OF, _STREET_IN_CAPITALS, _SPA, _schools()):
        for match in pattern.finditer(text):
            yield Span(*match.span("place"), Label.LOCATION)
    for match in _TOWN_IN_CAPITALS.finditer(text):
        if match["place"].capitalize() in listed("towns"):
            yield Span(*match.span("place"), Label.LOCATION)


_STREET_OF = re.compile(
    rf"(?<![\w-])(?P<place>(?i:Allee|Straße|Strasse|Platz|Weg|Promenade|Ufer)[ ](?i:der|des)[ ]"
    rf"(?:\d{{1,2}}\.[ ])?{_WORD}(?:[ ]{_WORD})?[ ]{_NUMBER})"
)
_STREET_IN_CAPITALS = re.compile(
    rf"(?<![\w-])(?P<place>(?:[{UPPER}]{{2,}}[ -])?[{UPPER}-]*"
    r"(?:STRASSE|STRAẞE|STR\.|WEG|PLATZ|ALLEE"
    r"|GASSE|RING|DAMM|UFER)[ ]?\d{1,4}[ ]?[A-Za-z]?)(?!\w)"
)
_SPA = re.compile(
    rf"(?<![\w-])(?P<place>(?:BAD|SANKT|ST\.)[ ][{UPPER}]{{3,}}(?:-[{UPPER}]+)*)(?![\w-])"
)
_TOWN_IN_CAPITALS = re.compile(
    rf"(?:\b(?:IN|AUS|NACH)[ ]|\d{{4,5}}[ ]|,[ ])(?P<place>[{UPPER}]{{5,}})"
    r"(?=[ ]?[,.;)\n]|[ ]{2,}|$)"
)


@cache
def _schools() -> re.Pattern[str]:
    """A school or a nursery with its name: "GGS Hottenstein", "Kita Zwergenland"."""
    kinds = either(phrases(table("german")["schools"]))
    link = r"(?:(?:Am|An der|An den|Im|In der|Zum|Zur|am|an der|im|in der)[ ])?"
    return re.compile(rf"(?<![\w-])(?P<place>(?:{kinds})[ ]{link}{_WORD}(?:[ ]{_WORD})?)(?![\w-])")
