"""The lexical half of the search: which of the letters found say the words of the case.

An embedding knows what a letter is about and blurs which drug was given and what was irradiated;
words tell that. A word counts by how few of the letters have it (the idf of BM25), so that "of" and
"radiotherapy" count for nothing, without a list of stop words and in any language.

Only letters that the vectors found are looked at: an index over all letters (SQLite's FTS5) found
no better examples, and took as long as encoding the query. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

# "C50.4" is one word; so a letter on another subsite shares less.
_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
_TOLD = 3


@dataclass(frozen=True)
class Match:
    """
    Attributes:
        score: 0 to 1; 1 for the letter that matches best of those compared.
        words: the query's words that are in the letter and not in all of them, rarest first; a
            few at most.
    """

    score: float
    words: tuple[str, ...]


def match_words(query: str, texts: Mapping[str, str]) -> dict[str, Match]:
    """How well each of `texts` has the words of `query`, compared with the others."""
    wanted = list(dict.fromkeys(_words(query)))
    shared = {key: set(wanted) & set(_words(text)) for key, text in texts.items()}
    having = {word: sum(word in own for own in shared.values()) for word in wanted}
    weight = {word: _idf(count, len(texts)) for word, count in having.items()}
    sums = {key: math.fsum(weight[word] for word in own) for key, own in shared.items()}
    best = max(sums.values(), default=0.0)
    telling = [word for word in wanted if having[word] < len(texts)]
    telling.sort(key=lambda word: having[word])
    return {
        key: Match(
            sums[key] / best if best else 0.0,
            tuple(word for word in telling if word in own)[:_TOLD],
        )
        for key, own in shared.items()
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _idf(having: int, letters: int) -> float:
    """Of a word that `having` of so many letters have, as in BM25; never negative."""
    return math.log1p((letters - having + 0.5) / (having + 0.5))
