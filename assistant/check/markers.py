"""Markers with their states: a receptor, a mutation, a virus."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
_COUNTED = re.compile(r"\d\+")
"""A plus that says how strongly one marker is stained: none of the list before it."""
_STATE_AFTER, _STATE_BEFORE = 36, 34
"""Characters between a marker and its state, at most."""
_SPREAD = 48
"""Characters; a marker and a state further apart are not marked as one."""
_PARTS = {
    "instable": ("instabil",),
    "unmethylated": ("unmethyl",),
    "methylated": ("methyl",),
    "mutated": ("mutation", "mutiert", "mutated", "polemut", "insertion", "skipping"),
    "rearranged": ("fusion", "translok", "transloc", "rearrang"),
    "amplified": ("amplif",),
    "lost": ("loss", "verlust"),
    "codeleted": ("deletion", "codel", "kodel"),
    "positive": ("positiv",),
    "abnormal": ("abnormal", "p53abn"),
    "stable": ("mss", "stabil"),
    "deficient": ("dmmr", "defizien", "deficien"),
    "proficient": ("pmmr",),
}
"""What a marker's own words say of its state, by a part of them."""
_FOUND = {"positive", "negative", "unknown"}
"""States of what the marker's own words say: "an EGFR mutation was not detected"."""
# What may stand between a marker, or the last of a list of them, and its state: some plain words.
_MARKER_GAP = re.compile(r"^[\s:=()-]*(?:[^\W_]+[\s:=()/-]*){0,4}$")
_LISTED = re.compile(r"^[\s,/&-]*(?:(?:and|or|und|oder|sowie)\s+)?$")
# What may stand between a state and the marker behind it.
_GAP_BEFORE = re.compile(
    r"^[\s-]*(?:(?:of|the|a|an|in|for|gene|somatic|germline|promoter|status|von|der|des|im|in|dem"
    r"|den|einer|eines|bezüglich|hinsichtlich|regarding|to|gen|gens|promotors?|für|bei|and|und)[\s-]+)*$",
    re.IGNORECASE,
)
_VARIANT = re.compile(
    r"(?<![^\W_])(?:(?:p\.)?(?P<v>[GVLTRDEQHK]\d{2,4}[A-Z])(?![A-Za-z\d])"
    r"|(?:exon|ex)[\s-]?(?P<x>\d{1,2})(?!\d)|del(?P<d>19)\b)",
    re.IGNORECASE,
)


def find_markers(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    """Markers with their state ("ER positive", "triple negative", "MGMT-Promotor methyliert")."""
    known = vocabulary()
    marked = [m for m in mentions if (c := known.concepts.get(m.name)) and c.kind == "marker"]
    states = list(_state_pattern().finditer(text)) if marked else []
    starts = [state.start() for state in states]
    for place, mention in enumerate(marked):
        if counted := _IHC.match(text[mention.end : mention.end + 24]):
            value = "positive" if counted.group("n") == "3" else f"{counted.group('n') or 0}+"
            yield _marker(text, mention, value, mention.start, mention.end + counted.end())
            continue
        behind = marked[place + 1].start if place + 1 < len(marked) else len(text)
        if _varied(mention, text, behind):
            yield _marker(text, mention, "mutated", mention.start, mention.end)
            continue
        own = _own_state(mention, text)
        first = bisect_left(starts, mention.start - _STATE_BEFORE)
        last = bisect_right(starts, mention.end + _STATE_AFTER)
        near = [
            (away, state)
            for state in states[first:last]
            if (away := _away(text, marked, place, state)) is not None
            and (not own or _state_of(state.group().lower()) in _FOUND)
        ]
        if near:
            _, state = min(near, key=lambda each: each[0])
            start, end = min(mention.start, state.start()), max(mention.end, state.end())
            yield _marker(text, mention, _state_of(state.group().lower()), start, end)
        else:
            yield _marker(text, mention, own or "unknown", mention.start, mention.end)


def is_unknown(marker: Fact) -> bool:
    """Whether a marker is only named, without a state."""
    return marker.value.endswith(" unknown")


def _marker(text: str, mention: Mention, state: str, start: int, end: int) -> Fact:
    if end - start > _SPREAD:
        start, end = mention.start, mention.end
    value, about = f"{mention.name} {state}", frozenset({mention.name})
    return Fact(FactKind.MARKER, value, about, start, end, text[start:end])


def _away(text: str, marked: Sequence[Mention], place: int, state: re.Match[str]) -> int | None:
    """How far a state is from a marker; None where it is another thing's."""
    mention = marked[place]
    if state.start() > mention.end and _COUNTED.match(text, state.start() - 1):
        return None
    if state.start() <= mention.start and mention.end <= state.end():
        return 0  # "MMR proficient" is a state by its whole
    if mention.end <= state.start():
        last = _last_of_list(text, marked, place, state.start())
        behind = marked[last + 1] if last + 1 < len(marked) else None
        if behind and behind.start < state.start():
            return None
        gap, pattern = text[marked[last].end : state.start()], _MARKER_GAP
        further = marked[last].end - mention.end
    elif state.end() <= mention.start:
        if place and marked[place - 1].end > state.end():
            return None
        gap, further, pattern = text[state.end() : mention.start], 6, _GAP_BEFORE
    else:
        return None
    parted = "\n" in gap or ";" in gap or ". " in gap or not pattern.match(gap)
    return None if parted else len(gap) + further


def _last_of_list(text: str, marked: Sequence[Mention], place: int, stop: int) -> int:
    """The last marker of "EGFR, ALK and ROS1", which have one state together."""
    while (
        place + 1 < len(marked)
        and marked[place + 1].end <= stop
        and _LISTED.match(text[marked[place].end : marked[place + 1].start])
    ):
        place += 1
    return place


def _varied(mention: Mention, text: str, behind: int) -> bool:
    """ "KRAS G12C" is a mutated KRAS; behind the next marker a variant is that one's."""
    return bool(_VARIANT.search(text, mention.end, min(mention.end + 12, behind)))


def _own_state(mention: Mention, text: str) -> str:
    """The state that the marker's own words say: "MGMT-Promotormethylierung"."""
    word = text[mention.start : mention.end].lower()
    return next((state for state, parts in _PARTS.items() if any(p in word for p in parts)), "")


@cache
def _state_pattern() -> re.Pattern[str]:
    words = sorted(vocabulary().states, key=len, reverse=True)
    return re.compile(
        r"(?<![\s(][0-3])(?<=\w)(?:\+(?!\d|\+)|-(?=[,;.)]|$))|(?<![^\W_])(?:"
        + "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
        + r"|\+(?!\d|\+)|(?:positiv|negativ|mutiert|methyliert|unmethyliert)\w{1,2}"
        r"|\+\+\+|\bpos\b|\bneg\b)(?![^\W\d_])",
        re.IGNORECASE,
    )


def _state_of(word: str) -> str:
    states = vocabulary().states
    word = re.sub(r"[\s-]+", " ", word) if word not in states else word
    for form in (word, word[:-1], word[:-2]):
        if form in states:
            return states[form]
    return "positive" if word[0] in "+p" else "negative"


SCORES = {"TPS", "CPS", "immune cell score"}
"""How PD-L1 is counted."""


def find_scores(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    """By which score PD-L1 was counted; its number is a fact of its own."""
    for mention in mentions:
        if mention.name in SCORES:
            yield _marker(text, mention, "unknown", mention.start, mention.end)


def find_variants(text: str, mentions: Iterable[Mention]) -> Iterator[Fact]:
    """Changes of amino acids beside a gene: "KRAS G12C"."""
    known = vocabulary()
    marked = [m for m in mentions if (c := known.concepts.get(m.name)) and c.kind == "marker"]
    for match in _VARIANT.finditer(text):
        if any(abs(m.end - match.start()) < 30 or abs(match.end() - m.start) < 30 for m in marked):
            exon = match["x"] or match["d"]
            value = f"variant exon {exon}" if exon else f"variant {match['v'].upper()}"
            start, end = match.span()
            yield Fact(
                FactKind.MARKER, value, frozenset({"variant"}), start, end, text[start:end]
            )  # fmt: skip
