"""What the case holds and the draft leaves out, the important first."""

from __future__ import annotations

from functools import lru_cache

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
    classes = frozenset(families & known.classes.keys())
    left_out: list[Fact] = []
    for fact in _worth_listing(case):
        if (fact.kind, fact.value) in stated or fact.text.lower() in lower:
            continue
        if fact.kind in CONCEPTS and (
            fact.value in families or related(frozenset({fact.value}), classes)
        ):
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


@lru_cache(maxsize=16)
def _worth_listing(case: Source) -> tuple[Fact, ...]:
    """What a letter may be expected to state of a case, each once, the important first."""
    found: dict[tuple[FactKind, str, frozenset[str]], Fact] = {}
    for fact in sorted(case.reading.facts, key=lambda f: (_rank(f.kind), f.start)):
        if fact.kind in _WORTH_LISTING and not is_unknown(fact):
            found.setdefault((fact.kind, fact.value, fact.about), fact)
    return tuple(fact for fact in found.values() if _worth_saying(fact))


def _worth_saying(fact: Fact) -> bool:
    if fact.kind is FactKind.DATE:
        return len(fact.value) > len("--02")  # a month or a year alone
    concept = vocabulary().concepts.get(fact.value)
    if fact.kind not in CONCEPTS or (concept and concept.generic):
        return fact.kind not in CONCEPTS
    return fact.assertion not in (Assertion.NEGATED, Assertion.OF_RELATIVE)


def _rank(kind: FactKind) -> int:
    return _WORTH_LISTING.index(kind) if kind in _WORTH_LISTING else len(_WORTH_LISTING)
