"""The words of `words.toml`, ready for use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from index.letter import Language


@dataclass(frozen=True)
class Origin:
    """Names as they are usual among people of one origin."""

    name: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: tuple[str, ...]


@cache
def origins() -> tuple[Origin, ...]:
    return tuple(
        Origin(name, *(tuple(names[part].split()) for part in ("female", "male", "surnames")))
        for name, names in _table()["origins"].items()
    )


@cache
def tone_words(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of warm words and of doubting ones, in text in small letters."""
    lists = _table()["tone"][language]
    return _pattern(lists["warm"]), _pattern(lists["doubting"])


@cache
def functional_words() -> frozenset[str]:
    """Of both languages, in small letters."""
    return frozenset(word for words in _table()["functional"].values() for word in words.split())


@cache
def sexed() -> re.Pattern[str]:
    """Finds what speaks of one sex's organs, diseases or drugs, in text in small letters."""
    return re.compile("|".join(map(re.escape, _table()["sexed"]["parts"].split())))


def _pattern(words: str) -> re.Pattern[str]:
    either = "|".join(
        re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
        for word in words.split()
    )
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


@cache
def _table() -> dict[str, Any]:
    source = resources.files("finetune.safety") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
