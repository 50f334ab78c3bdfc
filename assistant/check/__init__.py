"""The check: a draft held against its case, fact by fact. Pure; no model, no network."""

from assistant.check.fact import Fact, FactKind, Finding, Ledger, Status
from assistant.check.ledger import check

__all__ = ["Fact", "FactKind", "Finding", "Ledger", "Status", "check"]
