"""Two drugs or two amounts of which the draft turns the order round: "from B to A"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.check.changes import Change, changes
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.reading import Reading
from assistant.check.source import Source, related

_SPREAD = 90
"""Characters; of what is further apart the second alone is marked."""


def turned_round(draft: Reading, case: Source) -> Iterator[Finding]:
    """Changes that the case tells the other way round, and nowhere as the draft does."""
    theirs = changes(case.reading)
    for mine in changes(draft):
        if _same(mine.before, mine.after):
            continue
        if any(_same(mine.before, o.before) and _same(mine.after, o.after) for o in theirs):
            continue
        for its in theirs:
            if _same(mine.before, its.after) and _same(mine.after, its.before):
                yield _finding(mine, its, draft, case)
                break


def _same(one: Fact, other: Fact) -> bool:
    if (one.kind is FactKind.DRUG) != (other.kind is FactKind.DRUG):
        return False
    if one.kind is FactKind.DRUG:
        return related(frozenset({one.value}), frozenset({other.value}))
    mine, its = one.value.split(), other.value.split()
    return mine[0] == its[0] and (mine[1:] == its[1:] or not mine[1:] or not its[1:])


def _finding(mine: Change, its: Change, draft: Reading, case: Source) -> Finding:
    start = mine.start if mine.end - mine.start <= _SPREAD else mine.after.start
    end = mine.end if start == mine.start else mine.after.end
    fact = Fact(mine.after.kind, mine.after.value, frozenset(), start, end, draft.text[start:end])
    message = f"The case tells it the other way round: {case.text[its.start : its.end]}."
    return Finding(fact, Status.CHANGED, message, its.start, its.end)
