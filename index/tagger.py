"""A small tagger that the project trains itself, beside the rules: a linear model over words.

The weights are learnt by `tests.deid.training` from made-up letters; nothing is fetched. It reads
what rules are bad at: a word that stands like a name, in a line like an address, in a form of
number that nobody listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from index.english_refusals import identifying
from index.letter import Language
from index.spans import Label, Span
from index.tagger_features import features_together, tokens_of
from index.tagger_limits import may_identify
from index.tagger_weights import Weights, shipped_weights

SURE = 0.35
"""From this probability on a word counts as an identifier: a miss costs more than a false alarm."""
SHORTEST = 500
"""Characters of a letter; it learnt from whole ones, and a sentence alone tells it too little."""
_WITHIN = re.compile(r"[-–./_'’,]?|\.[ ]?|[ ][-–/&][ ]|(?:,|[ ]|[ ]geb\.)?[ ]")
"""What joins two words to one identifier: a mark without spaces, a full stop, a space."""
_TIGHT = re.compile(r"[-–./]?")
""" … and what joins those of a date: it must stay one that can be read and shifted."""


@lru_cache(maxsize=2)
def find_tagged(text: str, language: Language) -> tuple[Span, ...]:
    """What the tagger of the letter's language takes for identifiers; sorted, without overlaps.

    Nothing in a text of a sentence or two: there it touches 38 of 80 that name nobody, the rules 1.
    """
    if len(text) < SHORTEST:
        return ()
    found = tag(text, shipped_weights(language))
    return tuple(limited(text, found, language))


def limited(text: str, found: Iterable[Span], language: Language) -> Iterator[Span]:
    """What of the tagger's finds may identify someone."""
    kept = (span for span in found if may_identify(text, span, language))
    return identifying(text, kept) if language == "en" else kept


def tag(text: str, weights: Weights, sure: float = SURE) -> Iterator[Span]:
    """Spans of words that are identifiers by `weights`; neighbours are one."""
    tokens = tokens_of(text)
    known = features_together(text, tokens)
    if not known:
        return
    scores = weights.scores([token.written for token in tokens], known)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    found: list[Span] = []
    for row in np.flatnonzero(1 - odds[:, 0] >= sure):
        token = tokens[known[row][0]]
        label = weights.labels[int(odds[row, 1:].argmax())]
        found.append(Span(token.start, token.end, label))
    yield from _joined(text, found)


def _joined(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """Neighbouring words as one span, named after the longest of them."""
    last: Span | None = None
    longest = 0
    for span in found:
        length = span.end - span.start
        apart = Label.DATE in (last.label, span.label) if last else False
        within = _TIGHT if apart else _WITHIN
        if last and within.fullmatch(text, last.end, span.start):
            label = span.label if length > longest else last.label
            last = Span(last.start, span.end, label)
            longest = max(longest, length)
            continue
        if last:
            yield last
        last, longest = span, length
    if last:
        yield last
