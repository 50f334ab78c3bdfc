"""Codes and telephone numbers whose figures are set apart, as some forms and typists do in German
letters: "Fall-Nr. 7 7 0 1 2 - 34 / 8 8", "Zimmer 3 1 2 F", "AHV 7 5 6 9 1 0 4 4 2 1 7 7 3".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.spans import Label, Span

_FEWEST = 5
"""Figures of a code: fewer are doses over the day."""
_CODE = re.compile(
    r"(?<![\w.,])(?:(?:[A-Z]{1,4}|[a-z])[ ]?[-/ .]?[ ]?)?\d{1,5}"
    r"(?:[ ]?[-/.]?[ ]?(?:\d{1,5}|[A-Za-z](?=[ /.-]))){3,}"
    r"(?:[ ]?[-/.]?[ ]?[A-Za-z]|[ ]?[-/.][ ]?[IVX]+)?(?![\w%]|[.,]\d)"
)
_APART = re.compile(r"(?<![\w.,])\d[ ]\d(?![\w,]|[.]\d)")
_PLACED = re.compile(
    r"(?<![\w-])(?i:zimmer|zi\.?|bett|station|stat\.?|ebene|raum|piepser|pager|wohnbereich)[ ]"
    r"(?P<code>(?:[A-Z][ ]?)?\d(?:[ ]\d)+(?:[ ][A-Za-z](?![\w-]))?"
    r"|\d{1,3}[ ][a-z](?=[.,;)\n]))(?![\w-])"
)
_PHONE = re.compile(r"0[ ]?\d")


def find_spaced_codes(text: str, language: Language) -> Iterator[Span]:
    """Spans labelled CONTACT where they begin as a telephone number does, ID elsewhere."""
    if language != "de":
        return
    for match in _CODE.finditer(text):
        if sum(map(str.isdigit, match[0])) >= _FEWEST and _APART.search(match[0]):
            yield Span(*match.span(), Label.CONTACT if _PHONE.match(match[0]) else Label.ID)
    for match in _PLACED.finditer(text):
        yield Span(*match.span("code"), Label.ID)
