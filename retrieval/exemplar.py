"""What retrieval hands to the prompt: a past letter that shows the style, and why it was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from index.letter import LetterMetadata


@dataclass(frozen=True)
class Exemplar:
    """A de-identified letter, whole.

    Attributes:
        letter_id: its code, which tells nothing of its path in the archive.
        text: the letter, de-identified.
        score: cosine similarity of its best passage to the case, -1 to 1.
        reasons: why it was chosen, one short phrase each, e.g. "same tumour group: breast".
    """

    letter_id: str
    text: str
    score: float
    reasons: tuple[str, ...]
    metadata: LetterMetadata
