"""The text of a PDF; of a scan, what tesseract reads in its pictures, where it is installed.

The only module that imports pypdf.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.documents.ocr import can_read_pictures, picture_text
from index.errors import LetterFileError

if TYPE_CHECKING:
    from pypdf import PageObject

_MOST_PAGES = 300
_MOST_CHARACTERS = 1_000_000
_MOST_PICTURES = 40


def pdf_text(data: bytes) -> str:
    """The text of all pages, a blank line between them.

    Raises:
        LetterFileError: it is damaged, has a password, more pages than a record, or no text; a scan
            is said to need OCR where tesseract is not installed.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # It says on its own log what of a file it mends, and repeats parts of it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LetterFileError("The PDF has a password.", "Save it without one.")
        if len(reader.pages) > _MOST_PAGES:
            raise LetterFileError(
                f"The PDF has {len(reader.pages):,} pages; {_MOST_PAGES} are the most.",
                "Give the parts that the letter is about.",
            )
        text = _joined(page.extract_text() for page in reader.pages)
        if not text:
            text = _scanned(reader.pages)
    except (PyPdfError, *_DAMAGED) as error:
        raise LetterFileError("The PDF is damaged.", "Save it again, or give its text.") from error
    return text.replace("\0", "").encode("utf-8", errors="replace").decode()


def _joined(pages: Iterator[str]) -> str:
    texts: list[str] = []
    for page in pages:
        texts.append(page.strip())
        if sum(map(len, texts)) > _MOST_CHARACTERS:
            raise LetterFileError(
                "The PDF holds far more text than a record.",
                "Give the parts that the letter is about.",
            )
    return "\n\n".join(filter(None, texts))


def _scanned(pages: Iterable[PageObject]) -> str:
    """What stands in the pictures of a PDF without text."""
    if not can_read_pictures():
        raise LetterFileError(
            "The PDF has no text; it is a scan and needs OCR.",
            "Install tesseract with its German and English data, or give the text.",
            retry=True,
        )
    pictures = [image.data for page in pages for image in page.images][:_MOST_PICTURES]
    text = _joined(map(picture_text, pictures))
    if not text:
        raise LetterFileError(
            "The PDF has no text; it is a scan, and OCR finds none.", "Give its text."
        )
    return text


_DAMAGED = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, NotImplementedError),
    *(
        RecursionError,
        OverflowError,
        AssertionError,
        ArithmeticError,
        EOFError,
        MemoryError,
        OSError,
    ),
)
"""What it stumbles over in a damaged file, beside its own errors."""
