"""The check: a draft held against its case, fact by fact. Pure; no model, no network."""

from assistant.check.fact import Assertion, Fact, FactKind, Finding, Ledger, Status
from assistant.check.ledger import Stated, asked_for, check, facts_of

__all__ = [
    "Assertion",
    "Fact",
    "FactKind",
    "Finding",
    "Ledger",
    "Stated",
    "Status",
    "asked_for",
    "check",
    "facts_of",
]
