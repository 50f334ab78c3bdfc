"""A version before the physician: what the check found, and what was decided on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.check import Finding, Ledger, Stated, Status, asked_for, check
from assistant.conversation import Conversation, How, Version
from assistant.decisions import Accepted, accepted, statement_of, still_standing
from assistant.prompt import Turn

_TO_SETTLE = (Status.CHANGED, Status.UNSUPPORTED)


@dataclass(frozen=True)
class Review:
    """A text, its ledger, and the findings that the physician answers for."""

    case: str
    text: str
    ledger: Ledger
    accepted: Mapping[Finding, Accepted] = field(default_factory=dict[Finding, Accepted])

    @property
    def open(self) -> tuple[Finding, ...]:
        """What needs a look still, in the order of the text."""
        return tuple(
            finding
            for finding in self.ledger.findings
            if finding.status in _TO_SETTLE and finding not in self.accepted
        )

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Those that a final letter must not hold: against the case, or another patient's."""
        return tuple(f for f in self.open if f.status is Status.CHANGED or f.leaked)

    def alike(self, finding: Finding) -> tuple[Finding, ...]:
        """The findings that make the same statement, and are told the same of the case."""
        return tuple(other for other in self.ledger.findings if _said(other) == _said(finding))

    def count(self, status: Status) -> int:
        """Findings of a status; what was accepted counts as that and as nothing else."""
        return sum(f.status is status and f not in self.accepted for f in self.ledger.findings)


def _said(finding: Finding) -> tuple[object, ...]:
    return statement_of(finding), finding.message, finding.case_start


def review(conversation: Conversation, version: Version, text: str | None = None) -> Review:
    """The review of a version, or of what its `text` has become in the editor."""
    text = version.text if text is None else text
    exemplars = [exemplar.text for exemplar in version.exemplars]
    ledger = check(conversation.case.text, text, exemplars, asked(turns_of(conversation, version)))
    return judged(conversation.case.text, text, ledger, version.decisions)


def judged(case: str, text: str, ledger: Ledger, decisions: Mapping[str, Any]) -> Review:
    known = accepted(decisions)
    answered = {
        finding: known[statement]
        for finding in ledger.findings
        if (statement := statement_of(finding)) in known
    }
    return Review(case, text, ledger, answered)


def carried(conversation: Conversation, base: Version, text: str) -> dict[str, Any]:
    """The decisions on `base` that hold for a text made from it."""
    if not base.decisions:
        return {}
    return still_standing(base.decisions, review(conversation, base, text).ledger.findings)


def refusal(blocking: Sequence[Finding]) -> str:
    """What stands between a letter and its final form: how many findings, and of which kinds.

    It names no word of the letter: errors may be logged.
    """
    parts = [
        f"{count} {what} ({', '.join(sorted({f.fact.kind.value for f in findings}))})"
        for what, findings in (
            ("changed against the case", [f for f in blocking if not f.leaked]),
            ("from an example letter", [f for f in blocking if f.leaked]),
        )
        if (count := len(findings))
    ]
    return " and ".join(parts)


def turns_of(conversation: Conversation, version: Version) -> tuple[Turn, ...]:
    """The refine turns that led to `version`, oldest first, each with the text it started from.

    A text edited by hand stands in for the one it was edited from, so the model sees what the
    physician saw.
    """
    by_number = {v.number: v for v in conversation.versions}
    turns: list[Turn] = []
    at = version
    while at.base is not None and at.how is not How.DRAFTED:
        base = by_number.get(at.base)
        if base is None or base.number >= at.number:
            break
        if at.how is How.REFINED:
            turns.append(Turn(base.text, at.instruction))
        at = base
    return tuple(reversed(turns))


def asked(turns: Sequence[Turn]) -> frozenset[Stated]:
    """What the physician asked for on the way to a version."""
    return frozenset[Stated]().union(*(asked_for(t.draft, t.instruction) for t in turns))
