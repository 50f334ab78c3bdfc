"""What English letters say of persons, and what only looks like it."""

from __future__ import annotations

import pytest

from index.deidentify import Deidentifier
from index.detectors import find_spans
from index.spans import Label


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("He saw Mrs May and Dr. Head today.", ["May", "Dr. Head"]),
        ("DearDrOkaforLindqvist,\n", ["OkaforLindqvist"]),
        ("Drs. Pereira, Young & Fenwick-Obi agree.", ["Pereira", "Young", "Fenwick-Obi"]),
        ("His wife, Nkechi, and son Tomos came.", ["Nkechi", "Tomos"]),
        ("Nurse Oluchi Brand (RN Thandi Rose) rang.", ["Oluchi Brand", "Thandi Rose"]),
        ("Forename(s): GWENLLIAN MAIR   Cons: Marsh / Obi", ["GWENLLIAN MAIR", "Marsh", "Obi"]),
        ('Re: Winifred "Winnie" Stoat III', ['Winifred "Winnie" Stoat III']),
        ("Signed: Philippa Hand, WOCN", ["Philippa Hand"]),
        ("Our ref: KM/jb/T0049113", ["KM/jb", "T0049113"]),
        ("removed 10-10, seen 9/17, home by June", ["10-10", "9/17", "June"]),
        ("since Columbus Day 2023, on Thursday 9 May 2024", ["Columbus Day 2023"]),
        ("away Jan 16th-18th, back on the 21st", ["Jan 16th-18th", "21st"]),
        ("Clinic22/08/23 Typed29/08/23", ["22/08/23", "29/08/23"]),
        ("Flat 2, 88 Derwent Rd\nConsett\nDH8 5TT", ["Consett", "DH8 5TT"]),
        ("She lives in Struthers with her cat.", ["Struthers"]),
        ("Seen at Cascade Lutheran in Houma, Louisiana", ["Cascade Lutheran", "Houma, Louisiana"]),
        ("The Fellside Surgery\nBellingham\n", ["The Fellside Surgery", "Bellingham"]),
        ("UBRN 0008 4417 2219, specimen C24.5518", ["0008 4417 2219", "C24.5518"]),
        ("biopsies 19H-20885, lot K9P22T, room 5114-B", ["19H-20885", "K9P22T", "5114-B"]),
        ("Home 01632 960509, ring 07700 900 318", ["01632 960509", "07700 900 318"]),
        ("a man aged 91, now a retired ship welder", ["91"]),
        ("He was a nail salon owner.", ["nail salon owner"]),
    ],
)
def test_identifiers_are_covered(text: str, identifiers: list[str]):
    covered = {i for span in find_spans(text, "en") for i in range(span.start, span.end)}
    for identifier in identifiers:
        start = text.index(identifier)
        shown = [text[i] for i in range(start, start + len(identifier)) if not text[i].isspace()]
        assert shown == [
            text[i]
            for i in range(start, start + len(identifier))
            if i in covered and not text[i].isspace()
        ]


@pytest.mark.parametrize(
    "text",
    [
        "pT2 pN1a (2/14), ER 8/8, pain 6/10, for 3/7, Barthel 18/20, 1/19 nodes",
        "It may be wise. The head of the pancreas, grade 2, hope and grace.",
        "as in the PACIFIC trial, RTOG 0617, in Jackknife position, CA19-9 12",
        "MRI showed no change. Mother, breast cancer at 49. Nodes in levels II and III.",
        "recommendations from Mayo Clinic",
        "Hb 98, MCV 74, BP 128/76, SpO2 94%, 40 Gy in 15 fractions, 36,000 units",
        "a driver mutation; a smoker; a good responder; the driver of the disease",
    ],
)
def test_what_identifies_nobody_stays(text: str):
    assert [span.of(text) for span in find_spans(text, "en")] == []


def test_a_holiday_becomes_a_month_and_a_weekday_stays():
    replace = Deidentifier(b"a key of sixteen bytes", find_spans).replace
    text = replace("Seen on Thursday 9 May 2024, first on Halloween 2023.", "en").text
    assert text.startswith("Seen on Thursday ")
    assert "Halloween" not in text
    assert "2023" not in text.split("first on ")[1]


def test_initials_are_replaced_by_initials():
    done = Deidentifier(b"a key of sixteen bytes", find_spans).replace(
        "Reported by: Dr Nerys Pell. Supplement (NP).", "en"
    )
    assert [span.label for span in done.spans] == [Label.DOCTOR, Label.ID]
    assert "(NP)" not in done.text
