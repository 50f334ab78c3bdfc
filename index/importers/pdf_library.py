"""The text of a PDF that has one. The only module that imports pypdf."""

from __future__ import annotations

import io
import logging

from index.errors import CaseError

_MOST_PAGES = 300
_MOST_CHARACTERS = 1_000_000


def pdf_text(data: bytes) -> str:
    """The text of all pages, a blank line between them.

    Raises:
        CaseError: it is damaged, has a password, more pages than a record, or no text.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # It says on its own log what of a file it mends, and repeats parts of it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise CaseError("The PDF has a password.", "Save it without one.")
        if len(reader.pages) > _MOST_PAGES:
            raise CaseError(
                f"The PDF has {len(reader.pages):,} pages; {_MOST_PAGES} are the most.",
                "Give the parts that the letter is about.",
            )
        pages: list[str] = []
        for page in reader.pages:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > _MOST_CHARACTERS:
                raise CaseError(
                    "The PDF holds far more text than a record.",
                    "Give the parts that the letter is about.",
                )
    except (PyPdfError, *_DAMAGED) as error:
        raise CaseError("The PDF is damaged.", "Save it again, or give its text.") from error
    text = "\n\n".join(page.strip() for page in pages if page.strip())
    if not text:
        raise CaseError(
            "The PDF has no text; it may be a scan.", "Give its text, or a PDF with text."
        )
    return text.replace("\0", "").encode("utf-8", errors="replace").decode()


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
