"""Which of the languages of letters a record is in, or that it is in none of them."""

from __future__ import annotations

import re
from collections import Counter

from index.data_files import table, words
from index.errors import CaseError
from index.language import detect_language
from index.letter import Language

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 200_000
_FEWEST = 12
"""Function words of another language that tell it; fewer may be names."""


def language_of(text: str, *, german: bool = False) -> Language:
    """The language of a record's text.

    Args:
        german: whether the record's form tells that it is German.

    Raises:
        CaseError: it is in another language than letters are written in.
    """
    sample = text[:_SAMPLE]
    counts = Counter(word.lower() for word in _WORD.findall(sample))
    own = _hits(counts, table("function_words"))
    other = _hits(counts, table("import_words")["other_languages"])
    best = max(other, key=lambda name: other[name])
    if other[best] >= _FEWEST and other[best] > 2 * max(own.values()):
        raise CaseError(
            f"The record is written in {best}; letters are written in English and German.",
            "Give a record in one of these, or its translation.",
        )
    return "de" if german else detect_language(sample)


def _hits(counts: Counter[str], lists: dict[str, str]) -> dict[str, int]:
    return {name: sum(counts[word] for word in words(raw)) for name, raw in lists.items()}
