"""Chance, and the words of the tables, for one made-up case."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass

from finetune.clinic.entries import Text
from index.letter import Language

_RANGE = re.compile(r"\{(\d+)-(\d+)\}")
_SIDE = re.compile(r"\{(left|link\w+)\}")


@dataclass(frozen=True)
class Draw:
    """Says table texts in the case's language, for the case's side."""

    rng: random.Random
    language: Language
    left: bool
    complete: bool

    def say(self, text: Text) -> str:
        """The text with its side and its drawn numbers."""
        chosen = text[0] if self.language == "en" else text[1]
        sided = _SIDE.sub(self._side, chosen)
        return _RANGE.sub(lambda m: str(self.rng.randint(int(m[1]), int(m[2]))), sided)

    def _side(self, match: re.Match[str]) -> str:
        word = match[1]
        if self.left:
            return word
        return "right" if word == "left" else word.replace("link", "recht")

    def quantity(self, text: str) -> str:
        """A dose with the language's decimal sign and units."""
        if self.language == "en":
            return text
        return text.replace(".", ",").replace(" IU", " IE")

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def days(self, fewest: int, most: int) -> dt.timedelta:
        return dt.timedelta(days=self.rng.randint(fewest, most))

    def omitted(self, probability: float) -> bool:
        """Whether an optional fact is left out."""
        return not self.complete and self.chance(probability)
