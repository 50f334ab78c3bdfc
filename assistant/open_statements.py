"""What the rules leave open in a draft, as statements that a language model can be asked about.

Open is a sentence with a fact that stands nowhere in the case, which may be there in other words,
and a sentence that tells something medical of which no rule reads a fact. What the rules have
decided (the case says otherwise, an example letter has it) is not asked. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.check import Ledger, Status
from assistant.check.passages import cut
from assistant.sentences import sentence_of, sentences
from index.language import detect_language
from index.letter import Language

MOST = 24
"""Statements of one letter that are asked about."""
_FEWEST_WORDS = 5
_COURTESY = re.compile(
    r"dear|sehr geehrte|liebe[rs]? |with (?:kind|best)|yours|mit (?:freundlich|kolleg)|thank you"
    r"|vielen dank|wir bedanken|wir danken|we thank|wir berichten|we report|re:|betreff",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """A sentence of the draft, from `start` to `end`.

    `doubted` are the facts in it that the rules found nowhere in the case; empty where they read
    none.
    """

    start: int
    end: int
    text: str
    doubted: tuple[str, ...] = ()


def open_statements(draft: str, ledger: Ledger) -> tuple[Statement, ...]:
    """The statements in the order of the draft, those with a doubted fact first when many."""
    decided: set[tuple[int, int]] = set()
    doubted: dict[tuple[int, int], list[str]] = {}
    read: set[tuple[int, int]] = set()
    for finding in ledger.findings:
        place = sentence_of(draft, finding.fact.start, finding.fact.end)
        read.add(place)
        if finding.status is Status.CHANGED or finding.leaked:
            decided.add(place)
        elif finding.status is Status.UNSUPPORTED:
            doubted.setdefault(place, []).append(finding.fact.text)
    language = detect_language(draft)
    found = [
        Statement(start, end, draft[start:end], tuple(doubted.get((start, end), ())))
        for start, end in sentences(draft, language)
        if (start, end) not in decided
        and ((start, end) in doubted or ((start, end) not in read and _tells(draft[start:end])))
    ]
    first = sorted(found, key=lambda each: not each.doubted)[:MOST]
    return tuple(sorted(first, key=lambda each: each.start))


def _tells(sentence: str) -> bool:
    return len(sentence.split()) >= _FEWEST_WORDS and not _COURTESY.match(sentence)


def nearest(case: str, statement: str, characters: int) -> str:
    """The case, or of a longer one the sentences that share most with a statement, in order."""
    if len(case) <= characters:
        return case
    language: Language = detect_language(case)
    wanted = {word.stem for word in cut(statement, language).words}
    places = list(sentences(case, language))
    stems = [{word.stem for word in cut(case[a:b], language).words} for a, b in places]
    common = {stem: sum(stem in each for each in stems) for stem in wanted}

    def weight(number: int) -> float:
        return sum(1 / common[stem] for stem in wanted & stems[number])

    kept: set[int] = set()
    length = 0
    for number in sorted(range(len(places)), key=lambda n: (-weight(n), n)):
        start, end = places[number]
        if length + end - start + 1 <= characters:
            kept.add(number)
            length += end - start + 1
    return "\n".join(_lines(case, places, kept))


def _lines(case: str, places: list[tuple[int, int]], kept: set[int]) -> Iterator[str]:
    for number in sorted(kept):
        start, end = places[number]
        yield case[start:end]
