"""Markers with their states: a receptor, a mutation, a virus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.vocabulary import vocabulary

# "HER2 3+": how strongly it is stained, from 0 to 3.
_IHC = re.compile(
    r"^[\s:=(]*(?:(?:is|was|ist|war|IHC|score|status|von|of)[\s:=(]*)*(?P<n>[0-3])\s?\+(?!\d)"
    r"|^[\s:=(]*(?:IHC|score)[\s:=(]*(?P<z>0)\b",
    re.IGNORECASE,
)
_STATE_AFTER = 28
"""Characters between a marker and a state behind it, at most."""
# What may stand between a marker and its state.
_MARKER_GAP = re.compile(
    r"^[\s:=()-]*(?:(?:is|was|status|mutation|expression|receptors?|rezeptoren|rezeptor"
    r"|mutationsstatus|promoter|promotor|ist|war|gen|test|by|ihc|staining|score|and|und|,|/"
    r"|methylation|methylierung|amplification|protein|wurde|tested|returned|found|to|be|von|of|des"
    r"|der|in|im|the|immunostaining|färbung|immunhistochemie|immunhistochemisch|were|negativ\w*"
    r"|[A-Z]{2}\w*)[\s:=()/,-]*)*$",
    re.IGNORECASE,
)
_VARIANT = re.compile(r"(?<![\w-])(?:p\.)?(?P<v>[GVLTRDEQHK]\d{2,4}[A-Z])(?![A-Za-z\d])")


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
        value = _state_of(word)
        start, end = min(mention.start, best[1].start()), max(mention.end, best[1].end())
        if end - start > 40:
            start, end = mention.start, mention.end
        yield Fact(
            FactKind.MARKER, f"{mention.name} {value}", frozenset({mention.name}), start, end,
            text[start:end],
        )  # fmt: skip


@cache
def _state_pattern() -> re.Pattern[str]:
    words = sorted(vocabulary().states, key=len, reverse=True)
    return re.compile(
        r"(?<![^\W_])(?:"
        + "|".join(map(re.escape, words))
        + r"|\+(?!\d|\+)|(?:positiv|negativ|mutiert|methyliert|unmethyliert)\w{1,2}"
        r"|\+\+\+|\bpos\b|\bneg\b)(?![^\W\d_])",
        re.IGNORECASE,
    )


def _state_of(word: str) -> str:
    states = vocabulary().states
    for form in (word, word[:-1], word[:-2]):
        if form in states:
            return states[form]
    return "positive" if word[0] in "+p" else "negative"


def find_variants(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    """Changes of amino acids beside a gene: "KRAS G12C"."""
    known = vocabulary()
    marked = [m for m in mentions if (c := known.concepts.get(m.name)) and c.kind == "marker"]
    for match in _VARIANT.finditer(text):
        if any(abs(m.end - match.start()) < 30 or abs(match.end() - m.start) < 30 for m in marked):
            start, end = match.span("v")
            yield Fact(
                FactKind.MARKER, f"variant {match.group('v')}", frozenset({"variant"}), start, end,
                text[start:end],
            )  # fmt: skip
