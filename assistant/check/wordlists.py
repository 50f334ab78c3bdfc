"""The words that patterns are made of: `lexicon/wordlists.toml`, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TypedDict, cast


class Titles(TypedDict):
    words: list[str]
    not_names: list[str]


class MedicalWords(TypedDict):
    endings: list[str]
    everyday: list[str]


class Spellings(TypedDict):
    american: list[str]
    british: list[str]


class Lexicon(TypedDict):
    months: dict[str, int]
    number_words: dict[str, int]
    interval_units: dict[str, str]
    between_number_and_noun: list[str]
    not_things: list[str]
    plain_words: list[str]
    units: list[str]
    unit_forms: dict[str, str]
    relatives: dict[str, str]
    hedges: list[str]
    abbreviations: list[str]
    other_persons: list[str]
    recipients: list[str]
    persons_of_an_age: list[str]
    parts_of_many: list[str]
    affirming_verbs: list[str]
    said_of_more: list[str]
    verbs_of_one_person: list[str]
    not_drugs: list[str]
    medical_words: MedicalWords
    titles: Titles
    spellings: Spellings
    cues: dict[str, list[str]]


@cache
def lexicon() -> Lexicon:
    """Words are regular expressions where their table says so; the others are matched as such."""
    source = resources.files("assistant.check") / "lexicon" / "wordlists.toml"
    return cast(Lexicon, tomllib.loads(source.read_text(encoding="utf-8")))


def lowered(text: str) -> str:
    """`text` as the keys are written: what ignores case finds `AUGUſT` and `NİNE` too."""
    return text.lower().replace("ſ", "s").replace("\N{COMBINING DOT ABOVE}", "")


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest that stands there first.

    Words that begin alike share their beginning, as trying each alone costs as many times more.
    """
    tails: dict[str, set[str]] = {}
    ends = False
    for word in words:
        ends = ends or not word
        if word:
            tails.setdefault(word[0], set()).add(word[1:])
    branches = [re.escape(first) + any_of(rest) for first, rest in sorted(tails.items())]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}" if branches else ""
