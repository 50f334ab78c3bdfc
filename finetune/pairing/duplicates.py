"""Letters that are nearly the same: MinHash finds who may be, the shingles themselves decide."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

_WORDS = 3
NEAR = 0.8
"""Jaccard index of the word shingles, from which on two letters are near-duplicates."""
_PERMUTATIONS = 128
_FOUND_FROM = 0.7
"""MinHash estimates; a lower bar for it misses fewer of those that are truly near."""


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers of texts of which `NEAR` or more of the shingles are common."""
    from datasketch import MinHash, MinHashLSH

    index: Any = MinHashLSH(threshold=_FOUND_FROM, num_perm=_PERMUTATIONS)
    shingles: list[Any] = []
    for number, text in enumerate(texts):
        own = _shingles(text)
        shingles.append(own)
        sketch: Any = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
        sketch.update_batch(own.tolist())
        for other in sorted(map(int, index.query(sketch))):
            if _jaccard(own, shingles[other]) >= NEAR:
                yield other, number
        index.insert(str(number), sketch)


def _shingles(text: str) -> Any:
    """Hashes of the runs of three words, sorted; digits count, since doses tell letters apart."""
    words = re.findall(r"\w+", text.lower())
    runs = zip(*(words[n:] for n in range(_WORDS)), strict=False)
    return np.unique(np.fromiter((zlib.crc32(" ".join(run).encode()) for run in runs), np.uint32))


def _jaccard(one: Any, other: Any) -> float:
    common = np.intersect1d(one, other, assume_unique=True).size
    union = one.size + other.size - common
    return common / union if union else 1.0
