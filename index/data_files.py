"""The word lists and tables of this package, `index/data/`, read once each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
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
    """A regular expression for any of the phrases, the longest first, whatever their spaces."""
    longest_first = sorted(set(variants), key=lambda v: (-len(v), v))
    escaped = (re.escape(v).replace(r"\ ", r"[ \t]+").replace("'", "['’]") for v in longest_first)
    return "|".join(escaped)
