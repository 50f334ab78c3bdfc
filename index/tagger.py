"""A small tagger that the project trains itself, beside the rules: a linear model over words.

The weights are learnt by `tests.deid.training` from made-up letters; nothing is fetched. It reads
what rules are bad at: a word that stands like a name, in a line like an address, in a form of
number that nobody listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from index.further import is_eponym
from index.letter import Language
from index.spans import Label, Span
from index.tagger_features import features_of, tokens_of

SURE = 0.06
"""From this probability on a word counts as an identifier: a miss costs more than a false alarm."""
SHORTEST = 500
"""Characters of a letter; it learnt from whole ones, and a sentence alone tells it too little."""
_WITHIN = re.compile(r"[-–./_'’,]?|\.[ ]?|[ ][-–/&][ ]|(?:,|[ ]|[ ]geb\.)?[ ]")
"""What joins two words to one identifier: a mark without spaces, a full stop, a space."""
_TIGHT = re.compile(r"[-–./]?")
""" … and what joins those of a date: it must stay one that can be read and shifted."""


@dataclass(frozen=True)
class Weights:
    """A linear model.

    Attributes:
        row: each feature's row in `of`.
        of: weights, (features, kinds); the first kind is "no identifier".
        bias: (kinds,).
        labels: the kinds but the first.
    """

    row: Mapping[str, int]
    of: NDArray[np.float32]
    bias: NDArray[np.float32]
    labels: tuple[Label, ...]


@lru_cache(maxsize=2)
def find_tagged(text: str, language: Language) -> tuple[Span, ...]:
    """What the tagger of the letter's language takes for identifiers; sorted, without overlaps.

    Nothing in a text of a sentence or two: there it touches 38 of 80 that name nobody, the rules 1.
    """
    if len(text) < SHORTEST:
        return ()
    return tuple(tag(text, shipped_weights(language)))


def tag(text: str, weights: Weights, sure: float = SURE) -> Iterator[Span]:
    """Spans of words that are identifiers by `weights`; neighbours are one."""
    tokens = tokens_of(text)
    known = features_of(text, tokens)
    if not known:
        return
    scores = np.stack([_scores(features, weights) for _, features in known])
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    found: list[Span] = []
    for (i, _), chances in zip(known, odds, strict=True):
        if 1 - chances[0] >= sure:
            label = weights.labels[int(chances[1:].argmax())]
            found.append(Span(tokens[i].start, tokens[i].end, label))
    yield from (span for span in _joined(text, found) if _identifies(span.of(text)))


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


def _identifies(written: str) -> bool:
    """Not what is known to be something else: an eponym, a code of diagnoses."""
    if _DIGIT.search(written):
        return not _DIAGNOSIS.fullmatch(written)
    return not all(is_eponym(word) for word in _WORD.findall(written))


_DIGIT = re.compile(r"\d")
_DIAGNOSIS = re.compile(r"[A-Z]\d\d(?:\.\d{1,2})?")
_WORD = re.compile(r"[^\W\d_]+")


def _scores(features: list[str], weights: Weights) -> NDArray[np.float32]:
    rows = [row for each in features if (row := weights.row.get(each)) is not None]
    return weights.of[rows].sum(axis=0) + weights.bias


@cache
def shipped_weights(language: Language) -> Weights:
    """The weights in `index/data/tagger_<language>.npz`, as `save_weights` wrote them."""
    source = resources.files("index") / "data" / f"tagger_{language}.npz"
    with source.open("rb") as file, np.load(file) as saved:
        names = bytes(saved["features"]).decode().split("\x00")
        return Weights(
            {name: row for row, name in enumerate(names)},
            saved["weights"].astype(np.float32),
            saved["bias"].astype(np.float32),
            tuple(Label(each) for each in bytes(saved["labels"]).decode().split()),
        )
