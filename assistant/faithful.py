"""What of a condensed note may stand in the note's place. Pure.

A statement of the model that its note doesn't bear out (`assistant.borne_out`) is left out, not
mended. What it got wrong is then among what the text leaves out, and that is told in the note's own
statements, as far as there is room: first those that tell most of it in the fewest words. So a weak
model costs words, and what it makes up goes no further.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.borne_out import Excerpt, borne_out, stands
from assistant.check import FactKind, Stated, check
from assistant.record_notes import Part, Piece
from assistant.statements import Statement, joined, statements
from index.letter import Language

_OVERHEAD = 20
"""Characters that a statement counts for besides its own: many short ones read badly."""

_MINOR = (FactKind.NAME, FactKind.QUANTITY, FactKind.DATE, FactKind.INTERVAL)
"""What was found and done tells more than by whom, when and how much."""


def faithful(
    excerpt: Excerpt,
    answer: str,
    record: str,
    stated: Collection[Stated],
    room: int,
    language: Language,
) -> tuple[Piece, ...]:
    """The notes in the words of `answer` that stand, and in their own where those leave out much.

    Each statement is put under the title of the note that bears it out. Notes of which nothing is
    said are left out.

    Args:
        answer: what the model made of the excerpt's text.
        record: all of the record; what stands has nothing against it there either.
        stated: facts that stand beside the notes, and needn't be told again.
        room: characters up to which the notes' own statements are added.
    """
    # The titles come anyway, and no statement is to be read under another note's.
    titles = [note.title for note in excerpt.notes if note.title]
    for opening in (*titles, *(f"{title.partition(':')[0]}:" for title in titles)):
        answer = answer.replace(opening, "\n")
    said: list[list[Statement]] = [[] for _ in excerpt.notes]
    for statement in statements(answer, language):
        found = borne_out(statement, excerpt)
        if found is None:
            continue
        number, kept = found
        known = any(kept.text == other.text for other in said[number])
        if not known and stands(f"{excerpt.notes[number].title} {kept.text}", record):
            said[number].append(kept)
    left = room - sum(len(note.text) for note in _told(excerpt, said))
    own = _own(excerpt, said, record, stated, left)
    return _told(excerpt, [model + added for model, added in zip(said, own, strict=True)])


def _own(
    excerpt: Excerpt,
    said: Sequence[Sequence[Statement]],
    record: str,
    stated: Collection[Stated],
    room: int,
) -> list[list[Statement]]:
    """The notes' own statements with what is left out, as many as there is room for."""
    now = "".join(note.text for note in _told(excerpt, said))
    tells: dict[tuple[int, Statement], set[Stated]] = {}
    for fact in check(excerpt.text, now).omitted:
        for number, statement in excerpt.statements:
            if statement.start <= fact.start < statement.end:
                tells.setdefault((number, statement), set()).add((fact.kind, fact.value))
    own: list[list[Statement]] = [[] for _ in excerpt.notes]
    known = set(stated)
    while tells:
        number, statement = max(
            tells, key=lambda at: _worth(tells[at] - known) / (len(at[1].text) + _OVERHEAD)
        )
        told = tells.pop((number, statement)) - known
        title = excerpt.notes[number].title
        cost = len(statement.text) + (0 if own[number] or said[number] else len(title)) + 3
        if not told or cost > room or not stands(f"{title} {statement.text}", record):
            continue
        room -= cost
        own[number].append(statement)
        known |= told
    return [sorted(each, key=lambda statement: statement.start) for each in own]


def _worth(facts: Collection[Stated]) -> float:
    return sum(0.5 if kind in _MINOR else 1 for kind, _ in facts)


def _told(excerpt: Excerpt, said: Sequence[Sequence[Statement]]) -> tuple[Piece, ...]:
    told: list[Piece] = []
    for note, each in zip(excerpt.notes, said, strict=True):
        colon = ":" if note.title and not note.title.endswith(":") else ""
        title = f"{note.title}{colon}"
        if each:
            told.append(Piece(f"{title} {joined(each)}".strip() + "\n", Part.NOTE, title))
    return tuple(told)
