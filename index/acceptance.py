"""A new collection is made the active one only where it gives back what was put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.entries import Entry, State, reasons
from index.errors import ArchiveError, StoreError
from index.neighbours import ExactNeighbours

if TYPE_CHECKING:
    from index.collection import Collection

_ITSELF = 0.999
"""Cosine of a stored passage with itself, whatever rounding the store does."""
_LEAST_RECALL = 0.95
"""Of themselves, and of the ten nearest passages. The settings of the store reach more; less means
that it is broken. Not all: the search is approximate, and one miss in hundreds of thousands of
passages is no reason to throw away the work of hours."""


def accept(target: Collection, entries: Sequence[Entry], exact: ExactNeighbours) -> None:
    """Smoke queries: every passage is there, and those looked for find themselves and their true
    neighbours, nearly all.

    Of an index that adds to another collection: the passages of its own, as the others were checked
    when that was built.

    Raises:
        ArchiveError: there is nothing in it.
        StoreError: something is not found.
    """
    expected = sum(entry.passages for entry in entries if not entry.part)
    if not any(entry.passages for entry in entries):
        failed = reasons(entries, State.FAILED)
        why = f" The first reason: {failed[0][1]}" if failed else ""
        raise ArchiveError(
            f"None of the {len(entries)} files can be indexed.{why}",
            "The index stays as it was. See the reasons: epikrise index build --dry-run.",
        )
    found = target.count()
    if found != expected:
        raise StoreError(
            f"The new collection fails its check: {found} of {expected} passages.",
            "The index stays as it was. Build it again.",
        )
    nearest = [target.nearest(vector, 1) for vector in exact.queries]
    themselves = sum(bool(hits) and hits[0].score > _ITSELF for hits in nearest)
    if themselves < _LEAST_RECALL * len(nearest):
        raise StoreError(
            f"The new collection finds only {themselves} of {len(nearest)} passages by themselves.",
            "The index stays as it was. Build it again.",
        )
    recall = exact.recall(lambda query, k: [hit.score for hit in target.nearest(query, k)])
    if recall < _LEAST_RECALL:
        raise StoreError(
            f"The new collection finds only {recall:.0%} of the nearest passages.",
            "The index stays as it was. Build it again.",
        )
