"""Stages, codes and markers."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, left, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary


def stage(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    about = [o for o in case.of(FactKind.STAGE) if _same_system(o, fact)]
    grades = [o for o in case.of(FactKind.GRADE) if "differentiation" in fact.about]
    for other in (*about, *grades):
        if other.value in (fact.value, fact.value.lstrip("G")):
            return supported(other)
    loose = [o for o in about if _loosely(fact, o)]
    if loose:
        return supported(loose[0])
    if "gleason" in fact.about:
        for other in about:
            sums = "+" not in other.value or "+" not in fact.value
            if sums and _gleason(other.value) == _gleason(fact.value):
                return supported(other)
    if about:
        return changed(left(about, draft))
    if re.search(rf"(?<![A-Za-z]){re.escape(fact.text)}(?![A-Za-z\d])", case.text):
        return supported(None)
    said = {"M0": ("metastases", Assertion.NEGATED), "M1": ("metastases", Assertion.AFFIRMED),
            "N0": ("lymph node metastases", Assertion.NEGATED)}.get(fact.value)  # fmt: skip
    if said:
        for other in case.by_concept.get(said[0], ()):
            if other.assertion is said[1]:
                return supported(other)
    return NOT_THERE


def _same_system(one: Fact, other: Fact) -> bool:
    if one.about & other.about:
        return True
    a, b = "".join(one.about), "".join(other.about)
    return a.startswith("stage ") and b.startswith("stage ") and "stage stage" in (a, b)


def _loosely(fact: Fact, other: Fact) -> bool:
    """ "node-negative" and "pN0(0/3)" are both N0; "T2" without a prefix is any T2."""
    if "said" in fact.about or "said" in other.about:
        short, long = sorted((bare(fact.value), bare(other.value)), key=len)
        return long.startswith(short)
    one, two = fact.value, other.value
    return (bare(one) == bare(two)) and (one[0].isupper() or two[0].isupper())


def bare(value: str) -> str:
    return value.lstrip("ycprsu").split("(")[0]


def _gleason(value: str) -> str:
    """The sum, where either text gives no more."""
    return str(sum(int(n) for n in value.split("+")))


def code(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    codes = case.of(FactKind.CODE)
    for other in codes:
        if other.value.startswith(fact.value) or fact.value.rstrip("0.") == other.value.rstrip(
            "0."
        ):
            return supported(other)
    return changed(left(codes, draft)) if codes else NOT_THERE


def marker(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    equal = case.equal(fact)
    if equal:
        return supported(equal[0])
    about = [o for o in case.of(FactKind.MARKER) if o.about & fact.about]
    if about:
        same = [o for o in about if _same_state(o.value, fact.value)]
        return supported(same[0]) if same else changed(left(about, draft))
    name = next(iter(fact.about))
    concept = vocabulary().concepts.get(name)
    named = [m for m in case.reading.mentions if m.name == name]
    if named:
        return None
    if concept and concept.implies & {m.name for m in case.reading.mentions}:
        return None
    return NOT_THERE


_STATES = (
    {"positive", "mutated", "amplified", "high", "deficient"},
    {"negative", "wild type", "low", "stable", "proficient"},
    {"methylated"},
    {"unmethylated"},
)


def _same_state(one: str, other: str) -> bool:
    a = next(
        (
            s
            for s in sorted({w for g in _STATES for w in g}, key=len, reverse=True)
            if one.endswith(s)
        ),
        one,
    )
    b = next(
        (
            s
            for s in sorted({w for g in _STATES for w in g}, key=len, reverse=True)
            if other.endswith(s)
        ),
        other,
    )
    return any(a in group and b in group for group in _STATES)
