"""What lies in the archive now: every file that may be a letter, with the hash of its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.archive import content_hash, list_archive, read_file
from index.errors import ArchiveError, LetterFileError

_STEP = 100


@dataclass(frozen=True)
class Inventory:
    """The files of an archive by letter id.

    Attributes:
        files: path inside the archive; it differs from the id where a name is no valid UTF-8.
        hashes: of the content of every file that could be opened.
        unread: why, for every file that could not.
    """

    folder: Path
    files: Mapping[str, str]
    hashes: Mapping[str, str]
    unread: Mapping[str, str]


def take_inventory(folder: Path, progress: Callable[[int, int], None]) -> Inventory:
    """Opens every file of the archive once.

    Args:
        progress: called with how many files of how many are done.

    Raises:
        ArchiveError: there is no such folder, no letter in it, or a part of it can't be read.
    """
    paths = list_archive(folder).files
    if not paths:
        raise ArchiveError(
            f"There is no letter in {folder}.",
            "Check that the folder is the right one and that its drive is connected.",
        )
    files: dict[str, str] = {}
    hashes: dict[str, str] = {}
    unread: dict[str, str] = {}
    for number, path in enumerate(paths, start=1):
        letter_id = path.encode(errors="surrogateescape").decode(errors="replace")
        files[letter_id] = path
        try:
            hashes[letter_id] = content_hash(read_file(folder, path))
        except LetterFileError as error:
            unread[letter_id] = str(error)
        if number % _STEP == 0 or number == len(paths):
            progress(number, len(paths))
    return Inventory(folder, files, hashes, unread)
