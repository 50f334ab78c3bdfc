"""Where a text puts what is known by its number: a lesion by its size, a target by its dose.

"Right 8.2 cm, left 5.7 cm": each measure has the nearest words that name a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.levels import find_levels
from assistant.check.nearness import distance
from assistant.check.nodal_levels import nodal_levels
from assistant.check.pairing import paired
from assistant.check.parts import find_contrasts
from assistant.check.reading import Reading
from assistant.check.targets import is_single
from assistant.check.vocabulary import vocabulary

SIDE, SITE, LEVEL = "side", "site", "level"
COUNTED = frozenset({LEVEL, "neck", "mediastinum"})
"""Axes whose values are rows, "T9 T10"."""
_JOINED = re.compile(r"(?![^\w\s(])[^,;:.\d]{0,24}")
"""Between two words of one place: "lymph node (para-aortic) on the left"."""
_AND = re.compile(r"\b(?:and|und|sowie|with|mit|or|oder|but|aber)\b")
_AGAINST = re.compile(
    r"[,;]\s(?:whereas|while|whilst|but|however|wohingegen|während|aber|jedoch|dagegen|hingegen)\b"
)
_ONCE = re.compile(r"(?<![\d.,])1\s?[x×]\s?$")
"""Before the dose of a single fraction, which is the whole of it."""
_ASIDE = re.compile(r"Gy\s?\((?:ED )?$")
"""Before the dose of a fraction, behind the total."""
_BEFORE, _BEHIND = 90, 48
"""Characters from a measure to the place before it, and to the one behind."""
_CLOSE = 16
"""Characters that the second nearest place is further away, for the nearest to be the one."""


@dataclass(frozen=True)
class Trait:
    """One thing said of a place: its side, its site, its level, its part of an organ.

    `axis` is "side", "site", "level" or the organ; of one axis two values exclude each other,
    but for sites that are related, and levels that have one in common ("T9 T10").
    """

    axis: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """Words that name one place: "left lower lobe", "the right ovary"."""

    traits: tuple[Trait, ...]

    start: int
    end: int

    def values(self, axis: str) -> frozenset[str]:
        return frozenset(trait.value for trait in self.traits if trait.axis == axis)


@dataclass(frozen=True)
class Located:
    """A size or a dose, and its place.

    `others` are the further places that it may as well be of.
    """

    measure: Fact
    place: Place
    others: tuple[Place, ...]


@lru_cache(maxsize=16)
def located_in(reading: Reading) -> tuple[Located, ...]:
    """Every size and total dose with a place, in the order of the text."""
    return tuple(_located(reading))


@lru_cache(maxsize=16)
def places_of(reading: Reading) -> tuple[tuple[Place, ...], ...]:
    """By sentence: its places."""
    groups: list[list[Trait]] = [[] for _ in reading.passages.sentences] or [[]]
    for trait in _traits(reading):
        groups[reading.sentence_at(trait.start)].append(trait)
    return tuple(tuple(_joined(reading.text, group)) for group in groups)


def is_measure(fact: Fact, text: str) -> bool:
    """Whether it is a size, or the dose of a course."""
    if fact.kind is FactKind.QUANTITY:
        return fact.value.endswith(" mm")
    if fact.kind is not FactKind.DOSE:
        return False
    before = text[max(0, fact.start - 8) : fact.start]
    return bool(_ONCE.search(before)) or not (is_single(text, fact) or _ASIDE.search(before))


def _located(reading: Reading) -> Iterator[Located]:
    text = reading.text
    for group, places in zip(reading.by_sentence, places_of(reading), strict=False):
        for kind in (FactKind.QUANTITY, FactKind.DOSE):
            measures = [f for f in group if f.kind is kind and is_measure(f, text)]
            pairs = paired(text, places, measures)
            loose = [p for p in places if not any(p in run for run, _ in pairs)]
            for run, its in pairs:
                for located in _nearest(text, run, its):
                    if _AGAINST.search(text, located.measure.end, located.place.start):
                        continue  # "to 14 mm, while the lesions of the brain": of what is behind
                    yield replace(located, place=_whole(text, located.place, loose))


def _whole(text: str, place: Place, loose: Sequence[Place]) -> Place:
    """ "Left kidney: mass of 4.6 cm at its upper pole": both, where no other measure has either."""
    if len(loose) != 1:
        return place
    first, second = sorted((place, loose[0]), key=lambda p: p.start)
    gap = text[first.end : second.start]
    if len(gap) > _BEHIND or re.search(r"[,;]", gap) or _AND.search(gap):
        return place
    axes = {trait.axis for trait in place.traits}
    added = (trait for trait in loose[0].traits if trait.axis not in axes)
    return replace(place, traits=(*place.traits, *added))


def _nearest(text: str, run: Sequence[Place], measures: Sequence[Fact]) -> Iterator[Located]:
    if len(run) == len(measures) > 1:
        # "The frontal and the cerebellar one with 20 and 22 Gy", each its own
        yield from (Located(m, place, ()) for m, place in zip(measures, run, strict=True))
        return
    if len(measures) > 1 and measures[0].kind is FactKind.DOSE:
        return  # a target is told in words that aren't known
    for measure in measures:
        ranked = sorted(run, key=lambda place: distance(text, place, measure))
        far = _BEFORE if ranked[0].start < measure.start else _BEHIND
        if distance(text, ranked[0], measure) > far:
            continue
        limit = distance(text, ranked[0], measure) + _CLOSE
        others = tuple(p for p in ranked[1:] if distance(text, p, measure) <= limit)
        yield Located(measure, ranked[0], others)


def _traits(reading: Reading) -> list[Trait]:
    known = vocabulary()
    found = [
        Trait(SIDE, fact.value, fact.start, fact.end)
        for fact in reading.facts
        if fact.kind is FactKind.LATERALITY
    ]
    for mention in reading.mentions:
        concept = known.concepts.get(mention.name)
        if concept and concept.kind == "site" and not concept.generic:
            found.append(Trait(SITE, mention.name, mention.start, mention.end))
    for part in find_contrasts(reading.text, reading.passages.language):
        (organ,) = part.about
        found.append(Trait(organ, part.value.removeprefix(f"{organ} "), part.start, part.end))
    for levels in find_levels(reading.text):
        found.append(Trait(LEVEL, " ".join(sorted(levels.values)), levels.start, levels.end))
    for nodes in nodal_levels(reading.text):
        found.append(Trait(nodes.axis, " ".join(sorted(nodes.values)), nodes.start, nodes.end))
    return sorted(found, key=lambda trait: (trait.start, trait.end))


def _joined(text: str, traits: Sequence[Trait]) -> Iterator[Place]:
    """Neighbouring words are of one place, where none of them says anew what another said."""
    run: list[Trait] = []
    for trait in traits:
        if run and not _goes_on(text, run, trait):
            yield _place(run)
            run = []
        run.append(trait)
    if run:
        yield _place(run)


def _place(run: Sequence[Trait]) -> Place:
    return Place(tuple(run), run[0].start, max(trait.end for trait in run))


def _goes_on(text: str, run: Sequence[Trait], trait: Trait) -> bool:
    end = max(t.end for t in run)
    if any(t.axis == trait.axis and t.axis != SITE and t.end <= trait.start for t in run):
        return False
    gap = text[end : trait.start]
    return not gap or (bool(_JOINED.fullmatch(gap)) and not _AND.search(gap))
