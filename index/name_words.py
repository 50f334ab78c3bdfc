"""The words of names: what is part of one, what is none, and what of it can stand for it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from index.data_files import table, words
from index.name_patterns import PARTICLE, WORD, name_patterns

WORD_PATTERN = re.compile(WORD)


def trimmed(text: str, start: int, end: int, *, introduced: bool = False) -> tuple[int, int] | None:
    """The span without words in front and behind that are no names; None where nothing is left.

    Args:
        introduced: a title or form of address stands in front, so that a common word that is a
            surname too counts as one.
    """
    units = [match.span() for match in name_patterns().unit.finditer(text, start, end)]
    if not (introduced and units and text[slice(*units[0])] in _surnames_too()):
        while units and is_no_name(text[slice(*units[0])]):
            units.pop(0)
    kept: list[tuple[int, int]] = []
    for unit in units:
        word = text[slice(*unit)]
        before = text[slice(*kept[-1])] if kept else ""
        is_given = before.endswith(".") or before in given_names()
        if is_no_name(word) and not (
            word in _surnames_too() and (is_given if before else introduced)
        ):
            break
        if kept and not is_given and _TOWARDS.search(text, kept[-1][1], unit[0]):
            break
        kept.append(unit)
    if not any(len(text[slice(*unit)].strip(".")) > 1 or text[unit[1] - 1] == "." for unit in kept):
        return None
    if all(is_abbreviation(text[slice(*unit)]) for unit in kept):
        return None
    first = kept[0][0]
    particle = _PARTICLE_AT_END.search(text[start:first])
    return (start + particle.start() if particle else first), kept[-1][1]


_TOWARDS = re.compile(r"\b(?:zu[mr]?|vom)\b")
"""Behind a surname these begin what follows; behind a given name they are part of the name."""


@cache
def _surnames_too() -> frozenset[str]:
    return words(table("german")["surnames_too"])


_PARTICLE_AT_END = re.compile(rf"{PARTICLE}$")


def is_abbreviation(word: str) -> bool:
    """Whether its form is that of an abbreviation: two to four capitals."""
    return 1 < len(word) <= 4 and word.isupper() and word.isalpha()


@lru_cache(maxsize=1 << 14)
def is_no_name(word: str) -> bool:
    """Whether a capitalised word is a common one, by the list or by its ending."""
    bare = word.strip(".")
    if bare in _not_names() or bare.capitalize() in _not_names():
        return len(bare) > 1 or word == bare
    return len(bare) > 5 and bare.lower().endswith(_noun_endings())


def is_name_like(name: str) -> bool:
    """At least two parts, or a known given name, and not eponyms alone."""
    units = name_patterns().unit.findall(name)
    real = [unit for unit in units if not is_no_name(unit)]
    return len(real) == len(units) and (len(real) >= 2 or name in given_names())


@cache
def _not_names() -> frozenset[str]:
    return words(table("terms")["not_names"]) | words(table("english")["not_names"])


@cache
def _noun_endings() -> tuple[str, ...]:
    return tuple(table("terms")["noun_endings"].split())


@cache
def given_names() -> frozenset[str]:
    """Given names that are no common words."""
    given = table("names")["given"]
    lists = (raw for group in ("de", "en", "other") for raw in given[group].values())
    return frozenset[str]().union(*(words(raw) for raw in lists)) - ambiguous_given_names()


@cache
def ambiguous_given_names() -> frozenset[str]:
    """Given names that are common words too: with a surname or an initial they count."""
    given = table("names")["given"]
    return frozenset[str]().union(*(words(raw) for raw in given["ambiguous"].values()))


@lru_cache(maxsize=1 << 12)
def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name that can stand for it: no titles, particles, initials."""
    found = (match[0] for match in WORD_PATTERN.finditer(without_title(name)))
    parts = (part for part in found if len(part) >= 3 and not is_no_name(part))
    return tuple(dict.fromkeys(parts))


@lru_cache(maxsize=1 << 12)
def without_title(name: str) -> str:
    title = name_patterns().title.match(name)
    return name[title.end() :].lstrip() if title else name


def is_telling(part: str, lower: frozenset[str]) -> bool:
    """Whether a part of a name is believed wherever it stands: no common word, no eponym.

    Args:
        part: a word of a name.
        lower: the text's words in lower case; what stands among them is a common word.
    """
    plain = part.capitalize() if part.isupper() else part
    common = (words(table("terms")["common_words"]), words(table("eponyms")["words"]))
    return plain.lower() not in lower and not any(plain in each for each in common)


@lru_cache(maxsize=2)
def lower_words(text: str) -> frozenset[str]:
    """The words of a text that it writes in lower case."""
    return frozenset(_LOWER_WORD.findall(text))


_LOWER_WORD = re.compile(r"(?<![\w-])[^\W\d_A-ZÄÖÜ][^\W\d_]*(?![\w-])")
