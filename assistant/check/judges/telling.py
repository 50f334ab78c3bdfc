"""Whether a word is telling enough for an alarm."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.reading import Reading
from assistant.check.terms import is_medical_word
from assistant.check.vocabulary import vocabulary

_ADDRESS = re.compile(
    r"\s*(?:dear|sehr geehrte|liebe|geschätzte|verehrte|an (?:die|das|den)\b|to(?: the)?\b|cc\b)"
    r"(?:(?!,\s(?-i:[a-zäöü])).)*",
    re.IGNORECASE,
)
NO_CLAIM = {Assertion.NEGATED, Assertion.PLANNED, Assertion.SUSPECTED}
"""What is denied or only thought of, and which the case doesn't mention, is no claim of its own."""
SHOWS = frozenset({"imaging", "endoscopy", "examination", "laboratory test", "histopathology"})
"""Procedures by which something is or isn't seen: a "no" beside them is of what they show."""


_SUPPORTING = frozenset(
    {"maintenance therapy", "best supportive care", "watch and wait", "pain therapy",
     "physiotherapy", "nutritional counselling", "social counselling", "psychotherapy",
     "speech therapy", "dressing", "occupational therapy", "rehabilitation",
     "lymphatic drainage therapy", "compression therapy", "oxygen therapy", "planning CT",
     "blood test", "vaccination", "genetic testing", "genetic counselling", "second opinion",
     "mould room immobilisation", "immunohistochemistry", "next-generation sequencing",
     "in situ hybridisation", "frozen section", "gene expression test", "clip marking", "drain",
     "wound suture", "iron infusion", "core needle biopsy", "fine-needle aspiration",
     "excisional biopsy", "incisional biopsy", "lymph node excision",
     "ultrasound-guided biopsy", "CT-guided biopsy"}
)  # fmt: skip
"""What goes along with a treatment, or is the way of another: it is told in many words."""


def addressed(fact: Fact, draft: Reading) -> bool:
    """Whether it tells to whom the letter goes, which the physician knows."""
    line = _ADDRESS.match(draft.text, draft.text.rfind("\n", 0, fact.start) + 1)
    return line is not None and fact.end <= line.end()


def telling(fact: Fact) -> bool:
    """Whether its absence from the case means something.

    A finding in everyday words ("sore") or an examination hardly named is not worth an alarm.
    """
    if fact.kind is FactKind.TERM:
        return True
    if fact.kind in (FactKind.DRUG, FactKind.DIAGNOSIS, FactKind.HISTOLOGY):
        return "healthy" not in fact.value
    family = vocabulary().family(fact.value)
    if fact.kind is FactKind.PROCEDURE:
        return not family & SHOWS and fact.value not in _SUPPORTING
    if fact.value in vocabulary().kin:
        return True
    return any(is_medical_word(word) for word in re.findall(r"[^\W\d_]+", fact.text))
