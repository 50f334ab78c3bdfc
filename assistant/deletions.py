"""A statement taken out of a letter: its sentence, or a part where the rest stays one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.check import Fact, FactKind, facts_of
from assistant.sentences import sentence_of

_LISTED = frozenset({FactKind.DRUG, FactKind.DIAGNOSIS, FactKind.FINDING})
"""Kinds of which lists are made."""
_ATTRIBUTES = frozenset(
    {
        *(FactKind.QUANTITY, FactKind.SCHEDULE, FactKind.ROUTE),
        *(FactKind.NUMBER, FactKind.GRADE, FactKind.STAGE),
    }
)
"""Kinds that belong to the thing before them, and go with it."""
_PLAIN_WORDS = 3
"""Words of an item that are no facts ("daily", "as needed"); more make it more than an item."""
_SEPARATOR = re.compile(
    r",\s+(?:and|or|und|oder|sowie)\s+|\s+(?:and|or|und|oder|sowie)\s+|,\s+", re.IGNORECASE
)
_CONJOINED = re.compile(r"^(?:and|or|und|oder|sowie)\s+|\s+(?:and|or|und|oder|sowie)$")
_SEMICOLON = re.compile(r";\s+")
_BRACKET = re.compile(r"\s*\([^()\n]*\)")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Deletion:
    """What is left of the text, and what was taken out of it."""

    text: str
    deleted: str
    part: bool
    """Whether the rest of the sentence stays."""


def deletion(text: str, start: int, end: int) -> Deletion:
    """`text` without the statement at `start` to `end`.

    A part of its sentence goes where that is safe: an item of a list, a clause behind a semicolon,
    what stands in brackets. Else the sentence goes, with its line or paragraph if it was all of it.
    """
    first, last = sentence_of(text, start, end)
    for part_of in (_item, _bracket, _clause):
        if place := part_of(text, start, end, first, last):
            begin, stop, between = place
            rest = text[:begin] + between + text[stop:]
            return Deletion(rest, _CONJOINED.sub("", text[begin:stop].strip(" ,;")), part=True)
    return Deletion(_joined(text[:first], text[last:]), text[first:last], part=False)


def _joined(left: str, right: str) -> str:
    """The text before and behind a sentence that went; no gap is left where it stood."""
    above, below = left.rstrip(" \t\n"), right.lstrip(" \t\n")
    if not above or not below:
        return above + below if above else below
    gaps = left[len(above) :], right[: len(right) - len(below)]
    if not all("\n" in gap for gap in gaps):
        # It stood in a line with others: the line's own break stays.
        return above + next((gap for gap in gaps if "\n" in gap), max(gaps, key=len)) + below
    return above + max(gaps, key=lambda gap: gap.count("\n")) + below


Place = tuple[int, int, str]
"""From, to, and what comes between the text before and behind."""


def _bracket(text: str, start: int, end: int, first: int, last: int) -> Place | None:
    for match in _BRACKET.finditer(text, first, last):
        if match.start() < start and end < match.end():
            inner = [f for f in facts_of(text) if match.start() <= f.start < match.end()]
            if all(start <= f.start and f.end <= end for f in inner):
                return match.start(), match.end(), ""
    return None


def _clause(text: str, start: int, end: int, first: int, last: int) -> Place | None:
    """The clause between semicolons, unless it is the sentence's first."""
    breaks = tuple(_SEMICOLON.finditer(text, first, last))
    before = [m for m in breaks if m.end() <= start]
    behind = next((m for m in breaks if m.start() >= end), None)
    if before:
        stop = behind.start() if behind else _full_stop(text, end, last)
        return before[-1].start(), stop, ""
    colon = text.rfind(": ", first, start)
    return (colon + 2, behind.end(), "") if behind and colon >= 0 else None


def _item(text: str, start: int, end: int, first: int, last: int) -> Place | None:
    """The item of a list around the place, with one of its separators."""
    region = _region(text, start, end, first, last)
    facts = [f for f in facts_of(text) if region[0] <= f.start < region[1]]
    separators = [
        match
        for match in _SEPARATOR.finditer(text, *region)
        if not any(f.start < match.end() and match.start() < f.end for f in facts)
        and not _in_brackets(text, match.start(), region)
    ]
    borders = [region[0], *(edge for m in separators for edge in m.span()), region[1]]
    items = list(zip(borders[::2], borders[1::2], strict=True))
    number = next((n for n, (a, b) in enumerate(items) if a <= start and end <= b), None)
    if number is None or len(items) < 2:
        return None
    if not _removable(text, items, number, facts, begins=region[0] > first):
        return None
    begin, stop = items[number]
    if number == 0:
        return begin, items[1][0], ""
    conjoined = not separators[number - 1].group().strip().startswith(",")
    earlier = separators[number - 2] if number > 1 else None
    if number == len(items) - 1 and conjoined and earlier is not None:
        # "A, B and C" without C is "A and B": the comma before B becomes C's "and".
        kept = items[number - 1]
        if _of_list(text, kept, facts) and _of_list(text, items[number - 2], facts):
            conjunction = separators[number - 1].group()
            return earlier.start(), stop, conjunction + text[kept[0] : kept[1]]
    return separators[number - 1].start(), stop, ""


def _region(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """The part of the sentence that a list can fill: behind a colon, up to its full stop."""
    begins = [text.rfind(mark, first, start) + 2 for mark in (": ", "; ")]
    behind = _SEMICOLON.search(text, end, last)
    return max(first, *begins), behind.start() if behind else _full_stop(text, end, last)


def _full_stop(text: str, end: int, last: int) -> int:
    """Where the sentence's words end."""
    while last > end and text[last - 1] in ".!?; \n":
        last -= 1
    return last


def _in_brackets(text: str, offset: int, region: tuple[int, int]) -> bool:
    return text.count("(", region[0], offset) > text.count(")", region[0], offset)


def _removable(
    text: str,
    items: Sequence[tuple[int, int]],
    number: int,
    facts: Sequence[Fact],
    *,
    begins: bool,
) -> bool:
    """Whether the sentence does without the item: a thing of the same kind as its neighbour.

    Args:
        begins: whether the first item begins behind a colon, so that it holds nothing else.
    """
    if number == 0 and not begins:
        return False
    if not _of_list(text, items[number], facts):
        return False
    kind = next(f.kind for f in facts if f.start >= items[number][0])
    beside = items[number - 1] if number else items[number + 1]
    return any(f.kind is kind and beside[0] <= f.start < beside[1] for f in facts)


def _of_list(text: str, item: tuple[int, int], facts: Sequence[Fact]) -> bool:
    """Whether the item is a thing with its attributes, and nothing else."""
    inside = [f for f in facts if item[0] <= f.start < item[1]]
    if not inside or inside[0].kind not in _LISTED or _WORD.search(text[item[0] : inside[0].start]):
        return False
    if any(f.kind not in _ATTRIBUTES for f in inside[1:]):
        return False
    rest = text[item[0] : item[1]]
    for fact in reversed(inside):
        rest = rest[: fact.start - item[0]] + rest[fact.end - item[0] :]
    return len(_WORD.findall(_BRACKET.sub("", rest))) <= _PLAIN_WORDS
