"""Made-up people of the demo clinics: authors, patients and referring doctors."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel

from finetune.clinic.entries import Sex
from finetune.clinic.tables import load_toml
from index.letter import Language

Style = Literal["prose", "list", "terse"]


@dataclass(frozen=True)
class Author:
    """A physician who signs letters; `style` is how their letters look."""

    name: str
    """With the title."""
    sex: Sex
    department: str
    style: Style


_TITLES: dict[Language, tuple[str, ...]] = {
    "en": ("Dr.", "Dr.", "Dr.", "Dr.", "Prof.", "Prof. Dr."),
    "de": ("Dr. med.", "Dr. med.", "Dr.", "Dr.", "PD Dr. med.", "Prof. Dr.", "Prof. Dr. med."),
}


class _Names(BaseModel):
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: tuple[str, ...]
    start: tuple[str, ...]
    middle: tuple[str, ...]
    end: tuple[str, ...]


@cache
def _names(language: Language) -> _Names:
    columns = load_toml("names")[language]
    assert isinstance(columns, dict)
    return _Names.model_validate({key: str(words).split() for key, words in columns.items()})


def draw_surname(rng: random.Random, language: Language) -> str:
    """One in six is a usual surname, the others are syllables put together."""
    names = _names(language)
    if rng.random() < 1 / 6:
        return rng.choice(names.surnames)
    middle = rng.choice(names.middle) if rng.random() < 0.7 else ""
    joined = rng.choice(names.start) + middle + rng.choice(names.end)
    surname = re.sub(r"(.)\1\1", r"\1\1", joined)
    if rng.random() < 0.03:
        return f"{surname}-{rng.choice(names.surnames)}"
    if rng.random() < 0.02:
        return {"en": "Mc", "de": "von "}[language] + surname
    return surname


def draw_person(
    rng: random.Random, language: Language, sex: Sex | None = None
) -> tuple[str, str, Sex]:
    """First name, surname and sex of a made-up person."""
    chosen: Sex = sex or rng.choice(("female", "male"))
    names = _names(language)
    first = rng.choice(names.female if chosen == "female" else names.male)
    if rng.random() < 0.06:
        second = rng.choice(names.female if chosen == "female" else names.male)
        first = first if second == first else f"{first}{'-' if language == 'de' else ' '}{second}"
    return first, draw_surname(rng, language), chosen


def draw_doctor(rng: random.Random, language: Language) -> str:
    """A doctor with title, first name and surname: `Dr. Hanna Welter`."""
    first, surname, _ = draw_person(rng, language)
    return f"{rng.choice(_TITLES[language])} {first} {surname}"
