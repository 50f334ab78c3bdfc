"""What the physician decided on findings of the check, as it is kept with a version. Pure.

{"accepted": [{"statement": {…}, "by": "weber", "at": "2026-03-01T09:00:00+00:00"}]}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.check import Assertion, FactKind, Finding, Status

_ACCEPTED = "accepted"


@dataclass(frozen=True)
class Statement:
    """A finding without its place.

    What was accepted is accepted as long as the letter says the same and the check says the same of
    it: not when a "no" comes before it, nor when it is found to contradict the case.
    """

    kind: FactKind
    value: str
    about: tuple[str, ...]
    text: str
    assertion: Assertion
    status: Status
    leaked: bool


@dataclass(frozen=True)
class Accepted:
    """A statement that the physician answers for, though the case doesn't say it."""

    statement: Statement
    by: str
    at: dt.datetime


_ONE = TypeAdapter(Accepted)


def statement_of(finding: Finding) -> Statement:
    fact = finding.fact
    about = tuple(sorted(fact.about))
    return Statement(
        fact.kind, fact.value, about, fact.text, fact.assertion, finding.status, finding.leaked
    )


def accepted(decisions: Mapping[str, Any]) -> dict[Statement, Accepted]:
    """What was accepted, by statement."""
    return {each.statement: each for each in map(_read, decisions.get(_ACCEPTED, ())) if each}


def _read(kept: object) -> Accepted | None:
    try:
        return _ONE.validate_python(kept)
    except ValidationError:
        return None  # of a check that knew other kinds of facts: it is to be decided anew


def accept(
    decisions: Mapping[str, Any], finding: Finding, by: str, at: dt.datetime
) -> dict[str, Any]:
    """`decisions` and that the user `by` knows the finding to be right."""
    known = accepted(decisions)
    known.setdefault(statement_of(finding), Accepted(statement_of(finding), by, at))
    return _kept(decisions, known.values())


def take_back(decisions: Mapping[str, Any], finding: Finding) -> dict[str, Any]:
    """`decisions` without what was decided on the finding."""
    known = accepted(decisions)
    known.pop(statement_of(finding), None)
    return _kept(decisions, known.values())


def still_standing(decisions: Mapping[str, Any], findings: Iterable[Finding]) -> dict[str, Any]:
    """`decisions` for a text with these findings: only what it still says.

    What left the letter and comes back later is to be decided anew.
    """
    said = set(map(statement_of, findings))
    stands = [each for key, each in accepted(decisions).items() if key in said]
    return _kept(decisions, stands)


def _kept(decisions: Mapping[str, Any], known: Iterable[Accepted]) -> dict[str, Any]:
    rest = {key: value for key, value in decisions.items() if key != _ACCEPTED}
    listed = [_ONE.dump_python(each, mode="json") for each in known]
    return rest | {_ACCEPTED: listed} if listed else rest
