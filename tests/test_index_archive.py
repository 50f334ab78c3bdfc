"""Reading letters from a folder, and one document from an upload."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from docx import Document

from index.archive import (
    Unread,
    content_hash,
    list_archive,
    read_archive,
    read_document,
    read_letter,
)
from index.document import MAX_FILE_BYTES
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
        ("a.docx", b"\xd0\xcf\x11\xe0rest", "password"),
        ("a.docx", docx()[:2000], "not a .docx"),
        ("a.docx", zip_bomb(), "zip bomb"),
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


def test_letters_come_in_the_order_of_their_paths_and_other_files_are_counted(tmp_path: Path):
    for name in ("b/2.txt", "a.TXT", "b/1.txt", "note.pdf", ".hidden.txt", "~$open.docx"):
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
        (b"hello", "case.pdf", "can't be read"),
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
