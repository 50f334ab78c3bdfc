"""Intervals of shares, which hold at 0 and 1 too, where a bootstrap gives none.

Wilson 1927 for one share; Newcombe 1998 (Statistics in Medicine 17:873, method 10) for how two
differ.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from finetune.intervals import LEVEL, Estimate

_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def share(hits: int, of: int) -> Estimate:
    """`hits` of `of`, with its 95% interval; nothing of nothing."""
    if not of:
        return Estimate(None)
    low, high = _wilson(hits, of)
    return Estimate(hits / of, low, high)


def apart(hits: int, of: int, other_hits: int, other_of: int) -> Estimate:
    """How much higher the first share is than the second, which is of other letters."""
    if not of or not other_of:
        return Estimate(None)
    one, two = hits / of, other_hits / other_of
    (low, high), (other_low, other_high) = _wilson(hits, of), _wilson(other_hits, other_of)
    below = sqrt((one - low) ** 2 + (other_high - two) ** 2)
    above = sqrt((high - one) ** 2 + (two - other_low) ** 2)
    return Estimate(one - two, one - two - below, one - two + above)


def _wilson(hits: int, of: int) -> tuple[float, float]:
    value, square = hits / of, _Z * _Z
    centre = (value + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(value * (1 - value) / of + square / (4 * of * of))
    return max(0.0, centre - half), min(1.0, centre + half)
