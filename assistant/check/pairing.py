"""Which of two rows of things in a sentence belong together: the findings and their grades.

A sentence keeps to an order of its own: "grade 1 nausea, grade 2 fatigue" or "nausea grade 1,
fatigue grade 2". Neighbouring runs of the two are matched so that all of them together are nearest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from assistant.check.fact import Fact, FactKind
from assistant.check.nearness import Placed, distance

A = TypeVar("A", bound=Placed)
B = TypeVar("B", bound=Placed)

_ALONE = 120
"""What a run without a partner costs, in characters: more than any pair that is near."""


def paired(
    text: str, ones: Sequence[A], others: Sequence[B], far: int = _ALONE
) -> list[tuple[tuple[A, ...], tuple[B, ...]]]:
    """Neighbouring runs that belong together, in the order of the text.

    Args:
        text: what both stand in.
        ones, others: in order, none overlapping another.
        far: characters; runs that are further apart are left alone.
    """
    runs = _runs(text, ones, others)
    # Least cost of the first n runs, and whether the nth is matched with the one before.
    costs, matched = [0, _ALONE], [False, False]
    for before, run in pairwise(runs):
        away = distance(text, (before[0] or before[1])[-1], (run[0] or run[1])[0])
        fits = bool(before[0]) != bool(run[0]) and away <= far
        together, alone = costs[-2] + away, costs[-1] + _ALONE
        matched.append(fits and together < alone)
        costs.append(together if matched[-1] else alone)
    found: list[tuple[tuple[A, ...], tuple[B, ...]]] = []
    place = len(runs)
    while place > 0:
        if matched[place]:
            first, second = runs[place - 2], runs[place - 1]
            found.append(((*first[0], *second[0]), (*first[1], *second[1])))
            place -= 1
        place -= 1
    return found[::-1]


def _runs(
    text: str, ones: Sequence[A], others: Sequence[B]
) -> list[tuple[tuple[A, ...], tuple[B, ...]]]:
    """Both in the order of the text; those of one kind are one run while only a list parts them."""
    order: list[tuple[int, tuple[A, ...], tuple[B, ...]]] = [
        *((one.start, (one,), ()) for one in ones),
        *((other.start, (), (other,)) for other in others),
    ]
    runs: list[tuple[tuple[A, ...], tuple[B, ...]]] = []
    for _, one, other in sorted(order, key=lambda item: item[0]):
        last = runs[-1] if runs else ((), ())
        thing, end = (one or other)[0], (last[0] or last[1])[-1:]
        same = bool(last[0]) == bool(one) and end and _listed(text, end[0], thing)
        if same:
            runs[-1] = (*last[0], *one), (*last[1], *other)
        else:
            runs.append((one, other))
    return runs


_DATES = re.compile(
    r"^\W*(?:(?:\w+\W+)?(?:last|end\w*|final|until|till|up to|through|to|and|bis"
    r"|bis einschließlich|zum|und|letzte\w*|beendet|abschluss|ende)\W+(?:\w+\W+){0,2})?$",
    re.IGNORECASE,
)


def _listed(text: str, one: Placed, other: Placed) -> bool:
    """Whether two of a kind go together. Two dates only do as a period, or side by side."""
    gap = text[one.end : other.start]
    if isinstance(one, Fact) and one.kind is FactKind.DATE:
        return bool(_DATES.match(gap))
    return ";" not in gap
