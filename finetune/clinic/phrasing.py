"""Sentences from phrase data: one of several phrasings, filled with the facts that are there.

A phrasing is plain text with slots. `{site}` is a slot; a part in square brackets is left out when
one of its slots has no fact. A phrasing is used only when it needs no fact that is missing and
leaves out none that is there, so that no fact gets lost by the choice of words.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from index.letter import Language

Phrases = Mapping[str, Mapping[str, Sequence[str]]]
"""Phrasings by sentence and by style; the style "any" stands for every style without its own."""

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def load_phrases(name: str, language: Language) -> Phrases:
    """The phrase file `data/<name>_<language>.toml`."""
    source = resources.files("finetune.clinic") / "data" / f"{name}_{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def over(under: Phrases, own: Phrases) -> Phrases:
    """`own`, and of `under` the sentences and styles that `own` doesn't have."""
    return {
        sentence: {**under.get(sentence, {}), **own.get(sentence, {})}
        for sentence in dict.fromkeys((*under, *own))
    }


def fill(phrasing: str, facts: Mapping[str, str], words: Mapping[str, str]) -> str | None:
    """`phrasing` with its slots filled, or None where it doesn't fit the facts.

    Args:
        phrasing: text with slots.
        facts: by slot; an empty string is a missing fact. Every fact that is there must be used.
        words: what grammar needs, by slot; used or not.
    """
    values = {**words, **{slot: fact for slot, fact in facts.items() if fact}}

    def keep(part: re.Match[str]) -> str:
        return part[1] if all(slot in values for slot in _SLOT.findall(part[1])) else ""

    flat = _OPTIONAL.sub(keep, phrasing)
    used = set(_SLOT.findall(flat))
    missing = used - values.keys()
    lost = {slot for slot, fact in facts.items() if fact} - used
    if missing or lost:
        return None
    return _SLOT.sub(lambda slot: values[slot[1]], flat)


@dataclass(frozen=True)
class Wording:
    """Chooses the wording of one section.

    Every sentence draws from a random stream of its own, named by `seed`, the sentence and its
    position: a change of one fact leaves the words of all other sentences as they are.
    """

    phrases: Phrases
    style: str
    seed: str
    words: Mapping[str, str]

    def say(self, sentence: str, position: int = 0, /, **facts: str) -> str:
        """The sentence, or an empty string where none of its facts is there.

        Raises:
            LookupError: no phrasing says exactly these facts.
        """
        filled = (fill(text, facts, self.words) for text in self._phrasings(sentence))
        fitting = [text for text in filled if text is not None]
        if fitting:
            return self.stream(sentence, position).choice(fitting)
        if any(facts.values()):
            there = sorted(slot for slot, fact in facts.items() if fact)
            raise LookupError(f"No phrasing of {sentence!r} ({self.style}) says {there}.")
        return ""

    def some(self, sentence: str, count: int) -> list[str]:
        """`count` different phrasings without facts, e.g. stock sentences."""
        filled = (fill(text, {}, self.words) for text in self._phrasings(sentence))
        fitting = [text for text in filled if text is not None]
        return self.stream(sentence).sample(fitting, min(count, len(fitting)))

    def stream(self, sentence: str, position: int = 0) -> random.Random:
        return random.Random(f"{self.seed}/{sentence}/{position}")

    def _phrasings(self, sentence: str) -> Sequence[str]:
        styles = self.phrases[sentence]
        return styles.get(self.style) or styles.get("any") or ()
