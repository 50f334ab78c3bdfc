"""What is known of each file of an archive, and of each build that was finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    INDEXED = "indexed"
    FAILED = "failed"
    IN_REVIEW = "in review"
    EXCLUDED = "excluded"
    """An admin has decided in the review that it never comes in."""
    DUPLICATE = "duplicate"
    """Another file has the same content or the same text, and stands for both."""


@dataclass(frozen=True)
class Versions:
    """The version of each stage that a letter went through."""

    parser: str
    deidentifier: str
    embedder: str


@dataclass(frozen=True)
class Entry:
    """One file of the archive, as the last build that touched it left it.

    Attributes:
        content_hash: of the file; empty where it could not be opened.
        reason: why it is not indexed, or KEPT_WHOLE, without a word of the letter; else empty.
        passages: how many it has in the collection.
        code: what stands for the letter in the collection; empty where it is not in it.
        decision: the mark of the review's decision that it was made under; empty without one.
        text_code: a keyed code of its text, by which copies in other formats are told; empty where
            it was not read.
        part: the collection that holds its passages, where the build's own does not.
    """

    id: str
    """Its path inside the archive."""
    content_hash: str
    versions: Versions
    state: State
    reason: str = ""
    passages: int = 0
    code: str = ""
    decision: str = ""
    text_code: str = ""
    part: str = ""


KEPT_WHOLE = "Its sections can't be told: it is one passage."
"""The reason of a letter that is indexed all the same."""


def same_as(letter_id: str) -> str:
    """The reason of a duplicate."""
    return f"The same as {letter_id}."


Reasons = tuple[tuple[str, str], ...]


def reasons(entries: Iterable[Entry], state: State) -> Reasons:
    """Id and reason of the entries in a state, sorted."""
    return tuple(sorted((entry.id, entry.reason) for entry in entries if entry.state is state))


@dataclass(frozen=True)
class BuildRecord:
    """One build that was finished."""

    collection: str
    finished: str
    """ISO 8601, UTC."""
    new: int
    changed: int
    removed: int
    unchanged: int
    failed: int
    in_review: int
    passages: int
    seconds: float
    who: str = ""
    """Who built: the user of the system on the command line, the admin's name on the page."""
    archive: str = ""
    """The folder."""
    spans: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many identifiers of each type it replaced, the most frequent first."""
