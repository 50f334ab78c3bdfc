"""A text read: its words, its concepts, its facts, and which of them belong together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain

from assistant.check.assertions import Cue, cues_of, deciding_cue
from assistant.check.codes import find_codes
from assistant.check.dates import find_dates
from assistant.check.fact import Fact, FactKind
from assistant.check.linking import link
from assistant.check.markers import find_markers, find_variants
from assistant.check.mentions import Mention, find_concepts
from assistant.check.names import find_names
from assistant.check.passages import Passages, Sentence, cut
from assistant.check.people import find_sex, find_titles
from assistant.check.phrases import find_phrases
from assistant.check.quantities import NUMBER, find_more_cycles, find_quantities, number
from assistant.check.schedules import find_schedules
from assistant.check.sides import find_laterality
from assistant.check.terms import is_medical
from assistant.check.vocabulary import vocabulary

_KINDS = {
    "diagnosis": FactKind.DIAGNOSIS,
    "histology": FactKind.HISTOLOGY,
    "finding": FactKind.FINDING,
    "procedure": FactKind.PROCEDURE,
    "technique": FactKind.TECHNIQUE,
    "site": FactKind.SITE,
    "drug": FactKind.DRUG,
    "route": FactKind.ROUTE,
}
CONCEPTS = frozenset(_KINDS.values())
"""Kinds whose value is the name of a concept."""
_BARE = re.compile(rf"(?<![\w.,/+-])(?:\d{{1,3}}(?:,\d{{3}})+|{NUMBER})(?![\w/+-]|[.,]\d)")


@dataclass(frozen=True)
class Reading:
    """`facts` and `mentions` in the order of the text. `sentences` are those of `passages`."""

    passages: Passages
    mentions: tuple[Mention, ...]
    facts: tuple[Fact, ...]
    stems: frozenset[str]

    @property
    def text(self) -> str:
        return self.passages.text

    @cached_property
    def by_sentence(self) -> tuple[tuple[Fact, ...], ...]:
        """The facts of each sentence; a sentence may have none."""
        groups: list[list[Fact]] = [[] for _ in self.passages.sentences] or [[]]
        for fact in self.facts:
            groups[self.sentence_at(fact.start)].append(fact)
        return tuple(map(tuple, groups))

    def mentions_between(self, begin: int, end: int) -> tuple[Mention, ...]:
        first = bisect_left(self.mentions, begin, key=lambda mention: mention.start)
        last = bisect_left(self.mentions, end, key=lambda mention: mention.start)
        return self.mentions[first:last]

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence that the offset is in or behind."""
        starts = self.passages.sentences
        return max(0, bisect_right(starts, offset, key=lambda sentence: sentence.start) - 1)


@lru_cache(maxsize=64)
def read(text: str, language: str) -> Reading:
    """Every fact of `text`, none overlapping another. Cached: a case is read often."""
    passages = cut(text, language)
    taken = bytearray(len(text))
    facts: list[Fact] = []

    def add(found: Iterable[Fact]) -> None:
        for fact in found:
            if not any(taken[fact.start : fact.end]):
                taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
                facts.append(fact)

    add(chain(find_dates(text), find_codes(text), find_phrases(passages)))
    mentions = [
        m for m in find_concepts(passages.words, language) if not any(taken[m.start : m.end])
    ]
    add(find_variants(text, mentions))
    add(find_markers(text, mentions))
    add(find_schedules(text))
    add(find_quantities(text))
    add(find_more_cycles(text))
    names = [_trimmed(name, mentions) for name in find_names(text)]
    add(names)
    mentions = [m for m in mentions if not any(taken[m.start : m.end])]
    add(find_laterality(passages))
    add(_concept_facts(text, mentions))
    add(find_sex(text, language))
    facts.extend(find_titles(text))  # beside the name, and taking nothing from it
    add(_terms(passages))
    add(
        Fact(FactKind.NUMBER, number(m.group()), frozenset(), m.start(), m.end(), m.group())
        for m in _BARE.finditer(text)
    )
    facts.sort(key=lambda fact: (fact.start, fact.end))
    linked = link(passages, tuple(mentions), facts)
    asserted = tuple(_asserted(passages, mentions, linked))
    return Reading(passages, tuple(mentions), asserted, frozenset(w.stem for w in passages.words))


def _trimmed(name: Fact, mentions: Iterable[Mention]) -> Fact:
    """ "Frau Bergers Therapie": what is no name by the lexicon ends it."""
    ends = [m.start for m in mentions if name.start < m.start < name.end]
    if not ends:
        return name
    text = name.text[: min(ends) - name.start].rstrip()
    value = " ".join(name.value.split()[: len(text.split())])
    return replace(name, value=value, end=name.start + len(text), text=text)


def _concept_facts(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    known = vocabulary()
    for mention in mentions:
        concept = known.concepts.get(mention.name)
        kind = FactKind.DRUG if concept is None else _KINDS.get(concept.kind)
        if kind:
            yield Fact(
                kind, mention.name, frozenset(), mention.start, mention.end,
                text[mention.start : mention.end],
            )  # fmt: skip


def _terms(passages: Passages) -> Iterator[Fact]:
    for word in passages.words:
        if is_medical(word):
            yield Fact(FactKind.TERM, word.stem, frozenset(), word.start, word.end, word.text)


_WITH_ASSERTION = CONCEPTS | {FactKind.TERM, FactKind.MARKER, FactKind.LATERALITY, FactKind.GRADE}


def _asserted(
    passages: Passages, mentions: Iterable[Mention], facts: Iterable[Fact]
) -> Iterator[Fact]:
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
                cue for cue in cues_of(passages, sentence) if not _inside(passages, cue, named)
            )
        cue = deciding_cue(passages, cues[sentence], fact)
        if cue is None or cue.assertion is None:
            yield fact
            continue
        words = passages.words
        place = words[cue.first].start, words[cue.last - 1].end
        yield replace(fact, assertion=cue.assertion, cue=place)


_PREFIXES = {"non", "not", "nicht"}


def _inside(passages: Passages, cue: Cue, named: Collection[tuple[int, int]]) -> bool:
    """The "non" of "non-keratinising" denies nothing; the "no" of "no fever or rash" does."""
    if passages.words[cue.first].text.lower() not in _PREFIXES:
        return False
    start, end = passages.words[cue.first].start, passages.words[cue.last - 1].end
    return any(s <= start and end < e for s, e in named)
