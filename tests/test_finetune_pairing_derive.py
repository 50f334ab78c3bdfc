from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairing_letters import ENGLISH, GERMAN, find

from finetune.pairing.derive import derive_case
from finetune.pairing.disease import disease_of
from finetune.pairing.plan import plan_of
from finetune.pairing.support import held_against, share, unsupported_units
from finetune.pairing.therapy import treatment_of
from finetune.pairing.units import Unit, items, units_of, unled
from index.case import CaseDetails, Toxicity
from index.case_text import render_case
from index.letter import Language
from index.sections import split_sections


def units(text: str, language: Language) -> tuple[Unit, ...]:
    return units_of(text, language, split_sections(text, language))


def derived(text: str, language: Language) -> CaseDetails:
    return derive_case(text, language, units(text, language), find(text, language))


def under(heading: str, line: str, language: Language) -> tuple[Unit, ...]:
    return units(f"{heading}:\n{line}\n", language)


def test_a_german_letter_as_a_form() -> None:
    case = derived(GERMAN, "de")
    assert render_case(case).text.splitlines() == [
        "Patient: Petra Amsel",
        "Geschlecht: weiblich",
        "Geburtsdatum: 12.03.1961",
        "Zuweisung: Dr. Specht",
        "Diagnose: Mammakarzinom links",
        "ICD-10: C50.4",
        "TNM: pT2 pN1a(2/14) M0, G2",
        "Histologie: invasives Karzinom NST, ER positiv",
        "Erstdiagnose: 03.01.2024",
        "Nebendiagnosen: Arterielle Hypertonie; Gicht",
        "Operation: Segmentresektion und Axilladissektion links, 15.01.2024",
        "Systemtherapie: Epirubicin 90 mg/m² + Cyclophosphamid 600 mg/m², 4 Zyklen, "
        "12.02.2024 - 16.04.2024",
        "Strahlentherapie: linken Brust, VMAT, 40,05 Gy in 15 Fraktionen zu je 2,67 Gy, "
        "06.05.2024 - 28.05.2024",
        "Toxizität (CTCAE): Erythem Grad 2; Fatigue Grad 1",
        "Medikation: Ramipril 5 mg 1-0-0; Letrozol 2,5 mg 0-0-1",
        "Nachsorge: Mammographie am 04.11.2024",
        "Nachsorge: Kontrolle bei uns in 6 Wochen",
        "Unterschrift: Prof. Dr. Klara Star, Dr. Emil Fink",
    ]


def test_an_english_letter_as_a_form() -> None:
    case = derived(ENGLISH, "en")
    assert render_case(case).text.splitlines() == [
        "Patient: Paul Finch",
        "Sex: male",
        "Date of birth: 4 July 1950",
        "Referring physician: Dr Wren",
        "Diagnosis: Adenocarcinoma of the prostate",
        "ICD-10: C61",
        "TNM: cT2c cN0 cM0",
        "Stage: UICC II",
        "Date of diagnosis: 3 May 2023",
        "Comorbidities: Known gout",
        "Radiotherapy: prostate, VMAT, 60 Gy in 20 fractions, 2 October 2023 - 27 October 2023",
        "Medication: Tamsulosin 400 µg once daily; Bicalutamide 50 mg od",
        "Follow-up: PSA test in 3 months",
        "Signed by: Dr Mary Crane",
    ]


def test_what_no_field_takes_is_left_for_a_quotation() -> None:
    letter = units(GERMAN, "de")
    case = render_case(derived(GERMAN, "de")).text
    facts = held_against(case, GERMAN, GERMAN.index("Sehr"))
    missing = [unit.text for unit in unsupported_units(letter, facts)]
    assert any("9,8 g/dl" in text for text in missing)
    assert not any("Segmentresektion" in text or "Ramipril" in text for text in missing)
    assert 0.8 < share(facts) < 1


@pytest.mark.parametrize(
    ("line", "total", "single", "count"),
    [
        ("RT to the left breast: 50 Gy in 25 fractions of 2 Gy.", "50", "2", 25),
        ("RT to the left breast with a total dose of 50 Gy (2 Gy per fraction).", "50", "2", None),
        ("RT to the left breast, 25 fractions of 2 Gy.", None, "2", 25),
        ("RT to the left breast, total dose 50 Gy, dose per fraction 2 Gy.", "50", "2", None),
        ("RT to the left breast. Dose 50 Gy in 25 fractions of 2 Gy.", "50", "2", 25),
        ("RT to the left breast: 50 Gy in 25 fractions of 3 Gy.", "50", None, 25),
    ],
)
def test_doses(line: str, total: str | None, single: str | None, count: int | None) -> None:
    letter = under("Treatment", line, "en")
    text = f"Treatment:\n{line}\n"
    (course,) = treatment_of(letter, text, "en").radiotherapy
    assert course.site == "left breast"
    assert course.total_gy == (Decimal(total) if total else None)
    assert course.fraction_gy == (Decimal(single) if single else None)
    assert course.fractions == count


@pytest.mark.parametrize(
    ("line", "site", "technique"),
    [
        ("Bestrahlung des Beckens mit IMRT, 45 Gy in 25 Fraktionen.", "Beckens", "IMRT"),
        ("RT: Prostataloge, VMAT, 51 Gy in 20 Fraktionen.", "Prostataloge", "VMAT"),
        ("RT Rektum, Mesorektum (VMAT): 50 Gy in 25 Fraktionen.", "Rektum, Mesorektum", "VMAT"),
        (
            "Boost: Zielvolumen Tumorbett; Technik: HDR-Brachytherapie; 10 Gy in 2 Fraktionen",
            "Tumorbett",
            "HDR-Brachytherapie",
        ),
    ],
)
def test_sites_and_techniques(line: str, site: str, technique: str) -> None:
    letter = under("Therapie", line, "de")
    (course,) = treatment_of(letter, f"Therapie:\n{line}\n", "de").radiotherapy
    assert (course.site, course.technique) == (site, technique)
    assert course.boost is line.startswith("Boost")


def test_what_did_not_happen_is_no_course() -> None:
    line = "Eine Bestrahlung des Beckens wurde nicht durchgeführt."
    letter = under("Therapie", line, "de")
    assert not treatment_of(letter, f"Therapie:\n{line}\n", "de").radiotherapy


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Tox (CTCAE): headache grade 2; xerostomia grade 1.",
            (Toxicity(name="headache", grade=2), Toxicity(name="xerostomia", grade=1)),
        ),
        (
            "With regard to side effects, we recorded fatigue grade II and nausea.",
            (Toxicity(name="fatigue", grade=2), Toxicity(name="nausea")),
        ),
    ],
)
def test_side_effects(line: str, expected: tuple[Toxicity, ...]) -> None:
    letter = under("Treatment", line, "en")
    assert treatment_of(letter, f"Treatment:\n{line}\n", "en").toxicities == expected


def test_a_drug_that_is_only_advised_is_not_taken() -> None:
    line = "If pain persists, paracetamol could be tried."
    assert not plan_of(under("Recommendations", line, "en"), "en").medication


def test_appointments_are_cut_behind_their_times() -> None:
    line = "Planned: CT on 3 May 2024, dental check-up in 6 months and review in 2 weeks."
    visits = plan_of(under("Follow-up", line, "en"), "en").follow_up
    assert [visit.what for visit in visits] == ["CT", "dental check-up", "review"]
    assert visits[0].date == dt.date(2024, 5, 3)


def test_a_disease_by_its_first_line_where_no_code_stands() -> None:
    letter = under("Diagnosen", "Rektumkarzinom, Erstdiagnose 04.02.2024", "de")
    diagnosis = disease_of(letter, "de").diagnosis
    assert (diagnosis.name, diagnosis.date) == ("Rektumkarzinom", dt.date(2024, 2, 4))


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("a; b, c; d", ["a", "b, c", "d"]),
        ("fever, cough and pain", ["fever", "cough", "pain"]),
        ("drug (10 mg, daily), other", ["drug (10 mg, daily)", "other"]),
    ],
)
def test_items(text: str, listed: list[str]) -> None:
    assert items(text) == listed


@given(st.text("ab(),; \n.:-", max_size=60))
def test_items_lose_no_letter(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(char for char in value if char in "ab()")

    assert letters("".join(items(text))) == letters(text)


@given(st.text("abCD:;.- \n0", max_size=80))
def test_a_lead_in_is_taken_from_the_front(text: str) -> None:
    assert text.endswith(unled(text))


@given(st.lists(st.sampled_from(["Diagnoses:\n", "Gout; asthma.", "\n\n", " RT. ", "- x\n"])))
def test_units_are_where_they_say(parts: list[str]) -> None:
    text = "".join(parts)
    found = units(text, "en")
    assert all(text[unit.start : unit.end] == unit.text for unit in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
