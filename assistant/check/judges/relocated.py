"""A lesion's size or a target's dose, told of another place than the case's: side, lobe, node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.judges.verdict import close, hedged
from assistant.check.located import (
    COUNTED,
    SIDE,
    SITE,
    Located,
    Place,
    Trait,
    is_measure,
    located_in,
)
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_ORGANS = frozenset(
    {"lung", "liver", "kidney", "adrenal gland", "spleen", "pancreas", "brain", "ovary", "uterus",
     "cervix uteri", "vagina", "vaginal vault", "fallopian tube", "prostate", "bladder", "breast",
     "rectum", "stomach", "thyroid gland", "parotid gland", "omentum", "tonsil", "base of tongue",
     "larynx", "hypopharynx", "nasopharynx", "skin"}
)  # fmt: skip
"""Of these what is measured is of one alone."""
_BESIDE = 24
"""Characters from a dose to its place, both marked as one."""
_COMMON = frozenset({"lymph nodes", "bone", "pelvis", "abdomen", "brain", "lung"})
"""What two things may be parts of and exclude each other all the same."""


def relocated(draft: Reading, case: Source) -> Iterator[Finding]:
    """Places of the draft which none of the case's places of the same size or dose can be."""
    theirs = located_in(case.reading)
    for mine in located_in(draft):
        there = _same_measure(mine.measure, theirs, draft, case)
        for place in (mine.place, *mine.others)[:1] if there else ():
            other = there[0].place
            trait = excluded(place, [p for its in there for p in (its.place, *its.others)])
            if trait and trait.axis == SITE and mine.measure.kind is FactKind.DOSE:
                continue  # told by the courses of radiotherapy
            if trait and not any(_fits(o, there) for o in mine.others):
                start, end = _marked(place, mine.measure)
                if not place.start <= trait.start < place.end:
                    start, end = trait.start, trait.end
                kind = FactKind.LATERALITY if trait.axis == SIDE else FactKind.SITE
                text = draft.text[start:end]
                fact = Fact(kind, trait.value, frozenset(), start, end, text)
                said = case.text[other.start : other.end]
                message = f"The case says {said}, of {there[0].measure.text}."
                yield Finding(fact, Status.CHANGED, message, other.start, other.end)


def _marked(place: Place, measure: Fact) -> tuple[int, int]:
    """The place; of a dose both, as either may be what is wrong, or the dose if they are apart."""
    if measure.kind is not FactKind.DOSE:
        return place.start, place.end
    start, end = min(place.start, measure.start), max(place.end, measure.end)
    apart = end - start - (place.end - place.start) - (measure.end - measure.start)
    return (start, end) if apart <= _BESIDE else (measure.start, measure.end)


def _fits(place: Place, there: Sequence[Located]) -> bool:
    return excluded(place, [its.place for its in there]) is None


def _same_measure(
    measure: Fact, theirs: Sequence[Located], draft: Reading, case: Source
) -> list[Located]:
    """The case's of the same value, or of the nearest where it is a rough one.

    None of them where the case gives it without a place, too.
    """
    every = [f for f in case.of(measure.kind) if is_measure(f, case.text)]
    same = [f for f in every if f.value == measure.value]
    if not same and hedged(measure, draft):
        rough = [f for f in every if close(_number(f), _number(measure))]
        same = [f for f in rough if f.value == rough[0].value] if len(rough) == 1 else []
    there = [its for its in theirs if its.measure in same]
    return there if len({its.measure for its in there}) == len(set(same)) else []


def _number(measure: Fact) -> str:
    return measure.value.split()[0]


def excluded(place: Place, theirs: Sequence[Place]) -> Trait | None:
    """What of a place none of the others can be, of the same axis for all of them."""
    for trait in place.traits:
        mine = place.values(trait.axis)
        its = [other.values(trait.axis) for other in theirs]
        if all(its) and not any(_together(trait.axis, mine, values) for values in its):
            return trait
    return None


def _together(axis: str, mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one thing can be at both."""
    if mine & theirs:
        return True
    if axis in COUNTED:
        return any(set(a.split()) & set(b.split()) for a in mine for b in theirs)
    if axis == SIDE:
        return "both" in mine | theirs
    if axis == SITE:
        return any(not exclusive(a, b) for a in mine for b in theirs)
    return False


def exclusive(one: str, other: str) -> bool:
    """Whether two sites have nothing in common: two organs, two bones, two groups of nodes."""
    known = vocabulary()
    families = known.family(one), known.family(other)
    if one in families[1] or other in families[0] or (families[0] & families[1]) - _COMMON:
        return False
    for general in ("lymph nodes", "bone"):
        if all(general in family and len(family) > 1 for family in families):
            return general not in (one, other)
    return {one, other} <= _ORGANS
