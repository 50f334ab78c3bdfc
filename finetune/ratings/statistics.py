"""Means of ratings with intervals, and differences between models rated on the same cases.

A case counts once, however many raters rated it: their scores are averaged first. Intervals are
percentile bootstrap intervals over cases, as other cases are what a figure has to hold for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

import numpy as np

from finetune.ratings.instrument import Item
from finetune.ratings.records import Rating

_RESAMPLES = 4000
_SEED = 20240820
_LEAST_CASES = 3
"""With fewer there is no interval: it would say nothing."""

Value = Callable[[Rating], float | None]
"""What is averaged; None where a rating lacks it."""


@dataclass(frozen=True)
class Estimate:
    """A mean over cases.

    Attributes:
        low, high: bounds of the 95% interval; None where there are too few cases.
        cases: it is of.
    """

    mean: float
    low: float | None
    high: float | None
    cases: int


@dataclass(frozen=True)
class Difference:
    """How much higher one model was rated than another, by the same raters on the same cases."""

    model: str
    other: str
    item: str
    estimate: Estimate


def of_item(item: Item) -> Value:
    """Its score."""
    return lambda rating: rating.scores.get(item.name)


def overall(items: Sequence[Item]) -> Value:
    """The mean of these scores; None where one of them is missing, as a mean of fewer questions is
    another figure."""

    def value(rating: Rating) -> float | None:
        scores = [rating.scores.get(item.name) for item in items]
        given = [score for score in scores if score is not None]
        return fmean(given) if len(given) == len(items) else None

    return value


def estimate(ratings: Iterable[Rating], value: Value) -> Estimate | None:
    """The mean for what these ratings rate; None where none of them has a value.

    Args:
        ratings: of one model.
    """
    by_case: dict[str, list[float]] = {}
    for rating in ratings:
        if (score := value(rating)) is not None:
            by_case.setdefault(rating.case_id, []).append(score)
    return _estimate(by_case)


def differences(
    ratings: Sequence[Rating], models: Sequence[str], values: Mapping[str, Value]
) -> tuple[Difference, ...]:
    """For each two models and each value that some rater gave to both for the same case.

    A rater is compared with themselves alone, so that strict and mild raters don't count as a
    difference between models.
    """
    found: list[Difference] = []
    for model, other in combinations(models, 2):
        for name, value in values.items():
            pairs = _by_rater_and_case(ratings, model, value)
            others = _by_rater_and_case(ratings, other, value)
            by_case: dict[str, list[float]] = {}
            for rater, case in sorted(pairs.keys() & others.keys()):
                apart = pairs[rater, case] - others[rater, case]
                by_case.setdefault(case, []).append(apart)
            if (told := _estimate(by_case)) is not None:
                found.append(Difference(model, other, name, told))
    return tuple(found)


def _by_rater_and_case(
    ratings: Iterable[Rating], model: str, value: Value
) -> dict[tuple[str, str], float]:
    scores = {(each.rater, each.case_id): value(each) for each in ratings if each.model == model}
    return {key: score for key, score in scores.items() if score is not None}


def _estimate(by_case: Mapping[str, Sequence[float]]) -> Estimate | None:
    if not by_case:
        return None
    means = np.array([fmean(by_case[case]) for case in sorted(by_case)])
    mean, cases = float(means.mean()), len(means)
    if cases < _LEAST_CASES:
        return Estimate(mean, None, None, cases)
    drawn = np.random.default_rng(_SEED).integers(cases, size=(_RESAMPLES, cases))
    low, high = np.quantile(means[drawn].mean(axis=1), (0.025, 0.975))
    return Estimate(mean, float(low), float(high), cases)
