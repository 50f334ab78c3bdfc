"""Whether a word is one of the German language or of its medicine, so that it hardly names anybody.

German writes all nouns with a capital, and makes new ones by joining two. A word counts where a
dictionary has it, or one that it may be inflected from, or both of its halves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from index.data_files import table, words

_JOINTS = ("", "s", "es", "n", "en", "er", "-")
_HALF = 4
"""Letters of the shortest word that is half of another."""
_LONG = 6
"""Shorter words end like a disease or a drug by chance."""


@lru_cache(maxsize=1 << 14)
def is_german_word(word: str) -> bool:
    """Whether `word`, in whatever case, is in the dictionary, joined of its words, or medical."""
    lower = word.lower()
    return (
        _in_dictionary(lower)
        or (len(lower) >= _LONG and lower.removesuffix("en").endswith(_endings()))
        or any(_in_dictionary(lower[i:]) and _begins(lower[:i]) for i in _cuts(lower))
    )


def is_simple_german_word(word: str) -> bool:
    """Whether the dictionary has `word`, or one that it is inflected from; no compound."""
    return _in_dictionary(word.lower())


def _in_dictionary(lower: str) -> bool:
    dictionary = _dictionary()
    return lower in dictionary or any(stem in dictionary for stem in _stems(lower))


def _stems(word: str) -> Iterator[str]:
    for ending in _inflections():
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            yield stem


def _cuts(lower: str) -> range:
    return range(_HALF, len(lower) - _HALF + 1)


def _begins(half: str) -> bool:
    """Whether it is a word, with what German puts between two of them."""
    stems = (half.removesuffix(joint) for joint in _JOINTS if half.endswith(joint))
    return any(len(stem) >= 3 and stem in _dictionary() for stem in stems)


@cache
def _dictionary() -> frozenset[str]:
    return frozenset[str]().union(*map(_listed, ("german_words", "german_medical")))


def _listed(name: str) -> frozenset[str]:
    source = resources.files("index") / "data" / f"{name}.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    return words(" ".join(line for line in lines if not line.startswith("#")))


@cache
def _inflections() -> tuple[str, ...]:
    return tuple(table("german")["inflections"].split())


@cache
def _endings() -> tuple[str, ...]:
    drugs = (each.removesuffix("e") for each in table("medical")["drug_endings"].split())
    return (*table("german")["word_endings"].split(), *(each for each in drugs if len(each) > 2))
