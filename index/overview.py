"""The index in figures, and its files page by page: quick for an archive of any size."""

from __future__ import annotations

from dataclasses import dataclass

from index.catalogue import Catalogue
from index.decisions import Decision, undone
from index.entries import KEPT_WHOLE, BuildRecord, Entry, State
from index.locks import BUILD, is_held
from index.review import Suspect, pending
from index.settings import IndexSettings
from index.stages import LetterStages

PAGE = 50
"""Files on one page."""
REVIEW_PAGE = 10
"""Letters on one page of the review: each is read and de-identified anew."""


@dataclass(frozen=True)
class Overview:
    """
    Attributes:
        active: name of the collection that is searched; empty before the first build.
        previous: the one that a roll-back makes active again, or empty.
        letters, passages: how many the active collection holds.
        kept_whole: how many of the letters have no sections that can be told.
        failed, in_review, duplicates, excluded: how many files of the archive are not in it.
        building: whether a build is running.
        unfinished: whether a build was ended before its end, which the next one goes on with.
        builds: the last ones, the newest first.
    """

    active: str = ""
    previous: str = ""
    letters: int = 0
    passages: int = 0
    kept_whole: int = 0
    failed: int = 0
    in_review: int = 0
    duplicates: int = 0
    excluded: int = 0
    building: bool = False
    unfinished: bool = False
    builds: tuple[BuildRecord, ...] = ()


@dataclass(frozen=True)
class FilePage:
    """
    Attributes:
        files: at most `PAGE`.
        start: how many come before the first of them.
        total: how many there are on all pages.
    """

    files: tuple[Entry, ...] = ()
    start: int = 0
    total: int = 0


@dataclass(frozen=True)
class InReview:
    """
    Attributes:
        suspects: what still looks identifying, as long as nobody has decided on the letter.
        decision: what the next build does with it.
    """

    file: Entry
    suspects: tuple[Suspect, ...]
    decision: Decision | None


@dataclass(frozen=True)
class ReviewPage:
    letters: tuple[InReview, ...] = ()
    start: int = 0
    total: int = 0


def overview(settings: IndexSettings) -> Overview:
    """
    Raises:
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    if not catalogue.exists():
        return Overview()
    active = catalogue.active()
    collection = latest(catalogue)
    building = is_held(settings.data_dir / BUILD)
    counts = dict.fromkeys(State, (0, 0)) | catalogue.counts(collection)
    return Overview(
        active=active,
        previous=catalogue.previous(),
        letters=counts[State.INDEXED][0],
        passages=counts[State.INDEXED][1],
        kept_whole=catalogue.listed(collection, State.INDEXED, KEPT_WHOLE, 0, 0)[1],
        failed=counts[State.FAILED][0],
        in_review=counts[State.IN_REVIEW][0],
        duplicates=counts[State.DUPLICATE][0],
        excluded=counts[State.EXCLUDED][0],
        building=building,
        unfinished=not building and bool(catalogue.unfinished()),
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
    return _page(Catalogue(settings.data_dir), State.FAILED, containing, page, PAGE)


def letters_in_review(
    settings: IndexSettings, page: int = 0, stages: LetterStages | None = None
) -> ReviewPage:
    """A page of the letters that still look identifying, with what was decided on them.

    Raises:
        ArchiveError: the folder of the letters is not there.
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    found = _page(catalogue, State.IN_REVIEW, "", page, REVIEW_PAGE)
    if not found.files:
        return ReviewPage()
    decided = undone(found.files, catalogue.decisions())
    suspects: dict[str, list[Suspect]] = {}
    for each in pending(settings, letters=[file.id for file in found.files], stages=stages):
        suspects.setdefault(each.letter_id, []).append(each)
    letters = (
        InReview(file, tuple(suspects.get(file.id, ())), decided.get(file.id))
        for file in found.files
    )
    return ReviewPage(tuple(letters), found.start, found.total)


def _page(catalogue: Catalogue, state: State, containing: str, page: int, size: int) -> FilePage:
    collection = latest(catalogue)
    if not collection:
        return FilePage()
    start = max(page, 0) * size
    files, total = catalogue.listed(collection, state, containing.strip(), start, size)
    if total and not files:
        return _page(catalogue, state, containing, (total - 1) // size, size)
    return FilePage(files, start, total)


def latest(catalogue: Catalogue) -> str:
    """The active collection; where there is none yet, that of the build that was broken off."""
    return catalogue.active() or (catalogue.unfinished() if catalogue.exists() else "")
