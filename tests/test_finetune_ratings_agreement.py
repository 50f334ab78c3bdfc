"""Agreement of raters against published figures."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.ratings.agreement import alpha, icc, without_gaps

# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_intraclass_correlations_are_the_published_ones() -> None:
    found = icc(SHROUT_FLEISS)
    assert found is not None
    told = (found.single.value, found.average.value, found.consistency)
    assert told == pytest.approx((0.29, 0.62, 0.71), abs=0.005)
    assert (found.single.low, found.single.high) == pytest.approx((0.019, 0.76), abs=0.005)
    assert (found.average.low, found.average.high) == pytest.approx((0.07, 0.93), abs=0.005)


def test_gaps_and_raters_without_a_difference() -> None:
    gaps = np.vstack([SHROUT_FLEISS, [[9, np.nan, 5, 8]]])
    assert without_gaps(gaps).shape == (6, 4)
    same = np.full((4, 2), 3.0)
    assert (icc(same), alpha(same, (1, 2, 3, 4))) == (None, None)
    apart = np.array([[1, 1], [2, 2], [4, 4.0]])
    assert alpha(apart, (1, 2, 3, 4)) == pytest.approx(1)
