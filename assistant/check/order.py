"""What the draft gets wrong by itself: a period that ends before it begins."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.reading import Reading

PERIOD = re.compile(
    r"^\s*(?:(?:up )?to|through|until|till|-|–|—|bis(?: zum| einschließlich)?|and|und)"
    r"\s*(?:zum\s)?$",
    re.IGNORECASE,
)


def misordered(reading: Reading) -> Iterator[Finding]:
    """Periods of two dates, the later first."""
    dates = [fact for fact in reading.facts if fact.kind is FactKind.DATE]
    for first, second in itertools.pairwise(dates):
        gap = reading.text[first.end : second.start]
        if not PERIOD.match(gap) or not _whole(first) or not _whole(second):
            continue
        if second.value < first.value and not gap.strip().startswith(("and", "und")):
            message = f"The period ends before it begins: {first.text}."
            yield Finding(second, Status.CHANGED, message)


def whole_dates(reading: Reading) -> Iterator[Fact]:
    """The dates with day, month and year."""
    return (f for f in reading.facts if f.kind is FactKind.DATE and _whole(f))


def _whole(fact: Fact) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", fact.value) is not None
