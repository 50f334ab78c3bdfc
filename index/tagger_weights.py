"""The tagger's linear model: from the features of a letter's words to their scores.

Most features are of one word by itself, and words come again: what a word adds to the scores of
its neighbours is summed once and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from index.letter import Language
from index.spans import Label
from index.tagger_features import EDGE, NEAR, features_alone

_REMEMBERED = 1 << 14
"""Words; each takes 7 offsets of 10 kinds in 4 bytes."""


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

    def scores(
        self, written: Sequence[str], together: Sequence[tuple[int, list[str]]]
    ) -> NDArray[np.float32]:
        """(len(together), kinds).

        Args:
            written: the text's tokens.
            together: as from `features_together`, not empty.
        """
        edges = ("",) * EDGE
        of_words = b"".join(map(self._of_word, (*edges, *written, *edges)))
        alone = np.frombuffer(of_words, np.float32).reshape(-1, len(NEAR), len(self.bias))
        at = np.array([i for i, _ in together])
        row, none = self.row.get, len(self.of)
        rows = [[row(each, none) for each in features] for _, features in together]
        longest = max(map(len, rows))
        padded = np.array([each + [none] * (longest - len(each)) for each in rows])
        scores = self._of_or_none[padded].sum(axis=1) + self.bias
        for place, offset in enumerate(NEAR):
            scores += alone[at + EDGE + offset, place]
        return scores

    @cached_property
    def _of_or_none(self) -> NDArray[np.float32]:
        """`of` and a row of zeros for features that no training letter had."""
        return np.vstack([self.of, np.zeros_like(self.bias)])

    @cached_property
    def _of_word(self) -> Callable[[str], bytes]:
        """What a word by itself adds to each of its neighbours: float32, (len(NEAR), kinds)."""

        @lru_cache(maxsize=_REMEMBERED)
        def of_word(word: str) -> bytes:
            features = [features_alone(word, offset) for offset in NEAR]
            rows = [self.row.get(each, len(self.of)) for alone in features for each in alone]
            starts = [0, *accumulate(map(len, features[:-1]))]
            return np.add.reduceat(self._of_or_none[rows], starts).tobytes()

        return of_word


@cache
def shipped_weights(language: Language) -> Weights:
    """The weights in `index/data/tagger_<language>.npz`, as `tests.deid.training` saves them."""
    source = resources.files("index") / "data" / f"tagger_{language}.npz"
    with source.open("rb") as file, np.load(file) as saved:
        names = bytes(saved["features"]).decode().split("\x00")
        return Weights(
            {name: row for row, name in enumerate(names)},
            saved["weights"].astype(np.float32),
            saved["bias"].astype(np.float32),
            tuple(Label(each) for each in bytes(saved["labels"]).decode().split()),
        )
