"""Words without case and accents, as lists and letters write one name: Müller, MUELLER, Muller."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_PIECE = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_SIGNS = re.compile(r"[\W_]+")


class Piece(NamedTuple):
    """A run of letters and digits in a text.

    Attributes:
        forms: folded, with umlauts told as two letters, and as one where that differs.
    """

    start: int
    end: int
    written: str
    forms: tuple[str, ...]


def pieces_of(text: str) -> list[Piece]:
    return [Piece(m.start(), m.end(), m[0], forms(m[0])) for m in _PIECE.finditer(text)]


def folded(value: str) -> tuple[tuple[str, ...], ...]:
    """The pieces of a value, once with each form of its umlauts; fast where it has none."""
    if value.isascii():
        return (tuple(_SIGNS.split(value.lower())),)
    pieces = pieces_of(value)
    return tuple(piece.forms[0] for piece in pieces), tuple(piece.forms[-1] for piece in pieces)


def forms(word: str) -> tuple[str, ...]:
    """The folded forms of a word, one or two."""
    return (word.lower(),) if word.isascii() else _accented(word)


@lru_cache(maxsize=1 << 14)
def _accented(word: str) -> tuple[str, ...]:
    low = unicodedata.normalize("NFC", word.casefold())
    return tuple(dict.fromkeys((_bare(low.translate(_UMLAUTS)), _bare(low))))


def _bare(low: str) -> str:
    apart = unicodedata.normalize("NFKD", low.translate(_LETTERS))
    return "".join(each for each in apart if not unicodedata.combining(each))
