"""Facts as their text states them: affirmed, denied, suspected, planned, of a relative."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from assistant.check.assertions import deciding_cue
from assistant.check.cues import Cue, cues_of
from assistant.check.fact import CONCEPTS, Assertion, Fact, FactKind, Stress
from assistant.check.mentions import Mention
from assistant.check.passages import Passages, Sentence
from assistant.check.wordlists import lexicon

_WITH_ASSERTION = CONCEPTS | {
    FactKind.TERM, FactKind.MARKER, FactKind.LATERALITY, FactKind.GRADE, FactKind.STATEMENT,
}  # fmt: skip


def asserted(
    passages: Passages, mentions: Iterable[Mention], facts: Iterable[Fact]
) -> Iterator[Fact]:
    """The facts, each as its text states it: affirmed, negated, suspected, planned."""
    cues: dict[Sentence, tuple[Cue, ...]] = {}
    named = {(m.start, m.end) for m in mentions}
    starts = passages.sentences
    for fact in facts:
        if fact.kind not in _WITH_ASSERTION or not starts:
            yield fact
            continue
        number = max(0, bisect_right(starts, fact.start, key=lambda s: s.start) - 1)
        sentence = starts[number]
        if sentence not in cues:
            cues[sentence] = tuple(
                cue
                for cue in cues_of(passages, sentence)
                if not (
                    _inside(passages, cue, named)
                    or _of_a_number(passages, cue)
                    or _could(passages, cue, sentence)
                )
            )
        cue = deciding_cue(passages, cues[sentence], fact)
        if cue is None or cue.said is None:
            yield _as_risk(passages.text, sentence, _questioned(passages.text, fact))
            continue
        words = passages.words
        place = words[cue.first].start, words[cue.last - 1].end
        if isinstance(cue.said, Stress):
            yield replace(fact, stress=cue.said, cue=place)
        elif fact.assertion is cue.said is Assertion.NEGATED:
            # "Not afebrile"; of "no bleeding, no pain" the first "no" doesn't deny the second.
            twice = fact.start - place[1] <= 1 and place[0] < fact.start
            yield replace(fact, assertion=Assertion.AFFIRMED, cue=place) if twice else fact
        else:
            yield replace(fact, assertion=cue.said, cue=place)


def _questioned(text: str, fact: Fact) -> Fact:
    """ "?cholangitis" and "cholangitis?" are suspected."""
    before, behind = fact.start - 1, fact.end
    if fact.kind is FactKind.LATERALITY:
        return fact
    if text[behind : behind + 1] == "?":
        return replace(fact, assertion=Assertion.SUSPECTED, cue=(behind, behind + 1))
    if before >= 0 and text[before] == "?":
        return replace(fact, assertion=Assertion.SUSPECTED, cue=(before, before + 1))
    return fact


_RISKS = re.compile(
    r"\b(?:(?:was|were|been|have|has|I|we) (?:fully |also )?(?:explained|outlined|warned)"
    r"|counsel\w+ (?:about|on|regarding|for)|informed (?:of|about)|risks? (?:of|includ\w+|such as)"
    r"|consent(?:ed)? (?:for|to|includ\w+)|warned (?:of|about)|risks?(?: explained| discussed)?:"
    r"|(?:risks|side[- ]effects|toxicities|complications)\b.{0,120}\b(?:discussed|mentioned)"
    r"|aufgeklärt|Aufklärung|(?:wurde|wurden|habe|haben) .{0,80}(?:erläutert|erörtert)"
    r"|hingewiesen|Risik(?:o|en) (?:von|eine[rs]|für|wie)|mögliche[nr]? Nebenwirkungen)\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_RISKS = re.compile(
    r"risk|side|toxic|complic|explain|outlin|warn|counsel|inform|consent|aufgekl|aufkl|erläut|erört"
    r"|hingew|nebenw",
    re.IGNORECASE,
)
"""Beginnings of which one stands wherever `_RISKS` does: they are found at once."""
_MAY_COME = {FactKind.FINDING, FactKind.STATEMENT}
_GRADED = re.compile(r"\b(?:grade|Grad|CTCAE|G[1-4])\b|°")


def _as_risk(text: str, sentence: Sentence, fact: Fact) -> Fact:
    """Of what a patient is told that it may come, none is there: "fatigue was explained"."""
    if fact.kind not in _MAY_COME or fact.assertion is not Assertion.AFFIRMED:
        return fact
    told = _explained(text[sentence.start : sentence.end])
    if told is None:
        return fact
    place = sentence.start + told[0], sentence.start + told[1]
    return replace(fact, assertion=Assertion.SUSPECTED, cue=place)


@lru_cache(maxsize=4096)
def _explained(sentence: str) -> tuple[int, int] | None:
    """Where a sentence says that risks were explained, of which it gives no grade."""
    if not _OF_RISKS.search(sentence):
        return None
    told = _RISKS.search(sentence)
    return told.span() if told and not _GRADED.search(sentence) else None


_ATTRIBUTES = {
    *("planned", "scheduled", "intended", "geplante", "geplanten", "geplanter"),
    *("vorgesehene", "vorgesehenen", "vorgesehener"),
}
_ALL = {"all", "every", "the", "alle", "allen", "aller", "sämtliche", "sämtlichen", "jede"}


def _of_a_number(passages: Passages, cue: Cue) -> bool:
    """ "All five planned doses": how many were meant once, of what is told as given."""
    words = [w.text.lower() for w in passages.words[max(0, cue.first - 1) : cue.last]]
    if cue.said is not Assertion.PLANNED or len(words) != _PAIR or words[1] not in _ATTRIBUTES:
        return False
    return words[0].isdigit() or words[0] in _ALL or words[0] in lexicon()["number_words"]


_PAIR = 2
_COULD = {"konnte", "konnten", "musste", "mussten", "durfte", "durften"}


def _could(passages: Passages, cue: Cue, sentence: Sentence) -> bool:
    """ "Konnten verabreicht werden" tells of what was done."""
    words = passages.words
    if cue.said is not Assertion.PLANNED or words[cue.last - 1].text.lower() != "werden":
        return False
    return any(w.text.lower() in _COULD for w in words[sentence.first : cue.first])


_PREFIXES = {"non", "not", "nicht"}


def _inside(passages: Passages, cue: Cue, named: Collection[tuple[int, int]]) -> bool:
    """The "non" of "non-keratinising" denies nothing; the "no" of "no fever or rash" does."""
    if passages.words[cue.first].text.lower() not in _PREFIXES:
        return False
    start, end = passages.words[cue.first].start, passages.words[cue.last - 1].end
    return any(s <= start and end < e for s, e in named)
