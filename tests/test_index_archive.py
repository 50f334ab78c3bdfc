"""Reading letters from a folder, and one document from an upload."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from index_fakes import unreadable

from index.archive import (
    Unread,
    content_hash,
    list_archive,
    read_archive,
    read_document,
    read_letter,
)
from index.document import MAX_FILE_BYTES, document_text
from index.errors import ArchiveError, CaseError, LetterFileError
from index.letter import Letter

LETTER = "Sehr geehrte Frau Kollegin,\n\nwir berichten über Ödeme – 50 €.\n"


def docx(*, header: str = "", footer: str = "") -> bytes:
    document = Document()
    document.add_paragraph("Befund")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("Kreatinin", "0,9"), ("Leukozyten", "5,1")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    merged = document.add_table(rows=2, cols=2)
    merged.cell(0, 0).merge(merged.cell(1, 1)).text = "verbunden"
    document.add_paragraph("Ende")
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = footer
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(change: Callable[[str, bytes], tuple[str, bytes]], **extra: bytes) -> bytes:
    """A .docx with each entry's name and content changed, and with `extra` images."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx())) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for entry in source.infolist():
            archive.writestr(*change(entry.filename, source.read(entry)))
        for name, content in extra.items():
            archive.writestr(f"word/media/{name}.png", content)
    return buffer.getvalue()


def with_xml(megabytes: int, part: str = "document.xml") -> bytes:
    """A .docx with so much more XML, and with its text in a part of another name."""
    # Random, for what packs better would pass for a bomb.
    more = b"<!--%s-->" % random.Random(1).randbytes(megabytes * 2**19).hex().encode()

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        name = name.replace("document.xml", part)
        if name.endswith((".rels", "[Content_Types].xml")):
            return name, content.replace(b"document.xml", part.encode())
        if name == f"word/{part}":
            return name, content.replace(b"<w:sectPr", more + b"<w:sectPr", 1)
        return name, content

    return repacked(change)


def spoilt(what: str) -> bytes:
    """A .docx whose entries need a password, are packed in an unknown way, or are damaged."""
    data = bytearray(docx())
    if what == "damaged":
        start = data.find(b"word/document.xml") + 60
        data[start : start + 40] = b"\xff" * 40
    position = data.find(b"PK\x01\x02")
    while position >= 0:
        if what == "password":
            data[position + 8] |= 1
        elif what == "packing":
            data[position + 10] = 99
        position = data.find(b"PK\x01\x02", position + 4)
    return bytes(data)


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (50 * 2**20))
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_in_any_encoding_is_read(encoding: str, tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(LETTER.replace("\n", "\r\n").encode(encoding))
    assert list(read_archive(tmp_path)) == [Letter("a.txt", LETTER, "de")]


def test_docx_gives_header_tables_in_order_and_footer(tmp_path: Path):
    (tmp_path / "a.docx").write_bytes(docx(header="Klinik", footer="Seite 1"))
    (letter,) = read_archive(tmp_path)
    assert isinstance(letter, Letter)
    lines = [line for line in letter.text.split("\n") if line]
    expected = ["Klinik", "Befund", "Kreatinin\t0,9", "Leukozyten\t5,1", "verbunden", "Ende"]
    assert lines == [*expected, "Seite 1"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n", "no text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "not text"),
        ("a.txt", b"\x01\x02\x03\x04 text", "not text"),
        ("a.txt", b"x" * (MAX_FILE_BYTES + 1), "larger than 20 MB"),
        ("a.docx", b"this is no zip", "not a .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.docx", docx()[:2000], "not a .docx"),
        ("a.docx", zip_bomb(), "zip bomb"),
        ("a.docx", spoilt("password"), "damaged"),
        ("a.docx", spoilt("packing"), "damaged"),
        ("a.docx", spoilt("damaged"), "damaged"),
    ],
)
def test_a_bad_file_is_reported_and_the_run_goes_on(
    name: str, content: bytes, reason: str, tmp_path: Path
):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_text(LETTER, encoding="utf-8")
    unread, letter = read_archive(tmp_path)
    assert isinstance(unread, Unread)
    assert unread.id == name
    assert reason in unread.reason
    assert isinstance(letter, Letter)


def test_a_docx_without_a_document_in_it_is_damaged(tmp_path: Path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.xml", b"<a/>")
    (tmp_path / "a.docx").write_bytes(buffer.getvalue())
    (unread,) = read_archive(tmp_path)
    assert isinstance(unread, Unread)
    assert "damaged" in unread.reason


@pytest.mark.parametrize("part", ["document.xml", "document.png"])
def test_a_docx_of_more_xml_than_any_letter_has_is_refused(part: str):
    assert "Kreatinin" in document_text(with_xml(6, part), "a.docx")
    with pytest.raises(LetterFileError, match="more than 8 MB of XML") as caught:
        document_text(with_xml(9, part), "a.docx")
    assert caught.value.do


def test_images_in_a_docx_do_not_count_as_xml():
    noise = random.Random(1).randbytes(5 * 2**20)
    images = {"scan": b"\x89PNG" + noise, "photo": b"\xff\xd8\xff\xe0" + noise}
    data = repacked(lambda name, content: (name, content), **images)
    assert "Kreatinin" in document_text(data, "a.docx")


def test_a_table_that_says_to_be_of_any_size_is_read_at_once():
    document = Document()
    table = document.add_table(rows=2000, cols=1)
    for number, row in enumerate(table.rows):
        merge = "restart" if number == 0 else "continue"
        properties = row.cells[0]._tc.get_or_add_tcPr()  # pyright: ignore[reportPrivateUsage]
        properties.append(parse_xml(f'<w:vMerge {nsdecls("w")} w:val="{merge}"/>'))
    wide = document.add_table(rows=1, cols=2)
    cell = wide.cell(0, 0)
    cell.text = "breit"
    cell._tc.grid_span = 10**9  # pyright: ignore[reportPrivateUsage]
    buffer = io.BytesIO()
    document.save(buffer)
    assert document_text(buffer.getvalue(), "a.docx").strip("\n") == "breit\t"


def test_letters_come_in_the_order_of_their_paths_and_other_files_are_counted(tmp_path: Path):
    for name in ("b/2.txt", "a.TXT", "b/1.txt", "note.png", ".hidden.txt", "~$open.docx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(LETTER, encoding="utf-8")
    listing = list_archive(tmp_path)
    assert listing.files == ("a.TXT", "b/1.txt", "b/2.txt")
    assert listing.skipped == 3
    assert [letter.id for letter in read_archive(tmp_path)] == list(listing.files)


def test_links_that_lead_out_or_loop_are_refused(tmp_path: Path):
    outside = tmp_path / "outside.txt"
    outside.write_text(LETTER, encoding="utf-8")
    folder = tmp_path / "archive"
    (folder / "sub").mkdir(parents=True)
    (folder / "out.txt").symlink_to(outside)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "inside.txt").write_text(LETTER, encoding="utf-8")
    (folder / "same.txt").symlink_to(folder / "inside.txt")
    found = {each.id: each for each in read_archive(folder)}
    assert {id_ for id_, each in found.items() if isinstance(each, Unread)} == {
        "out.txt",
        "self.txt",
    }
    assert list_archive(folder).skipped == 1


def test_a_file_name_that_is_no_utf8_can_be_stored(tmp_path: Path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcller.txt")).write_text(LETTER)
    except OSError:
        return  # the file system takes UTF-8 names only
    (letter,) = read_archive(tmp_path)
    assert letter.id == "M\ufffdller.txt"


def test_an_archive_that_is_no_folder_is_refused(tmp_path: Path):
    (tmp_path / "file.txt").write_text("x")
    for wrong in ("missing", "file.txt"):
        with pytest.raises(ArchiveError):
            list_archive(tmp_path / wrong)


@pytest.mark.parametrize("name", [".", "2024", "2024/05"])
def test_a_folder_that_cannot_be_read_is_named_with_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "2024" / "05").mkdir(parents=True)
    (tmp_path / "a.txt").write_text(LETTER, encoding="utf-8")
    unreadable(tmp_path / name, monkeypatch)
    with pytest.raises(ArchiveError, match="can't be read: Permission denied") as caught:
        list_archive(tmp_path)
    assert str(tmp_path / name) in caught.value.what
    assert "readable" in caught.value.do


def test_a_file_that_went_away_is_a_letter_file_error(tmp_path: Path):
    with pytest.raises(LetterFileError, match="can't be opened"):
        read_letter(tmp_path, "gone.txt")


def test_content_hash_tells_contents_apart():
    assert content_hash(b"a") == content_hash(b"a") != content_hash(b"b")
    assert len(content_hash(b"")) == 64


@pytest.mark.parametrize(
    ("data", "filename", "message"),
    [
        (b"x" * 2_000_000, "case.txt", "2,000,000 bytes of text; a case may have 200,000"),
        (b"\x7fELF\x01\x01\0\0\0\x01", "case.txt", "not text"),
        (b"hello", "case.docx", "not a .docx"),
        (zip_bomb(), "case.docx", "zip bomb"),
        (b"", "case.txt", "empty"),
        (b"hello", "case.odt", "can't be read"),
        (b"hello", "case", "can't be read"),
    ],
)
def test_an_upload_that_is_no_case_gets_one_clear_line(data: bytes, filename: str, message: str):
    with pytest.raises(CaseError, match=message) as caught:
        read_document(data, filename)
    assert "\n" not in str(caught.value)


def test_an_upload_is_read():
    assert read_document(LETTER.encode("cp1252"), "Fall.TXT") == LETTER
    assert "Kreatinin\t0,9" in read_document(docx(), "case.docx")
