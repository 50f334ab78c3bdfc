"""Wordings that mean a code: "node-negative" is an N0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages, Word, cut
from assistant.check.vocabulary import vocabulary

_SAID = {"N0", "M0", "R0", "R1", "R2", "Tis", "G1", "G2", "G3", "G4", "L0", "V0", "Pn0"}
"""Codes that are read from words. That there are metastases is said by the concepts."""


_JOINED = re.compile(r"[\s-]+")
_ENDING = 2
"""Letters that an inflection adds to the last word of a wording at most."""


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By its first word: the words of a wording, and its code; the longest wording first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for wording, means in vocabulary().phrases:
        if all(code in _SAID for code in means):
            words = tuple(word.text.lower() for word in cut(wording, "en").words)
            found.setdefault(words[0], []).append((words, means[0]))
    for entries in found.values():
        entries.sort(key=lambda entry: len(entry[0]), reverse=True)
    return found


def find_phrases(passages: Passages) -> Iterator[Fact]:
    """ "node-negative" is an N0, "poorly differentiated" a G3."""
    words, text = passages.words, passages.text
    phrases = _phrases()
    position = 0
    while position < len(words):
        first = words[position].text.lower()
        forms = [first, *(first[:-cut_off] for cut_off in range(1, _ENDING + 1))]
        entry = next(
            (
                (len(wording), code)
                for form in forms
                for wording, code in phrases.get(form, ())
                if _stands(wording, words[position : position + len(wording)], text)
            ),
            None,
        )
        if entry is None:
            position += 1
            continue
        length, code = entry
        start, end = words[position].start, words[position + length - 1].end
        about = {"G": "differentiation", "P": "Pn"}.get(code[0], code[0])
        yield Fact(FactKind.STAGE, code, frozenset({about, "said"}), start, end, text[start:end])
        position += length


def _stands(wording: tuple[str, ...], words: tuple[Word, ...], text: str) -> bool:
    """Whether the words are a wording's, the last perhaps inflected; a hyphen is as a space."""
    if len(words) < len(wording):
        return False
    *others, last = (word.text.lower() for word in words)
    inflected = last.startswith(wording[-1]) and len(last) - len(wording[-1]) <= _ENDING
    joined = all(_JOINED.fullmatch(text[one.end : other.start]) for one, other in pairwise(words))
    return inflected and tuple(others) == wording[:-1] and joined
