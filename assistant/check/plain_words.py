"""Wordings of lexicons, looked for word by word.

Each word of a wording may be given by its beginning or a part of it, so that inflections and
compounds need no entry of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate

from assistant.check.passages import Passages, Word

_INDEXED = 3
"""Letters by which a word's wordings are looked up."""
_GAP = 3
"""Words that a `~` stands for at most."""
_LONG = 5
"""Letters of a part that is told from others inside a word."""
_NOT = {"not", "no", "never", "without", "nicht", "kein", "keine", "keinen", "nie", "ohne"}
_TOKEN = re.compile(r"~|\*?[^\W_]+\*?")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a wording."""

    text: str
    begins: bool = False
    """`smok*`: any word that begins so."""
    inside: bool = False
    """`*stoma*`: any word that has it in it."""
    gap: int = 0
    """Words that may stand before it."""

    def fits(self, word: str) -> bool:
        if self.inside:
            return self.text in word if self.begins else word.endswith(self.text)
        return word.startswith(self.text) if self.begins else word == self.text


Wording = tuple[Token, ...]


def wordings(phrases: Sequence[str]) -> tuple[Wording, ...]:
    """Phrases of a lexicon as they are looked for."""
    return tuple(wording for phrase in phrases if (wording := _wording(phrase)))


def loose(phrases: Sequence[str]) -> tuple[Wording, ...]:
    """As `wordings`, but longer beginnings are looked for inside words too, as compounds ask."""
    return tuple(tuple(_loose(token) for token in wording) for wording in wordings(phrases))


def _loose(token: Token) -> Token:
    inside = token.begins and len(token.text) >= _LONG
    return replace(token, inside=True) if inside else token


def _wording(phrase: str) -> Wording:
    tokens: list[Token] = []
    gap = 0
    for part in _TOKEN.findall(phrase.lower()):
        if part == "~":
            gap = _GAP
            continue
        text = part.strip("*")
        tokens.append(Token(text, part.endswith("*"), part.startswith("*"), gap))
        gap = 0
    return tuple(tokens)


class Table:
    """Wordings, each with the name of what it says, by the first letters of their first word."""

    def __init__(self, named: Iterable[tuple[Wording, str]]) -> None:
        self._by_letters: dict[str, list[tuple[Wording, str]]] = defaultdict(list)
        for wording, name in named:
            key = "" if wording[0].inside else wording[0].text[:_INDEXED]
            self._by_letters[key].append((wording, name))

    def candidates(self, word: str) -> tuple[tuple[Wording, str], ...]:
        """Those that may begin with `word`, in small letters."""
        letters = (word[:length] for length in range(min(_INDEXED, len(word)) + 1))
        found = (entry for key in letters for entry in self._by_letters.get(key, ()))
        return tuple(entry for entry in found if entry[0][0].fits(word))


@lru_cache(maxsize=65_536)
def _candidates(table: Table, word: str) -> tuple[tuple[Wording, str], ...]:
    """Texts say the same words often."""
    return table.candidates(word)


@dataclass(frozen=True, slots=True)
class Place:
    """`words[first:last]` of a text."""

    first: int
    last: int


def said(words: Sequence[Word], table: Table) -> Iterator[tuple[str, Place]]:
    """What a text says by the wordings of `table`, each with its place; they may overlap."""
    lower = [word.text.lower() for word in words]
    for position, word in enumerate(lower):
        for wording, name in _candidates(table, word):
            last = _end(lower, position, wording)
            if last:
                yield name, Place(position, last)


def _end(words: Sequence[str], position: int, wording: Wording) -> int:
    """Where a wording that begins at a position ends; 0 where none does."""
    if not wording[0].fits(words[position]):
        return 0
    position += 1
    for token in wording[1:]:
        position = _next(words, position, token)
        if not position:
            return 0
    return position


def _next(words: Sequence[str], position: int, token: Token) -> int:
    """Where a token ends that stands here or behind a gap, over which no "not" is passed."""
    for at in range(position, min(position + token.gap + 1, len(words))):
        if token.fits(words[at]):
            return at + 1
        if words[at] in _NOT:
            return 0
    return 0


@dataclass(frozen=True)
class Lookup:
    """The words of a text, to be asked for many wordings."""

    passages: Passages

    @cached_property
    def _lower(self) -> list[str]:
        return [word.text.lower() for word in self.passages.words]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self._lower):
            for length in range(1, _INDEXED + 1):
                if length <= len(word):
                    found[word[:length]].append(position)
        return found

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        """All words with a space between, and where each begins."""
        starts = list(accumulate((len(word) + 1 for word in self._lower), initial=0))
        return " ".join(self._lower), starts[:-1]

    def _inside(self, part: str) -> Iterator[int]:
        """The words that have `part` in them."""
        text, starts = self._joined
        at = text.find(part)
        while at >= 0:
            position = bisect_right(starts, at) - 1
            yield position
            at = text.find(part, starts[position] + len(self._lower[position]))

    def places(self, wordings: Sequence[Wording]) -> Iterator[Place]:
        """Where any of the wordings stands."""
        lower = self._lower
        for wording in wordings:
            first = wording[0]
            starts = (
                self._inside(first.text) if first.inside else self._places.get(first.text[:3], ())
            )
            for position in starts:
                last = _end(lower, position, wording)
                if last:
                    yield Place(position, last)
