"""What was done on a day, by the case, where the draft tells of another thing done on it."""

from __future__ import annotations

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.telling import SHOWS
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_OPENS = frozenset({"endoscopy", "biopsy"})
"""Examinations that are done at an appointment of their own."""

_ANY_WAY = "biopsy"
"""How it was taken isn't told."""


def other_that_day(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """The "CT-guided biopsy" of the day on which the draft has a "rectoscopy".

    None where the draft dates it not, or the case has nothing of that day, or its kin.
    """
    family = vocabulary().family(fact.value)
    if fact.kind is not FactKind.PROCEDURE or fact.assertion is not Assertion.AFFIRMED:
        return None
    if not family & _OPENS:
        return None
    sentence = draft.by_sentence[draft.sentence_at(fact.start)]
    dates = [other for other in sentence if other.kind is FactKind.DATE]
    if len(dates) != 1 or len(dates[0].value) != len("2026-02-28"):
        return None
    told = (other.value for other in sentence if other.kind is FactKind.PROCEDURE)
    said = frozenset(value for value in told if _definite(value))
    for date in case.equal(dates[0]):
        line = case.reading.by_sentence[case.reading.sentence_at(date.start)]
        done = [o for o in line if o.kind is FactKind.PROCEDURE and _definite(o.value)]
        own = [o for o in done if not date.about or o.value in date.about]
        if own and not any(related(frozenset({o.value}), said) for o in own):
            return own[0]
    return None


def _definite(name: str) -> bool:
    concept, family = vocabulary().concepts.get(name), vocabulary().family(name)
    if concept is None or concept.generic or name == _ANY_WAY:
        return False
    return "endoscopy" in family or not family & SHOWS
