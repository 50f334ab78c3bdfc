"""The larger of two sides: "the larger one on the left", where the case has it on the right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.located import SIDE, located_in
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_MORE = (
    r"larger|bigger|greater|largest|biggest|dominant|worse|predominant\w*"
    r"|more (?:marked|pronounced|prominent|extensive|severe)|größer\w*|größt\w*|ausgeprägter\w*"
    r"|stärker\w*|führend\w*|betont"
)
_BEFORE = re.compile(rf"\b(?:{_MORE})\b[^.;:\d]{{0,36}}$", re.IGNORECASE)
"""Before the side: "the larger of the two, on the left"."""
_BEHIND = re.compile(
    rf"^[\s-]*(?:>|(?:{_MORE}|more|mehr)\b(?: ausgeprägt)?\s?(?:than|als)\b|betont"
    r"|(?:side )?(?:is|was) (?:the )?(?:larger|bigger|dominant)\b)",
    re.IGNORECASE,
)
"""Behind the side: "left more than right", "rechts > links"."""
_LESS = re.compile(r"\b(?:than|als|not|nicht|no|kein\w*)\W+(?:\w+\W+)?$", re.IGNORECASE)
_REACH = 60


@dataclass(frozen=True)
class _Larger:
    """The side that a sentence calls the larger, or that its sizes make it."""

    side: str
    where: int
    start: int
    end: int


def other_side_larger(draft: Reading, case: Source) -> Iterator[Finding]:
    """Sides called the larger of two, where all that the case compares of it says the other."""
    for mine in _called(draft):
        there = [
            its
            for its in (*_called(case.reading), *_measured(case))
            if _things(draft, mine.where) & _things(case.reading, its.where)
        ]
        if there and all(its.side != mine.side for its in there):
            its = there[0]
            text = draft.text[mine.start : mine.end]
            fact = Fact(FactKind.LATERALITY, mine.side, frozenset(), mine.start, mine.end, text)
            message = f"By the case the {its.side} is the larger."
            yield Finding(fact, Status.CHANGED, message, its.start, its.end)


def _called(reading: Reading) -> Iterator[_Larger]:
    text = reading.text
    for number, group in enumerate(reading.by_sentence):
        for fact in group:
            if fact.kind is not FactKind.LATERALITY or fact.value == "both":
                continue
            begin = reading.passages.sentences[number].start
            lead = text[max(begin, fact.start - _REACH) : fact.start]
            before = _BEFORE.search(lead) and not _LESS.search(lead)
            if before or _BEHIND.match(text[fact.end : fact.end + _REACH]):
                yield _Larger(fact.value, number, fact.start, fact.end)


def _measured(case: Source) -> Iterator[_Larger]:
    """Of sentences with a size for each side."""
    sizes: dict[int, dict[str, list[tuple[Decimal, int, int]]]] = {}
    for its in located_in(case.reading):
        sides = its.place.values(SIDE)
        if its.measure.kind is FactKind.QUANTITY and len(sides) == 1:
            value = Decimal(its.measure.value.split()[0])
            group = sizes.setdefault(case.reading.sentence_at(its.measure.start), {})
            group.setdefault(next(iter(sides)), []).append(
                (value, its.measure.start, its.measure.end)
            )
    for number, group in sizes.items():
        if set(group) == {"left", "right"} and all(len(found) == 1 for found in group.values()):
            side = max(group, key=lambda name: group[name][0][0])
            _, start, end = group[side][0]
            yield _Larger(side, number, start, end)


def _things(reading: Reading, number: int) -> frozenset[str]:
    """What a sentence speaks of, but for what any speaks of."""
    concepts = vocabulary().concepts
    sentence = reading.passages.sentences[number]
    mentions = reading.mentions_between(sentence.start, sentence.end)
    names = (vocabulary().family(m.name) | {vocabulary().site(m.name)} for m in mentions)
    every = frozenset[str]().union(*names) - {""}
    return frozenset(n for n in every if n in concepts and not concepts[n].generic)
