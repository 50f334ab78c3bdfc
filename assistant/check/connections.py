"""What is connected wrongly though its parts are right: judges of a whole letter, one by one.

Each looks for one sort of connection: which volume a dose is of, which drug a side effect, which
day a visit. Each holds its tongue where the letter is marked already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from assistant.check.attribution import exchanged_lines, misattributed
from assistant.check.belongings import belongings_of
from assistant.check.blamed import blamed
from assistant.check.causes import blames_of
from assistant.check.counts import Count
from assistant.check.courses import courses_of
from assistant.check.doses import misplaced_doses
from assistant.check.exchanges import exchanged
from assistant.check.fact import FactKind, Finding, Status
from assistant.check.judges.acts import of_other_drug
from assistant.check.judges.appointments import misbooked
from assistant.check.judges.certainty import overstated
from assistant.check.judges.changes import turned_round
from assistant.check.judges.counts import miscounted
from assistant.check.judges.involved import misplaced_nodes
from assistant.check.judges.larger import other_side_larger
from assistant.check.judges.named_values import misnamed
from assistant.check.judges.nearby import misplaced, unknown_levels
from assistant.check.judges.organs import otherwise_of_organs
from assistant.check.judges.plans import otherwise_planned
from assistant.check.judges.relocated import relocated
from assistant.check.named_values import Value
from assistant.check.order import misordered
from assistant.check.passages import Sentence
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.timeline import timeline_of
from assistant.check.wording import differing

_JUDGES: tuple[Callable[[Reading, Source], Iterable[Finding]], ...] = (
    relocated,
    misplaced_nodes,
    other_side_larger,
    lambda draft, case: misplaced_doses(draft, courses_of(case.reading)),
    lambda draft, case: exchanged_lines(draft, case.reading),
    lambda draft, case: blamed(draft, case, blames_of(case.reading)),
    lambda draft, case: exchanged(draft, belongings_of(case.reading)),
    of_other_drug,
    turned_round,
    otherwise_of_organs,
    overstated,
    otherwise_planned,
    misbooked,
)


def connected(
    draft: Reading, case: Source, judged: Sequence[Finding], same: Collection[Sentence]
) -> list[Finding]:
    """The findings on single facts, and those on their connections.

    Args:
        judged: findings on facts, each for itself.
        same: sentences of the draft that stand in the case word for word.
    """
    found = list(judged)
    for wrong, right in (misnamed(draft, case), miscounted(draft, case)):
        found = list(_unless_right(found, right))
        found += _unless_marked(wrong, found)
    found += misordered(draft)
    found += misplaced(draft, case)
    found += unknown_levels(draft, case)
    for judge in _JUDGES:
        found += _unless_marked(judge(draft, case), found)
    apart = _unless_marked(misattributed(draft, timeline_of(case.reading)), found)
    found = [*_without_counts_of(apart, found, draft), *apart]
    return found + _unless_marked(differing(draft, case, same), found)


def _unless_marked(found: Iterable[Finding], judged: Sequence[Finding]) -> list[Finding]:
    """Those that overlap nothing that is marked already."""
    taken = [(f.fact.start, f.fact.end) for f in judged if f.status is not Status.SUPPORTED]
    return [f for f in found if not any(s < f.fact.end and f.fact.start < e for s, e in taken)]


def _unless_right(judged: Sequence[Finding], right: Sequence[Value | Count]) -> Iterator[Finding]:
    """Without what is said against amounts that are the case's by what they are of."""
    spans = [(value.start, value.end) for value in right]
    for finding in judged:
        fact = finding.fact
        amount = fact.kind in (FactKind.QUANTITY, FactKind.NUMBER)
        if (
            finding.status is Status.SUPPORTED
            or not amount
            or not any(s < fact.end and fact.start < e for s, e in spans)
        ):
            yield finding


def _without_counts_of(
    apart: Sequence[Finding], judged: Sequence[Finding], reading: Reading
) -> Iterator[Finding]:
    """Where another course's drug is told, the cycles are right and not of that drug."""
    places = {reading.sentence_at(f.fact.start) for f in apart if f.fact.kind is FactKind.DRUG}
    for finding in judged:
        fact = finding.fact
        if fact.kind is not FactKind.CYCLES or reading.sentence_at(fact.start) not in places:
            yield finding
