"""Random values for copying exercises: names, dates, doses, codes, words that nobody has seen.

A value knows no spelling of its own: `written` spells it for a language and a form of date.
"""

from __future__ import annotations

import datetime as dt
import string
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from index.case_text import format_number
from index.letter import Language


@dataclass(frozen=True)
class Person:
    titles: str
    first: str
    last: str
    female: bool


@dataclass(frozen=True)
class Dose:
    """A course of radiotherapy; doses in Gy."""

    total: Decimal
    count: int
    single: Decimal


@dataclass(frozen=True)
class Period:
    start: dt.date
    end: dt.date


Value = str | dt.date | Period | Person | Dose | tuple[str, ...]


@cache
def phrasebook() -> dict[str, Any]:
    """The words and sentences of `exercises.toml`."""
    source = resources.files("finetune.pretraining") / "exercises.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def random_value(kind: str, language: Language, random: Random) -> Value:
    """A value of one of the kinds that have labels in `exercises.toml`."""
    return _MAKERS[kind](language, random)


def written(value: Value, language: Language, date_form: str) -> str:
    """The value as it stands in a text."""
    match value:
        case str():
            return value
        case Person():
            return f"{value.titles}{value.first} {value.last}"
        case Period():
            start, end = (written_date(d, language, date_form) for d in (value.start, value.end))
            return f"{start} - {end}"
        case Dose():
            template: str = phrasebook()[language]["fractions"]
            return template.format(
                total=format_number(value.total, language),
                count=value.count,
                single=format_number(value.single, language),
            )
        case tuple():
            return "; ".join(value)
        case _:
            return written_date(value, language, date_form)


def written_date(date: dt.date, language: Language, form: str) -> str:
    """`14 May 2025` and its kin: text, slash, month_first, dots, short, iso."""
    month = phrasebook()[language]["months"].split()[date.month - 1]
    match form:
        case "text":
            return f"{date.day}{'.' if language == 'de' else ''} {month} {date.year}"
        case "month_first":
            return f"{month} {date.day}, {date.year}"
        case "slash":
            return f"{date:%d/%m/%Y}"
        case "dots":
            return f"{date:%d.%m.%Y}"
        case "short":
            return f"{date.day}.{date.month}.{date.year}"
        case _:
            return date.isoformat()


def syllables(random: Random, count: int) -> str:
    parts = {key: text.split() for key, text in phrasebook()["syllables"].items()}
    word = random.choice(parts["start"]) + random.choice(parts["vowel"])
    for _ in range(count - 1):
        word += random.choice(parts["middle"]) + random.choice(parts["vowel"])
    return word


def _word(_: Language, random: Random) -> str:
    if random.random() < 0.5:
        letters = random.choices(string.ascii_lowercase, k=random.randint(3, 10))
        return "".join(letters)
    return _last_name(random)


def _last_name(random: Random) -> str:
    end = random.choice(phrasebook()["syllables"]["end"].split())
    name = (syllables(random, random.choice((1, 2, 2, 3))) + end).capitalize()
    return f"{name}-{_last_name(random)}" if random.random() < 0.05 else name


def _person(_: Language, random: Random) -> Person:
    first = syllables(random, random.choice((1, 2))) + random.choice(("", "a", "e", "n", "s", "l"))
    titles = random.choice(phrasebook()["values"]["titles"])
    return Person(titles, first.capitalize(), _last_name(random), random.random() < 0.5)


def random_date(random: Random) -> dt.date:
    # Both the years of birth and those of treatment occur.
    start = dt.date(1930, 1, 1) if random.random() < 0.4 else dt.date(2012, 1, 1)
    return start + dt.timedelta(days=random.randrange(6000 if start.year > 2000 else 29000))


def _period(_: Language, random: Random) -> Period:
    start = random_date(random)
    return Period(start, start + dt.timedelta(days=random.randint(1, 90)))


def _dose(_: Language, random: Random) -> Dose:
    single = Decimal(random.choice((150, 180, 200, 200, 250, 267, 300, 500, 600, 1200))) / 100
    if random.random() < 0.2:
        single = Decimal(random.randint(10, 200)) / 10
    count = random.randint(1, 40)
    return Dose(single * count, count, single)


def _drug(language: Language, random: Random) -> str:
    values = phrasebook()["values"]
    name = syllables(random, random.choice((1, 2, 3)))
    name += random.choice(phrasebook()["syllables"]["drug_end"].split())
    if language == "de" or random.random() < 0.3:
        name = name.capitalize()
    amount = random.choice((5, 10, 20, 25, 40, 50, 75, 80, 100, 150, 175, 200, 500, 825, 1000))
    if random.random() < 0.4:
        amount = random.randint(1, 999)
    number = Decimal(amount) / random.choice((1, 1, 1, 1, 2, 10))
    dose = f" {format_number(number, language)} {random.choice(values['units'])}"
    schedule = f" {random.choice(values['schedules'])}" if random.random() < 0.3 else ""
    return name + (dose if random.random() < 0.85 else "") + schedule


def _drugs(language: Language, random: Random) -> tuple[str, ...]:
    return tuple(_drug(language, random) for _ in range(random.randint(2, 4)))


def _tnm(_: Language, random: Random) -> str:
    prefix = random.choice(("c", "p", "yp", "rp"))
    tumour = random.choice(
        ("1", "1a", "1b", "1c", "2", "2a", "2b", "3", "3b", "4", "4a", "is", "x")
    )
    nodes = random.choice(("0", "1", "1a", "1b", "2", "2a", "2c", "3", "x"))
    found = random.randint(0, 9)
    counted = f" ({found}/{random.randint(found + 1, 30)})" if random.random() < 0.25 else ""
    after = random.choice(phrasebook()["values"]["tnm_after"])
    spread = random.choice(("M0", "M1", "cM0", "cM1"))
    return f"{prefix}T{tumour} {prefix}N{nodes}{counted} {spread}{after}"


def _icd(_: Language, random: Random) -> str:
    code = f"{random.choice('CCCCDEIJKN')}{random.randint(0, 97):02d}"
    return code if random.random() < 0.2 else f"{code}.{random.randint(0, 9)}"


def _code(_: Language, random: Random) -> str:
    pattern = random.choice(
        ("AA-000", "A0", "000/00", "AAA 00-0", "0000", "A-00-A", "0+0=0", "00%")
    )
    pick = {"A": string.ascii_uppercase, "0": string.digits}
    return "".join(random.choice(pick[c]) if c in pick else c for c in pattern)


def _number(language: Language, random: Random) -> str:
    number = Decimal(random.randint(1, 999)) / random.choice((1, 1, 10, 100))
    unit = random.choice(("", "", " kg", " ng/ml", " cm", " mm", " %"))
    return format_number(number, language) + unit


def _phrase(language: Language, random: Random) -> str:
    words: list[str] = phrasebook()[language]["words"].split()
    count = random.choice((1, 2, 2, 3, 3, 4, 6))
    phrase = " ".join(
        _word(language, random) if random.random() < 0.12 else random.choice(words)
        for _ in range(count)
    )
    return f"{phrase} {random.randint(1, 4)}" if random.random() < 0.2 else phrase


def _phrases(language: Language, random: Random) -> tuple[str, ...]:
    return tuple(_phrase(language, random) for _ in range(random.randint(2, 4)))


def _date(_: Language, random: Random) -> dt.date:
    return random_date(random)


_MAKERS: dict[str, Callable[[Language, Random], Value]] = {
    "person": _person,
    "date": _date,
    "period": _period,
    "dose": _dose,
    "drug": _drug,
    "drugs": _drugs,
    "tnm": _tnm,
    "icd": _icd,
    "code": _code,
    "number": _number,
    "phrase": _phrase,
    "phrases": _phrases,
    "word": _word,
}
KINDS = tuple(_MAKERS)
