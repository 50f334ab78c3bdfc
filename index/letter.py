"""The stages of a letter on its way into the index: Letter -> DeidentifiedLetter -> Passage.

A `Letter` holds a person's identity. Nothing that embeds, stores or trains takes one: they take a
`DeidentifiedLetter`, which only `index.deidentify` makes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Language = Literal["en", "de"]
DocumentType = Literal["letter", "discharge letter", "referral", "report", "tumour board"]


class SectionKind(StrEnum):
    """The sections of a physician letter, in the usual order."""

    SALUTATION = "salutation"
    """With what stands above it: sender, recipients, reference line."""
    DIAGNOSES = "diagnoses"
    HISTORY = "history"
    """What came before, and the course."""
    FINDINGS = "findings"
    TREATMENT = "treatment"
    ASSESSMENT = "assessment"
    RECOMMENDATIONS = "recommendations"
    MEDICATION = "medication"
    SCHEDULE = "schedule"
    CLOSING = "closing"
    BODY = "body"
    """The whole letter, where its parts can't be told."""

    @property
    def part(self) -> SectionKind:
        """Which of the six parts of a letter (arXiv 2408.10715) it belongs to; BODY to none."""
        return _PART_OF.get(self, self)


_PART_OF = {
    SectionKind.FINDINGS: SectionKind.HISTORY,
    SectionKind.TREATMENT: SectionKind.HISTORY,
    SectionKind.ASSESSMENT: SectionKind.HISTORY,
    SectionKind.MEDICATION: SectionKind.RECOMMENDATIONS,
}
LETTER_PARTS = tuple(k for k in SectionKind if k.part is k and k is not SectionKind.BODY)
"""The six parts, in order: what a letter that is written anew consists of."""


@dataclass(frozen=True)
class Section:
    """One part of a letter: `text` without its heading, which is empty where it has none."""

    kind: SectionKind
    heading: str
    text: str


@dataclass(frozen=True)
class Letter:
    """A letter as it stands in the archive, with names in it."""

    id: str
    """The path inside the archive, with forward slashes."""
    text: str
    language: Language


@dataclass(frozen=True)
class LetterMetadata:
    """What retrieval filters and ranks by. None of it identifies a patient."""

    language: Language
    letter_type: Literal["letter", "summary"] = "letter"
    """The form, as it may be asked for."""
    tumour_group: str = ""
    """A name from `index/data/tumour_groups.toml`, or empty where none can be told."""
    author: str = ""
    """A keyed pseudonym of the signing physician, or empty."""
    department: str = ""
    date: dt.date | None = None
    """The date of the letter, shifted as all dates of its patient are."""
    document_type: DocumentType = "letter"
    """The occasion; "letter" where none can be told."""


@dataclass(frozen=True)
class DeidentifiedLetter:
    """A letter without a person's identity; made by `index.deidentify` alone."""

    id: str
    """A keyed code of the letter's path, which may itself name a patient; only the catalogue knows
    which is whose."""
    text: str
    sections: tuple[Section, ...]
    metadata: LetterMetadata


@dataclass(frozen=True)
class Passage:
    """What is embedded and stored: one section of a de-identified letter."""

    id: str
    """`<letter id>#<position>`"""
    letter_id: str
    """The letter's code."""
    position: int
    kind: SectionKind
    text: str
    """The section with its heading, as it stands in the letter."""
    metadata: LetterMetadata = field(repr=False)
