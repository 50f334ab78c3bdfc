"""Courses of radiotherapy as a text tells them: how much, in how many fractions, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.pairing import paired
from assistant.check.reading import Reading, read
from assistant.check.targets import BOOST, PRIMARY, is_single
from assistant.check.vocabulary import vocabulary

_NODES = re.compile(r"\b(?:nodes|nodal|lymphatics|LK|LAW|Lymphknoten|Lymph(?:abfluss)?wege)\b")
_VOLUMES = re.compile(
    r"\b([CPGI]TV|ZV|lesion|Läsion|Zielvolumen|Zielgebiet|target volume)"
    r"[\s_-]?(\d[\d.]*\b|[A-D]\b)",
    re.IGNORECASE,
)
"""Targets that have no more than a number: CTV1, lesion 2."""
_PLACES = {FactKind.SITE, FactKind.DIAGNOSIS, FactKind.FINDING}
_APART = 90
"""Characters; doses that are further apart are of two courses."""
_BEHIND = 12
SLOTS = ("count", "single", "total")


@dataclass
class Course:
    """Doses told together. `facts` has the fact of each slot: `count`, `single`, `total`.

    `targets` are names of sites, `boost` and `primary tumour`; empty where none is told.
    """

    targets: frozenset[str]
    places: tuple[Mention, ...]
    year: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def value(self, slot: str) -> Decimal | None:
        return Decimal(self.facts[slot].value) if slot in self.facts else None

    def worth(self, slot: str) -> Decimal | None:
        """The slot's value, or what the other two make it."""
        count, single, total = (self.value(name) for name in SLOTS)
        if (told := self.value(slot)) is not None:
            return told
        if slot == "total" and count and single:
            return count * single
        if slot == "single" and count and total:
            return total / count
        return total / single if slot == "count" and total and single else None


def courses(reading: Reading) -> tuple[Course, ...]:
    """Every course of a text, in its order."""
    found: list[Course] = []
    before: frozenset[str] = frozenset()
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        doses = [f for f in group if f.kind in (FactKind.DOSE, FactKind.FRACTIONS)]
        places = list(_places(reading.text, sentence.start, sentence.end, group))
        if doses:
            goes_on = "\n" not in reading.text[max(0, sentence.start - 2) : sentence.start]
            inherited = before if goes_on and not places else frozenset[str]()
            year = next((y for f in group if (y := year_of(f))), "")
            found.extend(_courses(reading.text, places, doses, inherited, year))
        before = frozenset(place.name for place in places)
    return tuple(found)


@lru_cache(maxsize=16)
def courses_of(text: str, language: str) -> tuple[Course, ...]:
    """A case's, kept while it stays."""
    return courses(read(text, language))


def _courses(
    text: str,
    places: Sequence[Mention],
    doses: Sequence[Fact],
    inherited: frozenset[str],
    year: str,
) -> Iterator[Course]:
    pairs = paired(text, places, doses)
    near = {id(dose): run for run, group in pairs for dose in group}
    if pairs and len(near) < len(doses):
        near = {}  # a target is told in words that aren't known: any of them may be another's
    made: list[Course] = []
    for chunk, run in _chunks(doses, near):
        targets = frozenset(p.name for p in run) or inherited
        course = Course(targets, run, year, _slots(text, chunk))
        if not made or {f.value for f in chunk} != {f.value for f in made[-1].facts.values()}:
            made.append(course)
    if len(made) == 1 and made[0].targets and _boost_behind(text, places, doses[-1]):
        made[0].targets |= {"boost"}
    yield from made


def _boost_behind(text: str, places: Sequence[Mention], last: Fact) -> bool:
    """ "10 Gy as a boost", and the flag of a case that is JSON."""
    return any(
        p.name == "boost" and (0 <= p.start - last.end <= _BEHIND or text[p.start - 1] == '"')
        for p in places
    )


def _chunks(
    doses: Sequence[Fact], near: dict[int, tuple[Mention, ...]]
) -> Iterator[tuple[list[Fact], tuple[Mention, ...]]]:
    """What is of one course: at most a number of fractions and two doses, of the same target."""
    chunk: list[Fact] = []
    run: tuple[Mention, ...] = ()
    for dose in doses:
        its = near.get(id(dose), ())
        alike = [f for f in chunk if f.kind is dose.kind]
        full = len(alike) >= (2 if dose.kind is FactKind.DOSE else 1)
        if chunk and (its != run or full or dose.start - chunk[-1].end > _APART):
            yield chunk, run
            chunk = []
        chunk.append(dose)
        run = its
    if chunk:
        yield chunk, run


def _slots(text: str, chunk: Sequence[Fact]) -> dict[str, Fact]:
    """By what is said; of two doses the smaller is that of a fraction, where that is not said."""
    counts = [f for f in chunk if f.kind is FactKind.FRACTIONS]
    doses = sorted((f for f in chunk if f.kind is FactKind.DOSE), key=lambda f: Decimal(f.value))
    found = {"count": counts[0]} if counts else {}
    if len(doses) == 2:
        small, large = doses
        said = [is_single(text, f) for f in doses]
        if (
            counts
            and abs(Decimal(counts[0].value) * Decimal(small.value) - Decimal(large.value)) < 1
        ):
            said = [True, False]  # by arithmetic
        if said == [False, True]:
            small, large = large, small
        return {**found, "single": small, "total": large}
    for dose in doses:
        tiny = counts and Decimal(dose.value) < Decimal("0.4") * Decimal(counts[0].value)
        found["single" if tiny or is_single(text, dose) else "total"] = dose
    return found


def _places(text: str, begin: int, end: int, group: Sequence[Fact]) -> Iterator[Mention]:
    known = vocabulary()
    found = [
        Mention(known.site(f.value), f.start, f.end)
        for f in group
        if f.kind in _PLACES and known.site(f.value) and f.assertion is not Assertion.NEGATED
    ]
    for pattern, name in ((BOOST, "boost"), (PRIMARY, "primary tumour"), (_NODES, "lymph nodes")):
        found += [
            Mention(name, m.start(), m.end())
            for m in pattern.finditer(text, begin, end)
            if name == "boost" or not any(p.start < m.end() and m.start() < p.end for p in found)
        ]
    found += [
        Mention("".join(m.groups()).lower(), m.start(), m.end())
        for m in _VOLUMES.finditer(text, begin, end)
    ]
    yield from sorted(found, key=lambda place: place.start)


def year_of(fact: Fact) -> str:
    """The year of a date, or a year alone; empty where it is neither."""
    if fact.kind is FactKind.DATE and fact.value[:2] in ("19", "20"):
        return fact.value[:4]
    return fact.value if re.fullmatch(r"(?:19|20)\d\d", fact.value) else ""
