"""Words: those that no lexicon has, and whether a word is telling enough for an alarm."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.terms import is_medical_word
from assistant.check.vocabulary import vocabulary

NO_CLAIM = {Assertion.NEGATED, Assertion.PLANNED, Assertion.SUSPECTED}
"""What is denied or only thought of, and which the case doesn't mention, is no claim of its own."""
_SHOWN = frozenset({"imaging", "endoscopy", "examination", "laboratory test", "histopathology"})
"""Procedures by which something is or isn't seen: a "no" beside them is of what they show."""


def term(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A medical word of no lexicon: right if the case has it or its cognate."""
    stems = case.reading.stems
    if fact.value in stems:
        return supported(None)
    lower = fact.text.lower()
    department = lower.endswith(("ology", "ologie"))
    if fact.assertion in NO_CLAIM and not department:
        return None
    if any(_cognate(fact.value, other) for other in stems):
        return supported(None)
    if lower in case.text.lower():
        return supported(None)
    for code, meant in case.coded:
        if fact.value in meant.stems or any(_cognate(fact.value, stem) for stem in meant.stems):
            return supported(code, f"{code.text} means that.")
    return NOT_THERE


def _cognate(one: str, other: str) -> bool:
    """The same word in another form or language: a long common beginning."""
    shorter = min(len(one), len(other))
    return shorter >= 6 and one[: max(6, shorter - 2)] == other[: max(6, shorter - 2)]


def telling(fact: Fact) -> bool:
    """Whether its absence from the case means something.

    A finding in everyday words ("sore") or an examination hardly named is not worth an alarm.
    """
    if fact.kind in (FactKind.DRUG, FactKind.DIAGNOSIS, FactKind.HISTOLOGY):
        return not re.search(r"smok|alcohol|healthy|tobacco", fact.value)
    family = vocabulary().family(fact.value)
    if fact.kind is FactKind.PROCEDURE and family & _SHOWN:
        return False
    if fact.kind is FactKind.PROCEDURE and family & {"surgery", "radiotherapy", "resection"}:
        return True
    return any(is_medical_word(word) for word in re.findall(r"[^\W\d_]+", fact.text))
