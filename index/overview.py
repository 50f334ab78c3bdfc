"""The index in figures, and its files page by page: quick for an archive of any size."""

from __future__ import annotations

from dataclasses import dataclass

from index.catalogue import Catalogue
from index.entries import BuildRecord, Reasons, State
from index.settings import IndexSettings

PAGE = 50
"""Files on one page."""


@dataclass(frozen=True)
class Overview:
    """
    Attributes:
        active: name of the collection that is searched; empty before the first build.
        previous: the one that a roll-back makes active again, or empty.
        letters, passages: how many the active collection holds.
        failed, in_review, duplicates: how many files of the archive are not in it, and why.
        unfinished: whether a build was ended before its end, which the next one goes on with.
        builds: the last ones, the newest first.
    """

    active: str = ""
    previous: str = ""
    letters: int = 0
    passages: int = 0
    failed: int = 0
    in_review: int = 0
    duplicates: int = 0
    unfinished: bool = False
    builds: tuple[BuildRecord, ...] = ()


@dataclass(frozen=True)
class FilePage:
    """
    Attributes:
        rows: id and reason of each file, at most `PAGE`.
        start: how many come before the first of them.
        total: how many there are on all pages.
    """

    rows: Reasons
    start: int
    total: int


def overview(settings: IndexSettings) -> Overview:
    """
    Raises:
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    if not catalogue.exists():
        return Overview()
    active = catalogue.active()
    counts = dict.fromkeys(State, (0, 0)) | catalogue.counts(active)
    return Overview(
        active=active,
        previous=catalogue.previous(),
        letters=counts[State.INDEXED][0],
        passages=counts[State.INDEXED][1],
        failed=counts[State.FAILED][0],
        in_review=counts[State.IN_REVIEW][0],
        duplicates=counts[State.DUPLICATE][0],
        unfinished=bool(catalogue.unfinished()),
        builds=catalogue.builds(),
    )


def failed_files(settings: IndexSettings, containing: str = "", page: int = 0) -> FilePage:
    """A page of the files that can't be indexed; the last one where there are fewer pages.

    Args:
        containing: what the path or the reason must contain, in capitals or not.
        page: counted from 0.

    Raises:
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    active = catalogue.active()
    if not active:
        return FilePage((), 0, 0)
    start = max(page, 0) * PAGE
    rows, total = catalogue.listed(active, State.FAILED, containing.strip(), start, PAGE)
    if total and not rows:
        return failed_files(settings, containing, (total - 1) // PAGE)
    return FilePage(rows, start, total)
