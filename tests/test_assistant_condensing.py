"""Which parts of a record stay, and how the room is shared. Tokens are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_fakes import FIELDS, record

from assistant.condensing import chunked, condensed_note, fair_share, lay_out, size_of
from assistant.record_notes import Part, Piece, cut


def tokens(text: str) -> int:
    return len(text.split())


def layout(text: str, room: int) -> tuple[list[str], list[str]]:
    made = lay_out(cut(text, "en"), tokens, room)
    return [p.text.partition(":")[0] for p in made.head], [
        p.text.partition(":")[0] for p in made.notes
    ]


@pytest.mark.parametrize(
    ("room", "told"),
    [
        (200, []),
        (60, ["Laboratory"]),
        (45, ["Medication", "Laboratory"]),
        (4, ["Patient", "Sex", "Date of birth", "Diagnosis", "TNM", "Medication", "Laboratory"]),
    ],
)
def test_fields_stay_until_they_take_the_room_of_the_notes(room: int, told: list[str]) -> None:
    head, notes = layout(FIELDS, room)
    assert notes == told
    assert {*head, *notes} == {line.partition(":")[0] for line in FIELDS.splitlines()}


def test_series_are_shortened_before_a_field_goes() -> None:
    made = lay_out(cut(FIELDS, "en"), tokens, 112)
    values = next(piece for piece in made.head if piece.part is Part.VALUES)
    assert "80 U/ml" in values.text
    assert "60 U/ml" not in values.text
    assert made.notes == ()


def test_notes_are_put_together_until_each_chunk_has_a_share() -> None:
    notes = lay_out(cut(record(40).text, "en"), tokens, 1000).notes
    together = {room: chunked(notes, tokens, room, most=900) for room in (20_000, 1000, 300)}
    assert [len(chunks) for chunks in together.values()] == sorted(
        (len(chunks) for chunks in together.values()), reverse=True
    )
    assert len(together[20_000]) == 40
    for chunks in together.values():
        assert [note for chunk in chunks for note in chunk] == list(notes)
        assert all(size_of(chunk, tokens) <= 900 for chunk in chunks)


@given(st.lists(st.integers(1, 500), max_size=30), st.integers(0, 5000))
def test_a_fair_share_fills_the_room_and_no_more(sizes: list[int], room: int) -> None:
    share = fair_share(sizes, room)
    used = sum(min(size, share) for size in sizes)
    assert used <= room
    if sum(sizes) > room:
        assert sum(min(size, share + 1) for size in sizes) > room
    else:
        assert used == sum(sizes)


def test_a_piece_alone_may_be_more_than_a_chunk_is_to_be() -> None:
    notes = [Piece("a b c\n", Part.NOTE), Piece("d\n", Part.NOTE)]
    assert chunked(notes, tokens, 1, most=2) == [(notes[0],), (notes[1],)]


def test_the_note_for_the_reader_has_both_sizes() -> None:
    assert "1,000 characters of 12,000" in condensed_note("x" * 12_000, "y" * 1000)
