"""A letter cut into the statements that rules read: its sentences and lines, with their facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from assistant.check import Fact, FactKind
from assistant.check.reading import read
from assistant.check.vocabulary import vocabulary
from index.dates import find_dates
from index.letter import Language, Section, SectionKind


@dataclass(frozen=True)
class Unit:
    """A sentence or a line of a section.

    Attributes:
        kind: of its section.
        heading: of its section, where it is the first in it; else empty.
        text: as it stands in the letter.
        start: offset of its first character in the letter.
        facts: the check's facts in it; their offsets are into the letter.
    """

    kind: SectionKind
    heading: str
    text: str
    start: int
    facts: tuple[Fact, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def of(self, *kinds: FactKind) -> tuple[Fact, ...]:
        """Its facts of any of the kinds."""
        return tuple(fact for fact in self.facts if fact.kind in kinds)

    def place(self, fact: Fact) -> tuple[int, int]:
        """Where a fact of it stands in its text."""
        return fact.start - self.start, fact.end - self.start

    def speaks_of(self, family: str) -> bool:
        """Whether it names a concept of a family, e.g. `surgery`."""
        named = (fact.value for fact in self.of(FactKind.PROCEDURE, FactKind.TECHNIQUE))
        return any(family in vocabulary().family(value) for value in named)

    def with_next(self, other: Unit, letter: str) -> Unit:
        """One unit of two that stand one behind the other."""
        text = letter[self.start : other.end]
        return Unit(self.kind, self.heading, text, self.start, (*self.facts, *other.facts))


@dataclass(frozen=True)
class Day:
    """A full date and where it stands in a text."""

    start: int
    end: int
    date: dt.date


def units_of(text: str, language: Language, sections: Sequence[Section]) -> tuple[Unit, ...]:
    """Every unit of a letter but its headings, in order."""
    reading = read(text, language)
    places = tuple(sections_at(sections))
    headings = [section.heading for section in sections]
    found: list[Unit] = []
    for start, end in _statements(text, ((s.start, s.end) for s in reading.passages.sentences)):
        section = next(n for n, (_, _, last) in enumerate(places) if start < last)
        kind, body, _ = places[section]
        start = max(start, body)
        stripped = text[start:end].strip(" \t\r\n\ufeff")
        if stripped:
            start = text.index(stripped, start)
            facts = reading.between(start, start + len(stripped))
            found.append(Unit(kind, headings[section], stripped, start, facts))
            headings[section] = ""
    return tuple(found)


def sections_at(sections: Iterable[Section]) -> Iterator[tuple[SectionKind, int, int]]:
    """Kind, where the text behind the heading begins, and where the section ends."""
    position = 0
    for section in sections:
        body = position + len(section.heading)
        position = body + len(section.text)
        yield section.kind, body, position


def _statements(text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sentences; those that a semicolon ends go on in the same line."""
    begun: int | None = None
    for start, end in sentences:
        begun = start if begun is None else begun
        line_ends = "\n" in text[end : end + 1] or not text[end:].strip(" \t")
        if text[begun:end].rstrip().endswith(";") and not line_ends:
            continue
        yield begun, end
        begun = None
    if begun is not None:
        yield begun, len(text)


def days_in(text: str, language: Language, *, completed: bool = False) -> tuple[Day, ...]:
    """The full dates of a text.

    Args:
        completed: with those whose year the dates around tell: "12.02. bis 16.04.2024".
    """
    found: list[Day] = []
    for mention in find_dates(text, language):
        if mention.month and (mention.is_full or (completed and mention.day)):
            with suppress(ValueError):  # "31.2.2024"
                day = dt.date(mention.year, mention.month, mention.day or 1)
                found.append(Day(mention.start, mention.end, day))
    return tuple(found)


_COLON = re.compile(r"^[^:;.\n]{1,70}:\s+")
_VERB = re.compile(
    r"^(?:[^\s:;]+\s+){0,9}?(?:is as follows:|was as follows:|is the following:|reads?:?|lautete?:?"
    r"|ergab:?|zeigt(?:e[n]?)?(?:\s+sich)?:?|showed|shows|revealed|includes?|comprises?|umfasst:?"
    r"|(?:consist(?:s|ed)?|was|is) of|best(?:eht|and|ehen)(?:\s+(?:aus|in))?:?|takes?|receives?"
    r"|erhält|nimmt|sind|waren|wurden?|ist|war|is|are|was|were|finding)\s+(?:mit\s+|with\s+|as\s+)?"
)
_BULLET = re.compile(r"^\s*(?:[-–—•*·]|\d{1,2}[.)])\s+")


def unled(text: str) -> str:
    """What a statement says behind its lead-in: a bullet, a label with a colon, or a verb."""
    text = _BULLET.sub("", text)
    label = _COLON.match(text)
    if label:
        return text[label.end() :]
    verb = _VERB.match(text)
    return text[verb.end() :] if verb else text


_ITEM = re.compile(r"\s*;\s*|\s*\n\s*(?:[-–—•*·]\s+)?|,\s+(?=[^\W\d])|\s+(?:and|und|sowie)\s+")
_SEMICOLON = re.compile(r"\s*;\s*|\s*\n\s*(?:[-–—•*·]\s+)?")


def items(text: str) -> list[str]:
    """The things that a statement lists: apart by semicolons, else by commas and "and".

    What stands in brackets is never cut.
    """
    pattern = _SEMICOLON if ";" in text else _ITEM
    pieces: list[str] = []
    begin = 0
    for match in pattern.finditer(text):
        open_brackets = text.count("(", begin, match.start()) - text.count(
            ")", begin, match.start()
        )
        if open_brackets <= 0:
            pieces.append(text[begin : match.start()])
            begin = match.end()
    pieces.append(text[begin:])
    return [piece.strip(" \t\n.,;:") for piece in pieces if piece.strip(" \t\n.,;:")]
