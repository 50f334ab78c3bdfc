"""Which of a patient's treatments a text speaks of: by what was done, with what, where and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.check.antineoplastics import is_antineoplastic
from assistant.check.courses import year_of
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.happenings import Topic, topics_of
from assistant.check.mentions import find_concepts
from assistant.check.passages import cut
from assistant.check.source import related
from assistant.check.vocabulary import vocabulary

TREATS = (Topic.RADIOTHERAPY, Topic.SYSTEMIC, Topic.SURGERY)
_SPARED = re.compile(
    r"\b(?:mean|average|median|maxim\w+|spar\w+|constraint\w*|organs? at risk|OAR|kept"
    r"|mittler\w*|durchschnittl\w*|schon\w*|Risikoorgan\w*|V\d{1,2})\b|\bD(?:mean|max)",
    re.IGNORECASE,
)
"""Where organs are spared, the sites of a sentence are no targets."""
_AT_FIRST = r"(?<![A-Za-z] )(?<![A-Z°])"
"""Before a "1.": no word that it is the number of."""
_NUMBERS = {
    "1": rf"first|1st|erste[nrms]?|{_AT_FIRST}1\.|main",
    "2": rf"second|2nd|zweite[nrms]?|{_AT_FIRST}2\.",
    "3": rf"third|3rd|dritte[nrms]?|{_AT_FIRST}3\.",
}
_SERIES_NOUN = (
    r"(?:(?:series|course|serie|RT|radiotherap\w+|irradiation|radiation|bestrahlung\w*|radiatio"
    r"|strahlentherap\w+|bestrahlungsserie)\b)"
)
_SERIES = re.compile(
    "|".join(
        rf"(?P<s{n}>\b(?:{words})\s{_SERIES_NOUN}|\b(?:Haupt)?{_SERIES_NOUN}\s?{n}\b(?![.,]?\d)"
        rf"|\b(?:the|der|die)\s(?:{words})(?=[,.;)]|\s(?:in\s)?\d{{4}}))"
        for n, words in _NUMBERS.items()
    )
    + r"|(?P<sb>\bboost\w*|\w+boosts?\b|\bAufsättigung\w*)|(?P<sm>\bHauptserie\b)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:before|prior to|until|vor|bis|without|ohne)\s+(?:(?:the|der|dem|die|den|zum|zur)\s+)?$",
    re.IGNORECASE,
)
"""Before a treatment: what is told beside it was there without it."""
_RADIATION = re.compile(
    r"\bradiation\b(?=\W|$)(?!\s(?:\w+itis|\w*necrosis|oncolog\w*|onc|fibrosis|proctopathy|induced))"
    r"(?!-)",
    re.IGNORECASE,
)
_TREATED = re.compile(r"\b(?:treated|behandelt|serie|series|course)\b", re.IGNORECASE)
_DIMENSIONS = ("drugs", "sites", "years", "series")
_TELLING = ("sites", "years", "series")
"""Fields that tell one irradiation from another; its drugs don't."""


@dataclass(frozen=True)
class Part:
    """One word that tells which treatment is spoken of; `where` is the field that it fills."""

    where: str
    value: str
    topic: Topic | None
    start: int
    end: int


@dataclass(frozen=True)
class Treatment:
    """What a text tells of a treatment at one place; what it leaves open is empty."""

    topics: frozenset[Topic]
    drugs: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()

    def differs(self, other: Treatment) -> frozenset[str]:
        """The fields by which the two can't be one treatment."""
        if self.topics and other.topics and not self.topics & other.topics:
            return frozenset({"topics"})
        return frozenset(
            name
            for name in _DIMENSIONS
            if (mine := self.field(name))
            and (its := other.field(name))
            and not _agree(name, mine, its)
        )

    def shares(self, other: Treatment, names: Iterable[str] = _DIMENSIONS) -> frozenset[str]:
        """The fields that both tell, and alike."""
        return frozenset(
            name
            for name in names
            if (mine := self.field(name)) and (its := other.field(name)) and _agree(name, mine, its)
        )

    def field(self, name: str) -> frozenset[str]:
        told: frozenset[str] = getattr(self, name)
        return told

    def filled_by(self, other: Treatment) -> Treatment:
        """What it leaves open is the other's."""
        told = (self.field(name) or other.field(name) for name in _DIMENSIONS)
        return Treatment(self.topics, *told)


def parts(text: str, begin: int, end: int, facts: Sequence[Fact]) -> Iterator[Part]:
    """The words of a sentence that tell which treatment it speaks of, in its order."""
    dosed = any(f.kind in (FactKind.DOSE, FactKind.FRACTIONS) for f in facts)
    radiation = dosed or any(
        f.kind is FactKind.TECHNIQUE
        or (f.kind is FactKind.PROCEDURE and "radiotherapy" in vocabulary().family(f.value))
        for f in facts
    )
    radiation = radiation or any(p.search(text, begin, end) for p in (_TREATED, _RADIATION))
    if _SPARED.search(text, begin, end):
        facts = [fact for fact in facts if fact.kind is not FactKind.SITE]
    found = [part for fact in facts for part in _parts_of(text, fact, facts, radiation, dosed)]
    if radiation:
        found = [part for part in found if not _SERIES.fullmatch(text, part.start, part.end)]
        for match in _SERIES.finditer(text, begin, end):
            name = (match.lastgroup or "s")[1:]
            value = {"b": "boost", "m": "1"}.get(name, name)
            found.append(Part("series", value, Topic.RADIOTHERAPY, *match.span()))
    found += [
        Part("topics", "", Topic.RADIOTHERAPY, *match.span())
        for match in _RADIATION.finditer(text, begin, end)
        if not any(part.start < match.end() and match.start() < part.end for part in found)
    ]
    kept = (p for p in found if not _NOT_YET.search(text, max(begin, p.start - 24), p.start))
    yield from sorted(kept, key=lambda part: part.start)


def _parts_of(
    text: str, fact: Fact, facts: Sequence[Fact], radiation: bool, dosed: bool
) -> Iterator[Part]:
    if fact.assertion in (Assertion.NEGATED, Assertion.OF_RELATIVE):
        return
    if year := year_of(fact):
        yield Part("years", year, None, fact.start, fact.end)
        return
    if fact.kind is FactKind.DRUG and not is_antineoplastic(fact.value):
        return
    if fact.kind is FactKind.SITE and (_is_of_finding(text, fact, facts) or not radiation):
        return
    if fact.kind in (FactKind.FINDING, FactKind.DIAGNOSIS):
        return
    if fact.kind is FactKind.PROCEDURE and " " in fact.text:
        lead = find_concepts(cut(fact.text.rpartition(" ")[0], "en").words, "en")
        yield from (
            Part("sites", known, Topic.RADIOTHERAPY, fact.start, fact.start)
            for known in (vocabulary().site(mention.name) for mention in lead)
            if known and "radiotherapy" in vocabulary().family(fact.value)
        )
    for topic, name in topics_of(fact, radiation=radiation, dosed=dosed):
        if topic not in TREATS:
            continue
        where = {Topic.SYSTEMIC: "drugs", Topic.RADIOTHERAPY: "sites"}.get(topic, "topics")
        yield Part(where if name else "topics", name, topic, fact.start, fact.end)


_OF = re.compile(r"\s(?:of|in|at|der|des|im|am|in der|an der)\s(?:the\s|\w+\s)?", re.IGNORECASE)


def _is_of_finding(text: str, site: Fact, facts: Sequence[Fact]) -> bool:
    """ "Erythema of the groin", "oral mucositis": the site of a side effect, no target."""
    return any(
        _OF.fullmatch(text, f.end, site.start)
        if f.end <= site.start
        else text[site.end : f.start] in (" ", "-", "")
        for f in facts
        if f.kind in (FactKind.FINDING, FactKind.TERM, FactKind.DIAGNOSIS)
    )


def treatment(run: Iterable[Part]) -> Treatment:
    """The treatment that all of the words tell together."""
    run = list(run)

    def of(name: str) -> frozenset[str]:
        return frozenset(p.value for p in run if p.where == name and p.value)

    topics = frozenset(part.topic for part in run if part.topic)
    return Treatment(topics, *(of(name) for name in _DIMENSIONS))


def known_as(told: Treatment, all_told: Sequence[Treatment]) -> Treatment:
    """With what the text tells of the same treatment elsewhere, where that is one only."""
    same = [
        other
        for other in all_told
        if told.topics == other.topics
        and not told.differs(other)
        and told.shares(other, _TELLING if Topic.RADIOTHERAPY in told.topics else _DIMENSIONS)
    ]
    if any(one.differs(other) for one, other in combinations(same, 2)):
        return told
    for other in same:
        told = told.filled_by(other)
    return told


def _agree(name: str, mine: frozenset[str], its: frozenset[str]) -> bool:
    if name in ("drugs", "sites"):
        return related(mine, its)
    return bool(mine & its) or (name == "series" and (mine | its) == frozenset({"2", "boost"}))
