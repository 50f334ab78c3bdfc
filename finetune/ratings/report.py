"""Everything that a round's ratings say, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finetune.ratings.agreement import Agreement, agreement, raters_of_drafts
from finetune.ratings.instrument import DIMENSIONS
from finetune.ratings.records import Rating, Round
from finetune.ratings.statistics import (
    Difference,
    Estimate,
    differences,
    estimate,
    of_item,
    overall,
)

OVERALL = "overall"
"""The name of the mean of the paper's four dimensions, beside the items' names."""


@dataclass(frozen=True)
class ModelRow:
    """One model's figures.

    Attributes:
        cases: how many of its cases somebody rated.
        means: by the items' names, and `overall`; None where nobody gave a score.
    """

    model: str
    cases: int
    means: Mapping[str, Estimate | None]


@dataclass(frozen=True)
class RaterRow:
    """How far one rater is.

    Attributes:
        code: stands for the rater in exports.
        complete: drafts with an answer to each question.
    """

    code: str
    name: str
    complete: int
    begun: int


@dataclass(frozen=True)
class Report:
    """A round's figures.

    Attributes:
        drafts, cases: how many there are, rated or not.
        models: the best first.
        rated_by: how many drafts have a first score from one rater, from two, and so on.
    """

    round: str
    drafts: int
    cases: int
    models: tuple[ModelRow, ...]
    differences: tuple[Difference, ...]
    agreement: tuple[Agreement, ...]
    raters: tuple[RaterRow, ...]
    rated_by: Mapping[int, int]


def report(
    round_: Round, cases_by_model: Mapping[str, set[str]], ratings: Sequence[Rating]
) -> Report:
    """
    Args:
        cases_by_model: what there is to rate.
        ratings: all of the round, in any order.
    """
    values = {item.name: of_item(item) for item in round_.items}
    values[OVERALL] = overall(DIMENSIONS)
    rows: list[ModelRow] = []
    for model in sorted(cases_by_model):
        own = [rating for rating in ratings if rating.model == model and rating.scores]
        means = {name: estimate(own, value) for name, value in values.items()}
        rows.append(ModelRow(model, len({rating.case_id for rating in own}), means))
    rows.sort(key=_mean, reverse=True)
    return Report(
        round=round_.name,
        drafts=round_.drafts,
        cases=len(set[str]().union(*cases_by_model.values())),
        models=tuple(rows),
        differences=differences(ratings, [row.model for row in rows], values),
        agreement=tuple(agreement(ratings, item) for item in round_.items),
        raters=_raters(round_, ratings),
        rated_by=raters_of_drafts(ratings, DIMENSIONS[0]),
    )


def codes_of(ratings: Sequence[Rating]) -> dict[str, str]:
    """R1, R2 and so on, by the raters' names."""
    names = sorted({rating.rater for rating in ratings})
    return {name: f"R{number}" for number, name in enumerate(names, 1)}


def _raters(round_: Round, ratings: Sequence[Rating]) -> tuple[RaterRow, ...]:
    rows: list[RaterRow] = []
    for name, code in codes_of(ratings).items():
        own = [rating for rating in ratings if rating.rater == name]
        complete = sum(all(item.name in each.scores for item in round_.items) for each in own)
        rows.append(RaterRow(code, name, complete, len(own)))
    return tuple(rows)


def _mean(row: ModelRow) -> float:
    overall_ = row.means[OVERALL]
    return overall_.mean if overall_ else 0.0
