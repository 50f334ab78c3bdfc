"""What of an archived letter a model is to write: from the salutation on, and its parts.

The head above the salutation (sender, recipients, reference line) is a template's, not the model's;
what it tells of the patient goes into the case all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.prompt import Part
from finetune.pairing.units import sections_at
from index.letter import LETTER_PARTS, DeidentifiedLetter, SectionKind
from index.sections import salutation_pattern

_PART_OF: dict[SectionKind, Part] = {
    SectionKind.SALUTATION: Part.SALUTATION,
    SectionKind.DIAGNOSES: Part.HISTORY,
    SectionKind.HISTORY: Part.HISTORY,
    SectionKind.RECOMMENDATIONS: Part.RECOMMENDATIONS,
    SectionKind.SCHEDULE: Part.SCHEDULE,
}
"""The paper has the diagnoses and the treatment history as one part."""


@dataclass(frozen=True)
class Piece:
    """One section of the letter with its heading, by its place in the letter's text."""

    kind: SectionKind
    heading: str
    start: int
    end: int


@dataclass(frozen=True)
class Body:
    """`text[start:]` is what is to be written. Pieces before `start` are cut at it."""

    text: str
    start: int
    pieces: tuple[Piece, ...]

    @property
    def answer(self) -> str:
        return self.text[self.start :].strip()

    @property
    def has_parts(self) -> bool:
        return any(piece.kind.part in LETTER_PARTS for piece in self.pieces[1:])

    def part(self, part: Part) -> tuple[Piece, ...]:
        """The pieces that belong to a part, in the letter's order."""
        return tuple(p for p in self.pieces if _PART_OF.get(p.kind.part) is part)

    def of(self, *kinds: SectionKind) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind in kinds)

    def words(self, pieces: tuple[Piece, ...]) -> str:
        """The text of pieces, a blank line between them."""
        return "\n\n".join(self.text[p.start : p.end].strip() for p in pieces)

    def without(self, piece: Piece) -> str:
        """The answer without one of its pieces."""
        before = self.text[self.start : piece.start].rstrip()
        return f"{before}\n\n{self.text[piece.end :].lstrip()}".strip()


def body_of(letter: DeidentifiedLetter) -> Body:
    """The letter from its salutation on; all of it where it has none."""
    spoken = salutation_pattern().search(letter.text)
    start = spoken.start() if spoken else 0
    pieces: list[Piece] = []
    position = 0
    for section, (kind, _, end) in zip(letter.sections, sections_at(letter.sections), strict=True):
        if end > start:
            pieces.append(Piece(kind, section.heading, max(position, start), end))
        position = end
    return Body(letter.text, start, tuple(pieces))
