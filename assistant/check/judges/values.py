"""Values that belong to a drug or a toxicity: cycles, schedules, grades."""

from __future__ import annotations

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.arithmetic import added
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    changed,
    families,
    known,
    left,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.schedules import agree
from assistant.check.source import Source, related


def cycles(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A number of cycles, of the same drug where both texts name one."""
    if place := added(fact, draft, case):
        return supported(place, "Together with the others of the sentence.")
    verdict = attributed(fact, draft, case)
    if verdict and verdict.status is Status.UNSUPPORTED:
        for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.FRACTIONS)):
            if other.value == fact.value:
                return supported(other)
        rivals = case.of(FactKind.CYCLES)
        return changed(left(rivals, draft)) if rivals else verdict
    return verdict


def schedule(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "1-0-1" against the case's, of the same drug; or against "twice a day"."""
    about = [o for o in case.of(FactKind.SCHEDULE) if related(o.about, fact.about)]
    equal = [o for o in about if agree(fact.value, o.value)]
    if equal:
        return supported(equal[0])
    if about:
        return changed(left(about, draft))
    return supported(case.equal(fact)[0]) if case.equal(fact) else None


def attributed(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A value that belongs to a drug, a target, a toxicity: right only if it belongs there too."""
    equal = case.equal(fact)
    about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
    if not equal and fact.kind is FactKind.GRADE and not about:
        tumour = [o for o in case.of(FactKind.STAGE) if "differentiation" in o.about]
        for other in tumour:
            if other.value == f"G{fact.value}":
                return supported(other)
        if tumour and not fact.about:
            return changed(tumour[0])
    if not equal:
        return changed(left(about, draft)) if about else NOT_THERE
    for other in equal:
        if not fact.about or not other.about or related(other.about, fact.about):
            return supported(other)
    for other in equal:
        if case.around(other) & families(fact.about) and not about:
            return supported(other)
    if about and known(fact.about):
        what = ", ".join(sorted(equal[0].about))
        return changed(
            left(about, draft), f"The case says {about[0].text} here; {fact.text} is of {what}."
        )
    if (
        fact.kind is FactKind.GRADE
        and known(fact.about)
        and not about
        and _beside(fact, draft)
        and not any(name in case.by_concept for name in fact.about)
    ):
        return None  # the side effect is marked already
    if fact.kind is FactKind.GRADE and about:
        return Verdict(
            Status.CHANGED, f"In the case this is of {', '.join(sorted(equal[0].about))}.", equal[0]
        )
    return supported(equal[0])


def _beside(fact: Fact, draft: Reading) -> bool:
    """Whether the side effect stands right beside its grade."""
    return any(
        m.name in fact.about and (0 <= fact.start - m.end <= 14 or 0 <= m.start - fact.end <= 14)
        for m in draft.mentions
    )
