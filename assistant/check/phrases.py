"""Wordings that mean a code: "node-negative" is an N0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages
from assistant.check.vocabulary import vocabulary

_SAID = {"N0", "M0", "R0", "R1", "R2", "Tis", "G1", "G2", "G3", "G4", "L0", "V0", "Pn0"}
"""Codes that are read from words. That there are metastases is said by the concepts."""


@cache
def _phrase_pattern() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """A pattern of all wordings, and the codes of each; a hyphen is as good as a space."""
    meanings = {
        _spaced(words): means
        for words, means in vocabulary().phrases
        if all(code in _SAID for code in means)
    }
    words = sorted(meanings, key=len, reverse=True)
    forms = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(rf"\b(?:{forms})\w{{0,2}}\b", re.IGNORECASE), meanings


def _spaced(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words.lower())


def find_phrases(passages: Passages) -> Iterator[Fact]:
    """ "node-negative" is an N0, "poorly differentiated" a G3."""
    pattern, meanings = _phrase_pattern()
    for match in pattern.finditer(passages.text):
        plain = _spaced(match.group())
        # The wording, or an inflection of it by up to two letters.
        forms = (plain[: len(plain) - ending] for ending in range(3))
        code = next((meanings[form][0] for form in forms if form in meanings), None)
        if code is None:
            continue  # letters that only ignoring case unites
        about = {"G": "differentiation", "P": "Pn"}.get(code[0], code[0])
        yield Fact(
            FactKind.STAGE,
            code,
            frozenset({about, "said"}),
            match.start(),
            match.end(),
            match.group(),
        )
