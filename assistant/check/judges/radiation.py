"""Radiotherapy: doses and fractions, and which target they belong to."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations

from assistant.check.courses import courses_of
from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    changed,
    close,
    hedged,
    left,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.targets import is_single

_ROUNDED = Decimal("0.1")
"""Gy, of a total that is told without decimals."""
_ROUGH = Decimal("0.03")
"""As a share, of a sum that is told as about so much."""


def dose(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A dose in Gy against the case's totals or single doses, as it is one or the other."""
    single = is_single(draft.text, fact)
    same_role = [o for o in case.of(FactKind.DOSE) if is_single(case.text, o) == single]
    equal = case.equal(fact)
    if not equal and hedged(fact, draft):
        equal = tuple(o for o in case.of(FactKind.DOSE) if close(o.value, fact.value))
    if not equal and not single:
        equal = tuple(o for o in same_role if _rounded(fact.value, o.value))
    if not equal and _of_organ(fact, draft):
        if place := _told_of_organ(fact, case):
            return place
        equal = tuple(o for o in case.of(FactKind.DOSE) if _to_whole(fact.value, o.value))
    if not equal:
        return _product(fact, single, draft, case) or _rival_dose(fact, same_role, draft)
    fitting = [o for o in equal if o in same_role] or list(equal)
    return supported(fitting[0])


_ORGAN = re.compile(
    r"EQD|\bBED\b|\bD\d|\bV\d|\bmean\b|\bmedian\b|\bmax|mittler|Median|equivalent|äquivalent"
    r"|hottest|received .{0,20}or more|or more|oder mehr|mindestens|at least|constraint|organ",
    re.IGNORECASE,
)
"""Beside a dose that is no prescription: a mean, an equivalent, the dose of an organ."""


def _of_organ(fact: Fact, draft: Reading) -> bool:
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    end = min(sentence.end, fact.end + 24)
    return bool(_ORGAN.search(draft.text, max(sentence.start, fact.start - 70), end))


def _told_of_organ(fact: Fact, case: Source) -> Verdict | None:
    """ "18 % of the lung received 20 Gy", where the case has a V20 of 18 %."""
    volume = re.search(rf"\bV\s?{re.escape(fact.value)}\b", case.text, re.IGNORECASE)
    return supported(None, f"The case gives a {volume[0]}.") if volume else None


def _to_whole(told: str, true: str) -> bool:
    """ "88 Gy" of 88.2."""
    return "." not in told and abs(Decimal(true) - Decimal(told)) < Decimal("0.5")


def _rounded(told: str, true: str) -> bool:
    """ "40 Gy" of 40.05."""
    return "." not in told and abs(Decimal(true) - Decimal(told)) <= _ROUNDED


def _same_target(one: frozenset[str], other: frozenset[str]) -> bool:
    """Where a boost and a whole target share a site, the boost decides."""
    sites, theirs = one - {"boost"}, other - {"boost"}
    if sites and theirs:
        return related(sites, theirs)
    return ("boost" in one) == ("boost" in other)


def _rival_dose(fact: Fact, same_role: list[Fact], draft: Reading) -> Verdict:
    about = [o for o in same_role if fact.about and related(o.about, fact.about)]
    rivals = about or same_role
    said = {f.value for f in draft.facts if f.kind is FactKind.DOSE}
    # A boost's dose is no other course's; of what is left, the nearest is likely what was meant.
    alike = [o for o in rivals if ("boost" in o.about) == ("boost" in fact.about)] or rivals
    unsaid = [o for o in alike if o.value not in said] or alike
    if not unsaid:
        return NOT_THERE
    return changed(min(unsaid, key=lambda o: abs(Decimal(o.value) - Decimal(fact.value))))


def _product(fact: Fact, single: bool, draft: Reading, case: Source) -> Verdict | None:
    """Total = fractions x dose per fraction, in either direction; a course and its boost."""
    doses = case.of(FactKind.DOSE)
    wanted = Decimal(fact.value)
    for dose in doses:
        value = Decimal(dose.value)
        for count in case.of(FactKind.FRACTIONS):
            if abs(dose.start - count.start) > 160:
                continue
            fractions = Decimal(count.value)
            if value * fractions == wanted:
                return supported(dose, f"{count.text} of {dose.text}.")
            if fractions and abs(value / fractions - wanted) < Decimal("0.01"):
                return supported(dose, f"{dose.text} in {count.text}.")
    if not single:
        totals = [d for d in doses if not is_single(case.text, d)]
        for i, one in enumerate(totals):
            for other in totals[i + 1 :]:
                together = Decimal(one.value) + Decimal(other.value)
                rough = hedged(fact, draft) and abs(together - wanted) <= _ROUGH * together
                if together == wanted or rough:
                    return supported(one, f"{one.text} and {other.text} together.")
        rough = _ROUGH if hedged(fact, draft) else Decimal(0)
        made = [t for c in courses_of(case.reading) if (t := c.worth("total"))]
        if any(
            abs(a + b - wanted) <= max(rough * wanted, _ROUNDED if "." not in fact.value else 0)
            for a, b in combinations(made, 2)
        ):
            return supported(None, "Two courses together.")
    return None


def fractions(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A number of fractions: the case's, or a total divided by its single dose."""
    equal = case.equal(fact) or tuple(o for o in case.of(FactKind.NUMBER) if o.value == fact.value)
    if equal:
        return supported(equal[0])
    wanted = Decimal(fact.value)
    doses = case.of(FactKind.DOSE)
    for total in doses:
        for part in doses:
            if (
                Decimal(part.value)
                and abs(total.start - part.start) < 120
                and Decimal(total.value) == Decimal(part.value) * wanted
                and total is not part
            ):
                return supported(total, f"{total.text} in steps of {part.text}.")
    counts = case.of(FactKind.FRACTIONS)
    for i, one in enumerate(counts):
        for other in counts[i + 1 :]:
            if Decimal(one.value) + Decimal(other.value) == wanted:
                return supported(one, f"{one.text} and {other.text} together.")
    about = [o for o in counts if fact.about and _same_target(o.about, fact.about)]
    rivals = about or list(counts)
    return changed(left(rivals, draft)) if rivals else NOT_THERE
