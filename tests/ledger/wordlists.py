"""The word lists of `data/`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from finetune.clinic.phrasing import Phrases
from index.letter import Language

_DATA = Path(__file__).parent / "data"


class StatementEntry(BaseModel):
    """A fact that the clinic's own letters don't hold: how cases note it and how letters say it.

    Attributes:
        topic: at most one statement of a topic in a letter.
        slots: a list of values, `low..high` for a number, or a kind of date (`statements.py`).
        case: phrasings of the case; none where the fact follows from the fields.
        letter: phrasings of the letter with marked places (`template.py`).
        icd: beginnings of the codes that it goes with.
        tnm: pattern that must be in the TNM.
        absent: words that the case must not have, or it would say two things.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str
    slots: Mapping[str, str | tuple[str, ...]] = {}
    case: tuple[str, ...] = ()
    letter: tuple[str, ...]
    icd: tuple[str, ...] = ()
    tnm: str = ""
    sex: str = ""
    absent: tuple[str, ...] = ()
    section: str = "history"


class _Statements(BaseModel):
    statement: tuple[StatementEntry, ...]


class _Synonyms(BaseModel):
    en: Mapping[str, tuple[str, ...]]
    de: Mapping[str, tuple[str, ...]]


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


Bank = Literal["usual", "held_out"]
BANKS: tuple[Bank, ...] = ("usual", "held_out")
"""Whose wording: the one that the check may be tuned on, or one kept for measuring."""


@cache
def statements(language: Language, bank: Bank) -> tuple[StatementEntry, ...]:
    files = ("statements", "courses")
    tables = (_Statements.model_validate(_read(f"{bank}/{n}_{language}")) for n in files)
    return tuple(entry for table in tables for entry in table.statement)


@cache
def hand(language: Language, bank: Bank) -> Phrases:
    """The phrasings of another hand than the clinic's authors."""
    return TypeAdapter(dict[str, dict[str, tuple[str, ...]]]).validate_python(
        _read(f"{bank}/hand_{language}")
    )


@cache
def synonyms(language: Language) -> Mapping[str, tuple[str, ...]]:
    """What may stand for a term, by the term as the clinic's cases have it."""
    lists = _Synonyms.model_validate(_read("synonyms"))
    return lists.en if language == "en" else lists.de


@cache
def forms(language: Language) -> Mapping[str, Sequence[str]]:
    """Number words, months, schedules in words."""
    return TypeAdapter(dict[str, dict[str, tuple[str, ...]]]).validate_python(_read("forms"))[
        language
    ]


@cache
def substitutions(language: Language) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """By kind: a pattern in a field of the case, and what makes it wrong."""
    adapter = TypeAdapter(dict[str, tuple[tuple[str, ...], ...]])
    return adapter.validate_python(_read(f"substitutions_{language}"))


@cache
def values(name: str) -> tuple[str, ...]:
    """A list of values that a wrong one is taken from."""
    lists = TypeAdapter(dict[str, tuple[str, ...]]).validate_python(_read("values"))
    return lists[name]
