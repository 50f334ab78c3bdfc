"""Equal vectors are stored a hair apart, always by the same hair."""

from __future__ import annotations

import numpy as np

from index.apart import set_apart

IDS = [f"{letter:04x}#{position}" for letter in range(50) for position in range(3)]


def test_equal_vectors_come_apart_and_stay_as_near_as_rounding_is():
    same = np.tile(np.array([0.6, 0.8, *[0.0] * 382], np.float32), (len(IDS), 1))
    moved = set_apart(IDS, same)
    assert moved.shape == same.shape
    assert moved.dtype == np.float32
    assert np.allclose(np.linalg.norm(moved, axis=1), 1.0, atol=1e-6)
    assert float((moved * same).sum(axis=1).min()) > 0.9997
    among = moved @ moved.T - 2 * np.eye(len(IDS))
    assert float(among.max()) < 0.9999, "no two are the same"


def test_a_passage_is_moved_by_its_id_alone():
    vectors = np.eye(len(IDS), 384, dtype=np.float32)
    whole = set_apart(IDS, vectors)
    one = set_apart(IDS[7:8], vectors[7:8])
    assert np.array_equal(whole[7:8], one)


def test_nothing_stays_nothing():
    assert set_apart([], np.empty((0, 384), np.float32)).shape == (0, 384)
