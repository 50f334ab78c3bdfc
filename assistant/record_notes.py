"""A record cut into fields, values and notes, for a model that can't take it whole. Pure.

A record is what the importers make of one, field lines with the reports behind them, or a text that
somebody pasted: notes one after the other, each begun by a date, a label or an empty line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from assistant.check.dates import find_dates
from assistant.sentences import sentences
from assistant.statements import SEPARATOR
from index.case_words import LABELS
from index.letter import Language


class Part(Enum):
    """What a piece of a record is to the one who shortens it."""

    FIELD = auto()
    """The person, a diagnosis, a therapy: stays as it stands."""
    VALUES = auto()
    """One laboratory value over time: the first and the last may stand for all."""
    NOTE = auto()
    """Told at length: to be condensed."""


@dataclass(frozen=True)
class Piece:
    """A run of a record's characters.

    Attributes:
        text: as it stands; the pieces of a record, joined, are the record.
        part: what it is.
        title: what its sentences need before them to be read right, e.g. "Report: Progress note,
            6 October 2025:"; the text begins with it, but for the later parts of a long note.
    """

    text: str
    part: Part
    title: str = ""

    @property
    def told(self) -> str:
        """The text with its title, as it can be read alone."""
        return self.text if self.text.startswith(self.title) else f"{self.title} {self.text}"


_NOTES = ("course", "finding", "recommendation", "notes", "report")
_TITLE = 120
_HEADING = 60
"""Characters; what is longer is no title of a report, no heading in a text."""
_COLON = re.compile(r":(?!\d)")


def cut(text: str, language: Language) -> tuple[Piece, ...]:
    """The pieces of a record in its order; joined they are `text`."""
    runs: list[str] = []
    blank = True
    for line in text.splitlines(keepends=True):
        if not runs or _begins(line, language, after_blank=blank):
            runs.append(line)
        else:
            runs[-1] += line
        blank = not line.strip()
    pieces = [_piece(run, language) for run in runs]
    if pieces and not any(piece.part is Part.FIELD for piece in pieces):
        # A text without fields presents the patient at its beginning.
        pieces[0] = replace(pieces[0], part=Part.FIELD)
    return tuple(pieces)


def _begins(line: str, language: Language, *, after_blank: bool) -> bool:
    if not line.strip() or line[0].isspace():
        return False  # the lines of a report are set in
    return after_blank or bool(_label(line, language)) or _opening_date(line, language) > 0


def _label(line: str, language: Language) -> str:
    """Which field the line is, or empty."""
    name, colon, _ = line.partition(":")
    fields = (field for field, label in LABELS[language].items() if label == name)
    return next(fields, "") if colon else ""


def _opening_date(line: str, language: Language) -> int:
    """Where the date that the line begins with ends, or 0."""
    return next((fact.end for fact in find_dates(line[:_TITLE], language) if fact.start == 0), 0)


def _piece(run: str, language: Language) -> Piece:
    label = _label(run, language)
    if label == "laboratory":
        return Piece(run, Part.VALUES)
    if label and label not in _NOTES:
        return Piece(run, Part.FIELD)
    return Piece(run, Part.NOTE, _title(run, label, language))


def _title(run: str, label: str, language: Language) -> str:
    """A heading, or what stands before the colon behind the date, or the date or label alone."""
    first, _, rest = run.partition("\n")
    line = first.rstrip()
    dated = _opening_date(line, language)
    if rest.strip() and len(line) <= _TITLE:
        ends = [fact.end for fact in find_dates(line, language)]
        heading = len(line) <= _HEADING and (dated or len(line) in ends)
        if line.endswith(":") or heading:
            return line
    if label:
        ends = [fact.end for fact in find_dates(line[:_TITLE], language)]
        before = [end for end in ends if line[end : end + 1] == ":"]
        return line[: min(before) + 1] if before else line[: line.index(":") + 1]
    colon = _COLON.search(line, dated, dated + _HEADING) if dated else None
    return line[: colon.end() if colon else dated]


def divided(piece: Piece, most: int, language: Language) -> tuple[Piece, ...]:
    """A piece in parts of at most `most` characters: at its sentences, else between words."""
    text = piece.text
    if len(text) <= most:
        return (piece,)
    starts = [*(start for start, _ in sentences(text, language)), len(text)]
    parts: list[str] = []
    at = 0
    while at < len(text):
        if len(text) - at <= most:
            end = len(text)
        else:
            ends = [start for start in starts if at < start <= at + most]
            end = ends[-1] if ends else _between_words(text, at, at + most)
        parts.append(text[at:end])
        at = end
    return tuple(replace(piece, text=part) for part in parts)


def _between_words(text: str, start: int, end: int) -> int:
    space = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
    return space + 1 if space > start else end


def fewer_values(piece: Piece) -> Piece:
    """A series of values with its first and its last two alone; they show the way it went."""
    items = SEPARATOR.split(piece.text.rstrip("\n"))
    if len(items) < 4:
        return piece
    return replace(piece, text="; ".join((items[0], *items[-2:])) + "\n")
