"""Codes written in groups, in both languages: behind capitals ("MED 55120 7734 01"), and the file
numbers of courts ("17 Cgs 238/21 k", "57 XVII 88/25").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.spans import Label, Span

_GROUPED = re.compile(
    r"(?<![\w.,/-])(?!(?:[TFMP]|TEL|FAX|NHS|CHI|UBRN|GMC|DL|PID|MRN|IBAN)\b)"
    r"[A-Z]{1,4}[ ]?(?P<digits>\d{2,5}(?:[ ]\d{2,5}){2,4})"
    r"(?![\w%/]|[.,]\d|[ ]?(?:mg|ml|Gy|cm|mm)\b)"
)
_FEWEST = 8
"""Figures: fewer are readings in a row."""
_COURT = re.compile(
    r"(?<![\w.,/-])\d{1,3}[ ](?:[A-Z][A-Za-z]{0,3}|[IVX]{1,5})[ ]\d{1,5}/\d{2}"
    r"(?:[ ][a-z]\b)?(?![\w/])"
)


def find_grouped_codes(text: str, language: Language) -> Iterator[Span]:
    for match in _GROUPED.finditer(text):
        if sum(map(str.isdigit, match["digits"])) >= _FEWEST:
            yield Span(*match.span(), Label.ID)
    for match in _COURT.finditer(text):
        yield Span(*match.span(), Label.ID)
