"""Whether a word is telling enough for an alarm."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.terms import is_medical_word
from assistant.check.vocabulary import vocabulary

NO_CLAIM = {Assertion.NEGATED, Assertion.PLANNED, Assertion.SUSPECTED}
"""What is denied or only thought of, and which the case doesn't mention, is no claim of its own."""
_SHOWN = frozenset({"imaging", "endoscopy", "examination", "laboratory test", "histopathology"})
"""Procedures by which something is or isn't seen: a "no" beside them is of what they show."""


def telling(fact: Fact) -> bool:
    """Whether its absence from the case means something.

    A finding in everyday words ("sore") or an examination hardly named is not worth an alarm.
    """
    if fact.kind is FactKind.TERM:
        return True
    if fact.kind in (FactKind.DRUG, FactKind.DIAGNOSIS, FactKind.HISTOLOGY):
        return not re.search(r"smok|alcohol|healthy|tobacco", fact.value)
    family = vocabulary().family(fact.value)
    if fact.kind is FactKind.PROCEDURE and family & _SHOWN:
        return False
    if fact.kind is FactKind.PROCEDURE and family & {"surgery", "radiotherapy", "resection"}:
        return True
    return any(is_medical_word(word) for word in re.findall(r"[^\W\d_]+", fact.text))
