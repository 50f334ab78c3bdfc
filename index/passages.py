"""What of a letter is embedded: one passage a section, in order.

The sections of a letter tile it, and so do its passages: put together they are its text again, so
that the store needs no second copy of the letter.
"""

from __future__ import annotations

from index.letter import DeidentifiedLetter, Passage


def to_passages(letter: DeidentifiedLetter) -> tuple[Passage, ...]:
    """One passage for each section that has text in it."""
    texts = [(section.kind, section.heading + section.text) for section in letter.sections]
    return tuple(
        Passage(
            id=f"{letter.id}#{position}",
            letter_id=letter.id,
            position=position,
            kind=kind,
            text=text,
            metadata=letter.metadata,
        )
        for position, (kind, text) in enumerate((k, t) for k, t in texts if t.strip())
    )
