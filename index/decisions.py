"""What an admin has decided on a letter in review: no text of the letter, only where and what.

A decision holds for the content of a file and for what was seen of it: once the file changes, or a
stage's new version makes other suspects or another text of it, it is asked for again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from index.entries import Entry, State
from index.spans import Label, Span

if TYPE_CHECKING:
    from index.deidentify import Reviewed


class Verdict(StrEnum):
    RELEASE = "release"
    """The suspects are no identifiers: index the letter as it is."""
    REDACT = "redact"
    """Replace the suspects, or the chosen spans, and index it."""
    EXCLUDE = "exclude"
    """Never index it."""


@dataclass(frozen=True)
class Decision:
    """
    Attributes:
        content_hash: of the file.
        seen: what the admin saw, as `fingerprint` tells it.
        spans: what is to be redacted, in the de-identified text; empty for all suspects.
        who: the admin.
        at: ISO 8601, UTC.
    """

    content_hash: str
    verdict: Verdict
    seen: str
    spans: tuple[Span, ...]
    who: str
    at: str

    @property
    def mark(self) -> str:
        """Tells this decision from every other on the same file; kept with what came of it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def fingerprint(reviewed: Reviewed) -> str:
    """A hash of the de-identified text with the suspects in it."""
    seen = json.dumps([reviewed.letter.text, spans_to_json(reviewed.residue)])
    return hashlib.sha256(seen.encode(errors="surrogatepass")).hexdigest()


def undone(entries: Iterable[Entry], decisions: Mapping[str, Decision]) -> dict[str, Decision]:
    """The decisions that the next build acts upon, by letter id, sorted."""
    found = {
        entry.id: decisions[entry.content_hash]
        for entry in entries
        if entry.state is not State.DUPLICATE
        and entry.content_hash in decisions
        and entry.decision != decisions[entry.content_hash].mark
    }
    return dict(sorted(found.items()))


def spans_to_json(spans: tuple[Span, ...]) -> str:
    return json.dumps([(span.start, span.end, span.label.value) for span in spans])


def spans_from_json(text: str) -> tuple[Span, ...]:
    rows: list[Any] = json.loads(text)
    return tuple(Span(start, end, Label(label)) for start, end, label in rows)
