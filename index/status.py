"""What `epikrise index status` says: the index in figures, and every file that is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from index.catalogue import Catalogue
from index.decisions import undone
from index.entries import BuildRecord, Reasons, State, reasons
from index.overview import latest, overview
from index.settings import IndexSettings


@dataclass(frozen=True)
class Status:
    """The index as it is.

    Attributes:
        active, previous, letters, passages, kept_whole, unfinished, builds: as in an `Overview`.
        failed, in_review, excluded, duplicates: id and reason of the files of the archive that are
            not in it. None of them is tried again unless it changes or is decided on.
        decided: id and verdict of the letters in which the next build does what was decided.
    """

    active: str
    previous: str
    letters: int
    passages: int
    kept_whole: int
    unfinished: bool
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
    seen = overview(settings)
    catalogue = Catalogue(settings.data_dir)
    collection = latest(catalogue)
    entries = list(catalogue.entries(collection).values()) if collection else []
    waiting = undone(entries, catalogue.decisions())
    in_review = reasons(entries, State.IN_REVIEW)
    return Status(
        active=seen.active,
        previous=seen.previous,
        letters=seen.letters,
        passages=seen.passages,
        kept_whole=seen.kept_whole,
        unfinished=seen.unfinished,
        failed=reasons(entries, State.FAILED),
        in_review=tuple(each for each in in_review if each[0] not in waiting),
        excluded=reasons(entries, State.EXCLUDED),
        duplicates=reasons(entries, State.DUPLICATE),
        decided=tuple((each, decision.verdict.value) for each, decision in waiting.items()),
        builds=seen.builds,
    )
