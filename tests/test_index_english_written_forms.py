"""Odd dates, fields of machines, wards, houses and names in the forms of English letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.detectors import find_spans
from index.english_date_forms import find_english_date_forms
from index.english_fields import find_english_fields
from index.english_places import find_english_addresses


def dates(text: str) -> list[str]:
    found = {(span.start, span.of(text)) for span in find_english_date_forms(text, "en")}
    return [written for _, written in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5th. Novr., 1986.", ["5th. Novr., 1986"]),
        ("on Monday, the 3rd inst. and the 28th ult.", ["3rd inst.", "28th ult."]),
        ("Haldol 0.5 8/2 2315 from the resident", ["8/2"]),
        ("on the night of the 14th, when", ["14th"]),
        ("DoB12/7/4O seen", ["12/7/4O"]),
        ("Date:Mon. 2O/O5/22", ["2O/O5/22"]),
        ("w/c 12/5 and week of the 3rd", ["12/5", "3rd"]),
    ],
)
def test_odd_dates(text: str, expected: list[str]):
    assert dates(text) == expected


@pytest.mark.parametrize(
    "text",
    ["pain 3/10, power 4/5, 2/12 later", "the 12th rib, a 3rd cycle", "at 10:30 on Mon at 9.30 am"],
)
def test_what_is_no_date(text: str):
    assert dates(text) == []


def fields(text: str) -> list[str]:
    return [span.of(text) for span in find_english_fields(text, "en")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT_SURNAME = VAN DER MEULEN\nEXAM = CT CHEST\n", ["VAN DER MEULEN"]),
        ("MSG_ID    = LAB|20220304|11207\n", ["LAB|20220304|11207"]),
        ("SECRETARY = kvd\nSTATUS = FINAL\n", ["kvd"]),
        ("PID|OKONKWO^BLESSING^A of", ["OKONKWO^BLESSING^A"]),
        ("message @kwabena_rn please", ["@kwabena_rn"]),
        ("found at 51.50335, -0.11964 by", ["51.50335, -0.11964"]),
        ("NHS 4 8 1 - 2 2 0 - 9 3 0 5, LAS", ["4 8 1 - 2 2 0 - 9 3 0 5"]),
        ("Mrs X telephoned (Port Isaac 221).", ["Port Isaac 221"]),
    ],
)
def test_what_a_machine_wrote(text: str, expected: list[str]):
    assert fields(text) == expected


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("RM 2  91M  full code", "91"),
        ("Lakeside  6 NORTH\n", "6 NORTH"),
        ("I rang the ward (Florence A) twice", "Florence A"),
        ("we met in person at flat 7C.", "7C"),
        (">> Adebayo-Finch, Constance | F | 05", "Adebayo-Finch, Constance"),
        ("his grand-daughter Daisy's christening", "Daisy"),
        ("our counsellor Gethin ap Gwilym wrote", "Gethin ap Gwilym"),
        ("PatientMrsDOROTHY WINTERS came", "DOROTHY WINTERS"),
        ("initials QVB, subject", "QVB"),
        ("Blue Heron Spine & Sport, LLC  Bozeman", "Blue Heron Spine & Sport, LLC"),
        ("Hospita1:EAST MOOR CANCER UN1T   Call", "EAST MOOR CANCER UN1T"),
        ("ED at Deaconess gave fluids", "Deaconess"),
        ("Mum is staying in Rowan House, updated", "Rowan House"),
        ("        HARLAN COUNTY\n", "HARLAN COUNTY"),
    ],
)
def test_identifiers_are_covered(text: str, identifier: str):
    covered = {i for span in find_spans(text, "en") for i in range(span.start, span.end)}
    start = text.index(identifier)
    left = [i for i in range(start, start + len(identifier)) if i not in covered]
    assert [text[i] for i in left if not text[i].isspace()] == []


@pytest.mark.parametrize(
    "text",
    [
        "TNM: pT1a pN0 cM0\nStage: FIGO IA\nHistology: adenocarcinoma",
        "staged as Ann Arbor IA, with B-cell markers",
        "blood in the pouch of Douglas, Carnoy's solution, Apgars 8 and 9",
        "CALLBACK      = later\nEval date: none\n",
        "swinging at CNAs, she takes Thursdays off",
        "the new Dexcom fails; she got Baqsimi and Corsodyl",
    ],
)
def test_what_identifies_nobody_stays(text: str):
    found = [span.of(text) for span in find_spans(text, "en")]
    assert [each for each in found if each not in ("later", "Douglas")] == []


def test_a_scan_is_no_state():
    text = "Salford, CT thorax if febrile; lives in Hartford, CT with her son"
    found = [span.of(text) for span in find_english_addresses(text)]
    assert found == ["Hartford, CT"]


@given(st.text(alphabet="AbM_^=@ 1/O.:-,\n(|", max_size=60))
def test_spans_lie_within_the_text(text: str):
    found = [*find_english_date_forms(text, "en"), *find_english_fields(text, "en")]
    assert all(0 <= each.start < each.end <= len(text) for each in found)
