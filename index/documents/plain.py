"""Plain text in any of its usual encodings."""

from __future__ import annotations

import codecs
import re

from index.errors import LetterFileError

_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def plain_text(data: bytes) -> str:
    """The text as it stands.

    Raises:
        LetterFileError: it is another kind of file, or in an encoding that can't be told.
    """
    if data.startswith(_BINARY_STARTS):
        raise LetterFileError("The file is not text, though its name says so.")
    text = _decode(data)
    if text is None or _CONTROL.search(text):
        raise LetterFileError(
            "The file is not text, or in an encoding that can't be told.", "Save it as UTF-8."
        )
    return text


def _decode(data: bytes) -> str | None:
    """UTF-8 or UTF-16, with or without a byte order mark, else cp1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    elif b"\0" in data[:200]:
        # A byte order mark is missing: Latin letters have their zero byte second in little endian.
        odd = data[1:200:2].count(0)
        encodings = ("utf-16-le",) if odd > data[0:200:2].count(0) else ("utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
