"""What is said in plain words ("ringing in the ears"): the families of `lexicon/everyday.toml`."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.passages import Passages
from assistant.check.plain_words import Table, Wording, loose, said, wordings
from assistant.check.vocabulary import vocabulary

_NEAR = 40
"""Characters between two wordings of one statement."""
_STOP = re.compile(r"[,;.:!?\n]")


@dataclass(frozen=True)
class Family:
    """All wordings of one statement.

    Attributes:
        name: what it is, in a word or two.
        kind: "symptom", "state" (a habit, function, social fact), "measure" or "relative".
        words: how a text says it, by language.
        concepts: names of the vocabulary that say the same.
        evidence: what a case may say instead; `hints` are the names among it.
        denied: how a case denies it without a "no".
        softens: whether the evidence says the same as its words do.
        low: analytes of which a low value says the same, and `high` those of a high one.
    """

    name: str
    kind: str
    words: dict[str, tuple[Wording, ...]]
    concepts: frozenset[str]
    evidence: tuple[Wording, ...]
    hints: frozenset[str]
    denied: tuple[Wording, ...]
    softens: bool
    low: frozenset[str]
    high: frozenset[str]


@cache
def families() -> dict[str, Family]:
    """By name, in the order of the file."""
    source = resources.files("assistant.check") / "lexicon" / "everyday.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        entry["name"]: Family(
            entry["name"],
            entry["kind"],
            {language: wordings(entry.get(language, ())) for language in ("en", "de")},
            frozenset(entry.get("concepts", ())),
            loose(entry.get("evidence", ())),
            frozenset(entry.get("evidence", ())),
            wordings(entry.get("denied", ())),
            bool(entry.get("softens", False)),
            frozenset(entry.get("low", ())),
            frozenset(entry.get("high", ())),
        )
        for entry in table["family"]
    }


@cache
def _table(language: str) -> Table:
    return Table((w, family.name) for family in families().values() for w in family.words[language])


def find_statements(passages: Passages, mentions: Sequence[Mention]) -> Iterator[Fact]:
    """The statements of a text, by their own wordings and by the concepts that say the same."""
    words = passages.words
    places = [
        (name, words[place.first].start, words[place.last - 1].end)
        for name, place in said(words, _table(passages.language))
    ]
    by_concept = _by_concept()
    known = vocabulary()
    for mention in mentions:
        if passages.text[mention.start - 1 : mention.start].isalpha():
            continue  # the end of a compound: "Unterbrechung" is no "Erbrechen"
        for concept in known.family(mention.name):
            places += [(name, mention.start, mention.end) for name in by_concept.get(concept, ())]
    for name, start, end in _joined(sorted(places), passages.text):
        yield Fact(FactKind.STATEMENT, name, frozenset(), start, end, passages.text[start:end])


def _joined(places: Iterable[tuple[str, int, int]], text: str) -> Iterator[tuple[str, int, int]]:
    """ "Smokes twenty cigarettes": near words of one family are one statement."""
    kept: tuple[str, int, int] | None = None
    for name, start, end in places:
        if kept and kept[0] == name and _together(text, kept[2], start):
            kept = name, kept[1], max(kept[2], end)
            continue
        if kept:
            yield kept
        kept = name, start, end
    if kept:
        yield kept


def _together(text: str, end: int, start: int) -> bool:
    return start <= end or (start - end <= _NEAR and not _STOP.search(text, end, start))


@cache
def _by_concept() -> dict[str, tuple[str, ...]]:
    """The families that a concept of the vocabulary speaks of."""
    found: dict[str, list[str]] = defaultdict(list)
    for family in families().values():
        for concept in family.concepts:
            found[concept].append(family.name)
    return {concept: tuple(names) for concept, names in found.items()}
