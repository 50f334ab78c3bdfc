"""What the case holds and the draft leaves out, the important first."""

from __future__ import annotations

from assistant.check.fact import CONCEPTS, Assertion, Fact, FactKind
from assistant.check.markers import is_unknown
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_WORTH_LISTING = (
    FactKind.NAME,
    FactKind.DIAGNOSIS,
    FactKind.CODE,
    FactKind.STAGE,
    FactKind.MARKER,
    FactKind.DOSE,
    FactKind.FRACTIONS,
    FactKind.PROCEDURE,
    FactKind.DRUG,
    FactKind.QUANTITY,
    FactKind.FINDING,
    FactKind.GRADE,
    FactKind.DATE,
    FactKind.CYCLES,
    FactKind.INTERVAL,
)
"""Kinds whose omission is reported, the important first."""


def omitted(case: Source, draft: Reading) -> tuple[Fact, ...]:
    """The case's facts that the draft doesn't state, each once."""
    known = vocabulary()
    stated = {(fact.kind, fact.value) for fact in draft.facts}
    families = {
        name for fact in draft.facts if fact.kind in CONCEPTS for name in known.family(fact.value)
    }
    amounts = {
        f.value.split()[0] for f in draft.facts if f.kind in (FactKind.QUANTITY, FactKind.NUMBER)
    }
    lower = draft.text.lower()
    seen: set[tuple[FactKind, str, frozenset[str]]] = set()
    left_out: list[Fact] = []
    for fact in sorted(case.reading.facts, key=lambda f: (_rank(f.kind), f.start)):
        key = (fact.kind, fact.value, fact.about)
        if fact.kind not in _WORTH_LISTING or key in seen or is_unknown(fact):
            continue
        seen.add(key)
        if (fact.kind, fact.value) in stated or fact.text.lower() in lower:
            continue
        if fact.kind is FactKind.DATE and len(fact.value) == len("--02"):
            continue  # a month or a year alone
        if fact.kind in CONCEPTS and not _worth_saying(fact, families):
            continue
        # A letter may name a colleague by the surname alone, and a relative not at all.
        if fact.kind is FactKind.NAME and (fact.about or fact.value.split()[-1] in lower):
            continue
        if fact.kind is FactKind.QUANTITY and fact.value.split()[0] in amounts:
            continue
        if fact.kind is FactKind.STAGE and any(
            f.kind is FactKind.STAGE
            and f.about & fact.about
            and fact.value.lstrip("ycpr").startswith(f.value.lstrip("ycpr"))
            for f in draft.facts
        ):
            continue
        left_out.append(fact)
    return tuple(left_out)


def _worth_saying(fact: Fact, families: set[str]) -> bool:
    known = vocabulary()
    concept = known.concepts.get(fact.value)
    if concept and concept.generic:
        return False
    if fact.assertion in (Assertion.NEGATED, Assertion.OF_RELATIVE):
        return False
    return not (
        fact.value in families
        or related(frozenset({fact.value}), frozenset(families & known.classes.keys()))
    )


def _rank(kind: FactKind) -> int:
    return _WORTH_LISTING.index(kind) if kind in _WORTH_LISTING else len(_WORTH_LISTING)
