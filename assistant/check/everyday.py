"""What is said in plain words, as "ringing in the ears": the families of `lexicon/everyday.toml`."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.passages import Passages
from assistant.check.plain_words import Table, Wording, said, wordings
from assistant.check.vocabulary import vocabulary


@dataclass(frozen=True)
class Family:
    """All wordings of one statement.

    Attributes:
        name: what it is, in a word or two.
        kind: "symptom", "state" (a habit, function, social fact) or "measure".
        words: how a text says it, by language.
        concepts: names of the vocabulary that say the same.
        evidence: what a case may say instead; `hints` are the names among it.
        denied: how a case denies it without a "no".
        softens: whether the evidence says the same as its words do.
    """

    name: str
    kind: str
    words: dict[str, tuple[Wording, ...]]
    concepts: frozenset[str]
    evidence: tuple[Wording, ...]
    hints: frozenset[str]
    denied: tuple[Wording, ...]
    softens: bool


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
            wordings(entry.get("evidence", ())),
            frozenset(entry.get("evidence", ())),
            wordings(entry.get("denied", ())),
            bool(entry.get("softens", False)),
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
    longest: dict[tuple[str, int], int] = {}
    for name, start, end in places:
        longest[name, start] = max(end, longest.get((name, start), 0))
    for (name, start), end in longest.items():
        yield Fact(FactKind.STATEMENT, name, frozenset(), start, end, passages.text[start:end])


@cache
def _by_concept() -> dict[str, tuple[str, ...]]:
    """The families that a concept of the vocabulary speaks of."""
    found: dict[str, list[str]] = defaultdict(list)
    for family in families().values():
        for concept in family.concepts:
            found[concept].append(family.name)
    return {concept: tuple(names) for concept, names in found.items()}
