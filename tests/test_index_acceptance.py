"""When a new collection may become the active one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from index.acceptance import accept
from index.embedding import Vectors
from index.entries import Entry, State, Versions
from index.errors import StoreError
from index.neighbours import ExactNeighbours

COUNT = 400
_DRAWN: Vectors = np.random.default_rng(5).normal(size=(COUNT, 16)).astype(np.float32)
VECTORS: Vectors = _DRAWN / np.linalg.norm(_DRAWN, axis=1, keepdims=True)
ENTRIES = [Entry("a.txt", "0", Versions("1", "1", "1"), State.INDEXED, passages=COUNT)]


@dataclass(frozen=True)
class Hit:
    score: float


@dataclass(frozen=True)
class Collection:
    """Finds all but the first `lost` passages; says that it holds `held`."""

    lost: int = 0
    held: int = COUNT

    def count(self) -> int:
        return self.held

    def nearest(self, vector: Vectors, k: int) -> list[Hit]:
        scores = np.sort(VECTORS[self.lost :] @ vector)[::-1]
        return [Hit(float(score)) for score in scores[:k]]


def check(collection: Collection) -> None:
    exact = ExactNeighbours()
    exact.see(VECTORS)
    accept(cast("Any", collection), ENTRIES, exact)


@pytest.mark.parametrize("lost", [0, 1])
def test_one_passage_that_an_approximate_search_misses_is_borne(lost: int):
    check(Collection(lost))


@pytest.mark.parametrize(
    ("collection", "said"),
    [
        (Collection(held=COUNT - 1), "399 of 400 passages"),
        (Collection(lost=4), "28 of 32 passages by themselves"),
    ],
)
def test_what_does_not_give_back_what_was_put_in_is_refused(collection: Collection, said: str):
    with pytest.raises(StoreError, match=said):
        check(collection)
