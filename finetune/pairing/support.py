"""How much of an answer its case supports, by the assistant's own check.

A letter that says what its case does not say teaches a model to invent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.check import FactKind, Status, check
from finetune.pairing.units import Unit
from index.letter import SectionKind
from index.sections import salutation_pattern

_NOT_TELLING = frozenset(
    {
        *(FactKind.TERM, FactKind.STATEMENT, FactKind.WORDING, FactKind.NUMBER),
        *(FactKind.TITLE, FactKind.SEX),
    }
)
"""Kinds whose words are not facts that have to be right to the letter."""


@dataclass(frozen=True)
class Held:
    """A fact of a letter, by its place there, and whether the case supports it."""

    start: int
    end: int
    text: str
    supported: bool
    telling: bool


def held_against(case: str, letter: str, start: int) -> tuple[Held, ...]:
    """The facts of `letter[start:]`, held against the case; offsets are into the letter."""
    return tuple(
        Held(
            start + finding.fact.start,
            start + finding.fact.end,
            finding.fact.text,
            finding.status is Status.SUPPORTED,
            finding.fact.kind not in _NOT_TELLING,
        )
        for finding in check(case, letter[start:]).findings
    )


def share(facts: Sequence[Held]) -> float:
    """Of the facts, those that are supported; 1 where there is none."""
    return sum(fact.supported for fact in facts) / len(facts) if facts else 1.0


def unsupported_units(units: Iterable[Unit], facts: Iterable[Held]) -> tuple[Unit, ...]:
    """The statements with a fact that the case lacks; the salutation's line and the closing are no
    statements."""
    places = [fact.start for fact in facts if not fact.supported]
    return tuple(
        unit
        for unit in units
        if unit.kind is not SectionKind.CLOSING
        and not salutation_pattern().match(unit.text)
        and any(unit.start <= place < unit.end for place in places)
    )
