"""Organs of which the case says otherwise: clear, where the draft has them affected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Assertion, Fact, FactKind, Finding, Status
from assistant.check.organs import Condition, Told, conditions
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_OVER = re.compile(
    r"\b(?:complete (?:\w+ )?re\w+|no (?:evidence|sign)s? of|NED|CR|resolved|recurrence[- ]free"
    r"|tumou?r[- ]free|disease[- ]free|komplett\w*|Vollremission|kein (?:Hinweis|Anhalt|Nachweis)"
    r"|tumorfrei|rezidivfrei|no recurrence|kein Rezidiv|remission|rückläufig|regredient)\b",
    re.IGNORECASE,
)
"""What may have cleared an organ that was affected before."""


def otherwise_of_organs(draft: Reading, case: Source) -> Iterator[Finding]:
    """Organs clear by the case alone and affected by the draft, or the other way."""
    theirs = conditions(case.reading)
    if not theirs:
        return
    for mine in conditions(draft):
        other = _contrary(mine, theirs, case)
        if other:
            text = draft.text[mine.start : mine.end]
            fact = Fact(
                FactKind.STATEMENT, f"{mine.organ} {mine.condition}", frozenset({mine.organ}),
                mine.start, mine.end, text,
            )  # fmt: skip
            said = case.text[other.start : other.end]
            yield Finding(fact, Status.CHANGED, f"The case says {said}.", other.start, other.end)


def _contrary(mine: Told, theirs: tuple[Told, ...], case: Source) -> Told | None:
    """What the case alone says of the organ, if it is another thing."""
    family = vocabulary().family(mine.organ)
    if mine.condition is Condition.CLEAR:
        own = [t for t in theirs if t.organ == mine.organ and _same_side(t, mine)]
        if any(t.condition is not Condition.AFFECTED for t in theirs if _akin(t, mine)):
            return None
        return own[0] if own and not _OVER.search(case.text) else None
    own = [t for t in theirs if t.organ in family and _same_side(t, mine)]
    if not own or any(t.condition is not Condition.CLEAR for t in theirs if _akin(t, mine)):
        return None
    return None if _found_there(mine, case) else own[0]


def _akin(one: Told, other: Told) -> bool:
    """Whether the one's organ is of the other's, or the other way."""
    family = vocabulary().family
    kin = one.organ in family(other.organ) or other.organ in family(one.organ)
    return kin and _same_side(one, other)


def _same_side(one: Told, other: Told) -> bool:
    return not (one.side and other.side) or one.side == other.side


_SHOWN = {FactKind.DIAGNOSIS, FactKind.FINDING, FactKind.HISTOLOGY}


def _found_there(mine: Told, case: Source) -> bool:
    """Whether the case tells of anything found at the organ, in other words."""
    known = vocabulary()
    for kind in _SHOWN:
        for fact in case.of(kind):
            site = known.site(fact.value)
            at = site and (mine.organ in known.family(site) or site in known.family(mine.organ))
            if at and fact.assertion in (Assertion.AFFIRMED, Assertion.SUSPECTED):
                return True
    return False
