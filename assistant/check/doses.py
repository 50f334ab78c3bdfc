"""Which dose belongs to which target: the draft's courses held against the case's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from assistant.check.courses import SLOTS, Course, courses
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.mentions import Mention
from assistant.check.reading import Reading
from assistant.check.source import related

_TINY = Decimal("0.02")
_ROUNDED = Decimal("0.1")
"""Gy, of a total without decimals."""
_ROUGH = Decimal("0.03")
"""As a share, of what is told as about so much."""
_TARGET = re.compile(
    r"(?:radiotherapy|\bRT|irradiat\w+|radiation|boost\w*|volumen?\w*|target|radiatio\w*"
    r"|bestrahl\w+|zielgebiet\w*|region|appliziert auf)\W{0,4}(?:\w+\W{1,3}){0,2}$",
    re.IGNORECASE,
)
"""Before a site: words that make it a target."""
_CLOSE = 24
"""Characters from a dose to its target, both marked as one."""
_ROLES = frozenset(
    {"boost", "primary tumour", "gross tumour", "elective volume", "high-risk volume"}
)
_TUMOUR = frozenset({"primary tumour", "boost"})
"""What a "gross tumour" may be called as well."""


def misplaced_doses(reading: Reading, case: Sequence[Course]) -> Iterator[Finding]:
    """Doses that the case gives to another target, and targets that it gives another dose.

    Args:
        reading: the draft's.
        case: the case's courses.
    """
    for finding in _misplaced(reading.text, courses(reading), case):
        fact = finding.fact
        yield replace(finding, fact=replace(fact, text=reading.text[fact.start : fact.end]))


def _misplaced(text: str, mine: Sequence[Course], case: Sequence[Course]) -> Iterator[Finding]:
    for course in mine:
        known = [slot for slot in SLOTS if slot in course.facts]
        alike = [k for k in case if all(_fits(course, k, slot) for slot in known)]
        if not alike:
            yield from _outliers(text, course, known, case)
        elif course.targets and not any(_same_target(course, k) for k in alike):
            yield from _of_another_target(text, course, alike, case)


def _fits(course: Course, other: Course, slot: str) -> bool:
    a, b = course.value(slot), other.worth(slot)
    return a is not None and b is not None and abs(a - b) <= _leeway(course, slot, a)


def _leeway(course: Course, slot: str, value: Decimal) -> Decimal:
    if slot in course.rough:
        return _ROUGH * value
    return _ROUNDED if slot == "total" and value == int(value) else _TINY


def _outliers(
    text: str, course: Course, known: Sequence[str], case: Sequence[Course]
) -> Iterator[Finding]:
    """ "10 Gy in 15 fractions of 2.6 Gy": the case has two of the three, and another third."""
    if len(known) < 2:
        return
    near = [(k, [slot for slot in known if not _fits(course, k, slot)]) for k in case]
    single = [
        (k, wrong[0]) for k, wrong in near if len(wrong) == 1 and k.worth(wrong[0]) is not None
    ]
    if len(known) == 2 and len(case) > 1:  # either could be wrong: the target tells
        both = single
        single = [
            (k, s) for k, s in single if course.targets and k.targets and _same_target(course, k)
        ]
        if not single and (found := _never_together(text, course, known, both, case)):
            yield found
            return
    if single and not _sum(course, single[0][1], case):
        other, slot = single[0]
        yield _finding(course.facts[slot], other)


def _never_together(
    text: str,
    course: Course,
    known: Sequence[str],
    single: Sequence[tuple[Course, str]],
    case: Sequence[Course],
) -> Finding | None:
    """ "54 Gy in eight fractions" in one breath, where the case has neither with the other.

    Only what all courses of the case with that dose, or that number, tell can be held against it.
    """
    first, second = sorted((course.facts[slot] for slot in known), key=lambda fact: fact.start)
    if "," in (gap := text[first.end : second.start]) or len(gap) > _CLOSE:
        return None
    if any(_sum(course, slot, case) for slot in known):
        return None
    wrong: list[tuple[Course, str]] = []
    for slot in known:
        other = next(s for s in known if s != slot)
        same = [k for k in case if _fits(course, k, slot)]
        if any(k.worth(other) is None for k in same):
            return None
        wrong += [(k, s) for k, s in single if k in same and s == other]
    if not wrong:
        return None
    slots = {slot for _, slot in wrong}
    found = _finding(course.facts[wrong[0][1]], wrong[0][0])
    if len(slots) == 1:
        return found
    return replace(found, fact=replace(found.fact, start=first.start, end=second.end))


def _sum(course: Course, slot: str, case: Sequence[Course]) -> bool:
    """Whether a total is that of two courses together, or a number of fractions with its total."""
    slots = ("total",) if slot == "total" else ("total", "count") if slot == "count" else ()
    mine = [(s, value) for s in slots if (value := course.value(s)) is not None]
    return bool(mine) and any(
        all(
            (a := one.worth(s)) is not None
            and (b := two.worth(s)) is not None
            and abs(a + b - value) <= _leeway(course, s, value)
            for s, value in mine
        )
        for one, two in combinations(case, 2)
    )


def _of_another_target(
    text: str, course: Course, alike: Sequence[Course], case: Sequence[Course]
) -> Iterator[Finding]:
    """Where the case gives this target other doses; none of its words may be the case's own."""
    if not all(k.targets for k in alike):
        return
    theirs = [k for k in case if k.targets and _same_target(course, k)]
    slots = [slot for slot in SLOTS if slot in course.facts]
    rival = max(
        theirs,
        key=lambda k: sum(_fits(course, k, slot) for slot in slots),
        default=None,
    )
    if rival is None:
        same_year = any(k.year and k.year == course.year for k in alike)
        if len(slots) + same_year > 1 and len(alike) == 1 and _beside(text, course):
            yield _finding_of_target(course, alike[0])
        return
    wrong = [s for s in slots if rival.worth(s) is not None and not _fits(course, rival, s)]
    for number, slot in enumerate(wrong):
        yield _finding(course.facts[slot], rival, () if number else course.places)


def _same_target(course: Course, other: Course) -> bool:
    """Where both name sites, one of them; where both name a role or a number, that one."""
    if not course.targets or not other.targets:
        return True
    one, two = (
        frozenset(t for t in c.targets if any(letter.isdigit() for letter in t))
        for c in (course, other)
    )
    if one and two:
        return bool(one & two)
    roles, theirs = course.targets & _ROLES, other.targets & _ROLES
    sites, places = course.targets - _ROLES, other.targets - _ROLES
    if sites and places and not related(sites, places):
        return False
    if _nodes_alone(sites, roles, places, theirs) or _nodes_alone(places, theirs, sites, roles):
        return False
    if "gross tumour" in roles | theirs:
        roles, theirs = (
            r | {"gross tumour"} | _TUMOUR if "gross tumour" in r else r for r in (roles, theirs)
        )
    return bool(roles & theirs) or not (roles and theirs)


def _nodes_alone(
    sites: frozenset[str], roles: frozenset[str], places: frozenset[str], theirs: frozenset[str]
) -> bool:
    """The nodes of one, against the primary tumour of the other."""
    nodes = bool(sites) and all("lymph" in site for site in sites) and not roles
    return nodes and "primary tumour" in theirs and not places


def _beside(text: str, course: Course) -> bool:
    """Whether a site is clearly told as the target: "neck, 29 Gy", "boost to the cervix"."""
    sites = [place for place in course.places if place.name not in _ROLES]
    doses = [fact.start for fact in course.facts.values()]
    if not sites:
        return False
    lead = text[max(0, sites[0].start - 40) : sites[0].start]
    told = len(course.facts) > 1 and _TARGET.search(lead)
    return bool(told) or -_CLOSE <= min(doses) - sites[-1].end <= _CLOSE


def _finding_of_target(course: Course, other: Course) -> Finding:
    """The doses are the case's: it is the target that is not."""
    start, end = course.places[0].start, course.places[-1].end
    fact = Fact(FactKind.SITE, course.places[0].name, frozenset(), start, end, "")
    return _finding(fact, other)


def _finding(fact: Fact, other: Course, places: Sequence[Mention] = ()) -> Finding:
    """Marks the dose, with its target where that stands close by: either may be what is wrong."""
    place = next(iter(other.facts.values()))
    where = ", ".join(sorted(other.targets)) or "this course"
    told = " ".join(f.text for f in other.facts.values())
    message = f"The case gives {where}: {told}."
    for target in places:
        start, end = min(fact.start, target.start), max(fact.end, target.end)
        if end - start - (fact.end - fact.start) <= _CLOSE:
            fact = replace(fact, start=start, end=end)
    return Finding(fact, Status.CHANGED, message, place.start, place.end)
