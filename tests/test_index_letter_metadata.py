"""What letters are filtered by."""

from __future__ import annotations

import datetime as dt

import pytest

from index.letter import DocumentType, Language
from index.letter_metadata import department, document_type, letter_date, letter_metadata
from index.sections import split_sections


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Dear Dr Stone,\nI reviewed her today.\nDiagnosis: X", "en", "letter"),
        ("Sehr geehrte Kollegin,\nwir untersuchten ihn.\nBefund: o. B.", "de", "letter"),
        ("Interdisziplinäres Tumorboard\nDiagnose: X", "de", "tumour board"),
        ("Lung MDT - outcome\n\nSummary\nfit", "en", "tumour board"),
        ("Endoskopischer Befund vom 1.2.2024\nIndikation: Anämie", "de", "report"),
        ("OPERATIVE REPORT\nPROCEDURE: resection", "en", "report"),
        ("Entlassungsbericht\nSehr geehrte Frau X,\nDiagnosen: Y", "de", "discharge letter"),
        (
            "Sehr geehrte Frau X,\nsie war in unserer stationären Behandlung.\nDiagnose: Y",
            "de",
            "discharge letter",
        ),
        ("Liebe Frau X,\nsie kam.\nEntlassungsmedikation: keine", "de", "discharge letter"),
        ("Dear colleague,\nThank you for seeing this lady.\nDrugs: none", "en", "referral"),
        ("Zuweisung: Herr L.\nSehr geehrte Frau X,\nBefunde: o. B.", "de", "referral"),
        ("", "en", "letter"),
    ],
)
def test_the_kind_of_document_is_told(text: str, language: Language, expected: DocumentType):
    assert document_type(text, split_sections(text, language)) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Musterstadt, den 14. März 2023\n", "de", dt.date(2023, 3, 14)),
        ("2021-05-27\n", "de", dt.date(2021, 5, 27)),
        ("Ambulanzbrief vom 7.11.2023\n", "de", dt.date(2023, 11, 7)),
        ("Abschlussbericht            Datum: 22.05.2024\n", "de", dt.date(2024, 5, 22)),
        ("Datum: Mi, 18. Sept. 2024, 13:07\n", "de", dt.date(2024, 9, 18)),
        (
            "Date of clinic: 14/03/2024    Date typed: 18/03/2024\n",
            "en",
            dt.date(2024, 3, 18),
        ),
        ("Date of clinic: 14/03/2024\n", "en", dt.date(2024, 3, 14)),
        ("Geburtsdatum: 05.05.1991\nDate of birth: 1/2/1960\n", "de", None),
        ("geboren am:  31.12.1999\n", "de", None),
        ("F  58y   12/12/1965\n", "en", None),
        ("Wir sahen sie am 3.4.2024 bei uns.\n", "de", None),
        ("", "en", None),
    ],
)
def test_a_letters_own_date_is_found(text: str, language: Language, expected: dt.date | None):
    assert letter_date(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Klinikum Nord\nKlinik für Strahlentherapie\n", "Klinik für Strahlentherapie"),
        ("Abteilung für Innere Medizin, Vorstand: X\n", "Abteilung für Innere Medizin"),
        ("Tynehill Hospital\nDepartment of Clinical Oncology\n", "Department of Clinical Oncology"),
        ("LKH Süd · HNO-Universitätsklinik · Ambulanz\n", "HNO-Universitätsklinik"),
        ("Urologische Abteilung\n", "Urologische Abteilung"),
        ("wir danken der Klinik für die Zuweisung.\n", ""),
        ("", ""),
    ],
)
def test_the_department_is_read_from_the_head(text: str, expected: str):
    assert department(text) == expected


def test_the_diagnoses_tell_the_tumour_group_before_all_else():
    text = (
        "Dear X,\n\nHistory: mother had ovarian cancer, sister ovarian cancer.\n"
        "Diagnosis: breast cancer, left\n"
    )
    known = letter_metadata(text, "en", split_sections(text, "en"), "code")
    assert (known.tumour_group, known.author, known.language) == ("breast", "code", "en")
    assert letter_metadata("Summary: lung cancer", "en", (), "").letter_type == "summary"
