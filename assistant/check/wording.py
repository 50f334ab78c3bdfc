"""Drafts that repeat the case word for word: where they differ is marked.

Copied and changed is how a wrong note looks right. In a letter in words of its own, a sentence that
stands nowhere in the case says nothing; among copied ones it is what was changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.passages import Passages, Sentence, Word
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.wordlists import lexicon

_NEARLY = 0.65
"""Share of a sentence's telling words that the case's sentence has too."""
_NEARLY_BACK = 0.5
"""Share of the case's sentence that the draft's has too."""
_LONGEST = 4
"""Words of a run; longer ones are another statement, not a changed one."""
_COPY = 0.6
"""Share of a draft's sentences that stand in the case word for word, where it is a copy."""
_COPY_LEAST = 4


def repeated(draft: Reading, case: Source) -> frozenset[Sentence]:
    """The sentences of the draft that stand word for word in the case, and whole.

    "Recurrence on CT." doesn't stand in "No sign of recurrence on CT.": what is around it counts.
    """
    theirs = case.reading.passages
    said, begins = _pairs_of(case)

    def stands(words: Sequence[str]) -> bool:
        return any(
            said[first : first + len(words)] == words and _whole(theirs, first, first + len(words))
            for first in begins.get((words[0], words[1]), ())
        )

    return frozenset(
        sentence
        for sentence in draft.passages.sentences
        if sentence.last - sentence.first > 1
        and stands([w.text.lower() for w in draft.passages.words[sentence.first : sentence.last]])
    )


@lru_cache(maxsize=16)
def _pairs_of(case: Source) -> tuple[list[str], dict[tuple[str, str], list[int]]]:
    """The words of a case in small letters, and where each two of them follow one another."""
    said = [word.text.lower() for word in case.reading.passages.words]
    begins: dict[tuple[str, str], list[int]] = {}
    for number, pair in enumerate(pairwise(said)):
        begins.setdefault(pair, []).append(number)
    return said, begins


_EDGE = re.compile(r"[\n.,;:!?()/|\"]|\s-\s")


def _whole(passages: Passages, first: int, last: int) -> bool:
    """Whether a break of some kind stands before and behind these words."""
    words, text = passages.words, passages.text
    before = text[words[first - 1].end : words[first].start] if first else "\n"
    behind = text[words[last - 1].end : words[last].start] if last < len(words) else "\n"
    return bool(_EDGE.search(before) and _EDGE.search(behind))


def differing(draft: Reading, case: Source, same: Collection[Sentence]) -> Iterator[Finding]:
    """Where a draft repeats the case, its other sentences.

    Of a sentence that is nearly one of the case's, only the words that differ.
    """
    if len(same) < max(_COPY * len(draft.passages.sentences), _COPY_LEAST):
        return
    theirs = case.reading.passages
    plain = lexicon()["plain_words"]
    bags = [_telling(theirs.words[s.first : s.last], plain) for s in theirs.sentences]
    holders: dict[str, list[int]] = {}
    for number, bag in enumerate(bags):
        for word in bag:
            holders.setdefault(word, []).append(number)
    for sentence in draft.passages.sentences:
        words = draft.passages.words[sentence.first : sentence.last]
        if sentence in same or len(words) < 2:
            continue
        bag = _telling(words, plain)
        votes: Counter[int] = Counter()
        for word, count in bag.items():
            for number in holders.get(word, ()):
                votes[number] += min(count, bags[number][word])
        near = [
            n
            for n, shared in votes.most_common(3)
            if shared >= _NEARLY * bag.total() and shared >= _NEARLY_BACK * bags[n].total()
        ]
        runs = ()
        if near:
            best = max(near, key=lambda n: votes[n] / max(bag.total(), bags[n].total()))
            other = theirs.sentences[best]
            runs = tuple(_runs(draft.passages, words, theirs, other, case))
        if not runs:
            text = draft.text[words[0].start : words[-1].end]
            fact = Fact(
                FactKind.WORDING, text.lower(), frozenset(), words[0].start, words[-1].end, text
            )
            yield Finding(
                fact, Status.UNSUPPORTED, "The letter repeats the case, but for this sentence."
            )
        yield from runs


def _telling(words: Sequence[Word], plain: Collection[str]) -> Counter[str]:
    return Counter(w.stem for w in words if w.stem not in plain and w.text.lower() not in plain)


def _runs(
    passages: Passages,
    words: tuple[Word, ...],
    theirs: Passages,
    other: Sentence,
    case: Source,
) -> Iterator[Finding]:
    there = theirs.words[other.first : other.last]
    matcher = SequenceMatcher(
        None, [w.stem for w in words], [w.stem for w in there], autojunk=False
    )
    plain = lexicon()["plain_words"]
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "replace":
            continue
        mine = [w for w in words[i1:i2] if w.stem not in plain and w.text.lower() not in plain]
        its = [w for w in there[j1:j2] if w.stem not in plain and w.text.lower() not in plain]
        if (
            not mine
            or not its
            or max(len(mine), len(its)) > _LONGEST
            or {w.stem for w in mine} <= case.reading.stems
        ):
            continue
        start, end = mine[0].start, mine[-1].end
        text = passages.text[start:end]
        said = theirs.text[there[j1].start : there[j2 - 1].end]
        fact = Fact(FactKind.WORDING, text.lower(), frozenset(), start, end, text)
        yield Finding(
            fact, Status.CHANGED, f"The case says {said}.", there[j1].start, there[j2 - 1].end
        )
