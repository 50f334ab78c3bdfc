"""What a tagger is told of each word of a letter: its form, its neighbours, its place, its lists.

A word's own letters count for little beside how it is written, what stands around it and which
lists know it, so that names which no training letter had are found too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from index.data_files import listed, table, words
from index.english_words import is_english_word
from index.german_words import is_german_word
from index.name_words import given_names, is_no_name
from index.sections import closing_pattern


class Token(NamedTuple):
    """A run of letters or of digits, one mark, or a gap that is more than one space."""

    start: int
    end: int
    written: str

    @property
    def may_identify(self) -> bool:
        """Words in lower case, marks and gaps by themselves don't."""
        return self.written.isdigit() or (self.written.isalpha() and not self.written.islower())


_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n+|[ \t]{2,}|\t|[^\w\s]|_")
EDGE = 3
NEAR = range(-EDGE, EDGE + 1)
"""Where the tokens stand that tell something of one, from it."""
_EDGES = ("",) * EDGE
_HEAD = 10
"""Lines of a letter's head."""


def tokens_of(text: str) -> list[Token]:
    return [Token(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]


def features_of(text: str, tokens: Sequence[Token]) -> list[tuple[int, list[str]]]:
    """The place of each token that may identify somebody, and what is known of it."""
    written = [*_EDGES, *(token.written for token in tokens), *_EDGES]
    return [
        (i, [*here, *(each for k in NEAR for each in features_alone(written[i + EDGE + k], k))])
        for i, here in features_together(text, tokens)
    ]


def features_together(text: str, tokens: Sequence[Token]) -> list[tuple[int, list[str]]]:
    """As `features_of`, without `features_alone`: what takes more than one word to tell."""
    written = [token.written for token in tokens]
    plain = [*_EDGES, *map(_plain, written), *_EDGES]
    shapes = [*_EDGES, *map(_shape, written), *_EDGES]
    lower = {word for word in written if word.islower()}
    counts = Counter(map(str.lower, written))
    closings = [match.start() for match in closing_pattern().finditer(text)]
    closed = closings[-1] if closings else len(text)
    found: list[tuple[int, list[str]]] = []
    line, label, begins = 0, "", True
    for i, token in enumerate(tokens):
        word = token.written
        if "\n" in word:
            line += word.count("\n")
            label, begins = "", True
            continue
        if word == ":":
            label = written[i - 1].lower() if i else ""
        if token.may_identify:
            where = "foot" if token.start > closed else "head" if line < _HEAD else "body"
            shape, low = shapes[i + EDGE], word.lower()
            own = [
                f"at {where}",
                f"at {where}{shape}",
                f"count {min(counts[low], 3)}",
                f"glued {text[token.start - 1 : token.start].strip() != ''}"
                f"{text[token.end : token.end + 1].strip() != ''}",
                f"label {label}",
                f"label {label}{shape}",
            ]
            if begins:
                own.append("begins")
            if low in lower:
                own.append("lower")
            found.append((i, own + _around(plain, shapes, "".join(_lists(word)), i + EDGE)))
        begins = False
    return found


def features_alone(word: str, offset: int) -> list[str]:
    """What a word tells of the token that it stands `offset` tokens behind, by itself; "" stands
    before a text and behind it."""
    at = f"{offset:+d}" if offset else ""
    found = [f"w{at} {_plain(word)}"]
    if abs(offset) < EDGE:
        found.append(f"s{at} {_shape(word)}")
        found += [f"l{offset} {each}" for each in _lists(word)]
    return found if offset else found + _affixes(word)


def _around(plain: Sequence[str], shapes: Sequence[str], lists: str, i: int) -> list[str]:
    """Features of the tokens at and around `i` together; `lists` are those that know its word."""
    p2, p1, p, n1 = plain[i - 2 : i + 2]
    s2, s1, s, t1, t2 = shapes[i - 2 : i + 3]
    return [
        f"ww- {p1}|{p}",
        f"ww+ {p}|{n1}",
        f"ss- {s2}|{s1}|{s}",
        f"ss+ {s}|{t1}|{t2}",
        f"sss {s1}|{s}|{t1}",
        f"ws- {p1}|{s}",
        f"ws+ {s}|{n1}",
        f"wws {p2}|{p1}|{s}",
        f"ls {lists}|{s1}|{t1}",
        f"lw {lists}|{p1}",
    ]


@lru_cache(maxsize=1 << 14)
def _plain(word: str) -> str:
    if word.isdigit():
        return "9" * len(word)
    return "\n" if word[:1] == "\n" else "\t" if word.isspace() else word.lower()


@lru_cache(maxsize=1 << 14)
def _shape(word: str) -> str:
    """Its capitals, small letters and digits, at most three of a kind in a row: "Xxxx", "999"."""
    if word.isspace():
        return "\n" if word[0] == "\n" else "\t"
    kinds = (
        "X" if c.isupper() else "x" if c.isalpha() else "9" if c.isdigit() else c for c in word
    )
    return re.sub(r"(.)\1{3,}", r"\1\1\1", "".join(kinds))


@lru_cache(maxsize=1 << 14)
def _affixes(word: str) -> list[str]:
    if not word.isalpha():
        return []
    low = word.lower()
    ends = [f"end {low[-n:]}" for n in (2, 3, 4)]
    return ends + [f"begin {low[:n]}" for n in (2, 3, 4, 5)]


@lru_cache(maxsize=1 << 14)
def _lists(word: str) -> tuple[str, ...]:
    """The lists that know a word, inflected or in capitals too."""
    if not word[:1].isupper():
        return ("",)
    name = word.capitalize() if word.isupper() else word
    stem = name.removesuffix("s")
    known = [kind for kind, listed in _known().items() if name in listed or stem in listed]
    known += [language for language, has in _DICTIONARIES.items() if has(word)]
    return (*known, "none") if is_no_name(word) else tuple(known or ("-",))


_DICTIONARIES = {"english": is_english_word, "german": is_german_word}


@cache
def _known() -> dict[str, frozenset[str]]:
    return {
        "given": given_names() | listed("given_names"),
        "surname": listed("surnames"),
        "town": listed("towns"),
        "work": words(table("german")["professions"]),
    }
