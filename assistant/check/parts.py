"""Parts of an organ that exclude one another: lobes, thirds, quadrants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.wordlists import lexicon


def find_parts(text: str) -> Iterator[Fact]:
    """Every part by its organ and its place in it, in the words of both languages."""
    pattern, names = _patterns()
    for match in pattern.finditer(text):
        organ, part = names[match.lastgroup or ""]
        yield Fact(
            FactKind.SITE, f"{organ} {part}", frozenset({organ}), *match.span(), match.group()
        )


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    forms: list[str] = []
    for organ, parts in lexicon()["parts"].items():
        for part, words in parts.items():
            group = f"g{len(names)}"
            names[group] = organ, part
            forms.append(rf"(?P<{group}>{'|'.join(words)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE), names
