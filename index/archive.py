"""Letters from a folder: every readable file in it, in the order of their paths.

A file that can't be read is reported and never stops the run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index import zips
from index.document import MAX_FILE_BYTES, SUFFIXES, document_text, read_document
from index.errors import ArchiveError, LetterFileError
from index.language import detect_language
from index.letter import Letter

__all__ = [
    "Listing",
    "Unread",
    "content_hash",
    "list_archive",
    "printable",
    "read_archive",
    "read_document",
    "read_letter",
]


@dataclass(frozen=True)
class Unread:
    """A file that gave no letter.

    Attributes:
        id: its path inside the archive, with forward slashes.
        reason: one line, without anything of the file's content.
    """

    id: str
    reason: str


@dataclass(frozen=True)
class Listing:
    """What an archive holds.

    Attributes:
        folder: the archive.
        files: ids of the files that may be letters, sorted.
        skipped: how many files of other kinds, and links to folders, were passed over.
    """

    folder: Path
    files: tuple[str, ...]
    skipped: int


def content_hash(data: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def list_archive(folder: Path) -> Listing:
    """The files of an archive, found but not opened.

    Raises:
        ArchiveError: `folder` does not exist, is no folder, or it or a folder in it can't be read.
            What can't be seen is not gone: a build would take its letters out of the index.
    """
    if not folder.exists():
        raise ArchiveError(f"There is no folder {folder}.", "Give the folder of the letters.")
    if not folder.is_dir():
        raise ArchiveError(f"{folder} is not a folder.", "Give the folder of the letters.")
    files: list[str] = []
    skipped = 0

    def refuse(error: OSError) -> None:
        raise ArchiveError(
            f"The folder {error.filename} can't be read: {error.strerror}.",
            "Make it readable, or move it out of the archive.",
        ) from error

    # Links to folders are not followed: they may loop, or lead out of the archive.
    for parent, folders, names in os.walk(folder, onerror=refuse, followlinks=False):
        skipped += sum(os.path.islink(os.path.join(parent, name)) for name in folders)
        for name in names:
            path = Path(parent, name)
            inside = path.relative_to(folder).as_posix()
            found, passed_over = _letters_at(path, inside) if _visible(name) else ((), 1)
            files += found
            skipped += passed_over
    return Listing(folder, tuple(sorted(files)), skipped)


def _letters_at(path: Path, letter_id: str) -> tuple[tuple[str, ...], int]:
    """The ids of what may be letters in one file of an archive, and how many others are in it."""
    suffix = path.suffix.lower()
    if suffix != zips.SUFFIX:
        return ((letter_id,), 0) if suffix in SUFFIXES else ((), 1)
    try:
        names = zips.names_in(path)
    except LetterFileError:
        return (letter_id,), 0  # reading it says why
    wanted = (*SUFFIXES, zips.SUFFIX)
    letters = [n for n in names if n.lower().endswith(wanted) and _visible(PurePosixPath(n).name)]
    return tuple(f"{letter_id}/{name}" for name in letters), len(names) - len(letters)


def _visible(name: str) -> bool:
    """Neither hidden nor the lock of a file that is open in Word."""
    return not name.startswith(("~$", "."))


def read_archive(folder: Path) -> Iterator[Letter | Unread]:
    """Every letter of an archive in the order of their ids, and every file that gave none.

    Raises:
        ArchiveError: as `list_archive`.
    """
    for letter_id in list_archive(folder).files:
        try:
            yield read_letter(folder, letter_id)
        except LetterFileError as error:
            yield Unread(printable(letter_id), str(error))


def read_letter(folder: Path, letter_id: str) -> Letter:
    """One letter of an archive.

    Raises:
        LetterFileError: the file can't be read, or leads out of the archive.
    """
    text = document_text(read_file(folder, letter_id), letter_id)
    return Letter(id=printable(letter_id), text=text, language=detect_language(text))


def read_file(folder: Path, letter_id: str) -> bytes:
    """The content of one file of an archive.

    Raises:
        LetterFileError: it can't be read, is too large, or leads out of the archive.
    """
    path, name = folder / letter_id, ""
    if zipped := _zip_of(folder, letter_id):
        path, name = folder / zipped, letter_id[len(zipped) + 1 :]
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            raise LetterFileError("The file is a link that leads out of the archive.")
        if not path.is_file():
            raise LetterFileError("This is not a regular file.")
        if zipped:
            if not name:
                zips.names_in(path)  # raises what is wrong with it
            return zips.read_from(path, name)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise LetterFileError(f"The file is larger than {MAX_FILE_BYTES // 2**20} MB.")
        return path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        reason = (
            error.strerror if isinstance(error, OSError) and error.strerror else "a loop of links"
        )
        raise LetterFileError(f"The file can't be opened: {reason}.") from error


def _zip_of(folder: Path, letter_id: str) -> str:
    """The path of the zip that a letter is in, or that it is itself; empty where there is none."""
    parts = letter_id.split("/")
    for end, part in enumerate(parts, 1):
        path = "/".join(parts[:end])
        # A folder may be called so, too.
        if part.lower().endswith(zips.SUFFIX) and not (folder / path).is_dir():
            return path
    return ""


def printable(letter_id: str) -> str:
    """A file name in any encoding as text that can be stored."""
    return os.fsencode(letter_id).decode("utf-8", errors="replace")
