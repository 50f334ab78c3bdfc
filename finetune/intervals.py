"""How sure a figure is: bootstrap intervals over patients, of a figure and of a difference.

Every figure here is a ratio of two sums over cases: right facts to expected facts, or points to
cases. Patients are drawn anew with replacement, each with all of their cases (Efron and Tibshirani
1993, percentile interval), so that two letters about one patient don't count as two witnesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
_SEED = 0
_FEWEST = 5
"""With fewer patients there are too few ways to draw them for an interval to mean anything."""

Part = tuple[float, float]
"""What one case adds to the sum above and to the sum below."""
_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure, and the interval that 95 of 100 such samples of patients would put around it.

    `value` is None where nothing was there to be counted; the ends are None where there are fewer
    than five patients.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


def estimate(parts: Sequence[Part], patients: Sequence[str]) -> Estimate:
    """A ratio of sums over cases, with its interval.

    Args:
        parts: one a case.
        patients: whose case it is; an empty name is a patient of its own.
    """
    sums = _by_patient(parts, _clusters(patients))
    return _estimate(_ratio(sums.sum(axis=0)[None]), _resampled(sums))


def difference(first: Sequence[Part], second: Sequence[Part], patients: Sequence[str]) -> Estimate:
    """How much higher the first ratio is than the second, on the same cases in the same order.

    Both are resampled together: what makes a case hard for both does not widen the interval.
    """
    clusters = _clusters(patients)
    one, two = _by_patient(first, clusters), _by_patient(second, clusters)
    value = _ratio(one.sum(axis=0)[None]) - _ratio(two.sum(axis=0)[None])
    return _estimate(value, _resampled(one) - _resampled(two))


def gap(
    first: Sequence[Part],
    first_patients: Sequence[str],
    second: Sequence[Part],
    second_patients: Sequence[str],
) -> Estimate:
    """How much higher the first ratio is than the second, each on patients of its own."""
    one = _by_patient(first, _clusters(first_patients))
    two = _by_patient(second, _clusters(second_patients))
    value = _ratio(one.sum(axis=0)[None]) - _ratio(two.sum(axis=0)[None])
    drawn, other = _resampled(one), _resampled(two)
    if not drawn.size or not other.size:
        return _estimate(value, np.empty(0))
    # Moved by one, so that the two are drawn by chance of their own where they are equally many.
    return _estimate(value, drawn - np.roll(other, 1))


def _estimate(value: _Array, resampled: _Array) -> Estimate:
    if np.isnan(value[0]):
        return Estimate(None)
    # A resample in which nothing could be counted says nothing.
    known = resampled[~np.isnan(resampled)]
    if not known.size:
        return Estimate(float(value[0]))
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value[0]), float(low), float(high))


def _clusters(patients: Sequence[str]) -> NDArray[np.intp]:
    """The number of each case's patient."""
    names = [name or f"\0{number}" for number, name in enumerate(patients)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)


def _by_patient(parts: Sequence[Part], clusters: NDArray[np.intp]) -> _Array:
    """The sums of every patient, of shape (patients, 2)."""
    if len(parts) != len(clusters):
        raise ValueError(f"{len(parts)} cases, but {len(clusters)} patients")
    sums = np.zeros((int(clusters.max(initial=-1)) + 1, 2))
    np.add.at(sums, clusters, np.array(parts, dtype=np.float64).reshape(-1, 2))
    return sums


def _resampled(sums: _Array) -> _Array:
    """The ratio of every resample."""
    return _ratio(_weights(len(sums)) @ sums) if len(sums) >= _FEWEST else np.empty(0)


@lru_cache(maxsize=8)
def _weights(patients: int) -> _Array:
    """How often each patient is drawn, of shape (resamples, patients); the same for every row of a
    table, so that rows can be compared."""
    rng = np.random.default_rng(_SEED)
    drawn = rng.multinomial(patients, np.full(patients, 1 / patients), size=RESAMPLES)
    return drawn.astype(np.float64)


def _ratio(sums: _Array) -> _Array:
    above, below = sums[:, 0], sums[:, 1]
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
