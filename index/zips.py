"""Zip archives as folders of letters. Nothing is ever unpacked to a disk.

A letter inside goes by the zip's path with its own behind it: `2019/march.zip/a/letter.docx`.
"""

from __future__ import annotations

import zipfile
import zlib
from functools import lru_cache
from pathlib import Path, PurePosixPath

from index.document import MAX_FILE_BYTES
from index.errors import LetterFileError

SUFFIX = ".zip"

_MOST_ENTRIES = 500_000
_MAX_RATIO = 200
"""Unpacked to packed size of one large entry. Text packs 10 to 30 times, a zip bomb 1,000 times."""
_LARGE_ENTRY_BYTES = 2**20
# RuntimeError: an entry has a password, or is packed in a way that is not known. ValueError and
# OverflowError: a damaged offset points before the file.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


def names_in(path: Path) -> tuple[str, ...]:
    """The paths of all files in a zip, sorted.

    Raises:
        LetterFileError: it can't be opened, or holds too many.
    """
    names = {info.filename for info in _opened(path).infolist() if not info.is_dir()}
    if len(names) > _MOST_ENTRIES:
        raise LetterFileError(f"The zip holds more than {_MOST_ENTRIES:,} files.", "Unpack it.")
    return tuple(sorted(names))


def read_from(path: Path, name: str) -> bytes:
    """The content of one file in a zip.

    Raises:
        LetterFileError: it is too large, a zip bomb, damaged, has a password, or is a zip itself;
            or its path leads out of the zip.
    """
    if name.lower().endswith(SUFFIX):
        raise LetterFileError("A zip inside a zip is not opened.", "Unpack it.")
    if name.startswith(("/", "\\")) or ".." in PurePosixPath(name.replace("\\", "/")).parts:
        raise LetterFileError("Its path leads out of the zip.", "Make the zip anew.")
    opened = _opened(path)
    try:
        info = opened.getinfo(name)
        if info.file_size > MAX_FILE_BYTES:
            raise LetterFileError(f"The file is larger than {MAX_FILE_BYTES // 2**20} MB.")
        packed = max(info.compress_size, 1)
        if info.file_size > _LARGE_ENTRY_BYTES and info.file_size > _MAX_RATIO * packed:
            raise LetterFileError("The file unpacks to far more than a letter (a zip bomb?).")
        if info.flag_bits & 1:
            raise LetterFileError("The file has a password.", "Save it without one.")
        return opened.read(info)
    except KeyError as error:
        raise LetterFileError("The file is no longer in the zip.") from error
    except DAMAGED as error:
        raise LetterFileError(
            "The file is damaged inside its zip.", "Make the zip anew."
        ) from error


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        state = path.stat()
        return _kept_open(path, state.st_mtime_ns, state.st_size)
    except (*DAMAGED, NotImplementedError) as error:
        raise LetterFileError("The zip is damaged.", "Make it anew, or unpack it.") from error


@lru_cache(maxsize=1)
def _kept_open(path: Path, modified: int, size: int) -> zipfile.ZipFile:
    """Letters of one zip are read one after the other; its list of entries may be a long one."""
    return zipfile.ZipFile(path)
