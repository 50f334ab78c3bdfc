"""Sentences with marked places: what they say when they are true, and how they are made wrong.

[a|b]                  either wording; says the same
{slot} {slot!}         a value, and another value in its place
<kind:true|wrong|...>  the place that is broken for this kind
«...»                  how far the statement reaches: an alarm anywhere in it counts as found
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

_EITHER = re.compile(r"\[([^\[\]]*)\]")
_PIECE = re.compile(r"«|»|<(\w+):([^|>]*)\|([^>]*)>")
_SLOT = re.compile(r"\{(\w+)(!?)(?::(\w+))?\}")

Span = tuple[int, int]
SlotText = Callable[[str, str, bool], str]
"""Text of a slot by name, form and whether another value is wanted."""


@dataclass(frozen=True)
class Said:
    """A sentence as it stands in a letter; `spans` is what was made wrong, empty in a true one."""

    text: str
    spans: tuple[Span, ...] = ()
    change: str = ""


@cache
def kinds_of(template: str) -> frozenset[str]:
    return frozenset(match[1] for match in _PIECE.finditer(template) if match[1])


@cache
def slots_of(template: str) -> frozenset[str]:
    return frozenset(match[1] for match in _SLOT.finditer(template))


def worded(template: str, rng: Random) -> str:
    """`template` with one wording chosen wherever it offers several."""
    while _EITHER.search(template):
        template = _EITHER.sub(lambda match: rng.choice(match[1].split("|")), template)
    return template


def filled(template: str, slot: SlotText) -> str:
    return _SLOT.sub(lambda match: slot(match[1], match[3] or "", bool(match[2])), template)


def say(template: str, slot: SlotText, rng: Random, broken: str = "") -> Said:
    """The sentence with one of its places of the kind `broken` made wrong; all true without."""
    template = worded(template, rng)
    marks = [match.start() for match in _PIECE.finditer(template) if match[1] == broken]
    place = rng.choice(marks) if broken else -1
    text, change, end = "", "", 0
    opened: int | None = None
    mark: Span | None = None
    spans: list[Span] = []
    for piece in _PIECE.finditer(template):
        text += filled(template[end : piece.start()], slot)
        end = piece.end()
        if piece[0] == "«":
            opened = len(text)
        elif piece[0] == "»":
            if mark and opened is not None and opened <= mark[0]:
                spans, mark = [(opened, len(text))], None
            opened = None
        else:
            right = filled(piece[2], slot)
            start = len(text)
            if piece.start() == place:
                wrong = filled(rng.choice(piece[3].split("|")), slot)
                text += wrong
                mark, change = (start, len(text)), f"{right!r} -> {wrong!r}"
            else:
                text += right
    text += filled(template[end:], slot)
    if mark:
        spans = [mark]
    return Said(text, tuple(spans), change)


def shifted(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((start + by, end + by) for start, end in spans)
