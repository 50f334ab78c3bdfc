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

ALL = "all"
"""The language and institution of what is counted together."""


class Evaluation(BaseModel):
    """All figures of one evaluation."""

    rows: list[Scores]
    differences: list[Difference]
    overall: list[Scores] = []
    """All languages and institutions together; none where there is one of each."""
    overall_differences: list[Difference] = []
    made_up: bool
    """Whether the cases are the demo clinic's."""
    pairs: list[str] = []
    """The hashes of the pairs folders that the cases are from, as a card has them."""
    models: dict[str, str] = {}
    """What the models were, by served name, of answers that are kept; see `finetune.answers`."""
    resamples: int = RESAMPLES
    level: float = LEVEL


class _Asked(NamedTuple):
    kind: Kind
    language: str
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
    table = _table(groups)
    together = _together(groups)
    overall = {
        group: row.model_copy(update={"language": ALL, "institution": ALL})
        for group, row in _table(together).items()
    }
    evaluation = Evaluation(
        rows=list(table.values()),
        differences=list(_differences(groups, table)),
        overall=list(overall.values()),
        overall_differences=list(_differences(together, overall)),
        made_up=any(row.target.facts is not None for row in rows),
        pairs=sorted({row.pairs for row in rows if row.pairs}),
    )
    scored = zip(rows, cases, strict=True)
    return evaluation, [row.model_copy(update={"scores": figures(case)}) for row, case in scored]


def figures(case: CaseScore) -> Mapping[str, float | None]:
    """The measures of one answer as figures."""
    return {
        name: above / below if below else None for name, (above, below) in case.measures.items()
    }


def _table(groups: Mapping[_Group, _Members]) -> dict[_Group, Scores]:
    return {
        group: summed(
            group.served,
            group.exemplars,
            [target for target, _ in members.values()],
            [case for _, case in members.values()],
        )
        for group, members in groups.items()
    }


def _together(groups: Mapping[_Group, _Members]) -> dict[_Group, _Members]:
    """The same without languages and institutions; nothing where there is one of each."""
    together: dict[_Group, _Members] = {}
    for group, members in groups.items():
        asked = group.asked._replace(language=ALL, institution=ALL)
        together.setdefault(group._replace(asked=asked), {}).update(members)
    return together if len(together) < len(groups) else {}


def _group(row: Row) -> _Group:
    target = row.target
    asked = _Asked(target.kind, target.language, target.institution, target.refined)
    return _Group(asked, row.served, row.exemplars)


def _differences(
    groups: Mapping[_Group, _Members], table: Mapping[_Group, Scores]
) -> Iterator[Difference]:
    """What a model adds to the first one, and what example letters add to a model."""
    first = next((group.served for group in groups), "")
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
