"""Letters in each kind of file: what is read of it, and what is said where it can't be."""

from __future__ import annotations

import base64
import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from test_index_importers_source import pdf

from index.archive import Unread, read_archive
from index.document import document_text, kind_of, read_document
from index.documents import doc, ocr
from index.errors import CaseError, LetterFileError
from index.importers.source import import_source
from index.letter import Letter

RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Sehr geehrte Frau Kollegin M\'fcller,\par "
    rb"{\b Befund:} \'d6deme \u8211? 50 Gy\par "
    rb"\trowd\cellx2000\cellx4000 Kreatinin\cell 0,9\cell\row Ende\par}"
)
RTF_LINES = [
    *("Sehr geehrte Frau Kollegin Müller,", "Befund: Ödeme – 50 Gy", "Kreatinin\t0,9", "Ende"),
]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <title>Arztbrief</title><effectiveTime value="20240312101500+0100"/><languageCode code="de-DE"/>
 <recordTarget><patientRole><id extension="4711-23" root="1.2"/>
  <addr><streetName>Birkenweg</streetName><houseNumber>5</houseNumber>
   <postalCode>01234</postalCode><city>Musterstadt</city></addr>
  <telecom value="tel:0123-4567"/>
  <patient><name><prefix>Dr.</prefix><given>Odile</given><family>Quasten</family></name>
   <birthTime value="19610203"/></patient></patientRole></recordTarget>
 <author><assignedAuthor><assignedPerson><name>Dr. Hanna Weber</name></assignedPerson>
  <representedOrganization><name>Klinikum Nord</name></representedOrganization></assignedAuthor>
 </author>
 <informationRecipient><intendedRecipient><informationRecipient><name><given>Anselm</given>
  <family>Brandel</family></name></informationRecipient></intendedRecipient></informationRecipient>
 <component><structuredBody>
  <component><section><title>Diagnosen</title><text>
    <paragraph>Mammakarzinom <content styleCode="Bold">links</content>,
      pT1c<br/>ED 03/2024</paragraph>
    <list><item>Hypertonie</item><item>Diabetes</item></list></text>
   <component><section><title>Labor</title><text><table><tbody>
     <tr><th>Hb</th><td>12,1</td></tr><tr><th>Krea</th><td>0,9</td></tr></tbody></table></text>
   </section></component></section></component>
 </structuredBody></component>
</ClinicalDocument>"""

CDA_LINES = [
    *("Arztbrief", "12.03.2024", "Anselm Brandel"),
    *("Patient: Dr. Odile Quasten, geb. 03.02.1961", "Birkenweg 5", "01234 Musterstadt"),
    *("Tel.: 0123-4567", "Patienten-ID: 4711-23"),
    *("Diagnosen:", "Mammakarzinom links, pT1c", "ED 03/2024", "Hypertonie", "Diabetes"),
    *("Labor:", "Hb\t12,1", "Krea\t0,9", "Dr. Hanna Weber", "Klinikum Nord"),
]


def with_body(kind: str, data: bytes) -> bytes:
    before, _, rest = CDA.partition("<component><structuredBody>")
    text = f'<text mediaType="{kind}" representation="B64">{base64.b64encode(data).decode()}</text>'
    end = rest.rpartition("</structuredBody></component>")[2]
    body = f"<component><nonXMLBody>{text}</nonXMLBody></component>"
    return f"{before}{body}{end}".encode()


def around(*body: str) -> list[str]:
    """The lines of a CDA letter with another body."""
    return [*CDA_LINES[:8], *body, *CDA_LINES[-2:]]


def lines(data: bytes, name: str) -> list[str]:
    return [line for line in document_text(data, name).split("\n") if line.strip()]


def boxed_docx() -> bytes:
    """Word's way of writing a text box: once for itself, once for old programs."""
    document = Document()
    document.add_paragraph("Vorher")
    inner = "<w:txbxContent><w:p><w:r><w:t>Im Kasten</w:t></w:r></w:p></w:txbxContent>"
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    anchor = document.add_paragraph("Anker")
    anchor._p.append(  # pyright: ignore[reportPrivateUsage]
        parse_xml(
            f"<w:r {names}><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
            f"{inner}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}"
            "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    document.add_paragraph("Nachher")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def scan(text: str) -> bytes:
    """A PDF of one picture."""
    picture = Image.new("L", (1200, 300), 255)
    ImageDraw.Draw(picture).text((40, 90), text, fill=0, font_size=60)
    buffer = io.BytesIO()
    picture.save(buffer, "PDF")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (
            "a.rtf",
            RTF,
            RTF_LINES,
        ),
        ("a.doc", RTF, None),
        ("a.pdf", pdf("Sehr geehrte Frau Weber"), ["Sehr geehrte Frau Weber"]),
        ("a.txt", pdf("Sehr geehrte Frau Weber"), ["Sehr geehrte Frau Weber"]),
        ("a.xml", CDA.encode(), CDA_LINES),
        ("a.xml", CDA.replace("UTF-8", "UTF-16").encode("utf-16"), CDA_LINES),
        ("a.xml", with_body("text/plain", b"Nur Text."), around("Nur Text.")),
        ("a.xml", with_body("application/pdf", pdf("Als PDF.")), around("Als PDF.")),
        ("a.docx", boxed_docx(), ["Vorher", "Anker", "Im Kasten", "Nachher"]),
    ],
)  # fmt: skip
def test_the_text_of_a_file(name: str, data: bytes, expected: list[str] | None) -> None:
    assert lines(data, name) == (expected or lines(RTF, "a.rtf"))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.rtf", b"no rtf", "not RTF"),
        ("a.doc", b"no doc", "not a .doc"),
        ("a.doc", OLE + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        ("a.pdf", b"%PDF-1.7 cut", "PDF is damaged"),
        ("a.xml", b"<a/>", "no letter: only CDA R2"),
        ("a.xml", b"<?xml version='1.0'?><a", "broken XML in line 1"),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "no letter|document type"),
        ("a.xml", with_body("image/png", b"x"), "of a kind that is not read: image/png"),
        ("a.xml", with_body("text/rtf", b"no rtf"), "not RTF"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(LetterFileError, match=reason):
        document_text(data, name)


def test_a_file_is_what_it_holds_not_what_it_is_called() -> None:
    assert kind_of(RTF, "brief.doc") == "rtf"
    assert kind_of(b"<p> is a tag", "note.txt") == "plain"
    assert kind_of("\ufeff<?xml".encode("utf-16"), "a.xml") == "cda"


def test_a_case_may_be_any_of_them() -> None:
    assert "Mammakarzinom" in import_source(CDA.encode(), "brief.xml").case.text
    assert "Kreatinin" in import_source(RTF, "brief.rtf").case.text
    with pytest.raises(CaseError, match="not RTF"):
        read_document(b"no rtf", "a.rtf")


# --- programs that may be installed


def on_path(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    found = {name: str(program)}
    monkeypatch.setattr(doc.shutil, "which", found.get)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("antiword", "echo 'Sehr geehrte Frau Müller'"),
        ("soffice", "for each; do :; done; echo 'Sehr geehrte Frau Müller' > letter.txt"),
    ],
)
def test_an_old_doc_is_read_by_the_program_that_is_there(
    name: str, script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(tmp_path, name, script, monkeypatch)
    assert lines(OLE, "a.doc") == ["Sehr geehrte Frau Müller"]


def test_an_old_doc_that_no_program_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(
        tmp_path, "antiword", "echo 'Frau Weber is not a Word Document' >&2; exit 1", monkeypatch
    )
    with pytest.raises(LetterFileError, match="damaged or has a password") as refused:
        document_text(OLE, "a.doc")
    assert "Weber" not in str(refused.value)
    on_path(tmp_path, "other", "", monkeypatch)
    with pytest.raises(LetterFileError, match="neither antiword nor LibreOffice"):
        document_text(OLE, "a.doc")


def test_a_scan_needs_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_languages", lambda: ())
    with pytest.raises(LetterFileError, match="needs OCR"):
        document_text(scan("Frau Weber"), "a.pdf")


@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_a_scan_is_read_by_tesseract() -> None:
    assert "Strahlentherapie" in document_text(scan("Klinik, Strahlentherapie"), "a.pdf")
    with pytest.raises(LetterFileError, match="OCR finds none"):
        document_text(scan(""), "a.pdf")


# --- zip archives


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_letters_in_a_zip_are_read_like_those_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "2019").mkdir()
    inside = {"b/Müller.txt": b"Guten Tag, wir berichten.", "a.rtf": RTF, "x.png": b"x"}
    (tmp_path / "2019" / "march.ZIP").write_bytes(zipped(**inside, **{"b/.hidden.txt": b"x"}))
    (tmp_path / "letters.zip").mkdir()
    (tmp_path / "letters.zip" / "c.txt").write_text("Wir berichten über Frau Weber.")
    found = list(read_archive(tmp_path))
    assert all(isinstance(each, Letter) for each in found)
    assert [each.id for each in found] == [
        *("2019/march.ZIP/a.rtf", "2019/march.ZIP/b/Müller.txt", "letters.zip/c.txt"),
    ]


def encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[data.index(signature) + offset] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK no zip", "zip is damaged"),
        (zipped(**{"a.txt": b"x" * (21 * 2**20)}), "larger than 20 MB"),
        (zipped(**{"a.txt": b"x" * (4 * 2**20)}), "zip bomb"),
        (zipped(**{"../../a.txt": b"text"}), "leads out of the zip"),
        (zipped(**{"/etc/a.txt": b"text"}), "leads out of the zip"),
        (zipped(**{"inner.zip": zipped(**{"a.txt": b"text"})}), "inside a zip"),
        (zipped(**{"a.txt": b""}), "empty"),
        (encrypted(zipped(**{"a.txt": b"text"})), "password"),
        (zipped(**{"a.txt": b"text" * 99}).replace(b"\x4b\xad", b"\xff\xff", 1), ""),
    ],
)
def test_what_is_wrong_with_a_zip_stops_nothing(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    (tmp_path / "z.txt").write_text("Wir berichten über Frau Weber.")
    first, *_, last = read_archive(tmp_path)
    assert isinstance(last, Letter)
    if reason:
        assert isinstance(first, Unread)
        assert reason in first.reason


# --- damaged files

_COUNT = int(os.environ.get("EPIKRISE_MUTATIONS", "60"))
_FILES = {
    "a.rtf": RTF,
    "a.xml": CDA.encode(),
    "a.pdf": pdf("Odile Quasten"),
    "a.docx": boxed_docx(),
}


@pytest.mark.parametrize("name", _FILES)
@settings(
    max_examples=_COUNT,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_was_done_to_a_file_it_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(_FILES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["change", "cut", "double"])):
            case "change":
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 40))]
            case _:
                content[at:at] = content[at : at + data.draw(st.integers(1, 40))]
        if not content:
            return
    said = ""
    try:
        document_text(bytes(content), name)
    except LetterFileError as error:
        said = str(error)
    assert "Quasten" not in said
    assert "\n" not in said
