"""How letters, builds and decisions stand in the catalogue's tables. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from index.decisions import Decision, Verdict, spans_from_json, spans_to_json
from index.entries import BuildRecord, Entry, State, Versions

Row = tuple[Any, ...]


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" for _ in columns)


_OF_LETTER = (
    *("id", "content_hash", "parser", "deidentifier", "embedder", "state", "reason"),
    *("passages", "code", "decision", "text_code", "part"),
)
LETTER_COLUMNS = ", ".join(_OF_LETTER)
INTO_LETTER = f"INTO letter (collection, {LETTER_COLUMNS}) VALUES (?, {_marks(_OF_LETTER)})"

_OF_BUILD = tuple(field.name for field in fields(BuildRecord))
BUILD_COLUMNS = ", ".join(_OF_BUILD)
INTO_BUILD = f"INTO build ({BUILD_COLUMNS}) VALUES ({_marks(_OF_BUILD)})"

DECISION_COLUMNS = "content_hash, verdict, seen, spans, who, at"
INTO_DECISION = f"INTO decision ({DECISION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"


def letter_rows(collection: str, entries: Iterable[Entry]) -> Iterable[Row]:
    """For `INTO_LETTER`."""
    return ((collection, *_of_entry(entry)) for entry in entries)


def _of_entry(entry: Entry) -> Row:
    versions = entry.versions
    stages = (versions.parser, versions.deidentifier, versions.embedder)
    outcome = (entry.state.value, entry.reason, entry.passages, entry.code, entry.decision)
    return (entry.id, entry.content_hash, *stages, *outcome, entry.text_code, entry.part)


def entry_of(row: Row) -> Entry:
    """Of `LETTER_COLUMNS`."""
    return Entry(row[0], row[1], Versions(*row[2:5]), State(row[5]), *row[6:])


def build_row(build: BuildRecord) -> Row:
    """For `INTO_BUILD`."""
    return tuple(
        json.dumps(dict(build.spans)) if name == "spans" else getattr(build, name)
        for name in _OF_BUILD
    )


def build_of(row: Row) -> BuildRecord:
    """Of `BUILD_COLUMNS`; builds of a version before have no spans."""
    told = dict(zip(_OF_BUILD, row, strict=True))
    return BuildRecord(**told | {"spans": json.loads(told["spans"] or "{}")})


def decision_row(decision: Decision) -> Row:
    """For `INTO_DECISION`."""
    spans = spans_to_json(decision.spans)
    what = (decision.content_hash, decision.verdict.value, decision.seen, spans)
    return (*what, decision.who, decision.at)


def decision_of(row: Row) -> Decision:
    """Of `DECISION_COLUMNS`."""
    return Decision(row[0], Verdict(row[1]), row[2], spans_from_json(row[3]), *row[4:])
