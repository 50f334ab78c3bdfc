"""Vectors of passages that say the same, moved a hair apart.

A greeting or a closing stands in thousands of letters, word for word. HNSW joins a point to its
nearest ones, and of hundreds of equal points that is a knot which hardly anything leads into: with
350 copies each of 20 passages among 20,000, a search missed 12 to 15% of what it looked for, and
nothing once the copies were apart (`docs/log.md`, 2026-11-27).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from index.embedding import Vectors

_APART = 0.02
"""Length of what is added to a vector of length 1: its cosine with the original stays 0.9998."""


def set_apart(passage_ids: Sequence[str], vectors: Vectors) -> Vectors:
    """
    Args:
        passage_ids: what each is moved by comes of its id alone, so that a build gives the same.
        vectors: of shape (passages, dimension), unit length.

    Returns:
        the same shape, unit length.
    """
    if not passage_ids:
        return vectors
    moves = np.stack([_move(each, vectors.shape[1]) for each in passage_ids])
    moved = vectors + moves
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


def _move(passage_id: str, dimension: int) -> Vectors:
    rng = np.random.default_rng(zlib.crc32(passage_id.encode()))
    drawn = rng.standard_normal(dimension, np.float32)
    return _APART * drawn / np.float32(np.linalg.norm(drawn))
