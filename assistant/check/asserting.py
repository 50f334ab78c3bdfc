"""Facts as their text states them: affirmed, denied, suspected, planned, of a relative."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from assistant.check.assertions import deciding_cue
from assistant.check.cues import Cue, cues_of
from assistant.check.fact import CONCEPTS, Assertion, Fact, FactKind, Stress
from assistant.check.mentions import Mention
from assistant.check.passages import Passages, Sentence

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
                cue for cue in cues_of(passages, sentence) if not _inside(passages, cue, named)
            )
        cue = deciding_cue(passages, cues[sentence], fact)
        if cue is None or cue.said is None:
            yield _questioned(passages.text, fact)
            continue
        words = passages.words
        place = words[cue.first].start, words[cue.last - 1].end
        if isinstance(cue.said, Stress):
            yield replace(fact, stress=cue.said, cue=place)
        elif fact.assertion is cue.said is Assertion.NEGATED:
            yield replace(fact, assertion=Assertion.AFFIRMED, cue=place)  # "not afebrile"
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


_PREFIXES = {"non", "not", "nicht"}


def _inside(passages: Passages, cue: Cue, named: Collection[tuple[int, int]]) -> bool:
    """The "non" of "non-keratinising" denies nothing; the "no" of "no fever or rash" does."""
    if passages.words[cue.first].text.lower() not in _PREFIXES:
        return False
    start, end = passages.words[cue.first].start, passages.words[cue.last - 1].end
    return any(s <= start and end < e for s, e in named)
