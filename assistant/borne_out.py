"""Whether a note bears out what a model says of it. Pure.

The check finds facts that a text has nowhere, or says otherwise; a letter is read by a physician
besides. What a record is condensed to is read by nobody before the letter is written from it, so
more is asked of it: two neighbouring statements of one note have to bear it out by themselves, with
every number and nearly every word in it. A dose of one sentence then never goes to the drug of
another, and what is no language is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.check import FactKind, Status, check
from assistant.check.passages import cut
from assistant.check.wordlists import lexicon
from assistant.record_notes import Piece
from assistant.statements import Statement, qualifies, statements
from index.language import detect_language
from index.letter import Language

_DOUBTED = (Status.CHANGED, Status.UNSUPPORTED)
_NUMBER = re.compile(r"\w*\d\w*")
"""Also what the check knows no meaning of, e.g. "R1" or "cT3"."""
_OTHER_WORDS = 1 / 4
"""Share of a statement's telling words that its note may not have."""
_LEAST = 4
"""Words; a bare "fatigue" doesn't say whether she had it or was told of it."""


@dataclass(frozen=True)
class Chunk:
    """Notes that are condensed together, and their statements, placed in the chunk's text."""

    notes: tuple[Piece, ...]
    text: str
    statements: tuple[tuple[int, Statement], ...]
    """Each with the number of its note."""

    @classmethod
    def of(cls, notes: Sequence[Piece], language: Language) -> Chunk:
        found: list[tuple[int, Statement]] = []
        start = 0
        for number, note in enumerate(notes):
            told, skip = note.told.strip(), len(note.title)
            for each in statements(told[skip:], language):
                moved = start + skip
                placed = replace(each, start=each.start + moved, end=each.end + moved)
                found.append((number, placed))
            start += len(told) + 1
        text = "\n".join(note.told.strip() for note in notes)
        return cls(tuple(notes), text, tuple(found))


def borne_out(said: Statement, chunk: Chunk) -> tuple[int, Statement] | None:
    """`said` with the number of the note that bears it out, of several the last; None if none does.

    Its label goes where the note doesn't have that word, if it says the same without.
    """
    findings = check(chunk.text, said.text).findings
    if any(finding.status in _DOUBTED for finding in findings):
        return None
    places = [finding.case_start for finding in findings if finding.case_start is not None]
    bare = replace(said, label="")
    for number, window in _windows(places, chunk):
        if _says(window, said.text):
            return number, said
        long_enough = len(said.words.split()) >= _LEAST and not qualifies(said.label)
        if long_enough and _says(window, said.words):
            return number, bare
    return None


def stands(said: str, record: str) -> bool:
    """Whether the check finds nothing against it."""
    return not any(finding.status in _DOUBTED for finding in check(record, said).findings)


def _windows(places: Sequence[int], chunk: Chunk) -> Iterator[tuple[int, str]]:
    """Neighbouring statements around the places, the last first, with their note's number."""
    at = {
        index
        for index, (_, statement) in enumerate(chunk.statements)
        if any(statement.start <= place < statement.end for place in places)
    }
    firsts = {first for index in at for first in (index - 1, index) if first >= 0}
    for first in sorted(firsts, reverse=True):
        number, one = chunk.statements[first]
        after = chunk.statements[first + 1 : first + 2]
        two = [statement.text for other, statement in after if other == number]
        yield number, " ".join((chunk.notes[number].title, one.text, *two)).strip()


def _says(window: str, said: str) -> bool:
    findings = check(window, said).findings
    if not findings or any(finding.status in _DOUBTED for finding in findings):
        return False
    rest = said
    for finding in findings:
        if finding.fact.kind is FactKind.DATE:  # may be written in another form
            rest = rest.replace(finding.fact.text, " ")
    return set(_NUMBER.findall(rest)) <= set(_NUMBER.findall(window)) and _in_its_words(
        window, said
    )


def _in_its_words(window: str, said: str) -> bool:
    language = detect_language(window)
    plain = lexicon()["plain_words"]
    telling = [
        word.stem
        for word in cut(said, language).words
        if word.stem not in plain and word.text.lower() not in plain and not word.text.isdecimal()
    ]
    theirs = {word.stem for word in cut(window, language).words}
    return sum(word not in theirs for word in telling) <= _OTHER_WORDS * len(telling)
