"""Ages: the patient's by the birth date and by what the case calls it; a relative's apart."""

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

_BIRTH_YEAR = re.compile(
    r"(?:\bgeb(?:oren)?\b|\bborn\b|\*|\bJg\b|\bJahrgang\b|\bDOB\b|\bYOB\b)[.:\s]*(?:in )?"
    r"((?:19|20)\d\d)\b(?![-./]\d)|\b(?P<before>(?:19|20)\d\d)\b[^.;\n]{0,20}\bgeborene",
    re.IGNORECASE,
)


def age(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """An age: the case's own, or that of a day in the case or the letter, by the birth date.

    That of a relative, or one in tens, needs no more than to stand in the case.
    """
    if _of_relative(fact, draft):
        return _relatives(fact, case)
    own = [o for o in case.of(FactKind.AGE) if not _of_relative(o, case.reading)]
    for other in own:
        if _fits(fact.value, other.value):
            return supported(other)
    for years in _years(fact.value):
        if day := age_on(str(years), case):
            return supported(day, f"The age on {day.text}.")
    births = [f for f in case.of(FactKind.DATE) if "birth" in f.about]
    year = _BIRTH_YEAR.search(case.text)
    its_year = (year[1] or year["before"]) if year else ""
    birth = births[0].value if births else its_year
    if birth.startswith("--"):  # "Jahrgang 1958 (geboren am 19.06.)"
        birth = f"{its_year}{birth[1:]}" if its_year else birth
    born = _days(birth)
    born = (case.born, case.born) if case.born else born
    letters = [o for o in draft.facts if o.kind is FactKind.DATE and "birth" not in o.about]
    told = (*letters, *case.of(FactKind.DATE))
    if born and any(years in _years(fact.value) for o in told for years in _ages(born, o.value)):
        return supported(None, "The age at a date of the letter.")
    if not own and not born:
        for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.INTERVAL)):
            if other.value.split()[0] == fact.value and not _of_relative(other, case.reading):
                return supported(other)
    if births:
        return changed(births[0], f"The case says born {births[0].text}.")
    if own:
        return changed(own[0])
    return NOT_THERE if not born else Verdict(NOT_THERE.status, f"Born {case.born}, by the case.")


def _relatives(fact: Fact, case: Source) -> Verdict | None:
    """None where it is in tens."""
    if "-" in fact.value:
        return None
    for kind in (FactKind.AGE, FactKind.NUMBER, FactKind.INTERVAL):
        for other in case.of(kind):
            if other.value.split()[0] == fact.value:
                return supported(other)
    ages = [o for o in case.of(FactKind.AGE) if _of_relative(o, case.reading)]
    return changed(ages[0]) if ages else NOT_THERE


def _years(value: str) -> range:
    """ "58", and the years of "56-59"."""
    low, _, high = value.partition("-")
    return range(int(low), int(high or low) + 1) if low.isdigit() else range(0)


def _fits(one: str, other: str) -> bool:
    return bool(set(_years(one)) & set(_years(other)))


def _days(value: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a date that may lack its day or month."""
    month, year = (f"{value}-01", f"{value}-28"), (f"{value}-01-01", f"{value}-12-31")
    for first, last in ((value, value), month, year):
        try:
            return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        except ValueError:
            continue
    return None


def _ages(born: tuple[dt.date, dt.date], date: str) -> Iterator[int]:
    """All ages that somebody may have had on a date."""
    days = _days(date)
    if days and days[0] > born[1]:
        yield from range(_between(born[1], days[0]), _between(born[0], days[1]) + 1)


def _between(born: dt.date, day: dt.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@cache
def _relative() -> re.Pattern[str]:
    words = "|".join(lexicon()["relatives"])
    of_many = r"(?! of\b| von\b| zweier\b| dreier\b)"
    return re.compile(rf"\b(?:{words})s?\b{of_many}[^;\n]*$", re.IGNORECASE)


def _of_relative(fact: Fact, reading: Reading) -> bool:
    """Whether a relative is named before it in its sentence."""
    sentence = reading.passages.sentences[reading.sentence_at(fact.start)]
    return bool(_relative().search(reading.text[sentence.start : fact.start]))
