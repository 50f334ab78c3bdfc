"""Levels that are counted: vertebrae, the levels of the neck, the stations of the mediastinum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_SPINE = {"C": 7, "T": 12, "L": 5, "S": 5}
_COLUMN = tuple(f"{letter}{n}" for letter, count in _SPINE.items() for n in range(1, count + 1))
"""All vertebrae from above; the levels from one to another are those between them."""
_REGION = {"C": "cervical spine", "T": "thoracic spine", "L": "lumbar spine", "S": "sacrum"}
_LETTER = {
    "hwk": "C", "hws": "C", "bwk": "T", "bws": "T", "th": "T", "d": "T", "lwk": "L", "lws": "L",
    "swk": "S", "sacrum": "S1", "sakrum": "S1", "kreuzbein": "S1", "os sacrum": "S1",
    "os sakrum": "S1", "the sacrum": "S1",
}  # fmt: skip
_WORDS = {
    "hals": "C", "cervical": "C", "brust": "T", "thoracic": "T", "dorsal": "T", "lenden": "L",
    "lumbar": "L", "sacral": "S", "sakral": "S",
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
    "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "sechste": 6, "siebte": 7,
    "siebente": 7, "achte": 8, "neunte": 9, "zehnte": 10, "elfte": 11, "zwölfte": 12,
}  # fmt: skip
_OF_BONE = re.compile(
    r"vertebra|\bspin(?:e|al)\b|Wirbel|\b[HBL]W[KS]\b|\bcord\b|compress|metasta|kypho|cement"
    r"|Myelon|Querschnitt|fracture|Fraktur|\bRT\b|radiother|irradiat|bestrahl|\bGy\b|\bSINS\b",
    re.IGNORECASE,
)
"""Of a letter and a number alone: that it is a vertebra, and no code, cycle or stage."""
_SPINE_NAMED = re.compile(r"vertebra|spine|Wirbel|\bcord\b|Myelon", re.IGNORECASE)
_LYMPHATIC = re.compile(r"\b(?:[Ll]ymph|[Vv]ascular|[Vv]enous)[^.;\n]{0,24}$")
_STAGE_BEHIND = re.compile(r"[\s,]*(?:[NM][\dxX]|V\d|Pn\d|R\d|G\d|D\d|-?weighted|-?gewichtet)")


@dataclass(frozen=True)
class Levels:
    """Neighbouring vertebrae: `values` from "C1" to "S5"."""

    values: frozenset[str]
    start: int
    end: int
    text: str

    @property
    def regions(self) -> frozenset[str]:
        """The parts of the spine, as the vocabulary names them."""
        return frozenset(_REGION[value[0]] for value in self.values)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    to = r"\s?(?:-|–|/|to|through|bis|und|and|&|\+)\s?(?:the )?"
    one = r"(?:HWK|BWK|LWK|SWK|HWS|BWS|LWS|Th|[CTLS]|D(?=\d))[\s.-]?(?:\d{1,2})"
    end = rf"(?:{one}|\d{{1,2}}|(?:the )?sacrum|(?:Os )?Sakrum|(?:Os )?Sacrum|Kreuzbein)"
    letters = rf"(?<![\w.,/-])(?P<from>{one})(?:{to}(?P<to>{end}))?(?![\w²]|[.,]\d)"
    ordinal = "|".join(sorted(_ORDINALS, key=len, reverse=True))
    number = rf"(?:{ordinal})[rnms]?|\d{{1,2}}(?:st|nd|rd|th|\.)"
    words = (
        rf"\b(?P<one>{number})(?:\s?(?:-|–|to|through|bis|und|and)\s?(?:the |zum |dem )?"
        rf"(?P<two>{number}))?\s(?P<part>cervical|thoracic|dorsal|lumbar|sacral|Hals|Brust|Lenden|"
        r"Sakral)(?:\s?(?:vertebra\w*|wirbel\w*))"
    )
    return re.compile(letters), re.compile(words, re.IGNORECASE)


def find_levels(text: str) -> Iterator[Levels]:
    """Every vertebra or row of them; a "T2" or "C5" alone only where words tell of the spine."""
    letters, words = _patterns()
    for match in letters.finditer(text):
        first = _level(match["from"], "")
        last = _level(match["to"], first[:1]) if match["to"] else first
        listed = bool(re.search(r"\b(?:and|und)\b|[&+/]", match.group()))
        values = _between(first, last, listed=listed)
        if values and _is_spine(text, match):
            yield Levels(values, match.start(), match.end(), match.group())
    for match in words.finditer(text):
        letter = _WORDS[match["part"].lower()]
        ends = [_ordinal(match["one"]), _ordinal(match["two"] or match["one"])]
        listed = bool(re.search(r"\b(?:and|und)\b", match.group()))
        first, last = (f"{letter}{number}" for number in ends)
        if values := _between(first, last, listed=listed):
            yield Levels(values, match.start(), match.end(), match.group())


def _level(text: str, letter: str) -> str:
    """ "Th 4" as "T4"; a number alone has the letter before it."""
    found = re.fullmatch(r"(.*?)[\s.-]?(\d{0,2})", text.strip())
    name, number = (found[1].lower(), found[2]) if found else ("", "")
    return f"{_LETTER.get(name, name.upper()) if name else letter}{number}"


def _ordinal(word: str) -> int:
    digits = re.match(r"\d+", word)
    lower = word.lower()
    return int(digits.group()) if digits else _ORDINALS.get(lower) or _ORDINALS[lower[:-1]]


def _between(first: str, last: str, *, listed: bool) -> frozenset[str]:
    """From one to the other; of "T4 and T7" only these two."""
    if first not in _COLUMN or last not in _COLUMN:
        return frozenset()
    if listed:
        return frozenset({first, last})
    begin, end = _COLUMN.index(first), _COLUMN.index(last)
    return frozenset(_COLUMN[begin : end + 1])


def _is_spine(text: str, match: re.Match[str]) -> bool:
    """The abbreviations of German are of nothing else; a letter may be a stage, cycle or code."""
    if match["from"][:2] in ("HW", "BW", "LW", "SW", "Th"):
        return True
    begin = max(text.rfind("\n", 0, match.start()), text.rfind(". ", 0, match.start())) + 1
    behind = re.search(r"\n|\.\s|$", text[match.end() :])
    around = text[begin : match.end() + (behind.start() if behind else 0)]
    if not _OF_BONE.search(around):
        return False
    short = re.sub(r"[\s.-]", "", match["from"])
    if match["to"]:
        ends = match["to"]
        return ends[0].isalpha() or not re.search(r"and|und|&|/|\+", match.group())
    lead = text[max(0, match.start() - 40) : match.start()]
    if _STAGE_BEHIND.match(text, match.end()) or _LYMPHATIC.search(lead):
        return False
    of_else = short[0] == "C" or short in ("T1", "T2", "T3", "T4", "L1", "S1")
    return not of_else or bool(_SPINE_NAMED.search(around))
