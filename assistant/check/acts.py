"""What was done to the doses of which drug: reduced, raised, left out, stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.nearness import Placed, distance
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary


class Deed(StrEnum):
    REDUCED = "reduced"
    RAISED = "raised"
    OFF = "left out or stopped"


_DOSE = r"(?:doses?|dosages?|dosis|dosen|dosierung\w*)"
_PATTERNS = {
    Deed.REDUCED: re.compile(
        r"\b(?:dose[- ]?(?:reduc\w+|lower\w*|modif\w+|cuts?)|de-?escalat\w+|halved|attenuated"
        r"|(?:reduced|lowered|cut|decreased|scaled|dropped|curtailed)\s(?:back|down|by|to|from|in|at"
        r"|on|because|due|owing|for|after|following|and|a|the|its|his|her)"
        rf"|(?:was|were|been|be|being)\s(?:\w+ly\s)?(?:reduced|lowered|cut|decreased)|reduc\w+|cut"
        rf"|lowering|(?:lower|smaller)\s{_DOSE}|at\s\d\d\s?%\sof"
        r"|dosisred\b\.?|dosis(?:redu|minder|vermind|anpass|absenk|halbier)\w+|dosisadapt\w+"
        r"|halbiert\w*|herabgesetzt\w*|reduzier\w+|gesenkt\w*|verminder\w+|verringer\w+|gekürzt\w*"
        r"|zurückgenommen|abgesenkt\w*|heruntergesetzt|reduktion\w*|deeskalier\w+|herunterdosier\w+)"
        r"(?!\w)",
        re.IGNORECASE,
    ),
    Deed.RAISED: re.compile(
        rf"\b(?:dose[- ]?(?:escalat\w+|increas\w+)|up-?titrat\w+|stepped up|doubled"
        rf"|{_DOSE}\s(?:\w+\s){{0,4}}(?:increased|escalated|raised|erhöht|gesteigert|angehoben)"
        r"|(?:increased|escalated|raised)\s(?:back\s)?to\s\d|aufdosier\w+|hochdosiert|verdoppelt"
        r"|dosis(?:steiger|erhöh|eskal)\w+|auf\s\d[\d.,]*\s?\S{1,6}\s(?:erhöht|gesteigert|angehoben))"
        r"(?!\w)",
        re.IGNORECASE,
    ),
    Deed.OFF: re.compile(
        r"\b(?:held|withheld|paused|on hold|omitted|omission|omitting|skipped|missed|left out"
        r"|not given|suspended|interrupted|dropped|stopped|stopping|discontinu\w+|ceased|withdrawn"
        r"|abandoned|terminated|taken off|came off|pausiert\w*|ausgesetzt\w*|ausgelassen\w*"
        r"|weggelassen\w*|entfiel\w*|entfallen|ausgefallen\w*|fiel\w* aus|unterbrochen\w*"
        r"|nicht (?:mehr )?(?:gegeben|verabreicht\w*|appliziert\w*)|abgesetzt\w*|abgebrochen\w*"
        r"|gestoppt\w*|eingestellt\w*|(?:therapie)?abbruch\w*|verzichtet\w*)(?!\w)",
        re.IGNORECASE,
    ),
}
_FAR = 90
"""Characters between a drug and what was done to its dose."""
_LISTED = re.compile(
    r"[^.;:,]{0,20}?(?:/|\+|&|-|\b(?:and|und|sowie|plus|with|mit|or|oder|nor|noch)\b)"
    r"\s*(?:(?:the|of|das|die|den|des|dose|von)\s+)*"
)
"""Between the last two drugs of a list, to all of which it was done."""
_BEFORE_FIRST = 6
"""Characters that what stands behind counts as further away: a verb follows its subject."""


@dataclass(frozen=True)
class Act:
    """Something done to the doses of one or more drugs; `drug` is the word that is nearest."""

    deed: Deed
    drugs: frozenset[str]
    drug: Fact
    start: int
    end: int


@lru_cache(maxsize=16)
def acts(reading: Reading) -> tuple[Act, ...]:
    """Every act of a text on a drug that is named in its sentence, in the order of the text."""
    return tuple(_acts(reading))


def _acts(reading: Reading) -> Iterator[Act]:
    text = reading.text
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        drugs = [f for f in group if _is_drug(f)]
        if not drugs:
            continue
        for deed, pattern in _PATTERNS.items():
            for match in pattern.finditer(text, sentence.start, sentence.end):
                word = _Word(match.start(), match.end())
                drug = min(drugs, key=lambda f, w=word: _away(text, f, w))
                if _away(text, drug, word) <= _FAR:
                    names = frozenset(f.value for f in _list_of(text, drug, drugs))
                    yield Act(deed, names, drug, *match.span())


@dataclass(frozen=True)
class _Word:
    start: int
    end: int


def _is_drug(fact: Fact) -> bool:
    concept = vocabulary().concepts.get(fact.value)
    named = fact.kind is FactKind.DRUG and fact.value not in vocabulary().regimens
    return named and fact.assertion is not Assertion.PLANNED and not (concept and concept.generic)


def _away(text: str, drug: Placed, word: Placed) -> int:
    behind = _BEFORE_FIRST if drug.start > word.start else 0
    return distance(text, drug, word) + behind


def _list_of(text: str, drug: Fact, drugs: Sequence[Fact]) -> list[Fact]:
    """The drugs that stand in one list with it."""
    place = drugs.index(drug)
    first, last = place, place
    while first and _linked(text, drugs[first - 1], drugs[first], listed=first < place):
        first -= 1
    while last + 1 < len(drugs) and _linked(
        text, drugs[last], drugs[last + 1], listed=last > place
    ):
        last += 1
    return list(drugs[first : last + 1])


def _linked(text: str, one: Fact, other: Fact, *, listed: bool) -> bool:
    """By an "and"; in a list by a comma, too. "A and B, A reduced" is of A alone."""
    comma = listed and text[one.end : other.start].strip() == ","
    return one.value != other.value and (
        comma or bool(_LISTED.fullmatch(text, one.end, other.start))
    )
