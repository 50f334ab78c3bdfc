"""A reduced, raised or omitted dose that the draft tells of another drug than the case."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.check.acts import Act, Deed, acts
from assistant.check.fact import FactKind, Finding, Status
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary


def of_other_drug(draft: Reading, case: Source) -> Iterator[Finding]:
    """Acts on a drug of the case which the case tells of other drugs alone.

    What was left out or stopped is held against the case only where both drugs go together there:
    that one more drug was stopped may be told in many words.
    """
    theirs = acts(case.reading)
    for mine in acts(draft):
        there = [its for its in theirs if its.deed is mine.deed]
        if not there or any(related(mine.drugs, its.drugs) for its in there):
            continue
        if not all(_known(drug, case) for drug in mine.drugs):
            continue
        if mine.deed is not Deed.OFF and _doses_differ(mine, case):
            continue
        rival = next((its for its in there if _go_together(mine, its, case)), None)
        rival = rival or (there[0] if mine.deed is not Deed.OFF else None)
        if rival is None:
            continue
        message = f"In the case it is {', '.join(sorted(rival.drugs))} that was {mine.deed}."
        yield Finding(mine.drug, Status.CHANGED, message, rival.drug.start, rival.drug.end)


def _known(drug: str, case: Source) -> bool:
    """Whether the case has it, by its name or in a regimen."""
    regimens = vocabulary().regimens
    told = (drugs for name, drugs in regimens.items() if name in case.by_concept)
    return drug in case.by_concept or any(drug in drugs for drugs in told)


def _doses_differ(mine: Act, case: Source) -> bool:
    """Whether the case gives the drug in several doses: one of them is the lower."""
    doses = {f.value for f in case.of(FactKind.QUANTITY) if related(f.about, mine.drugs)}
    return len(doses) > 1


def _go_together(mine: Act, its: Act, case: Source) -> bool:
    """Whether both are drugs of one regimen, or stand in one sentence of the case."""
    regimens = vocabulary().regimens
    for names in (case.around(place) for drug in its.drugs for place in case.by_concept[drug]):
        if mine.drugs & names:
            return True
    return any(
        mine.drugs & set(drugs) and its.drugs & set(drugs)
        for name, drugs in regimens.items()
        if name in case.by_concept
    )
