"""What is told to have happened: a course of a drug, an irradiation, an operation, a diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.source import related
from assistant.check.targets import BOOST
from assistant.check.vocabulary import vocabulary


class Topic(StrEnum):
    SYSTEMIC = "systemic therapy"
    RADIOTHERAPY = "radiotherapy"
    SURGERY = "surgery"
    EXAMINATION = "examination"
    DIAGNOSIS = "diagnosis"
    VISIT = "appointment"
    OTHER = "other procedure"


@dataclass(frozen=True)
class Happening:
    """`name` is empty where only the topic is told ("chemotherapy"). Offsets as those of facts."""

    topic: Topic
    name: str
    boost: bool
    start: int
    end: int

    def beside(self, text: str, date: Fact) -> bool:
        """Whether it and a date stand in one clause."""
        low, high = sorted((self.end, date.start, self.start, date.end))[1:3]
        return not _CLAUSE.search(text, low, high)

    def is_of(self, other: Happening) -> bool:
        """Whether it is the other, told as exactly or more so."""
        if not self.same(other) or self.topic is not other.topic or (self.name and not other.name):
            return False
        loose = not self.name or self.topic in (Topic.SYSTEMIC, Topic.RADIOTHERAPY)
        return loose or other.name in vocabulary().family(self.name)

    def same(self, other: Happening) -> bool:
        """Whether what a draft tells can be the case's `other`.

        They are of one topic, and of one name where both have one; a mere "irradiation" may be all
        of a course, its boost too.
        """
        if Topic.SURGERY in (self.topic, other.topic) and "" in (self.name, other.name):
            return all(h.topic is Topic.SURGERY or _INVASIVE.search(h.name) for h in (self, other))
        if self.topic is not other.topic:
            return False
        if not self.name:
            return True
        if self.boost != other.boost:
            return False
        return not other.name or related(frozenset({self.name}), frozenset({other.name}))


_INVASIVE = re.compile(r"biops|implant|insert|stent|port|cathet|stomy|scop|drain|ablation", re.I)
"""Of names: what may be told as an operation though it is none."""
VISIT = re.compile(
    r"\b(?:follow[- ]?up|appointment|visit|check-?up|review|consultation|\w*nachsorge|termin\w*"
    r"|(?:wieder|erst)?vorstellung|\w*kontrolle|sprechstunde|konsil)\b",
    re.IGNORECASE,
)
_NEXT = (
    r"[,;]\s*(?:(?:and|und|but|aber|so)\s+)?(?:the|he|she|it|an?|this|we|which|who|whose|where\w*|and"
    r"|die|der|das|den|dem|es|er|sie|wir|eine?[rnm]?|ihre?[rnm]?|was|und|w[eo]\w+)\b"
)
NEXT_CLAUSE = re.compile(_NEXT, re.IGNORECASE)
"""Behind a comma, with a subject of its own."""
_CLAUSE = re.compile(
    rf"{_NEXT}|\b(?:before|after|bevor|nachdem|nach|while|während|because|weil)\b", re.IGNORECASE
)
"""Where another clause begins, and with it most often another thing."""
_DIAGNOSED = re.compile(
    r"\b(?:diagnos(?:is|ed|tiziert\w*)|\w*Diagnose\w*|dx|ED)\b(?! \d+(?:[.,]\d+)? ?Gy)",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\b(?:after|following|before|since|until|post|nach|vor|seit|bis)\s+(?:\w+\s+)?$", re.IGNORECASE
)
"""Behind these a thing is only what another is reckoned from."""
_BESIDE = 12
_TARGETS = {FactKind.DIAGNOSIS, FactKind.FINDING}
"""Kinds that may name a target by what is there: a tumour, a metastasis."""
_GENERIC: dict[str, tuple[Topic, ...]] = {
    "surgery": (Topic.SURGERY,),
    "resection": (Topic.SURGERY,),
    "radiotherapy": (Topic.RADIOTHERAPY,),
    "chemotherapy": (Topic.SYSTEMIC,),
    "systemic therapy": (Topic.SYSTEMIC,),
    "follow-up care": (Topic.VISIT,),
    "therapy": (),
}
_FAMILIES = (
    ("radiotherapy", Topic.RADIOTHERAPY),
    ("systemic therapy", Topic.SYSTEMIC),
    ("surgery", Topic.SURGERY),
    ("examination", Topic.EXAMINATION),
)


def happenings(text: str, begin: int, end: int, facts: Sequence[Fact]) -> list[Happening]:
    """Those of one sentence in its order, from its facts.

    What is denied is left out, and what others are reckoned from.

    A place is one where the sentence speaks of an irradiation: its target.
    """
    radiation = any(
        f.kind in (FactKind.DOSE, FactKind.FRACTIONS, FactKind.TECHNIQUE)
        or (f.kind is FactKind.PROCEDURE and "radiotherapy" in vocabulary().family(f.value))
        for f in facts
    )
    dosed = any(f.kind in (FactKind.DOSE, FactKind.FRACTIONS) for f in facts)
    boosts = [m.start() for m in BOOST.finditer(text, begin, end)] if radiation else []
    one = sum(f.kind is FactKind.FRACTIONS for f in facts) <= 1
    found = [
        Happening(topic, name, _boosted(topic, fact, boosts, one=one), fact.start, fact.end)
        for fact in facts
        for topic, name in topics_of(fact, radiation=radiation, dosed=dosed)
        if fact.assertion is not Assertion.NEGATED
        and (_dated(fact, facts) or not _is_reference(text, begin, fact))
    ]
    found += [
        Happening(topic, "", False, m.start(), m.end())
        for pattern, topic in ((_DIAGNOSED, Topic.DIAGNOSIS), (VISIT, Topic.VISIT))
        for m in pattern.finditer(text, begin, end)
    ]
    heading = re.compile(r"\w*\s?:")
    visits = [h for h in found if h.topic is Topic.VISIT and heading.match(text, h.end)]
    return sorted((h for h in found if h not in visits), key=lambda h: h.start)


def _is_reference(text: str, begin: int, fact: Fact) -> bool:
    """ "After the operation": only what something else is reckoned from."""
    return bool(REFERENCE.search(text, max(begin, fact.start - 24), fact.start))


def _boosted(topic: Topic, fact: Fact, boosts: Sequence[int], *, one: bool) -> bool:
    """Of two courses in a sentence the boost is told from its own word on."""
    return topic is Topic.RADIOTHERAPY and bool(boosts) and (one or boosts[0] <= fact.start)


def _dated(fact: Fact, facts: Sequence[Fact]) -> bool:
    """ "After the operation on 3 May": what is reckoned from may have its own day."""
    return any(f.kind is FactKind.DATE and 0 <= f.start - fact.end <= _BESIDE for f in facts)


def topics_of(fact: Fact, *, radiation: bool, dosed: bool) -> Iterator[tuple[Topic, str]]:
    """What a fact tells of: each topic with a name, empty where only the topic is told.

    `radiation`, `dosed`: whether its sentence speaks of an irradiation, and gives its dose.
    """
    if fact.kind is FactKind.DRUG:
        concept = vocabulary().concepts.get(fact.value)
        yield Topic.SYSTEMIC, "" if concept and concept.generic else fact.value
    elif (radiation and fact.kind is FactKind.SITE) or (dosed and fact.kind in _TARGETS):
        if not vocabulary().site(fact.value):
            return
        yield Topic.RADIOTHERAPY, vocabulary().site(fact.value)
    elif fact.kind is FactKind.DOSE:
        yield Topic.RADIOTHERAPY, ""
    elif fact.kind is FactKind.PROCEDURE:
        if fact.value in _GENERIC:
            yield from ((topic, "") for topic in _GENERIC[fact.value])
            return
        family = vocabulary().family(fact.value)
        topics = [topic for name, topic in _FAMILIES if name in family]
        concept = vocabulary().concepts.get(fact.value)
        generic = concept is not None and concept.generic
        for topic in topics:
            named = topic in (Topic.SURGERY, Topic.EXAMINATION) and not generic
            yield topic, fact.value if named else ""
        if not topics and (not generic or fact.value == "biopsy"):
            yield Topic.OTHER, fact.value
