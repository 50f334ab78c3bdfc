"""The text of a document: plain text in any of its usual encodings, or .docx."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.errors import CaseError, LetterFileError

if TYPE_CHECKING:
    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document
    from docx.table import Table

MAX_FILE_BYTES = 20 * 2**20
"""A letter is far smaller; what is larger is something else."""

_MAX_UNZIPPED_BYTES = 100 * 2**20
_MAX_RATIO = 200
"""Unzipped to zipped size of one large entry. Text packs 10 to 30 times, a zip bomb 1,000 times."""
_LARGE_ENTRY_BYTES = 2**20
_MAX_ENTRIES = 2000
_MAX_XML_BYTES = 8 * 2**20
"""Of all that may be XML, which takes up to 45 times as much memory when it is parsed. Word's own
parts take up to 1 MB, a table's cell with borders and fonts 1 KB, text of many fonts 30 times its
size: 200,000 bytes of text, or 6,000 cells, still fit. Images are no XML."""
_XML_HEAD_BYTES = 256

SUFFIXES = (".txt", ".docx")


def read_document(data: bytes, filename: str, limit: int = 200_000) -> str:
    """The text of one uploaded file.

    Args:
        data: the file's content.
        filename: its name; only the ending counts.
        limit: the most bytes of text, as UTF-8, that are taken.

    Raises:
        CaseError: the file can't be read, or holds no text or more than `limit`.
    """
    if PurePath(filename).suffix.lower() not in SUFFIXES:
        raise CaseError("This kind of file can't be read.", "Give a .txt or .docx file.")
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
    """The text of a .txt or .docx file, with "\\n" for line ends.

    Raises:
        LetterFileError: empty, too large, or not what its name says.
    """
    if not data:
        raise LetterFileError("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise LetterFileError(f"The file is larger than {MAX_FILE_BYTES // 2**20} MB.")
    text = _docx_text(data) if filename.lower().endswith(".docx") else _plain_text(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    if not text.strip():
        raise LetterFileError("There is no text in the file.")
    return text


# --- plain text

_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def _plain_text(data: bytes) -> str:
    if data.startswith(_BINARY_STARTS):
        raise LetterFileError("The file is not text, though its name ends in .txt.")
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


# --- .docx


# RuntimeError: an entry has a password, or is packed in a way that is not known. ValueError and
# OverflowError: a damaged offset points before the file.
_UNZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def _docx_text(data: bytes) -> str:
    _refuse_unsafe_zip(data)
    # Imported here: they take a third of a second, and most archives are text.
    from docx import Document as Opened
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return "\n".join(_docx_lines(Opened(io.BytesIO(data))))
    except (OpcError, LxmlError, KeyError, AttributeError, *_UNZIP_ERRORS) as error:
        raise LetterFileError("The .docx file is damaged.", "Save it again with Word.") from error


def _refuse_unsafe_zip(data: bytes) -> None:
    """Sizes are checked before anything is unpacked; zipfile never unpacks more than they say."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LetterFileError(
            "The file is password-protected, or an old .doc.",
            "Save it as .docx without a password.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise LetterFileError("The file is not a .docx, though its name says so.") from error
    total = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > _LARGE_ENTRY_BYTES
        and entry.file_size > _MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if bomb or total > _MAX_UNZIPPED_BYTES or len(entries) > _MAX_ENTRIES:
        raise LetterFileError("The .docx file unpacks to far more than a letter (a zip bomb?).")
    if _xml_bytes(data) > _MAX_XML_BYTES:
        raise LetterFileError(
            f"The .docx file holds more than {_MAX_XML_BYTES // 2**20} MB of XML, far more than a "
            "letter.",
            "Copy its text into a new file.",
        )


def _xml_bytes(data: bytes) -> int:
    """The unzipped size of all entries that a parser of XML would take.

    By their first bytes: what a part is called does not bind whoever makes the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(
                entry.file_size for entry in archive.infolist() if _may_be_xml(archive, entry)
            )
    except _UNZIP_ERRORS as error:
        raise LetterFileError("The .docx file is damaged.", "Save it again with Word.") from error


def _may_be_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    with archive.open(entry) as file:
        head = file.read(_XML_HEAD_BYTES)
    # What may stand before the first tag: spaces, a byte order mark, the zeros of UTF-16.
    start = head.lstrip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe")
    return not start or start.startswith(b"<")


def _docx_lines(document: Document) -> Iterator[str]:
    """Headers, then paragraphs and tables in order, then footers; each text once."""
    sections = list(document.sections)
    for section in sections:
        for header in (section.first_page_header, section.header):
            if not header.is_linked_to_previous:
                yield from _block_lines(header)
    yield from _block_lines(document)
    for section in sections:
        for footer in (section.first_page_footer, section.footer):
            if not footer.is_linked_to_previous:
                yield from _block_lines(footer)


def _block_lines(block: Document | BlockItemContainer) -> Iterator[str]:
    from docx.table import Table

    for item in block.iter_inner_content():
        if isinstance(item, Table):
            yield from _table_lines(item)
        else:
            yield item.text


def _table_lines(table: Table) -> Iterator[str]:
    """One line a row, cells separated by tabs; a merged cell is given once."""
    from docx.table import _Cell  # pyright: ignore[reportPrivateUsage]

    for number, row in enumerate(table.rows):
        # Not `row.cells`: it lists a cell as often as the file says that it spans columns, be it a
        # thousand million times, and looks for a merged one row by row.
        elements = row._tr.tc_lst  # pyright: ignore[reportPrivateUsage]
        own = [each for each in elements if number == 0 or each.vMerge != "continue"]
        yield "\t".join("\n".join(_block_lines(_Cell(each, table))) for each in own)
