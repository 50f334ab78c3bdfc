"""Two facts that change places: each stands in the case, but about the other thing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random

from index.case import CaseDetails

from .fields import Leaf, Path, changed, matching

Pairs = Iterator[tuple[tuple[Path, Leaf], tuple[Path, Leaf]]]


def _same_field(pattern: str) -> Callable[[CaseDetails], Pairs]:
    """All pairs of different values in the fields of the pattern, exchanged."""

    def pairs(details: CaseDetails) -> Pairs:
        for (one, first), (other, second) in combinations(matching(details, pattern), 2):
            if first != second:
                yield (one, second), (other, first)

    return pairs


def _course_doses(details: CaseDetails) -> Pairs:
    yield from _same_field("radiotherapy.*.total_gy")(details)


def _drug_doses(details: CaseDetails) -> Pairs:
    yield from _same_field("medication.*.dose")(details)
    for (one, first), (other, second) in combinations(matching(details, "systemic.*.drugs.*"), 2):
        a, b = (re.fullmatch(r"(.+?) ((?:AUC )?\d.*)", str(text)) for text in (first, second))
        if a and b and a[2] != b[2]:
            yield (one, f"{a[1]} {b[2]}"), (other, f"{b[1]} {a[2]}")


_EVENTS = (
    "diagnosis.date|surgeries.*.date|systemic.*.start|systemic.*.end"
    "|radiotherapy.*.start|radiotherapy.*.end"
)


def _dates(details: CaseDetails) -> Pairs:
    """Of two events, or the start and the end of one.

    A date that two events share is left alone: after the exchange the other event would still
    have it.
    """
    days = [leaf for _, leaf in matching(details, _EVENTS)]
    for pair in _same_field(_EVENTS)(details):
        (_, first), (_, second) = pair
        if isinstance(first, dt.date) and days.count(first) == days.count(second) == 1:
            yield pair


def _drugs(details: CaseDetails) -> Pairs:
    """A drug of one course given to another."""
    drugs = matching(details, "systemic.*.drugs.*")
    for (one, first), (other, second) in combinations(drugs, 2):
        if one[1] != other[1]:
            yield (one, second), (other, first)


_SWAPS: dict[str, Callable[[CaseDetails], Pairs]] = {
    "swapped_doses": _course_doses,
    "swapped_grades": _same_field("toxicities.*.grade"),
    "swapped_drug_doses": _drug_doses,
    "swapped_dates": _dates,
    "swapped_drugs": _drugs,
}
SWAPS = frozenset(_SWAPS)


def swapped(kind: str, details: CaseDetails, rng: Random) -> CaseDetails | None:
    """The case with two facts exchanged; None where it has no two that differ."""
    pairs = list(_SWAPS[kind](details))
    return changed(details, *rng.choice(pairs)) if pairs else None
