"""Passages as rows of a collection, and back. Pure; the collection itself is `index.collection`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from index.letter import DocumentType, Language, LetterMetadata, Passage

Row = dict[str, str | int]


@dataclass(frozen=True)
class Hit:
    """A passage near a query, of the letter with a code; `score` is the cosine similarity,
    -1 to 1."""

    letter_id: str
    position: int
    score: float


@dataclass(frozen=True)
class StoredLetter:
    """A letter in the store, without its text; it has the passages 0 to `passages` - 1."""

    id: str
    """The letter's code."""
    passages: int
    metadata: LetterMetadata


def to_row(passage: Passage, passages: int) -> Row:
    """What is stored beside a passage's text; `passages` is how many its letter has."""
    metadata = passage.metadata
    return {
        "letter_id": passage.letter_id,
        "passages": passages,
        "kind": passage.kind.value,
        "language": metadata.language,
        "letter_type": metadata.letter_type,
        "document_type": metadata.document_type,
        "tumour_group": metadata.tumour_group,
        "author": metadata.author,
        "department": metadata.department,
        "date": metadata.date.isoformat() if metadata.date else "",
    }


def from_row(row: Mapping[str, object]) -> StoredLetter:
    """The letter that a row belongs to."""
    date = str(row["date"])
    metadata = LetterMetadata(
        language=cast(Language, row["language"]),
        letter_type="summary" if row["letter_type"] == "summary" else "letter",
        tumour_group=str(row["tumour_group"]),
        author=str(row["author"]),
        department=str(row["department"]),
        date=dt.date.fromisoformat(date) if date else None,
        # An index that an earlier version built doesn't tell it.
        document_type=cast(DocumentType, row.get("document_type", "letter")),
    )
    return StoredLetter(str(row["letter_id"]), int(str(row["passages"])), metadata)


def to_hit(passage_id: str, distance: float) -> Hit:
    """A hit from a passage's id and its cosine distance, 0 to 2."""
    letter_id, _, position = passage_id.rpartition("#")
    return Hit(letter_id, int(position), 1.0 - distance)
