from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.case_input import MAX_BYTES, import_case_file, read_case
from index.case import CaseDetails, Diagnosis, Patient, Radiotherapy
from index.case_text import render_case
from index.errors import CaseError

DETAILS = CaseDetails(
    language="de",
    patient=Patient(first_name="Erika", last_name="Beispiel"),
    diagnosis=Diagnosis(name="Mammakarzinom", icd10="C50.4"),
    radiotherapy=(Radiotherapy.model_validate({"site": "Brust links", "total_gy": "50.4"}),),
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The patient was treated for breast cancer and is well.", "en"),
        ("Die Patientin wurde wegen eines Mammakarzinoms behandelt und ist wohlauf.", "de"),
    ],
)
def test_text_is_taken_as_it_is_in_its_own_language(text: str, language: str) -> None:
    case = read_case(f"\ufeff  {text}\n\n")
    assert (case.text, case.language, case.details) == (text, language, None)


def test_a_text_in_another_language_is_refused_by_its_name() -> None:
    text = (
        "La patiente est suivie pour un cancer du sein. Elle est traitée par le service. Il n'y a"
    )
    with pytest.raises(CaseError, match="written in French"):
        read_case(f"{text} pas de récidive, et la tolérance est bonne sur les six mois.")


def test_html_is_text() -> None:
    text = "<script>alert(1)</script> <b>Patient</b>"
    assert read_case(text).text == text


def test_json_becomes_the_canonical_text() -> None:
    text = DETAILS.model_dump_json()
    assert read_case(f"\n {text}") == render_case(DETAILS)
    assert import_case_file(b"\xef\xbb\xbf" + text.encode(), "case.JSON").case == render_case(
        DETAILS
    )


def test_a_number_may_be_a_number_or_text() -> None:
    course = {"site": "breast", "total_gy": 50.4, "fractions": 28}
    case = read_case(json.dumps({"radiotherapy": [course]}))
    assert "50.4 Gy in 28 fractions" in case.text


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff", "\0", "{}", '{"patient": {}}'])
def test_an_empty_case_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="empty"):
        read_case(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"patient": "Quasten"}', ["patient: ", "object"]),
        ('{"patients": {}}', ["patients: there is no such field"]),
        ('{"patient": {"birth_date": "Quasten"}}', ["patient.birth_date: ", "date"]),
        ('{"radiotherapy": [{"site": "x"}, {"site": "x", "total_gy": "Quasten"}]}',
         ["radiotherapy[1].total_gy: ", "decimal"]),
        ('{"radiotherapy": [{}]}', ["radiotherapy[0].site: it is missing"]),
        ('{"radiotherapy": [{"site": "x", "total_gy": 2000}]}', ["total_gy: ", "200"]),
        ('{"follow_up": [{"what": "x", "after": {"count": 3, "unit": "Quasten"}}]}',
         ["follow_up[0].after.unit: ", "'months'"]),
        ('{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}', ["a: ", "b: ", "c: ", "and 2 more"]),
        ('{"patient": {"first_name": "Quasten",}}', ["line 1, column 38"]),
        ('{\n"patient": Quasten}', ["line 2, column 12"]),
        ('{"referrer": "Dr. Quasten"} and more', ["line 1, column 29"]),
        ('{"a":' * 30_000, ["nested too deep"]),
        ('{"comorbidities": ' + "1" * 5000 + "}", ["number out of range"]),
        ('{"pa\\ntient": 1}', ["pa?tient: there is no such field"]),
    ],
)  # fmt: skip
def test_json_that_does_not_fit_names_the_place_and_repeats_nothing(
    text: str, words: list[str]
) -> None:
    with pytest.raises(CaseError) as raised:
        read_case(text)
    message = str(raised.value)
    for word in words:
        assert word in message
    assert "Quasten" not in message
    assert "\n" not in message


def test_a_case_of_2_mb_is_refused_with_the_numbers() -> None:
    with pytest.raises(CaseError, match=r"2,000,000 bytes of text; 200,000"):
        read_case("x" * 2_000_000)
    with pytest.raises(CaseError, match="200,000"):
        import_case_file(b"x" * 2_000_000, "case.txt")
    assert len(read_case("ü" * (MAX_BYTES // 2)).text) == MAX_BYTES // 2
    with pytest.raises(CaseError):
        read_case("ü" * (MAX_BYTES // 2) + "x")


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "scan.png"),
        (b"\x00\xff\xfe\x01" * 100, "case.docx"),
        (b"", "case.txt"),
        (b"", "case.json"),
        (b"\xff\xfe{\x00}\x00", "case.json"),
        (b"[1, 2]", "case.json"),
        (b"Patient: Erika", "case.json"),
    ],
)
def test_a_file_that_is_no_case_is_refused(data: bytes, filename: str) -> None:
    with pytest.raises(CaseError):
        import_case_file(data, filename)


def test_a_text_file_is_read_whatever_its_encoding() -> None:
    text = "Die Patientin wurde über die Größe des Tumors aufgeklärt."
    for encoding in ("utf-8", "utf-8-sig", "latin-1"):
        assert import_case_file(text.encode(encoding), "Fall.txt").case.text == text


@given(st.text())
def test_any_text_is_a_case_or_refused(text: str) -> None:
    try:
        case = read_case(text)
    except CaseError:
        return
    assert case.text
    case.text.encode()


leaves = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
values = st.recursive(leaves, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=3))


@given(values)
def test_any_json_is_a_case_or_refused_in_one_line(value: object) -> None:
    message = ""
    try:
        read_case(json.dumps({"patient": value, "radiotherapy": [value]}))
    except CaseError as error:
        message = str(error)
    assert "\n" not in message
