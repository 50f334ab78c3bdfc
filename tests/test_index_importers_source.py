"""Files and folders of every kind: what they are is told by content; what is wrong is said."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import importer_records as records
import pytest
from docx import Document

from index.case import CaseDetails, Patient
from index.case_text import render_case
from index.document import MAX_FILE_BYTES
from index.errors import CaseError
from index.importers.folder import import_path
from index.importers.source import import_source

TEXT = "The patient was treated for breast cancer.\n\nShe is well."


def docx(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(text: str) -> bytes:
    """A PDF with one page of text, as small as one can be."""
    lines = " ".join(f"({line}) Tj T*" for line in text.splitlines())
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = b"%PDF-1.4\n"
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    return out + head + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


@pytest.mark.parametrize(
    ("data", "name", "start"),
    [
        (TEXT.encode(), "case.txt", "The patient was treated"),
        (docx(TEXT), "case.docx", "The patient was treated"),
        (pdf(TEXT), "case.pdf", "The patient was treated"),
        (pdf(TEXT), "case", "The patient was treated"),
        (b'{"patient": {"last_name": "Quasten"}}', "case.json", "Patient: Quasten"),
        (records.mcode_bundle().encode(), "case.json", "Patient: Odile Quasten"),
        (records.mcode_bundle().encode(), "case.txt", "Patient: Odile Quasten"),
        (records.obds(), "case.xml", "Patient: Odile Quasten"),
        (records.obds(), "case.txt", "Patient: Odile Quasten"),
        (b"\xef\xbb\xbf" + records.obds(), "message", "Patient: Odile Quasten"),
        (b"name,sex,dob\nA B,F,1957-05-23\n", "case.csv", "Patient: A B"),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, name: str, start: str) -> None:
    assert import_source(data, name).case.text.startswith(start)


def test_a_text_gives_its_lines_with_their_offsets() -> None:
    found = import_source(TEXT.encode(), "case.txt")
    for fact in found.facts:
        first, last = map(int, fact.where.removeprefix("characters ").split("-"))
        assert found.case.text[first:last] == fact.value
    assert len(found.facts) == 2


def test_a_case_in_fields_gives_each_field_with_its_path() -> None:
    details = CaseDetails(patient=Patient(last_name="Quasten"), comorbidities=("asthma",))
    found = import_source(details.model_dump_json().encode(), "case.json")
    assert found.case == render_case(details)
    assert {(f.value, f.where) for f in found.facts} == {
        ("Quasten", "patient.last_name"),
        ("asthma", "comorbidities[0]"),
    }


def test_an_imported_case_is_a_case_in_fields() -> None:
    case = import_source(records.mcode_bundle().encode(), "case.json").case
    assert case.details
    again = CaseDetails.model_validate_json(case.details.model_dump_json(exclude_defaults=True))
    assert render_case(again) == case


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "case.json", ["empty"]),
        (b" \n\xef\xbb\xbf", "case.xml", ["empty"]),
        (b"x" * (MAX_FILE_BYTES + 1), "case.xml", ["20 MB are the most"]),
        (b"PK\x03\x04", "case.xlsx", ["Save each of its sheets as .csv"]),
        (b"PK\x03\x04", "case.zip", ["Unpack"]),
        (b"\x89PNG\r\n", "scan.png", ["This kind of file"]),
        (b"%PDF-1.4\nbroken", "case.pdf", ["damaged"]),
        (pdf(""), "case.pdf", ["no text", "scan"]),
        (b"[1]", "case.json", ["not a JSON object"]),
        (b'{"patients": 1}', "case.json", ["there is no such field"]),
        (b'{"resourceType": "\xff"}', "case.json", ["not UTF-8"]),
        (b"<?xml version='1.0'?><a/>", "case.xml", ["no message to a cancer registry"]),
        (b"plain words", "case.xml", ["broken XML"]),
    ],
)
def test_a_file_that_can_not_be_read_says_what_to_do(
    data: bytes, name: str, words: list[str]
) -> None:
    with pytest.raises(CaseError) as raised:
        import_source(data, name)
    message = str(raised.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_what_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(CaseError, match="100 MB; 20 MB are the most"):
        import_path(path)


def test_a_record_of_more_text_than_a_case_may_have_is_refused() -> None:
    note = {"text": "Note"}
    many = [
        records.observation(
            f"o{n}", note, valueString="word " * 500, effectiveDateTime=f"20{n:02d}"
        )
        for n in range(90)
    ]
    with pytest.raises(CaseError, match="200,000"):
        import_source(records.bundle(records.patient(), *many).encode(), "case.json")


# --- folders


def test_a_folder_may_hold_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "fhir").mkdir()
    (tmp_path / "fhir" / "a.json").write_text(records.bundle(records.patient()))
    (tmp_path / "fhir" / "b.json").write_text(json.dumps(records.tumour()))
    (tmp_path / "labs.csv").write_text("test,value\nPSA,1\n")
    (tmp_path / "letter.txt").write_text(TEXT)
    (tmp_path / "letter.pdf").write_bytes(pdf("It is a text that was printed."))
    (tmp_path / "README.md").write_text("about the folder")
    (tmp_path / "scan.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.json").write_text('{"resourceType": ')
    found = import_path(tmp_path)
    lines = found.case.text.splitlines()
    assert lines[0] == "Patient: Odile Quasten"
    assert "ICD-10: C50.412" in lines
    assert "Laboratory: PSA: 1" in lines
    assert "Report: letter: It is a text that was printed." in lines
    assert {"README.md", "scan.png", "broken.json"} <= {e.where for e in found.not_understood}


def test_a_message_of_another_patient_is_left_out_and_listed(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(records.obds())
    (tmp_path / "b.xml").write_bytes(records.obds(id_="p2").replace(b"Quasten", b"Brandel"))
    with pytest.raises(CaseError, match="2 patients"):
        import_path(tmp_path)
    found = import_path(tmp_path, "p2")
    assert found.case.text.startswith("Patient: Odile Brandel\n")
    assert "a.xml" in {each.where for each in found.not_understood}
    assert all(fact.where.startswith("b.xml ") for fact in found.facts if fact.where)


@pytest.mark.parametrize("files", [{}, {"a.png": "x"}, {"README.md": "x"}, {"case.json": "{}"}])
def test_a_folder_without_a_record_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(CaseError, match="Nothing in the folder"):
        import_path(tmp_path)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("test,value\nPSA,1\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "labs.csv").symlink_to(outside)
    with pytest.raises(CaseError, match="Nothing in the folder"):
        import_path(folder)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="can't be read"):
        import_path(tmp_path / "nothing.json")


# --- documents inside FHIR


def attached(kind: str, data: bytes) -> str:
    attachment = {"contentType": kind, "data": base64.b64encode(data).decode()}
    return records.bundle(
        records.patient(),
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "type": {"text": "Letter"},
            "subject": records.ME,
            "date": "2024-03-01T10:00:00Z",
            "content": [{"attachment": attachment}],
        },
    )


def test_attached_text_is_read() -> None:
    text = import_source(attached("text/plain", TEXT.encode()).encode(), "a.json").case.text
    assert "Report: Letter, 1 March 2024:\n  The patient was treated" in text
    page = b"<div><p>First &amp; last.</p><p>Second.</p></div>"
    text = import_source(attached("text/html", page).encode(), "a.json").case.text
    assert "  First & last.\n  Second." in text


def test_what_is_attached_otherwise_is_listed() -> None:
    found = import_source(attached("application/pdf", b"%PDF").encode(), "a.json")
    assert "attachment application/pdf" in {each.what for each in found.not_understood}
