"""Folders of tables as cases: what each table and column is told by."""

from __future__ import annotations

from pathlib import Path

import pytest
from importer_records import TABLES, write_tables

from index.errors import CaseError
from index.importers.csv_tables import read_table
from index.importers.folder import import_path
from index.importers.imported import Imported
from index.importers.tables import empty_values, read_tables


def imported(folder: Path, **tables: str) -> Imported:
    files = {f"{name}.csv": text for name, text in tables.items()} or TABLES
    return import_path(write_tables(folder, files))


@pytest.mark.parametrize(
    "line",
    [
        "Patient: Odile Quasten",
        "Sex: female",
        "Date of birth: 23 May 1957",
        "Diagnosis: Malignant neoplasm of cervix uteri",
        "ICD-10: C53.9",
        "TNM: T2b N1 M1",
        "Stage: FIGO IVB",
        "Date of diagnosis: 2 February 2024",
        "On the diagnosis: Active, Certainty histology",
        "Staging: T2b N1 M1, FIGO IVB, 21 February 2024, FIGO 2018",
        "Distant metastases: Secondary malignant neoplasm of lung (C78.0), Active "
        "(20 February 2024)",
        "Comorbidities: Essential hypertension (I10), 2011, Active",
        "Systemic therapy: Cisplatin 40 mg/m2 (weekly), 4 March 2024 - 15 April 2024, "
        "Chemotherapy, IV",
        "Radiotherapy: Pelvis, VMAT, 45 Gy in 25 fractions of 1.8 Gy, 4 March 2024 - 8 April 2024, "
        "curative, Machine Linac 2",
        "Toxicity (CTCAE): Diarrhea grade 2 (1 April 2024)",
        "Medication: Ondansetron 8 mg as needed (Oral, since 4 March 2024, Supportive Care)",
        "Laboratory: SCC-Ag: 4.8 ng/mL (3 February 2024, reference 0-1.5, H)",
        "Laboratory: Hemoglobin: 10.1 g/dL (3 February 2024, reference 12-16, L)",
        "Further finding: billing: Amount 120, Currency EUR",
        "Report: Note, Progress Note, 20 April 2024:",
        "  The patient has completed chemoradiation.",
        "  Grade 2 diarrhea.",
    ],
)
def test_a_folder_gives_every_fact_a_line(tmp_path: Path, line: str) -> None:
    assert line in imported(tmp_path).case.text.splitlines()


def test_every_fact_tells_file_row_and_column(tmp_path: Path) -> None:
    facts = {(f.field, f.value): f.where for f in imported(tmp_path).facts}
    assert facts["laboratory.value", "4.8"] == "labs.tsv row 2 result"
    assert facts["radiotherapy.total", "45 Gy"] == (
        "treatments/radiation.csv row 2 Total Dose (Gy)"
    )


def test_tables_and_columns_that_are_not_known_are_listed(tmp_path: Path) -> None:
    found = {(e.where, e.what) for e in imported(tmp_path).not_understood}
    assert ("billing.csv", "table") in found
    assert ("problem_list.csv Certainty and 1 more", "column") in found


@pytest.mark.parametrize(
    ("name", "table", "line"),
    [
        ("x", "Vorname,Nachname,Geburtsdatum,Geschlecht\nOdile,Quasten,23.05.1957,w\n",
         "Date of birth: 23 May 1957"),
        ("x", "lab_test;wert;einheit;datum\nPSA;4,1;ng/ml;3.2.2024\n",
         "Laboratory: PSA: 4,1 ng/ml (3 February 2024)"),
        ("x", "Test Name|Value|Ref Low|Ref High|Date\nCEA|7|0|5|2024-01-01\n",
         "Laboratory: CEA: 7 (1 January 2024, reference 0-5)"),
        ("molecular", "gene,variant,date\nEGFR,L858R,2024-01-01\n",
         "Receptors and mutations: EGFR: L858R (1 January 2024)"),
        ("surgeries", "procedure,surgery date,surgeon\nMastectomy,2024-01-01,Dr. Brandel\n",
         "Surgery: Mastectomy, 1 January 2024, surgeon Dr. Brandel"),
        ("appointments", "reason,date\nMRI of the pelvis,2024-09-01\n",
         "Follow-up: MRI of the pelvis on 1 September 2024"),
        ("performance_status", "date,ECOG\n2024-01-01,1\n",
         "Performance status: ECOG 1 (1 January 2024)"),
        ("imaging", "exam,date,impression\nCT,2024-01-01,No metastases.\n",
         "Report: Radiology, CT, 1 January 2024: No metastases."),
        ("radiation", "target,total_dose_cgy,fx\nBrain,3000,10\n",
         "Radiotherapy: Brain, 30 Gy in 10 fractions"),
        ("meds", "medication,sig\nDexamethasone,4 mg 1-0-0\n",
         "Medication: Dexamethasone 4 mg 1-0-0"),
        # Too general to tell a table by: the name of the file tells it.
        ("medications", "START,STOP,PATIENT,DESCRIPTION\n2024-01-02,2024-02-03,p1,Lisinopril\n",
         "Medication: Lisinopril (2 January 2024 - 3 February 2024)"),
        ("procedures", "START,DESCRIPTION\n2024-01-02,Lobectomy\n",
         "Surgery: Lobectomy, 2 January 2024"),
        ("labevents", "label,charttime,value,valueuom\nSodium,2024-01-02 10:00:00,132,mEq/L\n",
         "Laboratory: Sodium: 132 mEq/L (2 January 2024)"),
        ("allergies", "START,DESCRIPTION,SEVERITY\n2000,Penicillin,severe\n",
         "Further finding: Allergy: Penicillin, severe (2000)"),
        ("diagnoses", "diagnosis,icd10,side,T,N,M\nBreast cancer,C50.4,R,pT2,pN1,cM0\n",
         "TNM: pT2 pN1 cM0"),
        ("diagnoses", "diagnosis,icd10,side,T,N,M\nBreast cancer,C50.4,R,pT2,pN1,cM0\n",
         "Side: right"),
        ("conditions", "DESCRIPTION,CODE\nFamily history of breast cancer,429740004\n",
         "Comorbidities: Family history of breast cancer, Code 429740004"),
        ("meds", "drug,start\nPembrolizumab,2024-01\n", "Systemic therapy: Pembrolizumab, since "
         "2024-01"),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names(tmp_path: Path, name: str, table: str, line: str) -> None:
    assert line in imported(tmp_path, **{name: table}).case.text.splitlines()


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        (["03/04/2024", "05/23/2024"], "4 March 2024"),
        (["03/04/2024", "23/05/2024"], "3 April 2024"),
        (["03/04/2024"], "03/04/2024"),
        (["04/04/2024"], "4 April 2024"),
        (["31/31/2024"], "31/31/2024"),
    ],
)
def test_day_and_month_are_told_apart_by_the_other_dates(
    tmp_path: Path, dates: list[str], shown: str
) -> None:
    table = "test,value,date\n" + "".join(f"PSA,{n},{date}\n" for n, date in enumerate(dates))
    assert f"PSA: 0 ({shown})" in imported(tmp_path, labs=table).case.text


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        ("a,b\n1,2\n".encode("utf-16"), ("a", "b")),
        ("\ufeffa;b\nä;2\n".encode(), ("a", "b")),
        ("Größe;b\nß;2\n".encode("cp1252"), ("Größe", "b")),
        (b"a,a,\n1,2,3\n", ("a", "a (2)", "")),
        (b'"a, or b",c\n1,2\n', ("a, or b", "c")),
    ],
)
def test_a_table_is_read_in_any_usual_form(data: bytes, columns: tuple[str, ...]) -> None:
    assert read_table(data, "t.csv", empty_values()).columns == columns


@pytest.mark.parametrize("data", [b"", b"one column\n1\n", b"\x00\x01\x02", b'"never closed,a\n'])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(CaseError):
        read_table(data, "t.csv", empty_values())


def test_a_row_with_too_many_values_is_listed() -> None:
    table = read_table(b"test,value\nPSA,1,2,3\n", "labs.csv", empty_values())
    assert ("labs.csv row 2", "row") in {
        (each.where, each.what) for each in read_tables([table]).not_understood
    }


def test_several_patients_are_asked_for(tmp_path: Path) -> None:
    tables = {
        "labs.csv": "patient,test,value\np1,PSA,1\np2,PSA,2\n",
        "demographics.csv": "patient,name,sex,dob\np1,A B,F,1957-05-23\np2,C D,F,1957-05-23\n",
    }
    folder = write_tables(tmp_path, tables)
    with pytest.raises(CaseError, match=r"2 patients\. Name one with --patient: p1, p2\."):
        import_path(folder)
    text = import_path(folder, "p2").case.text
    assert "Patient: C D" in text
    assert "PSA: 2" in text
    assert "PSA: 1" not in text


def test_two_birth_dates_contradict_each_other(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        patients="name,sex,dob\nA B,F,1957-05-23\n",
        persons="name,sex,dob\nA B,F,1958-01-01\n",
    )
    assert [c.what for c in found.contradictions] == ["patient.birth_date"]
