"""Sides: left, right, both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages
from assistant.check.wordlists import lexicon

_SIDES = {
    "left": r"left|left-sided|links|linke[nrsm]?|linksseitig\w*|li",
    "right": r"right|right-sided|rechts|rechte[nrsm]?|rechtsseitig\w*|re",
    "both": r"bilat|bilateral|bilaterally|both|beidseits|beidseitig\w*|beide[nrs]?|bds"
    r"|bilaterale[nrsm]?",
}
_SIDE = re.compile(
    "|".join(rf"\b(?P<{name}>{words})\b" for name, words in _SIDES.items()), re.IGNORECASE
)
_LETTER = re.compile(
    r"(?<![\w.+-])(?P<s>[RL])(?=\s[a-zäöü]{3,}|\s[A-Z][a-z]{3,}|,|\)|;)(?![.])"
    r"|(?<=[a-zäöü]{3}[ .])(?P<t>[RL])(?=[\s,;.)]|$)"
)
# "She has left the ward" tells no side.
_NO_SIDE_BEFORE = re.compile(r"\b(?:has|had|have|was|were|is|be|been|he|she|and)\s$", re.IGNORECASE)
_NO_SIDE_AFTER = re.compile(
    r"^\s(?:\d+(?:\.\d+)? ?[cm]m of|"
    r"the|with|out|over|untreated|hospital|in|a|an|to|behind|for|after|now|away|no|only|any"
    r"|y?[cpr]{0,2}T(?:is|\d)\w*|(?:micro|macro)scopic|minimal|viable|scattered"
    r"|nothing|some|him|her|us|it|them|without|alone|his|their|our|unchanged|open|over)\b",
    re.IGNORECASE,
)
# "Right 8.2 cm and left 5.7 cm" does.
_IN_ROW = re.compile(r"\bright\b[^.;\n]*\band left\b|\band left (?:\d|\()", re.IGNORECASE)
_ROW = 80
"""Characters."""
# "Both" and "beide" tell a side only of what comes in pairs.
_PAIRED = re.compile(
    r"^\s(?:sides|breasts?|lungs?|kidneys?|ovaries|adnexa\w*|eyes|ears|legs|arms|hips|knees"
    r"|femur\w*|axilla\w*|testes|lobes|seiten|brüste\w*|lungen\w*|nieren|ovarien|augen|ohren"
    r"|beine\w*|arme\w*|hüft\w*|knie|leisten|mammae)\b",
    re.IGNORECASE,
)


# "RUL" is the right upper lobe.
_LOBE = re.compile(r"\b(?P<l>[RL])[UMLO]L\b|\b(?P<b>BSO)\b")


def find_laterality(passages: Passages) -> Iterator[Fact]:
    """Every word or single letter that tells a side."""
    text = passages.text
    for match in _SIDE.finditer(text):
        side = match.lastgroup or ""
        word = match.group().lower()
        after = text[match.end() : match.end() + 24]
        if word in ("li", "re") and not after.startswith("."):
            continue  # no abbreviation
        if word == "both" or (word.startswith("beide") and len(word) <= 6):
            if not _PAIRED.match(after):
                continue
        elif side == "left" and word == "left":
            before = text[max(0, match.start() - 6) : match.start()]
            left_off = _NO_SIDE_BEFORE.search(before) and not _IN_ROW.search(
                text, max(0, match.start() - _ROW), match.end() + 2
            )
            no_side = _NO_SIDE_AFTER.match(after) or left_off
            if no_side and not after.startswith("-sided"):
                continue
        yield Fact(
            FactKind.LATERALITY, side, frozenset(), match.start(), match.end(), match.group()
        )
    for match in _LETTER.finditer(text):
        side = "right" if match.group() == "R" else "left"
        yield Fact(
            FactKind.LATERALITY, side, frozenset(), match.start(), match.end(), match.group()
        )
    for match in _LOBE.finditer(text):
        side = "both" if match["b"] else "right" if match["l"] == "R" else "left"
        yield Fact(
            FactKind.LATERALITY, side, frozenset(), match.start(), match.end(), match.group()
        )


_SHORTEST = 4
"""Letters of a word that names a part."""


def words_beside(fact: Fact, passages: Passages) -> list[tuple[str, ...]]:
    """The two words behind a side, the one behind it, the one before it; plain ones left out."""
    words, text = passages.words, passages.text
    first = bisect_left(words, fact.start, key=lambda word: word.start)
    last = bisect_left(words, fact.end, key=lambda word: word.start)
    behind: list[str] = []
    end = fact.end
    for word in words[last : last + 2]:
        if not re.fullmatch(r"[.\s-]*", text[end : word.start]) or "\n" in text[end : word.start]:
            break
        behind.append(word.stem)
        end = word.end
    found: list[tuple[str, ...]] = []
    if len(behind) == 2 and all(map(_tells, behind)):
        found.append(tuple(behind))
    if behind and _tells(behind[0]):
        found.append((behind[0],))
    before = words[first - 1] if first else None
    if before and text[before.end : fact.start] == " " and _tells(before.stem):
        found.append((before.stem,))
    return found


def _tells(word: str) -> bool:
    known = lexicon()
    plain = word in known["plain_words"] or word in known["parts_of_many"]
    return len(word) >= _SHORTEST and not plain and not word.isdigit()
