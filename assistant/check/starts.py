"""Where a pattern need be tried: at the beginnings of numbers and of words alone.

Python's `re` tries a pattern at every character of a text, and most of ours begin with one of a
hundred words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from assistant.check.number_words import number_words
from assistant.check.wordlists import any_of

_FIGURES = re.compile(r"\d+")
_WORDS = re.compile(r"\w+")


@lru_cache(maxsize=16)
def figures(text: str) -> tuple[int, ...]:
    """Offsets at which figures begin, each run of them once."""
    return tuple(match.start() for match in _FIGURES.finditer(text))


@lru_cache(maxsize=16)
def words(text: str) -> tuple[int, ...]:
    """Offsets at which a run of letters, figures and underscores begins."""
    return tuple(match.start() for match in _WORDS.finditer(text))


@lru_cache(maxsize=16)
def numbers(text: str) -> tuple[int, ...]:
    """Offsets at which a number begins, in figures or in words; a decimal is one number."""
    return tuple(match.start() for match in _numbers().finditer(text))


@cache
def _numbers() -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,])(?=\d)|\b(?={any_of(number_words())})", re.IGNORECASE)


def matches_at(
    pattern: re.Pattern[str], text: str, starts: Iterable[int]
) -> Iterator[re.Match[str]]:
    """The pattern's matches that begin at one of `starts`, none overlapping another.

    Args:
        pattern: any; tried at each of the starts.
        text: any.
        starts: offsets into `text`, in its order.
    """
    end = 0
    for start in starts:
        if start >= end and (match := pattern.match(text, start)):
            yield match
            end = match.end()
