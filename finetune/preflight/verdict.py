"""What a check found, and what follows from all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    """The run may be started; somebody should know this."""
    RED = "red"
    """The run must not be started."""


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        check: data, privacy, template, length, base, memory, room or time.
        details: more lines below it, e.g. a histogram.
    """

    colour: Colour
    check: str
    line: str
    details: tuple[str, ...] = ()


def verdict(findings: Iterable[Finding]) -> Colour:
    """The worst colour of all."""
    order = list(Colour)
    return max((finding.colour for finding in findings), key=order.index, default=Colour.GREEN)


def some_of(numbers: Sequence[int], most: int = 5) -> str:
    """`3, 8, 12 and 4 more`."""
    shown = ", ".join(map(str, numbers[:most]))
    return f"{shown} and {len(numbers) - most} more" if len(numbers) > most else shown
