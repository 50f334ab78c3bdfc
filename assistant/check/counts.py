"""How many of how many: lymph nodes and biopsy cores that hold tumour, "3/14" or "three of 14"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from assistant.check.number_words import number_words
from assistant.check.wordlists import any_of

_NODES = r"(?:lymph[ -]?nodes?|nodes?|LN|LK|lymphonod\w*|\w*knoten|sentinel\w*)"
_CORES = (
    r"(?:cores?|biops(?:y|ies)|needles?|stanzen?|stanzzylinder\w*|zylinder\w*|proben?|biopsien?)"
)
_ADJECTIVES = r"(?:[^\W\d]+[ -]){0,3}?"
_OF = r"\s(?:out of|of|von|aus|der)\s(?:the\s|her\s|his\s|its\s|den\s|insgesamt\s|a total of\s)?"
_CLAUSE = re.compile(r"[^\n.;]+(?:[.;](?!\s)[^\n.;]*)*")
_PAIR = re.compile(r"/|\b(?:of|von|aus|der)\s", re.IGNORECASE)
_THINGS = (
    *("node", "ln", "lk", "lymph", "knoten", "sentinel"),
    *("core", "biops", "needle", "stanz", "zylinder", "probe"),
)
"""In small letters, beginnings and ends of nodes and cores."""
_NONE = {"none": 0, "no": 0, "keiner": 0, "keine": 0, "kein": 0, "keines": 0, "both": 2, "beide": 2}
_INVOLVED = (
    r"(?:involved|positive|affected|metasta\w+|contain\w*|bore|held|harbou?r\w*|showed|invaded"
    r"|befallen\w*|positiv\w*|enthielt\w*|tumorbefall\w*|wies\w*|tumou?r)"
)


_NODES_OF_RECORDS = (
    r"\b[ycp]*N[0-3][a-c]?(?:mi|sn|\(sn\))*\s?\(\s?(?P<some>\d{1,2})\s?/\s?(?P<total>\d{1,2})",
    r"(?P<total>\d{1,2})\s(?:examined|removed|resected|untersucht\w*|entfernt\w*)\W{1,3}(?:and )?"
    r"(?:davon )?(?P<some>\d{1,2})\s(?:positiv|involved|affected|befallen)",
    r"(?:examined|removed|untersucht\w*|entfernt\w*)\s?[:=]\s?(?P<total>\d{1,2})\W{1,3}"
    r"(?:davon )?(?:positiv\w*|involved|affected|befallen\w*)\s?[:=]\s?(?P<some>\d{1,2})\b",
)
"""As registries and reports write them: "pN1a (2/14)", "50 examined / 3 positive"."""


@dataclass(frozen=True)
class Count:
    """So many of so many.

    Attributes:
        of: "nodes" or "cores"; empty where the text doesn't tell.
        some: the number that holds tumour.
        total: the number examined.
        start: offset of its first character in the text.
        end: offset after its last character.
    """

    of: str
    some: int
    total: int
    start: int
    end: int


@lru_cache(maxsize=16)
def counts_in(text: str) -> tuple[Count, ...]:
    """Every count of nodes or cores that a text puts into words or figures; kept for a case."""
    return tuple(_counts(text))


def _counts(text: str) -> Iterator[Count]:
    # Most clauses speak of neither: trying every number word in them would take most of a check.
    clauses = [m.span() for m in _CLAUSE.finditer(text) if _may_count(m.group())]
    found = (
        (of, match)
        for begin, end in clauses
        for of, pattern in _patterns()
        for match in pattern.finditer(text, begin, end)
    )
    records = (("nodes", match) for pattern in _records() for match in pattern.finditer(text))
    for of, match in chain(found, records):
        some, total = _number(match["some"]), _number(match["total"])
        if some is not None and total is not None and some <= total:
            yield Count(of, some, total, *match.span())


def _may_count(clause: str) -> bool:
    small = clause.lower()
    return any(thing in small for thing in _THINGS) and bool(_PAIR.search(clause))


def _number(word: str) -> int | None:
    word = word.lower()
    if word.isdigit():
        return int(word)
    return _NONE.get(word, number_words().get(word))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = any_of({*number_words(), *_NONE})
    some = rf"(?P<some>(?<![\d.,/])\d{{1,2}}|\b{words})"
    total = rf"(?P<total>\d{{1,2}}(?![\d.,/]\d)|{words}\b)"
    found: list[tuple[str, re.Pattern[str]]] = []
    for of, noun in (("nodes", _NODES), ("cores", _CORES)):
        forms = (
            rf"{some}{_OF}{total}\s{_ADJECTIVES}{noun}\b",
            rf"{noun}\b[^.;\n\d]{{0,30}}?\s{some}{_OF}{total}\b",
            rf"\b(?:of|von)\s(?:the\s|den\s)?{total}\s{_ADJECTIVES}{noun}\b"
            rf"[^.;\n\d]{{0,24}}?\s{some}\b(?=[^.;\n\d]{{0,40}}?\b{_INVOLVED})",
            rf"{some}/(?P<total>\d{{1,2}})(?![\d/])\s{_ADJECTIVES}{noun}\b",
            rf"{noun}\b[^.;\n\d]{{0,24}}?{some}/(?P<total>\d{{1,2}})(?![\d/])",
        )
        found.extend((of, re.compile(form, re.IGNORECASE)) for form in forms)
    return tuple(found)


@cache
def _records() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for form in _NODES_OF_RECORDS)
