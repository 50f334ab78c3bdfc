"""Facts that concepts make together: a marker and its state, a side, a wording that means a code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages
from assistant.check.vocabulary import Mention, vocabulary

_SIDES = {
    "left": r"left|left-sided|links|linke[nrsm]?|linksseitig\w*|li",
    "right": r"right|right-sided|rechts|rechte[nrsm]?|rechtsseitig\w*|re",
    "both": r"bilateral|bilaterally|both|beidseits|beidseitig\w*|beide[nrs]?|bds|bilaterale[nrsm]?",
}
_SIDE = re.compile(
    "|".join(rf"\b(?P<{name}>{words})\b" for name, words in _SIDES.items()), re.IGNORECASE
)
_LETTER = re.compile(
    r"(?<![\w.+-])(?P<s>[RL])(?=\s[a-zäöü]{3,}|\s[A-Z][a-z]{3,}|,|\)|;)(?![.])|(?<=[a-zäöü]{3}[ .])(?P<t>[RL])(?=[\s,;.)]|$)"
)
# "has left the ward", "li" and "re" only as abbreviations, "both" only of what comes in pairs.
_NO_SIDE_BEFORE = re.compile(r"\b(?:has|had|have|was|were|is|be|been|he|she|and)\s$", re.IGNORECASE)
_NO_SIDE_AFTER = re.compile(
    r"^\s(?:the|with|out|over|untreated|hospital|in|a|to|behind|for|after|now|away)\b",
    re.IGNORECASE,
)
_PAIRED = re.compile(
    r"^\s(?:sides|breasts?|lungs?|kidneys?|ovaries|adnexa\w*|eyes|ears|legs|arms|hips|knees|femur\w*|axilla\w*|testes|lobes|"
    r"seiten|brüste\w*|lungen\w*|nieren|ovarien|augen|ohren|beine\w*|arme\w*|hüft\w*|knie|leisten|mammae)\b",
    re.IGNORECASE,
)


def find_laterality(passages: Passages) -> Iterator[Fact]:
    text = passages.text
    for match in _SIDE.finditer(text):
        side = match.lastgroup or ""
        word = match.group().lower()
        after = text[match.end() : match.end() + 24]
        if word in ("li", "re") and not after.startswith("."):
            continue
        if word in ("both",) or (word.startswith("beide") and len(word) <= 6):
            if not _PAIRED.match(after):
                continue
        elif side == "left" and word == "left":
            before = text[max(0, match.start() - 6) : match.start()]
            if _NO_SIDE_AFTER.match(after) or _NO_SIDE_BEFORE.search(before):
                continue
        yield Fact(
            FactKind.LATERALITY, side, frozenset(), match.start(), match.end(), match.group()
        )
    for match in _LETTER.finditer(text):
        side = "right" if match.group() == "R" else "left"
        yield Fact(
            FactKind.LATERALITY, side, frozenset(), match.start(), match.end(), match.group()
        )


@cache
def _state_pattern() -> re.Pattern[str]:
    words = sorted(vocabulary().states, key=len, reverse=True)
    return re.compile(
        r"(?<![^\W_])(?:"
        + "|".join(map(re.escape, words))
        + r"|\+(?!\d|\+)|\+\+\+|\bpos\b|\bneg\b)(?![^\W\d_])",
        re.IGNORECASE,
    )


_IHC = re.compile(
    r"^[\s:=(]*(?:(?:is|was|ist|war|IHC|score|status|von|of)[\s:=(]*)*(?P<n>[0-3])\s?\+(?!\d)|^[\s:=(]*(?:IHC|score)[\s:=(]*(?P<z>0)\b",
    re.IGNORECASE,
)
_STATE_AFTER = 28
_MARKER_GAP = re.compile(
    r"^[\s:=()-]*(?:(?:is|was|status|mutation|expression|receptors?|rezeptoren|rezeptor|mutationsstatus|promoter|promotor|ist|war|gen|test|by|ihc|staining|score|and|und|,|/|methylation|methylierung|amplification|protein|wurde|tested|returned|found|to|be|negativ\w*|[A-Z]{2}\w*)[\s:=()/,-]*)*$",
    re.IGNORECASE,
)


def find_markers(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    """Markers with their state ("ER positive", "triple negative", "MGMT-Promotor methyliert")."""
    known = vocabulary()
    marked = [m for m in mentions if (c := known.concepts.get(m.name)) and c.kind == "marker"]
    states = list(_state_pattern().finditer(text)) if marked else []
    for mention in marked:
        best: tuple[int, re.Match[str]] | None = None
        for state in states:
            if mention.end <= state.start() <= mention.end + _STATE_AFTER:
                gap = text[mention.end : state.start()]
                distance = state.start() - mention.end
            elif mention.start - 16 <= state.end() <= mention.start:
                gap = text[state.end() : mention.start]
                distance = mention.start - state.end() + 6
            else:
                continue
            if "\n" in gap or ";" in gap or ". " in gap or not _MARKER_GAP.match(gap):
                continue
            if best is None or distance < best[0]:
                best = distance, state
        if counted := _IHC.match(text[mention.end : mention.end + 24]):
            value = "positive" if counted.group("n") == "3" else f"{counted.group('n') or 0}+"
            end = mention.end + counted.end()
            yield Fact(
                FactKind.MARKER, f"{mention.name} {value}", frozenset({mention.name}),
                mention.start, end, text[mention.start : end],
            )  # fmt: skip
            continue
        if best is None:
            continue
        word = best[1].group().lower()
        value = known.states.get(word) or ("positive" if word[0] in "+p" else "negative")
        start, end = min(mention.start, best[1].start()), max(mention.end, best[1].end())
        if end - start > 40:
            start, end = mention.start, mention.end
        yield Fact(
            FactKind.MARKER, f"{mention.name} {value}", frozenset({mention.name}), start, end,
            text[start:end],
        )  # fmt: skip


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
