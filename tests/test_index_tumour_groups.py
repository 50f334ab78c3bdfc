"""Tumour groups by code and by words."""

from __future__ import annotations

import re

import pytest

from index.data_files import table, words
from index.tumour_groups import tumour_group


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Mammakarzinom links, ICD-10: C50.4", "breast"),
        ("C61", "prostate"),
        ("Invasive breast cancer, left; no lung metastases", "breast"),
        ("Brain metastases of a bronchial carcinoma", "lung"),
        (
            "ICD-10: C34.1. Previously treated for breast cancer. Breast cancer in the family.",
            "lung",
        ),
        ("Hirnmetastasen bei unbekanntem Primärtumor, C79.3", "metastases"),
        ("C79.3 bei C50.9", "breast"),
        ("Adenokarzinom des unteren Rektums, C20", "colorectal"),
        ("Lokal fortgeschrittenes Prostatakarzinoms", "prostate"),
        ("vena testicularis", ""),
        ("B12 substituted, C4 dermatome", ""),
        ("", ""),
    ],
)
def test_the_group_is_told_by_code_else_by_words(text: str, group: str):
    assert tumour_group(text) == group


def test_no_code_stands_in_two_groups_and_there_are_twelve_groups_at_least():
    groups = table("tumour_groups")
    codes = [code for group in groups.values() for code in words(group["icd10"])]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]\d{2}(\.\d)?", code) for code in codes)
    assert len(groups) >= 12
