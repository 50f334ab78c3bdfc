"""The word lists and tables of this package, `index/data/`, read once each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The table `index/data/<name>.toml`."""
    source = resources.files("index") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def words(raw: str) -> frozenset[str]:
    """The words of a list written as one text, split at white space."""
    return frozenset(raw.split())


@cache
def phrases(raw: str) -> tuple[str, ...]:
    """The phrases of a list written as one text, split at commas and line ends."""
    parts = (part.strip() for line in raw.splitlines() for part in line.split(","))
    return tuple(part for part in parts if part)


@cache
def listed(name: str) -> frozenset[str]:
    """The phrases of the list `index/data/<name>.txt`, without its remarks."""
    source = resources.files("index") / "data" / f"{name}.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    return frozenset(phrases("\n".join(line for line in lines if not line.startswith("#"))))


def either(variants: Iterable[str]) -> str:
    """A regular expression for any of the phrases, the longest first, whatever their spaces.

    It tries what begins alike together: of a long list little is left after the first letter.
    """
    longest_first = sorted(set(variants), key=lambda v: (-len(v), v))
    return "|".join(_branches([[_piece(letter) for letter in each] for each in longest_first]))


def _piece(letter: str) -> str:
    return {" ": r"[ \t]+", "'": "['’]"}.get(letter) or re.escape(letter)


def _branches(variants: Sequence[Sequence[str]]) -> list[str]:
    """Alternatives, of which no two can match at the same place but in the order given."""
    groups: dict[str, list[Sequence[str]]] = {}
    for variant in variants:
        groups.setdefault("".join(variant[:1]).casefold(), []).append(variant)
    found: list[str] = []
    for group in groups.values():
        heads = {"".join(variant[:1]) for variant in group}
        if len(group) == 1 or len(heads) > 1:  # "may" and "May": one, where case is ignored
            found += ["".join(variant) for variant in group]
            continue
        rest = _branches([variant[1:] for variant in group])
        found.append(group[0][0] + (rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})"))
    return found
