"""Whether a statement is affirmed, negated, suspected, planned, or of a relative.

The scheme is ConText's (Harkema 2009): a cue before or after the words it qualifies, in the same
sentence, with nothing between that ends its reach.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.passages import Passages, Sentence, Word
from assistant.check.wordlists import lexicon

_REACH = {"before": 9, "after": 7, "not": 4, "answer": 1}
"""Words from a cue to what it qualifies; behind it a "not" reaches less far than a plan."""
_ANSWERS = {"no", "none", "nein", "keine", "keiner"}
"""After what they deny only at once: "fever: none"."""
_NAMES = {
    "negated": Assertion.NEGATED,
    "suspected": Assertion.SUSPECTED,
    "planned": Assertion.PLANNED,
    "relative": Assertion.OF_RELATIVE,
}
_STRONGEST = (
    Assertion.OF_RELATIVE,
    Assertion.NEGATED,
    Assertion.SUSPECTED,
    Assertion.PLANNED,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """`words[first:last]` of a text qualify what stands after (or before) them."""

    assertion: Assertion | None
    """None: the reach of others ends here."""
    before: bool
    first: int
    last: int


@cache
def _table() -> dict[str, Any]:
    source = resources.files("assistant.check") / "lexicon" / "assertions.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _cues() -> dict[str, list[tuple[tuple[str, ...], Assertion | None, bool]]]:
    """By their first word: words, meaning, and whether what they qualify follows them."""
    table = _table()
    found: dict[str, list[tuple[tuple[str, ...], Assertion | None, bool]]] = {}

    def add(cue: str, assertion: Assertion | None, *, before: bool) -> None:
        words = tuple(cue.lower().split())
        found.setdefault(words[0], []).append((words, assertion, before))

    for side in ("before", "after"):
        for name, cues in table[side].items():
            for cue in cues:
                add(cue, _NAMES[name], before=side == "before")
    for cue in table["ends"]["words"]:
        add(cue, None, before=True)
    return found


@cache
def _not_cues() -> dict[str, list[tuple[str, ...]]]:
    """By their first word: phrases that begin like a cue and qualify nothing ("no change")."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _table()["not_cues"]["words"]:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return found


def cues_of(passages: Passages, sentence: Sentence) -> tuple[Cue, ...]:
    """The cues of a sentence in its order."""
    lower = [word.text.lower() for word in passages.words[sentence.first : sentence.last]]
    found: list[Cue] = []
    position = within = 0
    while position < len(lower):
        skipped = max(
            (len(p) for p in _not_cues().get(lower[position], ()) if _at(lower, position, p)),
            default=0,
        )
        matches = [
            entry for entry in _cues().get(lower[position], ()) if _at(lower, position, entry[0])
        ]
        if position < within:
            matches = [entry for entry in matches if entry[2]]
        longest = max((len(words) for words, _, _ in matches), default=0)
        if skipped >= longest:
            position += max(skipped, 1)
            continue
        first = sentence.first + position
        found.extend(
            Cue(assertion, before, first, first + longest)
            for words, assertion, before in matches
            if len(words) == longest
        )
        # "is not" follows what it denies, and its "not" precedes what else it may deny; but the
        # "excluded" of "cannot be excluded" follows nothing of its own.
        leads = any(before for words, _, before in matches if len(words) == longest)
        within = max(within, position + longest)
        position += longest if leads else 1
    return tuple(found)


def _at(words: list[str], position: int, phrase: tuple[str, ...]) -> bool:
    return tuple(words[position : position + len(phrase)]) == phrase


def deciding_cue(passages: Passages, cues: tuple[Cue, ...], fact: Fact) -> Cue | None:
    """The cue of its sentence by which a fact isn't simply affirmed."""
    start, end = fact.start, fact.end
    first = bisect_left(passages.words, start, key=lambda word: word.start)
    if first and passages.words[first - 1].end > start:
        first -= 1  # a part of a compound
    last = bisect_left(passages.words, end, key=lambda word: word.start)
    found: dict[Assertion, Cue] = {}
    for cue in cues:
        if cue.assertion is None:
            continue
        if cue.assertion is Assertion.OF_RELATIVE:
            if cue.last <= first:
                found[cue.assertion] = cue
            continue
        if cue.before and cue.last <= first:
            near = first - cue.last < _REACH["before"]
            between = (cue.last, first)
        elif not cue.before and cue.first >= last:
            near = cue.first - last < _reach_back(passages, cue)
            between = (last, cue.first)
        else:
            continue
        listed = fact.kind is FactKind.MARKER and _comma(passages, *between)
        if near and not listed and not _ended(passages, cues, *between, cue):
            found[cue.assertion] = cue
    return next((found[a] for a in _STRONGEST if a in found), None)


def _reach_back(passages: Passages, cue: Cue) -> int:
    if passages.words[cue.first].text.lower() in _ANSWERS:
        return _REACH["answer"]
    return _REACH["not" if cue.assertion is Assertion.NEGATED else "after"]


def _comma(passages: Passages, first: int, last: int) -> bool:
    """Of markers each has its own state: "EGFR wild type without ALK fusion, KRAS mutated"."""
    words = passages.words
    return "," in passages.text[_end(words, first - 1) : words[min(last, len(words) - 1)].start]


_LIST = 90
"""Characters in which a list tells by its last "and" or "or" how far a "no" reaches."""
_AND = re.compile(r"\b(?:and|und|sowie)\b")
_OR = re.compile(r"\b(?:or|nor|oder|noch)\b")


@cache
def _verb_pattern() -> re.Pattern[str]:
    verbs = "|".join(lexicon()["affirming_verbs"])
    return re.compile(rf"\b(?:{verbs})\b", re.IGNORECASE)


def _ended(passages: Passages, cues: tuple[Cue, ...], first: int, last: int, cue: Cue) -> bool:
    """Whether anything between `words[first:last]` ends the reach of a cue."""
    if any(c.assertion is None and first <= c.first < last for c in cues):
        return True
    words = passages.words
    gap = passages.text[_end(words, first - 1) : words[last].start if last < len(words) else None]
    if ";" in gap or " - " in gap:
        return True
    if ":" in gap and cue.before:
        return cue.assertion is not Assertion.PLANNED
    if cue.before and cue.assertion is Assertion.NEGATED and "," in gap:
        # "No fever, cough or rash" denies all three; "no chemotherapy, radiotherapy and tamoxifen"
        # the first alone.
        if _verb_pattern().search(gap.rpartition(",")[2]):
            return True
        rest = passages.text[_end(words, first - 1) : _end(words, first - 1) + _LIST]
        rest = rest.partition(".")[0]
        return bool(_AND.search(rest)) and not _OR.search(rest)
    # An affirming verb after a comma begins a statement of its own: "no fever, he has a cough".
    return cue.assertion is Assertion.NEGATED and not cue.before and "," in gap


def _end(words: tuple[Word, ...], position: int) -> int:
    return words[position].end if 0 <= position < len(words) else 0
