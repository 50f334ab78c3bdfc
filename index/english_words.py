"""Whether a word is one of the English language or of medicine, so that it names nobody.

A dictionary's words and what inflection makes of them; and the forms of medicine: its endings, the
stems of international drug names, brands, germs, abbreviations, peoples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from index.data_files import either, table, words

_INFLECTIONS = tuple(
    "ies es s ed ing er est ly ness less able ment ers ings r rs d y ically al ally".split()  # noqa: SIM905
)
_WITH_E = frozenset(("ed", "ing", "er", "ers", "est", "able", "ings", "y"))
_LONG = 6
"""Shorter words end like a disease or a drug by chance."""


@lru_cache(maxsize=1 << 14)
def is_english_word(word: str) -> bool:
    """Whether `word`, in whatever case, is in the dictionary or has a form of medicine."""
    lower = word.lower()
    return (
        word.capitalize() in _listed()
        or _in_dictionary(lower)
        or (len(lower) >= _LONG and _is_medical(lower))
        or (len(lower) > _LONG and any(_in_dictionary(each) for each in _swapped(lower)))
    )


def _in_dictionary(lower: str) -> bool:
    dictionary = _dictionary()
    return lower in dictionary or any(stem in dictionary for stem in _stems(lower))


def _stems(word: str) -> Iterator[str]:
    """What `word` may be an inflected form of."""
    for ending in _INFLECTIONS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        yield stem
        if ending == "ies" or stem.endswith("i"):
            yield f"{stem.removesuffix('i')}y"
        if ending in _WITH_E:
            yield f"{stem}e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]


def _swapped(word: str) -> Iterator[str]:
    """The word with two neighbouring letters changed round, the commonest slip of typing."""
    for i in range(1, len(word) - 1):
        yield f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}"


def _is_medical(lower: str) -> bool:
    singular = lower.removesuffix("s")
    if lower.endswith(_endings()) or singular.endswith(_endings()):
        return True
    beginning = _beginning().match(lower)
    rest = lower[beginning.end() :] if beginning else ""
    return len(rest) >= 3 and _in_dictionary(rest)


@cache
def _dictionary() -> frozenset[str]:
    source = resources.files("index") / "data" / "english_words.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    return words(" ".join(line for line in lines if not line.startswith("#")))


@cache
def _listed() -> frozenset[str]:
    medical = table("medical")
    lists = (medical[kind] for kind in ("abbreviations", "brands", "others", "peoples"))
    drugs = words(table("english")["capitalised"])
    return frozenset(word.capitalize() for raw in lists for word in words(raw)) | drugs


@cache
def _endings() -> tuple[str, ...]:
    medical = table("medical")
    return tuple(medical["endings"].split()) + tuple(medical["drug_endings"].split())


@cache
def _beginning() -> re.Pattern[str]:
    return re.compile(either(words(table("medical")["beginnings"])))
