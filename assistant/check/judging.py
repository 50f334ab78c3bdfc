"""What the case says of one fact of the draft: each kind has its judge."""

from __future__ import annotations

from collections.abc import Callable

from assistant.check.fact import CONCEPTS, Fact, FactKind
from assistant.check.judges import (
    ages,
    concepts,
    intervals,
    names,
    persons,
    quantities,
    radiation,
    stages,
    statements,
    terms,
    times,
    values,
)
from assistant.check.judges.verdict import Verdict
from assistant.check.reading import Reading
from assistant.check.source import Source


def judge(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """None: nothing that a physician would want checked (a general word, a colleague's "Ms")."""
    if fact.kind in CONCEPTS:
        return concepts.concept(fact, draft, case)
    return _JUDGES[fact.kind](fact, draft, case)


_JUDGES: dict[FactKind, Callable[[Fact, Reading, Source], Verdict | None]] = {
    FactKind.QUANTITY: quantities.quantity,
    FactKind.NUMBER: quantities.quantity,
    FactKind.CYCLES: values.cycles,
    FactKind.GRADE: values.attributed,
    FactKind.SCHEDULE: values.schedule,
    FactKind.DOSE: radiation.dose,
    FactKind.FRACTIONS: radiation.fractions,
    FactKind.DATE: times.date,
    FactKind.AGE: ages.age,
    FactKind.INTERVAL: intervals.interval,
    FactKind.STAGE: stages.stage,
    FactKind.CODE: stages.code,
    FactKind.MARKER: stages.marker,
    FactKind.LATERALITY: persons.laterality,
    FactKind.SEX: persons.sex,
    FactKind.TITLE: persons.title,
    FactKind.NAME: names.name,
    FactKind.TERM: terms.term,
    FactKind.STATEMENT: statements.statement,
}
