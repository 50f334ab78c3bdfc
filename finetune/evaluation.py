"""Answers as a table: a row a model, number of example letters, task, language and institution,
and how the rows differ.

rows of answers -> CaseScore each -> Scores a group -> Difference a pair of groups
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from pydantic import BaseModel

from assistant.prompt import Kind
from finetune.answers import Row
from finetune.case_scores import CaseScore, score_case
from finetune.intervals import LEVEL, RESAMPLES
from finetune.scorecard import Difference, Scores, differing, summed
from finetune.trials import Target
from index.letter import Language


class Evaluation(BaseModel):
    """All figures of one evaluation."""

    rows: list[Scores]
    differences: list[Difference]
    made_up: bool
    """Whether the cases are the demo clinic's."""
    models: dict[str, str] = {}
    """What the models were, by served name, of answers that are kept; see `finetune.answers`."""
    resamples: int = RESAMPLES
    level: float = LEVEL


class _Asked(NamedTuple):
    kind: Kind
    language: Language
    institution: str
    refined: bool


class _Group(NamedTuple):
    """What makes a row of the table."""

    asked: _Asked
    served: str
    exemplars: int


_Members = dict[str, tuple[Target, CaseScore]]
"""By the case's id."""


def evaluated(rows: Sequence[Row]) -> tuple[Evaluation, list[Row]]:
    """The table, and the answers with what each is worth.

    Args:
        rows: at least one; the table has their order.
    """
    cases = [score_case(row.target, row.answer) for row in rows]
    groups: dict[_Group, _Members] = {}
    for row, case in zip(rows, cases, strict=True):
        groups.setdefault(_group(row), {})[row.target.case_id] = row.target, case
    table = {
        group: summed(
            group.served,
            group.exemplars,
            [target for target, _ in members.values()],
            [case for _, case in members.values()],
        )
        for group, members in groups.items()
    }
    evaluation = Evaluation(
        rows=list(table.values()),
        differences=list(_differences(groups, table)),
        made_up=any(row.target.facts is not None for row in rows),
    )
    scored = zip(rows, cases, strict=True)
    return evaluation, [row.model_copy(update={"scores": figures(case)}) for row, case in scored]


def figures(case: CaseScore) -> Mapping[str, float | None]:
    """The measures of one answer as figures."""
    return {
        name: above / below if below else None for name, (above, below) in case.measures.items()
    }


def _group(row: Row) -> _Group:
    target = row.target
    asked = _Asked(target.kind, target.language, target.institution, target.refined)
    return _Group(asked, row.served, row.exemplars)


def _differences(
    groups: Mapping[_Group, _Members], table: Mapping[_Group, Scores]
) -> Iterator[Difference]:
    """What a model adds to the first one, and what example letters add to a model."""
    first = next(iter(groups)).served
    for one, two in product(groups, groups):
        another_model = one.served != first == two.served and one.exemplars == two.exemplars
        more_examples = one.served == two.served and one.exemplars > two.exemplars
        same = [case for case in groups[one] if case in groups[two]]
        if one.asked == two.asked and same and (another_model or more_examples):
            yield differing(
                table[one],
                table[two],
                [groups[one][case][0] for case in same],
                [(groups[one][case][1], groups[two][case][1]) for case in same],
            )
