"""Places that exclude one another: an organ's lobes, thirds and quadrants, the sides of a tumour.

They stand in `lexicon/parts.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind

_Tables = dict[str, dict[str, dict[str, list[str]]]]


def find_parts(text: str, language: str) -> Iterator[Fact]:
    """Every part by its organ and its place in it, in the words of both languages.

    Of these a case that names one alone has no other.
    """
    yield from _found(text, ("parts", f"parts_{language}"))


def find_contrasts(text: str, language: str) -> Iterator[Fact]:
    """The parts, and what else excludes another as the place of one and the same thing."""
    yield from _found(text, ("parts", f"parts_{language}", "contrasts"))


def _found(text: str, tables: tuple[str, ...]) -> Iterator[Fact]:
    pattern, names = _patterns(tables)
    for match in pattern.finditer(text):
        organ, part = names[match.lastgroup or ""]
        yield Fact(
            FactKind.SITE, f"{organ} {part}", frozenset({organ}), *match.span(), match.group()
        )


@cache
def _patterns(tables: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    forms: list[str] = []
    for table in tables:
        for organ, parts in _lexicon()[table].items():
            for part, words in parts.items():
                group = f"g{len(names)}"
                names[group] = organ, part
                forms.append(rf"(?P<{group}>{'|'.join(words)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE), names


def _lexicon() -> _Tables:
    source = resources.files("assistant.check") / "lexicon" / "parts.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
