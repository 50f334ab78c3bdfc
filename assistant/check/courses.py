"""Courses of radiotherapy as a text tells them: how much, in how many fractions, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.foci import find_foci
from assistant.check.judges.verdict import hedged
from assistant.check.mentions import Mention
from assistant.check.nearness import distance
from assistant.check.pairing import paired
from assistant.check.reading import Reading
from assistant.check.targets import BOOST, PRIMARY, is_single
from assistant.check.vocabulary import vocabulary

_NODES = re.compile(
    r"\b(?:nodes?(?!-)|nodal|lymphatics|LNs?|LK|LAW|Lymphknoten|Lymph(?:abfluss)?wege)\b"
)
_VOLUMES = re.compile(
    r"\b([CPGI]TV|ZV|lesion|Läsion|Zielvolumen|Zielgebiet|target volume)"
    r"[\s_-]?(\d[\d.]*\b(?!\s?(?:[cm]?Gy|[cm]m)\b)|[A-D]\b)",
    re.IGNORECASE,
)
"""Targets that have no more than a number: CTV1, lesion 2."""
_ELECTIVE = re.compile(
    r"\b(?:electiv\w+|uninvolved|prophylactic\w*|low[- ]risk|(?:clinically )?negative neck"
    r"|elektiv\w*|prophylaktisch\w*|vorsorglich\w*|nicht befallen\w*|Niedrigrisiko\w*)\b",
    re.IGNORECASE,
)
_RISK = re.compile(
    r"\b(?:(?:high|intermediate)[- ]risk|Hochrisiko\w*|(?:Intermediär|Mittel)risiko\w*)\b",
    re.IGNORECASE,
)
_GROSS = re.compile(
    r"\b(?:gross(?: disease| tumou?r\w*)?|macroscopic\w*|involved|affected|bulky|GTV\w*"
    r"|tumou?r\b(?:-bearing| region| volume)?(?! (?:bed|board|marker|conference|infiltrat))"
    r"|makroskopisch\w*|(?<!nicht )befallen\w*|Tumor(?:region|gebiet|areal|volumen)?s?(?=[^-\w]))",
    re.IGNORECASE,
)
_ROLES = (
    (BOOST, "boost"), (PRIMARY, "primary tumour"), (_ELECTIVE, "elective volume"),
    (_RISK, "high-risk volume"), (_GROSS, "gross tumour"), (_NODES, "lymph nodes"),
)  # fmt: skip
"""What a target is told to be, besides its site."""
_PLACES = {FactKind.SITE, FactKind.DIAGNOSIS, FactKind.FINDING}
_APART = 90
"""Characters; doses that are further apart are of two courses."""
_BEHIND = 12
_SINGLE = Decimal("0.4")
"""As a share of a total: more than this is hardly one of its fractions."""
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
    rough: frozenset[str] = frozenset()
    """Slots that are said to be so much only about."""

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
            told = list(_courses(reading.text, places, doses, inherited, year))
            for course in told:
                course.rough = frozenset(s for s, f in course.facts.items() if hedged(f, reading))
            found.extend(told)
        before = frozenset(place.name for place in places)
    return tuple(found)


@lru_cache(maxsize=16)
def courses_of(case: Reading) -> tuple[Course, ...]:
    """A case's, kept while it stays."""
    return courses(case)


def _courses(
    text: str,
    places: Sequence[Mention],
    doses: Sequence[Fact],
    inherited: frozenset[str],
    year: str,
) -> Iterator[Course]:
    pairs = paired(text, places, doses)
    near = {id(dose): run for run, group in pairs for dose in group}
    left = [dose for dose in doses if id(dose) not in near]
    heads = [f for f in doses if id(f) in near and f.kind is FactKind.DOSE]
    if pairs and (not heads or any(_is_total(text, dose) for dose in left)):
        near = {}  # a target is told in words that aren't known: any of them may be another's
    counts = [f for f in doses if f.kind is FactKind.FRACTIONS]
    for dose in left if near else ():
        head = min(heads, key=lambda head: distance(text, head, dose))
        nearer = min(counts, key=lambda count: distance(text, head, count), default=dose)
        if dose not in counts or nearer is dose:  # "twenty sessions: 40 Gy in 15, 10 Gy in 5"
            near[id(dose)] = near[id(head)]
    made: list[Course] = []
    for chunk, run in _chunks(text, doses, near):
        targets = frozenset(p.name for p in run) or inherited
        course = Course(targets, run, year, _slots(text, chunk))
        if not made or {f.value for f in chunk} != {f.value for f in made[-1].facts.values()}:
            made.append(course)
    if len(made) == 1 and made[0].targets and _boost_behind(text, places, doses[-1]):
        made[0].targets |= {"boost"}
    yield from made


def _is_total(text: str, fact: Fact) -> bool:
    return fact.kind is FactKind.DOSE and not is_single(text, fact)


def _boost_behind(text: str, places: Sequence[Mention], last: Fact) -> bool:
    """ "10 Gy as a boost", and the flag of a case that is JSON."""
    return any(
        p.name == "boost" and (0 <= p.start - last.end <= _BEHIND or text[p.start - 1] == '"')
        for p in places
    )


def _chunks(
    text: str, doses: Sequence[Fact], near: dict[int, tuple[Mention, ...]]
) -> Iterator[tuple[list[Fact], tuple[Mention, ...]]]:
    """What is of one course: at most a number of fractions and two doses, of the same target."""
    chunk: list[Fact] = []
    run: tuple[Mention, ...] = ()
    for dose in doses:
        its = near.get(id(dose), ())
        alike = [f for f in chunk if f.kind is dose.kind]
        full = len(alike) >= (2 if dose.kind is FactKind.DOSE else 1) or (
            any(_both_total(text, chunk, f, dose) for f in alike)
        )
        if chunk and (its != run or full or dose.start - chunk[-1].end > _APART):
            overall = 1 if its == run and _is_overall(text, chunk, dose) else len(chunk)
            yield chunk[:overall], run
            chunk = chunk[overall:]
        chunk.append(dose)
        run = its
    if chunk:
        yield chunk, run


def _is_overall(text: str, chunk: Sequence[Fact], behind: Fact) -> bool:
    """ "Twenty sessions: 40 Gy in fifteen, then a boost": the first is of several courses."""
    first, rest = chunk[0], chunk[1:]
    counts = first.kind is behind.kind is FactKind.FRACTIONS and rest
    return bool(counts) and distance(text, first, rest[0]) > distance(text, rest[-1], behind)


def _both_total(text: str, chunk: Sequence[Fact], one: Fact, other: Fact) -> bool:
    """ "65 Gy and 54 Gy": neither is so small that it could be a fraction of the other."""
    if one.kind is not FactKind.DOSE or is_single(text, one) or is_single(text, other):
        return False
    small, large = sorted((Decimal(one.value), Decimal(other.value)))
    counts = [Decimal(f.value) for f in chunk if f.kind is FactKind.FRACTIONS]
    return small > _SINGLE * large and 1 not in counts


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
    dosed = any(f.kind is FactKind.DOSE for f in group)
    foci = [*find_foci(text, begin, end)] if dosed else []
    # "The thoracic one" is a vertebra, where the word alone is of the chest.
    found = [p for p in found if not any(f.start <= p.start and p.end < f.end for f in foci)]
    found += [f for f in foci if not any(p.start < f.end and f.start < p.end for p in found)]
    for pattern, name in _ROLES:
        found += [
            Mention(name, m.start(), m.end())
            for m in pattern.finditer(text, begin, end)
            if name != "lymph nodes"
            or not any(p.start < m.end() and m.start() < p.end for p in found)
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
