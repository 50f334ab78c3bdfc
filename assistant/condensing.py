"""Which parts of a long record stay as they stand, and how much room each of the others has. Pure.

Fields stay: the person, diagnoses, therapies. Series of laboratory values keep their first and last
values where room is short. Notes are condensed, the long ones first: each may take the same share
of the room, and one that is shorter than its share stays word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.record_notes import Part, Piece, fewer_values

Tokens = Callable[[str], int]

_MOST = {Part.VALUES: 1 / 2, Part.FIELD: 2 / 3}
"""Of the room, for fields with the values and for fields alone. What is longer is condensed with
the notes: first the values that were taken least often, then the longest fields."""
SHARE = 150
"""Tokens. Notes are put together until each chunk has about as many to say what it says."""


@dataclass(frozen=True)
class Layout:
    """A record's pieces, in its order: what stays, and what is condensed."""

    head: tuple[Piece, ...]
    notes: tuple[Piece, ...]


def lay_out(pieces: Sequence[Piece], tokens: Tokens, room: int) -> Layout:
    """Fields and values as the head, if there is room for them.

    Args:
        tokens: is asked for the texts of `pieces`, and of them with `fewer_values`.
        room: tokens for all of the record.
    """
    lengths = [tokens(piece.told) for piece in pieces]
    size = size_of((p for p in pieces if p.part is not Part.NOTE), tokens)
    if size > room * _MOST[Part.VALUES]:
        pieces = [fewer_values(p) if p.part is Part.VALUES else p for p in pieces]
        size = size_of((p for p in pieces if p.part is not Part.NOTE), tokens)
    told: set[int] = set()
    for part, most in _MOST.items():
        lines = [number for number, piece in enumerate(pieces) if piece.part is part]
        lines.sort(key=lambda n: lengths[n], reverse=part is Part.FIELD)
        for number in lines:
            if size > room * most:
                told.add(number)
                size -= size_of((pieces[number],), tokens)
    head = (p for n, p in enumerate(pieces) if p.part is not Part.NOTE and n not in told)
    notes = (
        replace(p, part=Part.NOTE) for n, p in enumerate(pieces) if p.part is Part.NOTE or n in told
    )
    return Layout(tuple(head), tuple(notes))


def size_of(notes: Iterable[Piece], tokens: Tokens) -> int:
    """Their tokens, each with the line break behind it."""
    return sum(tokens(note.told) + 1 for note in notes)


def chunked(
    notes: Sequence[Piece], tokens: Tokens, room: int, most: int
) -> list[tuple[Piece, ...]]:
    """Neighbouring notes together, as many as leave each chunk a share of the room to speak of.

    Args:
        room: tokens for all notes.
        most: tokens that the model takes at once.
    """
    total = size_of(notes, tokens)
    limit = min(most, SHARE * total // max(room, 1))
    chunks: list[list[Piece]] = []
    size = 0
    for note in notes:
        more = size_of((note,), tokens)
        if not chunks or size + more > limit:
            chunks.append([])
            size = 0
        chunks[-1].append(note)
        size += more
    return [tuple(chunk) for chunk in chunks]


def fair_share(sizes: Iterable[int], room: int) -> int:
    """How much each may have so that all have no more than `room`: the small what they need."""
    waiting = sorted(sizes)
    left = room
    for number, size in enumerate(waiting):
        share = left // (len(waiting) - number)
        if size > share:
            return max(share, 0)
        left -= size
    return waiting[-1] if waiting else 0


def condensed_note(record: str, condensed: str) -> str:
    """What a reader of the letter has to know, in a line."""
    return (
        f"The record is longer than the model can take: it saw {len(condensed):,} characters "
        f"of {len(record):,}, condensed. The check is against all of it"
    )
