"""Wordings that mean a code: "node-negative" is an N0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages
from assistant.check.vocabulary import vocabulary

_SAID = {
    "N0",
    "M0",
    "R0",
    "R1",
    "R2",
    "Tis",
    "G1",
    "G2",
    "G3",
    "G4",
    "L0",
    "V0",
    "Pn0",
}
"""Codes that are read from words. That there are metastases is said by the concepts."""


@cache
def _phrase_pattern() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    meanings = {
        re.sub(r"[\s-]+", " ", words.lower()): means
        for words, means in vocabulary().phrases
        if all(m in _SAID for m in means)
    }
    words = sorted(meanings, key=len, reverse=True)
    forms = (re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(
        r"\b(?:" + "|".join(forms or ["(?!)"]) + r")\w{0,2}\b", re.IGNORECASE
    ), meanings


def find_phrases(passages: Passages) -> Iterator[Fact]:
    """ "node-negative" is an N0, "poorly differentiated" a G3."""
    pattern, meanings = _phrase_pattern()
    for match in pattern.finditer(passages.text):
        plain = re.sub(r"[\s-]+", " ", match.group().lower())
        means = next(
            (
                meanings[plain[: len(plain) - n]]
                for n in range(3)
                if plain[: len(plain) - n] in meanings
            ),
            (),
        )
        for code in means[:1]:
            about = (
                "differentiation" if code[0] == "G" else code[:2] if code[:2] == "Pn" else code[0]
            )
            yield Fact(
                FactKind.STAGE,
                code,
                frozenset({about, "said"}),
                match.start(),
                match.end(),
                match.group(),
            )
