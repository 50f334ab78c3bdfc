"""A text read: its words, its concepts, its facts, and which of them belong together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain

from assistant.check.asserting import asserted
from assistant.check.codes import find_codes
from assistant.check.dates import find_dates, order_in
from assistant.check.dispositions import find_dispositions, find_irradiated_nodes
from assistant.check.everyday import find_statements
from assistant.check.fact import CONCEPTS, Assertion, Fact, FactKind
from assistant.check.levels import find_levels
from assistant.check.linking import link
from assistant.check.margins import find_margins
from assistant.check.markers import find_markers, find_scores, find_variants, is_unknown
from assistant.check.mentions import Mention, find_concepts
from assistant.check.names import find_names, find_names_of_relatives
from assistant.check.normality import find_normality
from assistant.check.outcomes import find_outcomes
from assistant.check.passages import Passages, between_stops, cut
from assistant.check.people import find_sex, find_titles
from assistant.check.phrases import find_phrases
from assistant.check.quantities import NUMBER, find_more_cycles, find_quantities, number
from assistant.check.schedules import find_schedules
from assistant.check.sides import find_laterality
from assistant.check.terms import is_medical
from assistant.check.vocabulary import vocabulary
from index.date_order import Order

_KINDS = {kind.value: kind for kind in CONCEPTS}
_BARE = re.compile(rf"(?<![\w.,/+-])(?:\d{{1,3}}(?:,\d{{3}})+|{NUMBER})(?![\w/+-]|[.,]\d)")


@dataclass(frozen=True, eq=False)
class Reading:
    """`facts` and `mentions` in the order of the text. `sentences` are those of `passages`.

    `statements` stand beside the facts, of whose words they may be made, and overlap one another.
    """

    passages: Passages
    mentions: tuple[Mention, ...]
    facts: tuple[Fact, ...]
    stems: frozenset[str]
    statements: tuple[Fact, ...]
    order: Order
    """Of day and month in dates such as 3/4/2021."""

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
        first = bisect_left(self._mentioned, begin)
        return self.mentions[first : bisect_left(self._mentioned, end)]

    @cached_property
    def _mentioned(self) -> tuple[int, ...]:
        return tuple(mention.start for mention in self.mentions)

    def between(self, begin: int, end: int) -> tuple[Fact, ...]:
        """The facts that begin there."""
        first = bisect_left(self.facts, begin, key=lambda fact: fact.start)
        return self.facts[first : bisect_left(self.facts, end, key=lambda fact: fact.start)]

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence that the offset is in or behind."""
        return max(0, bisect_right(self._starts, offset) - 1)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(sentence.start for sentence in self.passages.sentences)

    def in_one_sentence(self, stems: set[str]) -> bool:
        """Whether a sentence has all of them."""
        return stems <= self.stems and any(stems <= sentence for sentence in self._stems_of)

    def sentences_with(self, stem: str) -> set[int]:
        """The numbers of the sentences that have it."""
        return {number for number, stems in enumerate(self._stems_of) if stem in stems}

    @cached_property
    def _stems_of(self) -> tuple[frozenset[str], ...]:
        found: list[set[str]] = [set() for _ in self.passages.sentences] or [set()]
        for word in self.passages.words:
            found[self.sentence_at(word.start)].add(word.stem)
        return tuple(map(frozenset, found))

    @cached_property
    def named(self) -> frozenset[str]:
        """All concepts that it mentions."""
        return frozenset(mention.name for mention in self.mentions)

    def around(self, fact: Fact) -> frozenset[str]:
        """All concepts and sites named in the sentence of a fact."""
        return self._concepts_of.get(self.sentence_at(fact.start), frozenset())

    @cached_property
    def _concepts_of(self) -> dict[int, frozenset[str]]:
        known = vocabulary()
        found: dict[int, set[str]] = defaultdict(set)
        for mention in self.mentions:
            names = found[self.sentence_at(mention.start)]
            names |= known.family(mention.name)
            if site := known.site(mention.name):
                names |= known.family(site)
        return {number: frozenset(names) for number, names in found.items()}


def read(text: str, language: str, order: Order | None = None) -> Reading:
    """Every fact of `text`, none overlapping another. Cached: a case is read often.

    `order` is that of day and month, where more than the text's own dates tell it.
    """
    return _read(text, language, order or order_in((text,), language))


@lru_cache(maxsize=64)
def _read(text: str, language: str, order: Order) -> Reading:
    passages = cut(text, language)
    taken = bytearray(len(text))
    facts: list[Fact] = []

    def add(found: Iterable[Fact]) -> None:
        for fact in found:
            if not any(taken[fact.start : fact.end]):
                taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
                facts.append(fact)

    dates = find_dates(text, language, order)
    levels = [(levels.start, levels.end) for levels in find_levels(text)]
    codes = (c for c in find_codes(text) if not any(s <= c.start < e for s, e in levels))
    add(chain(dates, codes, find_margins(text), find_phrases(passages)))
    mentions = [
        m
        for words in between_stops(passages)
        for m in find_concepts(words, language)
        if not any(taken[m.start : m.end])
    ]
    add(find_variants(text, mentions))
    markers = list(find_markers(text, mentions))
    add(marker for marker in markers if not is_unknown(marker))
    add(find_schedules(text))
    add(find_quantities(text))
    add(find_more_cycles(text))
    names = [_trimmed(name, mentions) for name in find_names(text)]
    add(names)
    mentions = [m for m in mentions if not any(taken[m.start : m.end])]
    sides = list(find_laterality(passages))
    add(sides)
    named = list(_concept_facts(text, mentions))
    around = [n for n in named if any(n.start < side.start and side.end < n.end for side in sides)]
    add(fact for fact in named if fact not in around)
    facts.extend(around)  # "carcinoma of the right breast"
    add(find_names_of_relatives(text))
    add(find_sex(text, language))
    # Beside the name or the number, and taking nothing from it:
    facts.extend(find_titles(text))
    loose = [*filter(is_unknown, markers), *find_scores(text, mentions)]
    facts.extend(marker for marker in loose if not any(taken[marker.start : marker.end]))
    add(_terms(passages))
    add(
        Fact(FactKind.NUMBER, number(m.group()), frozenset(), m.start(), m.end(), m.group())
        for m in _BARE.finditer(text)
    )
    facts.sort(key=lambda fact: (fact.start, fact.end))
    linked = link(passages, tuple(mentions), facts)
    facts = list(asserted(passages, mentions, linked))
    found = chain(
        find_statements(passages, mentions),
        find_dispositions(passages, mentions),
        find_irradiated_nodes(passages, mentions),
        find_outcomes(text),
        find_normality(passages, mentions),
    )
    statements = sorted(
        asserted(passages, mentions, found), key=lambda fact: (fact.start, fact.end)
    )
    stems = frozenset(w.stem for w in passages.words)
    return Reading(passages, tuple(mentions), tuple(facts), stems, tuple(statements), order)


_PARTICLES = re.compile(r"(?: (?:von|van|der|den|de|zu))+$")


def _trimmed(name: Fact, mentions: Iterable[Mention]) -> Fact:
    """ "Frau Bergers Therapie": what is no name by the lexicon ends it."""
    ends = [m.start for m in mentions if name.start < m.start < name.end]
    if not ends:
        return name
    text = _PARTICLES.sub("", name.text[: min(ends) - name.start].rstrip())
    value = " ".join(name.value.split()[: len(text.split())])
    return replace(name, value=value, end=name.start + len(text), text=text)


def _concept_facts(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    known = vocabulary()
    for mention in mentions:
        concept = known.concepts.get(mention.name)
        kind = FactKind.DRUG if concept is None else _KINDS.get(concept.kind)
        denied = known.concepts.get(concept.denies) if concept else None
        text_of = text[mention.start : mention.end]
        if denied:
            yield Fact(
                _KINDS[denied.kind], denied.name, frozenset(), mention.start, mention.end, text_of,
                Assertion.NEGATED,
            )  # fmt: skip
        elif kind:
            yield Fact(kind, mention.name, frozenset(), mention.start, mention.end, text_of)


def _terms(passages: Passages) -> Iterator[Fact]:
    for word in passages.words:
        if is_medical(word):
            yield Fact(FactKind.TERM, word.stem, frozenset(), word.start, word.end, word.text)
