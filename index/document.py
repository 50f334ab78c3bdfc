"""The text of a document, whatever its kind: told by its content first, then by its name.

    bytes, filename -> kind -> one of `index.documents` -> text

Word writes RTF into files that end in .doc, and scanners name PDFs .txt: each is read as what it
is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Literal

from index.errors import CaseError, LetterFileError

MAX_FILE_BYTES = 20 * 2**20
"""A letter is far smaller; what is larger is something else."""

SUFFIXES = (".txt", ".docx", ".doc", ".rtf", ".pdf", ".xml")
"""Of files that may be letters."""

Kind = Literal["plain", "docx", "doc", "rtf", "pdf", "cda"]

_OF_SUFFIX: dict[str, Kind] = {
    ".txt": "plain",
    ".docx": "docx",
    ".doc": "doc",
    ".rtf": "rtf",
    ".pdf": "pdf",
    ".xml": "cda",
}
_OF_START: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", "pdf"),
    (rb"{\rtf", "rtf"),
    (b"PK\x03\x04", "docx"),
    (b"\xd0\xcf\x11\xe0", "doc"),
    (b"<?xml", "cda"),
    (b"<ClinicalDocument", "cda"),
)
_BLANK = b" \t\r\n\xef\xbb\xbf"


def read_document(data: bytes, filename: str, limit: int = 200_000) -> str:
    """The text of one uploaded file.

    Args:
        data: the file's content.
        filename: its name; its ending counts where the content doesn't tell what it is.
        limit: the most bytes of text, as UTF-8, that are taken.

    Raises:
        CaseError: the file can't be read, or holds no text or more than `limit`.
    """
    if PurePath(filename).suffix.lower() not in SUFFIXES and kind_of(data, filename) == "plain":
        raise CaseError("This kind of file can't be read.", f"Give a {', '.join(SUFFIXES)} file.")
    try:
        text = document_text(data, filename)
    except LetterFileError as error:
        raise CaseError(error.what, error.do) from error
    size = len(text.encode())
    if size > limit:
        raise CaseError(
            f"The file holds {size:,} bytes of text; a case may have {limit:,}.",
            "Give the parts that the letter is about.",
        )
    return text


def document_text(data: bytes, filename: str) -> str:
    """The text of a letter's file, with "\\n" for line ends.

    Raises:
        LetterFileError: empty, too large, damaged, or of a kind that can't be read here.
    """
    if not data:
        raise LetterFileError("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise LetterFileError(f"The file is larger than {MAX_FILE_BYTES // 2**20} MB.")
    text = _reader(kind_of(data, filename))(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    if not text.strip():
        raise LetterFileError("There is no text in the file.")
    return text


def kind_of(data: bytes, filename: str) -> Kind:
    """What a file is; one of an unknown kind is taken for plain text."""
    suffix = PurePath(filename).suffix.lower()
    start = data[:64].replace(b"\0", b"").lstrip(_BLANK)  # the zeros of UTF-16
    for beginning, kind in _OF_START:
        # A text may begin like XML; only a file that says to be XML is one.
        if start.startswith(beginning) and (kind != "cda" or suffix == ".xml"):
            return kind
    return _OF_SUFFIX.get(suffix, "plain")


def _reader(kind: Kind) -> Callable[[bytes], str]:
    """Imported where one is needed: most archives hold one kind of file, and libraries are slow."""
    match kind:
        case "plain":
            from index.documents.plain import plain_text as reader
        case "docx":
            from index.documents.docx import docx_text as reader
        case "doc":
            from index.documents.doc import doc_text as reader
        case "rtf":
            from index.documents.rtf import rtf_text as reader
        case "pdf":
            from index.documents.pdf import pdf_text as reader
        case "cda":
            from index.documents.cda import cda_text as reader
    return reader
