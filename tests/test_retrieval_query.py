"""What a case is searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.case import Case, CaseDetails
from index.case_text import render_case
from retrieval.query import LONGEST, build_query, build_words

DETAILS = CaseDetails.model_validate(
    {
        "language": "en",
        "patient": {"first_name": "Hanna", "last_name": "Weber", "birth_date": "1950-03-02"},
        "referrer": "Dr. Tom Miller",
        "author": "Dr. Ida Bell",
        "diagnosis": {"name": "Breast cancer, left", "icd10": "C50.4", "tnm": "pT1c pN0"},
        "comorbidities": ["asthma"],
        "systemic": [{"drugs": ["docetaxel 75 mg/m²", "5-fluorouracil 500 mg/m²"], "cycles": 4}],
        "radiotherapy": [{"site": "left breast", "technique": "VMAT", "total_gy": "50.4"}],
        "medication": [{"drug": "letrozole", "dose": "2.5 mg"}],
        "follow_up": [{"what": "mammography", "after": {"count": 6, "unit": "months"}}],
    }
)
PARAGRAPH = (
    "Ms. Hanna Weber, born 2 March 1950. Ref.: Dr. Tom Miller. She has asthma. "
    "Breast cancer, left, pT1c, diagnosed 3 May 2024. "
    "Radiotherapy of the left breast, 50.4 Gy in 28 fractions until 4.7.2024. "
    "Follow-up in 6 months."
)
FIELDS = (
    "Tumor: Mammakarzinom links\nName: Weber\nBestrahlung: Brust, 50 Gy\nNachsorge: Mammographie"
)


@pytest.mark.parametrize(
    ("case", "there", "not_there"),
    [
        (
            render_case(DETAILS),
            ["Breast cancer, left", "C50.4", "left breast", "docetaxel", "5-fluorouracil"],
            ["Weber", "Miller", "Bell", "1950", "50.4 Gy", "mg", "letrozole", "mammography"],
        ),
        (
            Case(render_case(DETAILS).text, "en"),
            ["Breast cancer, left", "C50.4", "left breast", "docetaxel", "5-fluorouracil"],
            ["Weber", "Miller", "Bell", "1950", "Gy", "mg", "letrozole", "mammography"],
        ),
        (
            Case(PARAGRAPH, "en"),
            ["Breast cancer, left", "Radiotherapy of the left breast"],
            ["Weber", "Miller", "1950", "2024", "Gy", "Follow-up"],
        ),
        (Case(FIELDS, "de"), ["Mammakarzinom links", "Brust"], ["Weber", "Gy", "Mammographie"]),
        (Case("", "en"), [], []),
        (Case(" \n\n", "en"), [], []),
    ],
    ids=["details", "canonical lines", "paragraph", "own labels", "empty", "blank"],
)
def test_the_query_tells_of_the_disease_and_of_nobody(
    case: Case, there: list[str], not_there: list[str]
):
    query = build_query(case)
    assert [each for each in there if each not in query] == []
    assert [each for each in not_there if each in query] == []
    assert bool(query) == bool(there)


def test_what_names_the_tumour_comes_first():
    assert build_query(Case(PARAGRAPH, "en")).startswith("Breast cancer")


def test_two_patients_with_one_disease_have_one_query():
    other = DETAILS.model_copy(
        update={"patient": DETAILS.patient.model_copy(update={"last_name": "Other"})}
    )
    assert build_query(render_case(other)) == build_query(render_case(DETAILS))


@given(st.text(max_size=600))
def test_a_query_is_one_short_line_whatever_the_case_says(text: str):
    query = build_query(Case(text, "de"))
    assert len(query) <= LONGEST
    assert query == " ".join(query.split())


def test_words_are_those_of_disease_and_treatment_however_late_they_come() -> None:
    notes = (
        "02.03.2024 Breast cancer on the left, found by mammography in the programme of the region "
        "and confirmed by a core biopsy of the lesion at the upper outer quadrant.\n"
        "10.03.2024 The family was seen by the social service.\n"
        "05.04.2024 Chemotherapy with epirubicin 90 mg/m2, 4 cycles.\n"
        "Comorbidities: hypothyroidism."
    )
    case = Case(notes, "en")
    assert "epirubicin" not in build_query(case)
    words = build_words(case)
    assert "epirubicin" in words
    assert "90" not in words
    assert "social" not in words
    assert "hypothyroidism" not in words


def test_words_of_a_record_are_not_cut() -> None:
    case = render_case(DETAILS)
    assert build_words(case).startswith(build_query(case)[: LONGEST // 2])
