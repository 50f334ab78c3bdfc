"""Words that are a known name but for one slip of the pen or the scan."""

from __future__ import annotations

from collections.abc import Iterable

_SHORTEST = 6
"""Shorter names lie one letter away from too many words."""


class Neighbours:
    """Finds the known name that a word is one slip away from."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_edge: dict[str, list[str]] = {}
        for name in names:
            if len(name) >= _SHORTEST:
                for edge in _edges(name):
                    self._by_edge.setdefault(edge, []).append(name)

    def of(self, word: str) -> str | None:
        """The name that `word` misspells, both in lower case; None where there is none.

        A slip near the beginning leaves the end whole, and the other way round, so only names with
        the same beginning or end are compared.
        """
        if len(word) < _SHORTEST - 1:
            return None
        for edge in _edges(word):
            for name in self._by_edge.get(edge, ()):
                if is_one_slip(word, name) or is_one_slip(word.removesuffix("s"), name):
                    return name
        return None


def _edges(word: str) -> tuple[str, str]:
    return f"{word[:3]}-", f"-{word[-3:]}"


def is_one_slip(word: str, other: str) -> bool:
    """Whether one letter is missing, too much, another, or changed places with its neighbour."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    shorter = min(len(word), len(other))
    same = next((i for i in range(shorter) if word[i] != other[i]), shorter)
    a, b = word[same:], other[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])
