"""What an admin has redacted: the letter de-identified once more, with those spans taken out too.

The spans stand in the de-identified letter; they are traced back to the original, so that a person
gets the surrogate there that the person has everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.letter import Letter
from index.replacement import Replaced
from index.spans import Label, Span

if TYPE_CHECKING:
    from index.deidentify import Deidentifier, Reviewed


def redacted(
    deidentifier: Deidentifier, letter: Letter, seen: Reviewed, chosen: Sequence[Span]
) -> Reviewed:
    """The letter without the suspects, or without the chosen spans alone.

    Args:
        seen: the letter as it was reviewed.
        chosen: in its de-identified text; where there are any, the suspects that none of them
            touches are released.

    Returns:
        with a residue where something still looks identifying that was neither redacted nor
        released.
    """
    text = seen.letter.text
    released = {
        _words(suspect.of(text))
        for suspect in seen.residue
        if chosen and not any(_touch(suspect, span) for span in chosen)
    }
    more = _in_original(seen.replaced, chosen or seen.residue)
    while True:
        again = deidentifier.review(letter, sorted(more))
        # What a redacted span says may stand elsewhere, too.
        left = [s for s in again.residue if _words(s.of(again.letter.text)) not in released]
        new = _in_original(again.replaced, left) - more
        if not new:
            return replace(again, residue=tuple(left))
        more |= new


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _in_original(replaced: Replaced, spans: Sequence[Span]) -> set[Span]:
    """Spans of the new text as spans of the original; a surrogate stands for all it replaced."""
    return {
        Span(_origin(replaced, span.start).start, _origin(replaced, span.end - 1).end, span.label)
        for span in spans
    }


def _origin(replaced: Replaced, at: int) -> Span:
    """Where a character of the new text comes from; its label says nothing."""
    moved = 0
    for span, written in zip(replaced.spans, replaced.written, strict=True):
        if at < written.start:
            break
        if at < written.end:
            return span
        moved = span.end - written.end
    return Span(at + moved, at + moved + 1, Label.OTHER)
