"""Side effects, responses, techniques that a draft tells of another treatment than the case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from assistant.check.belongings import Belonging, Belongings, belongings
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.reading import Reading
from assistant.check.source import related
from assistant.check.treatments import Treatment, known_as


def exchanged(reading: Reading, case: Belongings) -> Iterator[Finding]:
    """What the case gives to one treatment and the draft to another one of the case's.

    Args:
        reading: the draft's.
        case: the case's belongings. A thing that it tells without its treatment, or of several,
            can be of any.
    """
    every = _every(case)
    for mine in belongings(reading).things:
        if not mine.owners:
            continue
        theirs = [its for its in case.things if _same(mine.fact, its.fact)]
        if not theirs or not all(its.owners for its in theirs):
            continue
        owners = [known_as(told, case.treatments) for told in mine.owners]
        rightful = {every[told] for its in theirs for told in its.owners}
        if all(_is_another(one, rightful, set(every.values())) for one in owners):
            yield _finding(mine, theirs[0].fact)


@lru_cache(maxsize=16)
def _every(case: Belongings) -> dict[Treatment, Treatment]:
    """Each treatment that is told anywhere, with what is told of it elsewhere."""
    told = [*case.treatments, *(owner for its in case.things for owner in its.owners)]
    return {one: known_as(one, case.treatments) for one in dict.fromkeys(told)}


def _same(one: Fact, other: Fact) -> bool:
    if FactKind.DOSE in (one.kind, other.kind):
        return (one.kind, one.value) == (other.kind, other.value)
    return one.value == other.value or related(frozenset({one.value}), frozenset({other.value}))


def _is_another(
    told: Treatment, rightful: Collection[Treatment], every: Collection[Treatment]
) -> bool:
    """Whether it is none of the rightful treatments, and the case has it among the others."""
    by = [told.differs(its) for its in rightful]
    if not all(by):
        return False
    others = [one for one in every if not told.differs(one) and all(map(one.differs, rightful))]
    return any(all(_told_by(told, one, names) for names in by) for one in others)


def _told_by(told: Treatment, other: Treatment, names: frozenset[str]) -> bool:
    """Whether what tells it from the rightful one is the other's."""
    topics = bool(told.topics & other.topics)
    return topics if "topics" in names else bool(told.shares(other, names))


def _finding(mine: Belonging, place: Fact) -> Finding:
    message = "In the case this is of another treatment."
    return Finding(mine.fact, Status.CHANGED, message, place.start, place.end)
