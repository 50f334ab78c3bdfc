"""Word documents: headers, paragraphs, tables and text boxes in order, footers."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import LetterFileError

if TYPE_CHECKING:
    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

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
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARAGRAPH = f"{{{_WORD}}}p"
_BOXES = ".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])]"

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


def docx_text(data: bytes) -> str:
    """The text of a .docx file, cells of a table separated by tabs.

    Raises:
        LetterFileError: it is damaged, has a password, or unpacks to far more than a letter.
    """
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
            yield from _box_lines(item)


def _box_lines(paragraph: Paragraph) -> Iterator[str]:
    """What stands in the text boxes that are anchored in a paragraph.

    Word writes each box twice, for itself and, as a fallback, for programs of before 2010.
    """
    from docx.text.paragraph import Paragraph as Inner

    for box in paragraph._p.xpath(_BOXES):  # pyright: ignore[reportPrivateUsage]
        for line in box.iterchildren(_PARAGRAPH):
            yield Inner(line, paragraph).text


def _table_lines(table: Table) -> Iterator[str]:
    """One line a row, cells separated by tabs; a merged cell is given once."""
    from docx.table import _Cell  # pyright: ignore[reportPrivateUsage]

    for number, row in enumerate(table.rows):
        # Not `row.cells`: it lists a cell as often as the file says that it spans columns, be it a
        # thousand million times, and looks for a merged one row by row.
        elements = row._tr.tc_lst  # pyright: ignore[reportPrivateUsage]
        own = [each for each in elements if number == 0 or each.vMerge != "continue"]
        yield "\t".join("\n".join(_block_lines(_Cell(each, table))) for each in own)
