"""The review: letters that still look identifying after de-identification, and what an admin says.

No text of a letter is stored for it: the suspects are found anew in the file each time they are
asked for. A decision is kept in the catalogue, and the next build does what it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.archive import content_hash as hash_of
from index.archive import list_archive, printable, read_file, read_letter
from index.catalogue import Catalogue
from index.decisions import Decision, Verdict, fingerprint
from index.entries import State
from index.errors import ArchiveError, LetterFileError, ReviewError
from index.letter import Language
from index.settings import IndexSettings
from index.spans import Label, Span
from index.stages import LetterStages

_AROUND = 160
"""Characters shown on each side of a suspect."""


@dataclass(frozen=True)
class Suspect:
    """One stretch of a de-identified letter that still looks identifying.

    Attributes:
        letter_id: the letter's path inside the archive.
        content_hash: of its file, and `seen`: of what is shown; `decide` wants both.
        passage: the de-identified text around it.
        start, end: where it stands in `passage`.
        at: where it stands in the whole de-identified letter; for `spans` of `decide`, what is at
            `i` in `passage` is there at `at - start + i`.
        label: what kind of identifier it seems to be.
        why: why it is one, for the admin to read.
    """

    letter_id: str
    content_hash: str
    seen: str
    language: Language
    passage: str
    start: int
    end: int
    at: int
    label: Label
    why: str

    @property
    def span(self) -> Span:
        """Where it stands in the whole de-identified letter."""
        return Span(self.at, self.at + self.end - self.start, self.label)


def pending(
    settings: IndexSettings,
    *,
    letters: Sequence[str] | None = None,
    limit: int | None = None,
    stages: LetterStages | None = None,
) -> tuple[Suspect, ...]:
    """The suspects of the letters in review that nobody has decided on, letter by letter.

    A letter that is gone or can't be read any more, or whose suspects are, has none; the next build
    says what becomes of it.

    Args:
        letters: only these, by id.
        limit: at most so many letters; each is read and de-identified anew.

    Raises:
        ArchiveError: the folder of the letters is not there.
        StoreError: the catalogue can't be read.
    """
    ...


def decide(
    settings: IndexSettings,
    letter_id: str,
    content_hash: str,
    verdict: Verdict,
    who: str,
    *,
    spans: Sequence[Span] = (),
    seen: str = "",
    stages: LetterStages | None = None,
) -> Decision:
    """Keeps a decision for the next build; a later one on the same letter takes its place.

    Args:
        content_hash, seen: as the suspects that were shown have them.
        spans: with REDACT: what is replaced, in the de-identified letter, instead of all suspects;
            the others are released with it.

    Raises:
        ReviewError: the letter is no longer what was shown, there is nothing to decide on, or the
            spans lie outside of it.
        ArchiveError: the folder of the letters is not there.
        StoreError: the catalogue can't be written.
    """
    ...
