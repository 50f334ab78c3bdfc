"""Groups of lymph nodes that have a number: levels of the neck, stations of the mediastinum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_NECK = ("I", "II", "III", "IV", "V", "VI", "VII")
_ROMAN = {str(number): roman for number, roman in enumerate(_NECK, start=1)}
_ONE = r"(?:VII|VI|IV|V|I{1,3}|[1-7])(?:[ABab])?(?![\w.]|,\d|\s?(?:%|mm|cm|Gy|n?g/|/\d))"
_TO = r"\s?(?:-|–|to|through|bis|/|,|and|und|&|\+)\s?"
_LEVELS = re.compile(rf"\b[Ll]evels?n?\s(?P<row>{_ONE}(?:{_TO}{_ONE})*)")
_NODAL = re.compile(
    r"\bneck|\bnod(?:e|al)|cervi[ck]|zervik|Hals|[Ll]ymph|\bLK\b|\bLN\b|[CP]TV|\bGy\b|dissection"
)
_AXILLA = re.compile(r"axill", re.IGNORECASE)
_AROUND = 60
"""Characters in which words tell that levels are those of nodes, and not the axilla's."""
_RANGE = re.compile(r"-|–|\bto\b|\bthrough\b|\bbis\b")
_NUMBER = re.compile(r"(VII|VI|IV|V|I{1,3}|[1-7])[ABab]?")
_CODE = r"(?:(?:2|4|10|11|12)[RL]|[5-9])"
_END = r"(?![\w.]|,\d|\s(?:of|von|out)\b)"
_CODES = re.compile(
    r"(?:\b(?:[Ss]tation(?:s|en)?|LK|[Nn]odes?|Lymphknoten|EBUS)[\s:]+(?=[^.;\n]{0,16}[RL7]\b))"
    rf"(?P<row>{_CODE}{_END}(?:(?:,|/| and| und| &| \+)\s?{_CODE}{_END})*)"
    r"|(?<![\w.-])(?P<one>(?:2|4|10|11)[RL])\b"
)


@dataclass(frozen=True)
class NodalLevels:
    """`axis` is "neck" or "mediastinum", `values` "II" or "4R"."""

    axis: str
    values: frozenset[str]
    start: int
    end: int
    text: str


@lru_cache(maxsize=16)
def nodal_levels(text: str) -> tuple[NodalLevels, ...]:
    """Every level of the neck that is called one, and every station of the mediastinum."""
    return tuple(_nodal_levels(text))


def _nodal_levels(text: str) -> Iterator[NodalLevels]:
    for match in _LEVELS.finditer(text):
        around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
        if not _NODAL.search(around) or _AXILLA.search(around):
            continue
        yield NodalLevels("neck", frozenset(_neck(match["row"])), *match.span(), match.group())
    for match in _CODES.finditer(text):
        codes = re.findall(_CODE, match["row"] or match["one"])
        yield NodalLevels("mediastinum", frozenset(codes), *match.span(), match.group())


def _neck(row: str) -> Iterator[str]:
    """ "II-IV" are three levels, "Ib/V" two; a half counts as its level."""
    before = -1
    end = 0
    for match in _NUMBER.finditer(row):
        roman = _ROMAN.get(match[1], match[1])
        place = _NECK.index(roman)
        ranged = before >= 0 and _RANGE.search(row, end, match.start())
        yield from _NECK[before + 1 : place] if ranged else ()
        yield roman
        before, end = place, match.end()
