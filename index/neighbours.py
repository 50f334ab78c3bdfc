"""How well a collection's index finds what exact search finds (recall@k)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from index.embedding import Vectors

_QUERIES = 32
_K = 10
_TIE = 1e-4
"""Of a cosine: passages that say the same are as near as each other, and none is missed for it."""


class ExactNeighbours:
    """The true nearest neighbours of some passages, found as all vectors of a build pass by.

    So nothing is read again: memory is that of the queries, whatever the size of the collection.
    """

    def __init__(self) -> None:
        self.queries: Vectors = np.empty((0, 0), np.float32)
        self._best: Vectors = np.empty((0, 0), np.float32)
        self._waiting: list[Vectors] = []

    def see(self, vectors: Vectors) -> None:
        """
        Args:
            vectors: of shape (passages, dimension), unit length.
        """
        if not len(vectors):
            return
        if len(self.queries) < _QUERIES:
            more = vectors[: _QUERIES - len(self.queries)]
            self.queries = np.concatenate([self.queries, more]) if self.queries.size else more
            self._waiting.append(vectors)
            if len(self.queries) == _QUERIES:
                self._settle()
            return
        self._compare(vectors)

    def recall(self, nearest: Callable[[Vectors, int], list[float]]) -> float:
        """Of the true neighbours, the part that a search finds; 1.0 where there is no vector.

        Args:
            nearest: the scores of a search's hits for a query and how many are asked for.
        """
        self._settle()
        if not len(self.queries):
            return 1.0
        found = wanted = 0
        for query, best in zip(self.queries, self._best, strict=True):
            true = best[np.isfinite(best)]
            worst = float(true.min())
            hits = nearest(query, len(true))
            found += min(sum(score >= worst - _TIE for score in hits), len(true))
            wanted += len(true)
        return found / wanted

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for vectors in waiting:
            self._compare(vectors)

    def _compare(self, vectors: Vectors) -> None:
        if len(self._best) != len(self.queries):
            self._best = np.full((len(self.queries), _K), -np.inf, np.float32)
        scores = np.concatenate([self._best, self.queries @ vectors.T], axis=1)
        self._best = -np.partition(-scores, _K - 1, axis=1)[:, :_K]
