"""Courses of radiotherapy from the sentences that tell of them: site, technique, doses, time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal

from pydantic import ValidationError

from assistant.check import FactKind
from assistant.check.vocabulary import vocabulary
from finetune.pairing.times import time_of
from finetune.pairing.units import Unit
from index.case import Radiotherapy
from index.letter import Language

_ENDS = re.compile(
    r"\s(?:was|were|is|has|have|had|wurden?|ist|erfolgte[n]?|from|vom|von|since|seit|until|bis|using"
    r"|with|mit|mittels|in|by|up|als|on|im Zeitraum|delivered|given|technique|technik)\b|[(:;,\n)]"
    r"|\.(?:\s|$)|\s[-–]\s"
    r"|\d[\d.,]*\s?(?:Gy|x|fra)|\d{1,2}[./]\s?\d",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?<![^\s:(])(?:to|at|target(?: volume)?|zielvolumen|radiotherapy|irradiation|radiation"
    r"|RT|boost|strahlentherapie|radiotherapie|bestrahlung|radiatio|auf|an|on|wurden?|im)[\s:]+",
    re.IGNORECASE,
)
_SMALL_WORDS = re.compile(r"\s*(?:(?:of|the|der|des|die|das|dem|den|to|im|am)\s+)*", re.IGNORECASE)
_BY = re.compile(
    r"(?:using|technique|technik|als|as|by|mit|with|in|der|mittels)[\s:]+", re.IGNORECASE
)
_TECHNIQUE_ENDS = re.compile(
    r"\s(?:was|were|wurden?|from|vom|von|with a|with \d|mit (?:einer|\d)|to|delivered|given"
    r"|erfolgte|has|bestrahlt|durchgeführt|since|until|seit|bis)|[(:;,\n).]",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"[\s:]*(?:(?:to|of|der|des|target volume|zielvolumen)\b[\s:]*)*", re.IGNORECASE
)
_TARGET_ENDS = re.compile(
    r"\s(?:was|were|wurden?|using|with|mit|from|vom)\b|[(;,\n).:]", re.IGNORECASE
)
_SINGLE_BEFORE = re.compile(
    r"(?:(?:fractions?|fraktion(?:en)?|fx|einzeldosis|einzeldosen|single doses?)\s*(?:of|zu|von)?"
    r"|dose per fraction|\bje|à)(?:\s+je)?[\s:]*$",
    re.IGNORECASE,
)
_SINGLE_BEHIND = re.compile(r"^\W*(?:per|pro|/)\s*(?:fraction|fraktion)", re.I)


def irradiates(unit: Unit) -> bool:
    named = any(_is_radiotherapy(fact.value) for fact in unit.of(FactKind.PROCEDURE))
    return bool(unit.of(FactKind.DOSE, FactKind.FRACTIONS)) or named


def _is_radiotherapy(procedure: str) -> bool:
    return "radiotherapy" in vocabulary().family(procedure)


def whole_courses(units: Sequence[Unit], letter: str) -> Iterator[Unit]:
    """A dose in a sentence of its own belongs to the course that the sentence before names."""
    waiting: Unit | None = None
    for unit in units:
        dosed = bool(unit.of(FactKind.DOSE, FactKind.FRACTIONS))
        if waiting is not None and dosed and not unit.of(FactKind.SITE):
            yield waiting.with_next(unit, letter)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = unit if irradiates(unit) and not dosed else None
        if waiting is None:
            yield unit
    if waiting is not None:
        yield waiting


def course_of(unit: Unit, language: Language) -> Iterator[Radiotherapy]:
    site = _site(unit)
    if not site:
        return
    start, end, when = time_of(unit.text, language)
    total, single, count = _doses(unit)
    with suppress(ValidationError):  # "500 Gy": the sentence is kept as it is, for the physician
        yield Radiotherapy(
            site=site,
            technique=_technique(unit),
            total_gy=total,
            fraction_gy=single,
            fractions=count,
            start=start,
            end=end,
            when=when,
            boost=bool(re.search(r"\bboost", unit.text, re.IGNORECASE)),
        )


def _site(unit: Unit) -> str:
    """The words around the first site that is named, up to where another thing is said."""
    sites = unit.of(FactKind.SITE, FactKind.DIAGNOSIS) or unit.of(FactKind.LATERALITY)
    if not sites:
        return _behind_radiotherapy(unit)
    begin, end = unit.place(sites[0])
    begin = _begin(unit.text, begin)
    goes_on = {
        unit.place(f)[0] for f in unit.of(FactKind.SITE, FactKind.LATERALITY, FactKind.DIAGNOSIS)
    }
    while True:
        behind = _ENDS.search(unit.text, end)
        end = behind.start() if behind else len(unit.text)
        # "primary tumour and involved nodes, left": the site goes on behind the comma.
        if not behind or behind[0] != "," or end + 2 not in goes_on:
            break
        end += 2
    return " ".join(unit.text[begin:end].split()).strip(" .,;")


def _begin(text: str, place: int) -> int:
    """Where the words begin that the one at `place` belongs to."""
    begin = max((match.end() for match in _BEGINS.finditer(text, 0, place)), default=0)
    begin = max(begin, *(text.rfind(sign, 0, place) + 1 for sign in ":;("))
    comma = text.rfind(",", begin, place) + 1
    if comma and any(map(str.isdigit, text[begin:comma])):  # "RT: 50 Gy, left breast"
        begin = comma
    small = _SMALL_WORDS.match(text, begin, place)
    return small.end() if small else begin


def _behind_radiotherapy(unit: Unit) -> str:
    """A target that no lexicon has, e.g. "T11 to L2"."""
    named = [fact for fact in unit.of(FactKind.PROCEDURE) if _is_radiotherapy(fact.value)]
    if not named:
        return ""
    _, end = unit.place(named[-1])
    start = _TARGET.match(unit.text, end)
    begin = start.end() if start else end
    behind = _TARGET_ENDS.search(unit.text, begin)
    site = unit.text[begin : behind.start() if behind else None].strip(" .,;:")
    return site if len(site.split()) <= 8 else ""


def _technique(unit: Unit) -> str:
    """The technique with the words that tell more of it, e.g. "robotic SBRT"."""
    techniques = unit.of(FactKind.TECHNIQUE)
    if not techniques:
        return ""
    start, end = unit.place(techniques[0])
    behind = _TECHNIQUE_ENDS.search(unit.text, end)
    begin = max(_begin(unit.text, start), unit.text.rfind(",", 0, start) + 1)
    begin = max([begin, *(match.end() for match in _BY.finditer(unit.text, 0, start))])
    return unit.text[begin : behind.start() if behind else None].strip(" .,;")


def _doses(unit: Unit) -> tuple[Decimal | None, Decimal | None, int | None]:
    """Total, single dose and number of fractions; what contradicts the arithmetic is left out."""
    total = single = None
    for fact in unit.of(FactKind.DOSE):
        start, end = unit.place(fact)
        is_single = _SINGLE_BEFORE.search(unit.text, 0, start) or _SINGLE_BEHIND.match(
            unit.text[end:]
        )
        with suppress(ArithmeticError):
            value = Decimal(fact.value)
            if is_single and single is None:
                single = value
            elif not is_single and total is None:
                total = value
    counted = [fact.value for fact in unit.of(FactKind.FRACTIONS) if fact.value.isdigit()]
    count = int(counted[0]) if counted else None
    if total and single and count and abs(single * count - total) > total / 50:
        return total, None, count
    return total, single, count
