"""Which words of a text are names of known patients.

A word is a name wherever it stands, unless it has another meaning. One that is a common word too is
believed in a letter that shows it as a name once; one that a letter needs in its other meaning
(Leber, Hand, May) only where it stands as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from index.data_files import table, words
from index.folding import Piece, forms, pieces_of
from index.name_patterns import PARTICLES
from index.name_words import is_no_name

_SHORTEST = 3
"""A shorter name is only believed where it stands as one; so is an abbreviation in capitals."""
_ABBREVIATION = 4
_INFLECTED = re.compile(r"(?<=..)(?:s|es|sche[mnrs]?)$")
_GAP = re.compile(r"(?:(?<=\b\w)\.)?[ \t]*[,\-‐–'’]?[ \t]*\n?[ \t]*")
_FORM_GAP = re.compile(r"\.?[ \t:]*\n?[ \t]*")
_LOWER = re.compile(r"(?<![\w@.-])[^\W\d_A-ZÄÖÜ][^\W\d_]*(?![\w@-])")


class KnownNames:
    """The words of the names, and which of them belong together."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._pairs: set[str] = set()

    def add(self, *names: str) -> None:
        """The names of one person; each word of one may stand beside each word of another."""
        every = [form for name in names for word in name_words(name) for form in word]
        self._words.update(every)
        self._pairs.update(f"{one} {two}" for one in every for two in every if one < two)

    def find(self, text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
        """Start and end of each mention, of a name beside another of the same person in one."""
        found = {i: stem for i, piece in enumerate(pieces) if (stem := self._stem(piece))}
        if not found:
            return
        reach = {i: self._reach(text, pieces, found, i) for i in found}
        certain = {n for i, end in reach.items() for n in (i, end) if end > i}
        certain |= {i for i in found if _is_addressed(text, pieces, i) and _is_capital(pieces[i])}
        shown = {form for i in certain for form in found[i]}
        lower: frozenset[str] | None = None
        for i, stem in found.items():
            piece = pieces[i]
            if i not in certain:
                if not _is_capital(piece) or _is_kept(stem) or _is_abbreviation(piece):
                    continue
                if not shown.intersection(stem):
                    lower = _lower_words(text) if lower is None else lower
                    if _is_common(stem) or lower.intersection(stem):
                        continue
            yield piece.start, pieces[reach[i]].end

    def _stem(self, piece: Piece) -> tuple[str, ...]:
        """The known forms of a word, inflected or not."""
        found = tuple(form for form in piece.forms if form in self._words)
        if found or not piece.written[-1].isalpha():
            return found
        bare = (_INFLECTED.sub("", form, count=1) for form in piece.forms)
        return tuple(form for form in bare if form in self._words)

    def _reach(
        self, text: str, pieces: Sequence[Piece], found: Mapping[int, tuple[str, ...]], first: int
    ) -> int:
        """The last word of the full name that begins at `first`; itself where there is none.

        Between two names of a person one more may stand: an initial, a particle, a further name.
        """
        last = first
        for other in (first + 1, first + 2):
            if other >= len(pieces):
                break
            before, piece = pieces[other - 1], pieces[other]
            if not _GAP.fullmatch(text, before.end, piece.start):
                break
            if self._are_one(found[first], found.get(other, ())):
                last = other
            elif not (_is_capital(piece) or piece.written in PARTICLES):
                break
        return last

    def _are_one(self, these: Iterable[str], those: Iterable[str]) -> bool:
        """Whether two names, each in its forms, are one person's."""
        pairs = ((one, two) if one < two else (two, one) for one in these for two in those)
        return any(f"{one} {two}" in self._pairs for one, two in pairs)


def is_told_alone(name: str) -> bool:
    """Whether a name, also of a town, has no other meaning."""
    stems = name_words(name)
    return len(stems) > 1 or not any(_is_kept(stem) or _is_common(stem) for stem in stems)


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name, each in its folded forms, without particles and titles."""
    words_of = (piece for piece in pieces_of(name) if piece.written not in PARTICLES)
    return tuple(piece.forms for piece in words_of if piece.forms[0] not in _titles())


def _is_addressed(text: str, pieces: Sequence[Piece], i: int) -> bool:
    """Whether a form of address, or one and a further word, stands before the word."""
    for before in (i - 1, i - 2):
        if before < 0 or not _FORM_GAP.fullmatch(
            text, pieces[before].end, pieces[before + 1].start
        ):
            return False
        if pieces[before].forms[0] in _addresses():
            return True
        if not _is_capital(pieces[before]):
            return False
    return False


def _is_capital(piece: Piece) -> bool:
    return piece.written[0].isupper()


def _is_abbreviation(piece: Piece) -> bool:
    return len(piece.written) <= _ABBREVIATION and piece.written.isupper()


def _is_kept(stem: Iterable[str]) -> bool:
    return any(len(form) < _SHORTEST or form in _kept() for form in stem)


def _is_common(stem: Iterable[str]) -> bool:
    return any(form in _common() or is_no_name(form.capitalize()) for form in stem)


def _lower_words(text: str) -> frozenset[str]:
    return frozenset(form for word in _LOWER.findall(text) for form in forms(word))


def _folded(*raw: str) -> frozenset[str]:
    return frozenset(
        form for text in raw for word in words(text) for form in forms(word.strip("."))
    )


@cache
def _kept() -> frozenset[str]:
    return _folded(table("patient_columns")["words"]["kept"], table("eponyms")["words"])


@cache
def _common() -> frozenset[str]:
    return _folded(table("terms")["common_words"])


@cache
def _addresses() -> frozenset[str]:
    terms = table("terms")
    return _folded(terms["honorifics"], _BEFORE_NAMES)


_BEFORE_NAMES = """
Patient Patientin Patienten Pat Dr Doktor Doctor geb geborene née nee
Name Vorname Nachname Familienname Zuname Geburtsname Surname Forename
"""


@cache
def _titles() -> frozenset[str]:
    return _folded("Dr Prof Med Herr Frau Mr Mrs Ms Miss Dipl Ing Phil Jur")
