"""What the catalogue says of the index; known at once, without the store."""

from __future__ import annotations

from dataclasses import dataclass

from index.catalogue import Catalogue
from index.decisions import undone
from index.entries import KEPT_WHOLE, BuildRecord, Reasons, State, reasons
from index.settings import IndexSettings


@dataclass(frozen=True)
class Status:
    """The index as it is.

    Attributes:
        active: name of the collection that is searched; empty before the first build.
        previous: the one that a roll-back makes active again, or empty.
        letters, passages: how many the active collection holds.
        kept_whole: how many of the letters have no sections that can be told.
        failed, in_review, excluded, duplicates: id and reason of the files of the archive that are
            not in it. None of them is tried again unless it changes or is decided on.
        decided: id and verdict of the letters in which the next build does what was decided.
        builds: the last ones, the newest first.
    """

    active: str
    previous: str
    letters: int
    passages: int
    kept_whole: int
    failed: Reasons
    in_review: Reasons
    excluded: Reasons
    duplicates: Reasons
    decided: Reasons
    builds: tuple[BuildRecord, ...]


def status(settings: IndexSettings) -> Status:
    """
    Raises:
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    active = catalogue.active()
    entries = list(catalogue.entries(active).values()) if active else []
    waiting = undone(entries, catalogue.decisions())
    return Status(
        active=active,
        previous=catalogue.previous(),
        letters=sum(entry.state is State.INDEXED for entry in entries),
        passages=sum(entry.passages for entry in entries),
        kept_whole=sum(entry.reason == KEPT_WHOLE for entry in entries),
        failed=reasons(entries, State.FAILED),
        in_review=tuple(
            each for each in reasons(entries, State.IN_REVIEW) if each[0] not in waiting
        ),
        excluded=reasons(entries, State.EXCLUDED),
        duplicates=reasons(entries, State.DUPLICATE),
        decided=tuple((each, decision.verdict.value) for each, decision in waiting.items()),
        builds=catalogue.builds() if active else (),
    )
