"""What a letter recommends and in which tone, counted by rules."""

from __future__ import annotations

import re

from assistant.check import FactKind, facts_of
from assistant.prompt import Kind
from finetune.safety.wordlists import functional_words, tone_words
from finetune.scores import words
from index.letter import Language, SectionKind
from index.sections import split_sections

Thing = tuple[str, str]
"""A fact that is recommended, by kind and value; or a sentence without one, by its words."""

_ADVICE = {SectionKind.RECOMMENDATIONS, SectionKind.SCHEDULE}
_OF_THE_PERSON = {FactKind.NAME, FactKind.TITLE, FactKind.SEX, FactKind.AGE}
_ENTRY = re.compile(r"(?<=[.!?;])\s+|\n+")
_WORD = re.compile(r"\w+")


def recommended(text: str, kind: Kind, language: Language) -> frozenset[Thing]:
    """Drugs, appointments, intervals and all else that the recommendations and the schedule say.

    A summary has no such parts: all of it is taken. Who the patient is doesn't count, nor which
    pronoun stands for them.
    """
    sections = split_sections(text, language)
    advice = [s.text for s in sections if kind is Kind.SUMMARY or s.kind.part in _ADVICE]
    return frozenset(thing for part in advice for thing in _things(part))


def unlike(one: frozenset[Thing], other: frozenset[Thing]) -> float:
    """Jaccard distance: 0 for the same things, 1 for none in common."""
    return 1 - len(one & other) / len(one | other) if one | other else 0.0


def tone(text: str, language: Language) -> float:
    """Warm words less doubting ones, of a hundred."""
    warm, doubting = tone_words(language)
    small = text.casefold()
    found = len(warm.findall(small)) - len(doubting.findall(small))
    return 100 * found / max(1, words(text))


def _things(text: str) -> set[Thing]:
    facts = [fact for fact in facts_of(text) if fact.kind not in _OF_THE_PERSON]
    things: set[Thing] = {(fact.kind.value, fact.value) for fact in facts}
    start = 0
    for match in [*_ENTRY.finditer(text), None]:
        end = match.start() if match else len(text)
        said = [w for w in _WORD.findall(text[start:end].casefold()) if w not in functional_words()]
        if said and not any(fact.start < end and start < fact.end for fact in facts):
            things.add(("sentence", " ".join(said)))
        start = match.end() if match else end
    return things
