"""Side effects that a draft lays to another drug than the case does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.check.causes import Blame, blames, effects
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_SPREAD = 80
"""Characters; with more between, the drug alone is marked."""


def blamed(reading: Reading, case: Source, told: Sequence[Blame]) -> Iterator[Finding]:
    """What the case lays to one of its drugs, and the draft to another.

    Args:
        reading: the draft's.
        case: the case.
        told: what the case lays to which drug. A mere "under" of the draft is held against it
            where the case says of every such effect what it is of.
    """
    for mine in blames(reading):
        theirs = [its for its in told if same_effect(mine.effect.about, its.effect.about)]
        known = all(drug in case.by_concept for drug in mine.drugs)
        if not theirs or not known or any(related(mine.drugs, its.drugs) for its in theirs):
            continue
        others = [
            fact
            for fact, names in effects(case.reading)
            if same_effect(mine.effect.about, names)
            and not any(its.effect.start == fact.start for its in theirs)
        ]
        if any(mine.drugs & case.around(fact) for fact in others) or (others and not mine.strong):
            continue
        yield _finding(mine, theirs[0], reading.text)


def same_effect(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two effects can be one, by any of their names or by a name's kin."""
    if one & other or related(one, other):
        return True
    kin = vocabulary().kin
    return any(kin.get(name, frozenset[str]()) & other for name in one) or any(
        kin.get(name, frozenset[str]()) & one for name in other
    )


def _finding(mine: Blame, its: Blame, text: str) -> Finding:
    start, end = mine.cause
    low, high = min(start, mine.effect.start), max(end, mine.effect.end)
    if high - low <= _SPREAD:
        start, end = low, high
    fact = Fact(FactKind.DRUG, min(mine.drugs), frozenset(), start, end, text[start:end])
    message = f"In the case {its.effect.text} is of {', '.join(sorted(its.drugs))}."
    return Finding(fact, Status.CHANGED, message, *its.cause)
