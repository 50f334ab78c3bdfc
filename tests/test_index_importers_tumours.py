"""What of the diseases of a record is a tumour, a metastasis, or neither."""

from __future__ import annotations

import pytest

from index.importers.tumour_kinds import is_icd10, role_of


@pytest.mark.parametrize(
    ("name", "icd10", "role"),
    [
        ("", "C50.4", "main"),
        ("", "C79.5", "secondary"),
        ("", "D05.1", "main"),
        ("Malignant neoplasm in the family", "Z80.3", ""),
        ("Essential hypertension", "I10", ""),
        ("Metastatic breast cancer", "", "main"),
        ("Metastatic malignant neoplasm to bone (disorder)", "", "secondary"),
        ("Metastatic carcinoma to liver", "", "secondary"),
        ("Lungenmetastasen", "", "secondary"),
        ("Family history of breast cancer", "", ""),
        ("History of colon cancer", "", "earlier"),
        ("Z. n. Mammakarzinom", "", "earlier"),
        ("Mammakarzinom rechts", "", "main"),
        ("Benign neoplasm of skin", "", ""),
        ("Screening for malignant neoplasm", "", ""),
    ],
)
def test_a_tumour_is_told_by_its_code_or_else_its_name(name: str, icd10: str, role: str) -> None:
    assert role_of(name, icd10) == role


@pytest.mark.parametrize(
    ("code", "known"), [("C50.412", True), ("c509", True), ("I10", True), ("254637007", False)]
)
def test_a_code_of_another_system_is_none_of_icd10(code: str, known: bool) -> None:
    assert is_icd10(code) is known
