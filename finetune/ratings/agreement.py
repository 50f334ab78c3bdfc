"""How far raters agree: Krippendorff's alpha, and intraclass correlations.

The only file that knows the library krippendorff.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finetune.ratings.instrument import Item
from finetune.ratings.records import Rating

Scores = NDArray[np.float64]
"""Rows are drafts, columns raters; NaN where a rater gave no score."""


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float
    """Bounds of the 95% interval."""


@dataclass(frozen=True)
class Icc:
    """Intraclass correlations of a two-way table without gaps.

    Attributes:
        single: ICC(2,1): how far one rater's scores can be relied on, if any rater could have been
            asked; strictness counts against it.
        average: ICC(2,k): the same for the mean of the k raters.
        consistency: ICC(3,1): without strictness: whether the raters put drafts in the same order.
        raters, drafts: the size of the table.
    """

    single: Interval
    average: Interval
    consistency: float
    raters: int
    drafts: int


@dataclass(frozen=True)
class Agreement:
    """
    Attributes:
        alpha: Krippendorff's, for ordered scores; from all drafts that two or more rated. None
            where there is no such draft, or all of them have the same score.
        icc: from the largest part of the table without gaps; None where it has no use.
    """

    item: str
    alpha: float | None
    icc: Icc | None


def agreement(ratings: Sequence[Rating], item: Item) -> Agreement:
    """How far the raters agree on one question."""
    scores = _table(ratings, item)
    return Agreement(item.name, alpha(scores, item.scores), icc(without_gaps(scores)))


def raters_of_drafts(ratings: Sequence[Rating], item: Item) -> dict[int, int]:
    """How many drafts were rated by one rater, by two, and so on."""
    counts = np.count_nonzero(~np.isnan(_table(ratings, item)), axis=1)
    return dict(sorted(Counter(int(count) for count in counts if count).items()))


def alpha(scores: Scores, domain: Sequence[int]) -> float | None:
    """Krippendorff's alpha for ordered scores.

    Args:
        scores: drafts by raters, with gaps.
        domain: all scores that can be given, in their order.
    """
    rated_twice = scores[np.count_nonzero(~np.isnan(scores), axis=1) >= 2]
    if len(np.unique(rated_twice[~np.isnan(rated_twice)])) < 2:
        return None
    import krippendorff

    return float(
        krippendorff.alpha(
            reliability_data=rated_twice.T,
            value_domain=list(domain),
            level_of_measurement="ordinal",
        )
    )


def without_gaps(scores: Scores) -> Scores:
    """The largest table without gaps: of those who rated most, and the drafts that all of them
    rated. So one who rated two drafts doesn't reduce the table to two."""
    by_number = np.argsort(-np.count_nonzero(~np.isnan(scores), axis=0), kind="stable")
    tables: list[Scores] = [scores[:0, :0]]
    for raters in range(2, scores.shape[1] + 1):
        part = scores[:, np.sort(by_number[:raters])]
        tables.append(part[~np.isnan(part).any(axis=1)])
    return max(tables, key=lambda table: table.size)


def icc(scores: Scores) -> Icc | None:
    """ICC(2,1), ICC(2,k) and ICC(3,1) by Shrout and Fleiss (1979); the intervals of the first two
    by McGraw and Wong (1996). A correlation is a share of the variance: what comes out below 0, as
    where the raters of a draft differ more than the drafts do, is 0.

    Args:
        scores: drafts by raters, without gaps.

    Returns:
        None for fewer than two raters or three drafts, and where no draft has another mean score
        than the others: there is nothing that raters could agree on.
    """
    n, k = scores.shape
    if n < 3 or k < 2:
        return None
    mean = scores.mean()
    by_draft, by_rater = scores.mean(axis=1), scores.mean(axis=0)
    if np.allclose(by_draft, mean):
        return None
    rest = scores - by_draft[:, None] - by_rater[None, :] + mean
    between_drafts = float(k * ((by_draft - mean) ** 2).sum() / (n - 1))
    between_raters = float(n * ((by_rater - mean) ** 2).sum() / (k - 1))
    error = float((rest**2).sum() / ((n - 1) * (k - 1)))
    signal = max(between_drafts - error, 0.0)
    strictness = k * (between_raters - error) / n
    single = signal / (between_drafts + (k - 1) * error + strictness)
    low, high = _bounds(single, (between_drafts, between_raters, error), (n, k))
    return Icc(
        single=Interval(single, low, high),
        average=Interval(*(_of_mean(each, k) for each in (single, low, high))),
        consistency=signal / (between_drafts + (k - 1) * error),
        raters=k,
        drafts=n,
    )


def _of_mean(single: float, raters: int) -> float:
    """ICC(2,k) from ICC(2,1)."""
    return raters * single / (1 + (raters - 1) * single)


def _bounds(
    single: float, squares: tuple[float, float, float], size: tuple[int, int]
) -> tuple[float, float]:
    """The 95% interval of ICC(2,1).

    Args:
        squares: mean squares between drafts, between raters, and of the rest.
        size: drafts, raters.
    """
    if np.isclose(single, 1):
        return 1.0, 1.0
    from scipy.stats import f

    msr, msc, mse = squares
    n, k = size
    a = k * single / (n * (1 - single))
    b = 1 + a * (n - 1)
    freedom = (a * msc + b * mse) ** 2 / (
        (a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1))
    )
    above, below = f.ppf(0.975, n - 1, freedom), f.ppf(0.975, freedom, n - 1)
    noise = k * msc + (k * n - k - n) * mse
    low = n * (msr - above * mse) / (above * noise + n * msr)
    high = n * (below * msr - mse) / (noise + n * below * msr)
    return max(float(low), 0.0), max(float(high), 0.0)


def _table(ratings: Sequence[Rating], item: Item) -> Scores:
    drafts = sorted({(each.case_id, each.model) for each in ratings})
    raters = sorted({each.rater for each in ratings})
    scores = np.full((len(drafts), len(raters)), np.nan)
    rows = {draft: number for number, draft in enumerate(drafts)}
    columns = {rater: number for number, rater in enumerate(raters)}
    for each in ratings:
        score = each.scores.get(item.name)
        if score is not None:
            scores[rows[each.case_id, each.model], columns[each.rater]] = score
    return scores
