"""Letters with their identifiers marked, as other projects publish them.

Two forms are read: one JSON object a line, `{"id", "text", "lang"?, "spans": [{"start", "end",
"label"}]}`, and queries with the values that are in them, `===QUERY=== ... ===PHI_TAGS===` with
`{"identifier_type", "value"}` a line. Each set has labels of its own; `KINDS` maps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.language import detect_language
from index.letter import Language
from index.name_patterns import name_patterns

KINDS = {
    "PATIENT": "patient",
    "NAME_PATIENT": "patient",
    "DOCTOR": "doctor",
    "NAME_DOCTOR": "doctor",
    "RELATIVE_NAME": "relative",
    "NAME_RELATIVE": "relative",
    "NAME": "name",
    "NAME_USERNAME": "name",
    "NAME_TITLE": "title",
    "DATE": "date",
    "LOCATION": "place",
    "LOCATION_CITY": "place",
    "LOCATION_STREET": "place",
    "LOCATION_ZIP": "place",
    "GEOGRAPHIC_LOCATION": "place",
    "HOSPITAL": "hospital",
    "LOCATION_HOSPITAL": "hospital",
    "LOCATION_ORGANIZATION": "hospital",
    "CONTACT": "contact",
    "CONTACT_PHONE": "contact",
    "CONTACT_FAX": "contact",
    "CONTACT_EMAIL": "contact",
    "PHONE": "contact",
    "EMAIL": "contact",
    "ID": "id",
    "AGE": "age",
    "PROFESSION": "profession",
}
"""A label's kind; a label that is not here is an ID, as numbers of many sorts are."""

INDIRECT = ("title", "age", "profession")
"""What identifies nobody by itself: measured apart, and no harm where it is removed."""


_NAMES = ("patient", "doctor", "relative", "name")


@dataclass(frozen=True, order=True)
class Gold:
    """`text[start:end]` is an identifier of this kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class MarkedLetter:
    """A text and where its identifiers are."""

    id: str
    text: str
    language: Language
    gold: tuple[Gold, ...]


def read_marked(path: Path) -> list[MarkedLetter]:
    """All letters of a file.

    Raises:
        ValueError: a line that is no JSON, or a span outside its text.
        KeyError: a line without "text" or "spans".
    """
    text = path.read_text(encoding="utf-8")
    if "===QUERY===" in text:
        return [_query(f"{n:04d}", block) for n, block in enumerate(text.split("===QUERY===")[1:])]
    return [_letter(json.loads(line)) for line in text.splitlines() if line.strip()]


def _letter(row: dict[str, Any]) -> MarkedLetter:
    text = row["text"]
    spans = [(s["start"], s["end"], KINDS.get(s["label"], "id")) for s in row["spans"]]
    if any(not 0 <= start < end <= len(text) for start, end, _ in spans):
        raise ValueError(f"Letter {row['id']} has a span outside its text.")
    marked = [Gold(*span) for span in spans]
    gold = tuple(sorted([*marked, *_titles(text, marked)]))
    return MarkedLetter(str(row["id"]), text, row.get("lang") or detect_language(text), gold)


def _titles(text: str, marked: Sequence[Gold]) -> Iterator[Gold]:
    """Titles in front of marked names, in sets that don't mark them: they are no part of either."""
    taken = {i for gold in marked for i in range(gold.start, gold.end)}
    names = {gold.start for gold in marked if gold.kind in _NAMES}
    for match in name_patterns().title.finditer(text):
        if match.end() in names and taken.isdisjoint(range(*match.span())):
            yield Gold(*match.span(), "title")


def _query(name: str, block: str) -> MarkedLetter:
    text, _, tags = block.partition("===PHI_TAGS===")
    text = text.strip()
    rows = [json.loads(line) for line in tags.splitlines() if line.strip()]
    gold = [span for row in rows for span in _occurrences(text, row)]
    return MarkedLetter(name, text, "en", tuple(sorted({*gold, *_titles(text, gold)})))


def _occurrences(text: str, row: dict[str, str]) -> Iterator[Gold]:
    kind = KINDS.get(row["identifier_type"], "id")
    for match in re.finditer(rf"(?<!\w){re.escape(row['value'])}(?!\w)", text):
        yield Gold(*match.span(), kind)
