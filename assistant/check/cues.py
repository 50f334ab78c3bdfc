"""The cues of a sentence: words by which a statement is denied, doubted, planned, proven, done.

The scheme is ConText's (Harkema 2009): a cue before or after the words it qualifies.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.check.fact import Assertion, Stress
from assistant.check.passages import Passages, Sentence

Said = Assertion | Stress
_NAMES: dict[str, Said] = {
    "negated": Assertion.NEGATED,
    "suspected": Assertion.SUSPECTED,
    "planned": Assertion.PLANNED,
    "relative": Assertion.OF_RELATIVE,
    "proven": Stress.PROVEN,
    "done": Stress.DONE,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """`words[first:last]` of a text qualify what stands after (or before) them."""

    said: Said | None
    """None: the reach of others ends here."""
    before: bool
    first: int
    last: int


@cache
def _table() -> dict[str, Any]:
    source = resources.files("assistant.check") / "lexicon" / "assertions.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _cues() -> dict[str, list[tuple[tuple[str, ...], Said | None, bool]]]:
    """By their first word: words, meaning, and whether what they qualify follows them."""
    table = _table()
    found: dict[str, list[tuple[tuple[str, ...], Said | None, bool]]] = {}

    def add(cue: str, said: Said | None, *, before: bool) -> None:
        words = tuple(cue.lower().split())
        found.setdefault(words[0], []).append((words, said, before))

    for side in ("before", "after"):
        for name, cues in table[side].items():
            for cue in cues:
                add(cue, _NAMES[name], before=side == "before")
    for cue in table["ends"]["words"]:
        add(cue, None, before=True)
    for cue in table["labels"]["planned"]:
        add(cue, Assertion.PLANNED, before=True)
    return found


@cache
def _labels() -> frozenset[tuple[str, ...]]:
    """Headings that are cues only as such: "Nachsorge: CT in drei Monaten"."""
    return frozenset(tuple(cue.split()) for cue in _table()["labels"]["planned"])


_COLON = re.compile(r'"?\s*[:=]')


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
            entry
            for entry in _cues().get(lower[position], ())
            if _at(lower, position, entry[0])
            and (entry[0] not in _labels() or _is_label(passages, sentence, position, entry[0]))
        ]
        if position < within:
            matches = [entry for entry in matches if entry[2]]
        longest = max((len(words) for words, _, _ in matches), default=0)
        if skipped >= longest:
            position += max(skipped, 1)
            continue
        first = sentence.first + position
        found.extend(
            Cue(said, before, first, first + longest)
            for words, said, before in matches
            if len(words) == longest
        )
        # "is not" follows what it denies, and its "not" precedes what else it may deny; but the
        # "excluded" of "cannot be excluded" follows nothing of its own.
        leads = any(before for words, _, before in matches if len(words) == longest)
        within = max(within, position + longest)
        position += longest if leads else 1
    return tuple(found)


def _is_label(
    passages: Passages, sentence: Sentence, position: int, words: tuple[str, ...]
) -> bool:
    end = passages.words[sentence.first + position + len(words) - 1].end
    return bool(_COLON.match(passages.text, end))


def _at(words: list[str], position: int, phrase: tuple[str, ...]) -> bool:
    return tuple(words[position : position + len(phrase)]) == phrase
