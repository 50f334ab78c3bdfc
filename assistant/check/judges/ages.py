"""Ages: the patient's on a day of the case or the letter, by the birth date; or a relative's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, age_on, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.wordlists import lexicon

_REACH = 60
"""Characters from a relative to his age."""
_HEADER = 300
_DESCRIBES = re.compile(r"\s?(?:y|yo|yrs?|J|j|M|F|m|f|w)\b|\s?[,/(]\s?[MFmfw]\b")


def age(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """An age: the case's own, or that of a day in the case or the letter, by the birth date."""
    wanted = _years(fact.value)
    relative = _of_relative(fact, draft)
    for other in case.of(FactKind.AGE):
        if other.value in wanted and _of_relative(other, case.reading) == relative:
            return supported(other)
    for value in wanted:
        if not relative and (day := age_on(value, case)):
            return supported(day, f"The age on {day.text}.")
    if not relative and case.born and not wanted.isdisjoint(_in_letter(fact, draft, case.born)):
        return supported(None, "The age at a date of the letter.")
    for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.INTERVAL)):
        if other.value.split()[0] in wanted and _may_be_age(other, case, relative=relative):
            return supported(other)
    rivals = [o for o in case.of(FactKind.AGE) if _of_relative(o, case.reading) == relative]
    if rivals:
        return changed(rivals[0])
    births = [f for f in case.of(FactKind.DATE) if "birth" in f.about]
    if births and not relative:
        return changed(births[0], f"The case says born {births[0].text}.")
    return NOT_THERE


def _years(value: str) -> frozenset[str]:
    """Of "57-59" each."""
    first, _, last = value.partition("-")
    return frozenset(str(years) for years in range(int(first), int(last or first) + 1))


def _in_letter(age: Fact, draft: Reading, born: dt.date) -> Iterator[str]:
    """Every age at a date of the letter, or in a year of its sentence; a month may have two."""
    for fact in draft.facts:
        full = fact.kind is FactKind.DATE and fact.value[:2] in ("19", "20")
        if full and len(fact.value) == len("2026-02-01"):
            month, day = int(fact.value[5:7]), int(fact.value[8:])
            yield str(int(fact.value[:4]) - born.year - ((month, day) < (born.month, born.day)))
        elif full:
            years, month = int(fact.value[:4]) - born.year, int(fact.value[5:7])
            yield from {str(years - (month <= born.month)), str(years - (month < born.month))}
    for fact in draft.by_sentence[draft.sentence_at(age.start)]:
        if fact.kind is FactKind.NUMBER and re.fullmatch(r"(?:19|20)\d\d", fact.value):
            yield from (str(int(fact.value) - born.year - less) for less in (0, 1))


def _may_be_age(number: Fact, case: Source, *, relative: bool) -> bool:
    """A bare number that is an age in the case's notes ("58 M"), or a relative's."""
    if relative or _of_relative(number, case.reading):
        return relative and _of_relative(number, case.reading)
    return number.start < _HEADER or bool(_DESCRIBES.match(case.text, number.end))


def _of_relative(fact: Fact, reading: Reading) -> bool:
    sentence = reading.passages.sentences[reading.sentence_at(fact.start)]
    begin = max(sentence.start, fact.start - _REACH)
    return bool(_kin().search(reading.text, begin, fact.start))


@cache
def _kin() -> re.Pattern[str]:
    kin = "|".join(lexicon()["relatives"])
    return re.compile(
        rf"(?<!fache )\b(?:{kin})s?\b(?! of (?:\w+|\d)| (?:von|zweier|dreier)\b)", re.IGNORECASE
    )
