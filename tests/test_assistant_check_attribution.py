"""Which day, drug, dose or target a fact of a draft belongs to, and what the case says of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Fact, FactKind, Status, check
from assistant.check.courses import courses
from assistant.check.pairing import paired
from assistant.check.reading import read
from assistant.check.schedules import agree
from assistant.check.timeline import timeline

CASE = """\
Diagnosis: carcinoma of the anal canal, diagnosed on 5 May 2024
Surgery: port implantation on 14 May 2024
Systemic therapy: cisplatin 40 mg/m², 5 cycles, 3 June 2024 - 1 July 2024
Systemic therapy: paclitaxel 80 mg/m², 12 cycles, 6 January 2025 - 24 March 2025
Radiotherapy: pelvis, IMRT, 45 Gy in 25 fractions of 1.8 Gy, 3 June 2024 - 5 July 2024
Boost: anal canal, VMAT, 10 Gy in 5 fractions of 2 Gy, 8 July 2024 - 12 July 2024
SIB: 60 Gy to the primary, 50 Gy to the nodes
Earlier: left hip, 30 Gy in 2016
First line: cisplatin; second line: paclitaxel
Symptoms for 7 months before diagnosis
Medication: ramipril 5 mg 1-0-0; metamizole 500 mg as needed
Follow-up: MRI of the pelvis in 12 weeks; proctoscopy in 6 weeks"""
FALL = """\
Erstdiagnose: 05.05.2024
Operation: Portimplantation, 14.05.2024
Systemtherapie: Cisplatin 40 mg/m², 5 Zyklen, 03.06.2024 - 01.07.2024
Systemtherapie: Paclitaxel 80 mg/m², 12 Zyklen, 06.01.2025 - 24.03.2025
Strahlentherapie: Becken, 45 Gy in 25 Fraktionen zu 1,8 Gy, 03.06.2024 - 05.07.2024
Boost: Analkanal, 10 Gy in 5 Fraktionen zu 2 Gy, 08.07.2024 - 12.07.2024
Beschwerden 7 Monate vor Diagnose
Medikation: Ramipril 5 mg 1-0-0"""


def marked(case: str, draft: str) -> list[str]:
    """Everything that the draft has otherwise than the case."""
    return [f.fact.text for f in check(case, draft).findings if f.status is not Status.SUPPORTED]


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        # dates and their events
        (CASE, "Cisplatin was given from 3 June 2024 to 1 July 2024.", ""),
        (CASE, "Cisplatin was given from 3 June 2024 to 5 July 2024.", "5 July 2024"),
        (CASE, "It was diagnosed on 14 May 2024.", "diagnosed on 14 May 2024"),
        (CASE, "It was diagnosed on 5 May 2024, and a port implanted on 14 May 2024.", ""),
        (CASE, "After diagnosis on 5 May 2024, cisplatin was begun on 3 June 2024.", ""),
        (CASE, "Irradiation of the pelvis ended on 12 July 2024.", "12 July 2024"),
        (CASE, "Radiotherapy ended on 12 July 2024.", ""),
        (FALL, "Die Diagnose wurde am 14.05.2024 gestellt.", "14.05.2024"),
        (FALL, "Paclitaxel wurde vom 06.01.2025 bis zum 24.03.2025 gegeben.", ""),
        # drugs of another course, or of another line
        (CASE, "Paclitaxel was given from 3 June 2024 to 1 July 2024.", "Paclitaxel"),
        (FALL, "Paclitaxel wurde vom 03.06.2024 bis zum 01.07.2024 gegeben.", "Paclitaxel"),
        (CASE, "In the first line he had paclitaxel, in the second line cisplatin.", "paclitaxel"),
        (CASE, "In the first line he had cisplatin, in the second line paclitaxel.", ""),
        # doses and their targets
        (CASE, "The pelvis had 45 Gy in 25 fractions.", ""),
        (CASE, "The pelvis had 10 Gy in 25 fractions of 1.8 Gy.", "10 Gy"),
        (CASE, "50 Gy were given to the primary and 60 Gy to the nodes.", "50 Gy"),
        (CASE, "60 Gy were given to the primary and 50 Gy to the nodes.", ""),
        (CASE, "He was irradiated before: neck, 30 Gy in 2016.", "neck"),
        (CASE, "He was irradiated before: left hip, 30 Gy in 2016.", ""),
        (CASE, "Pelvis and boost had 55 Gy together.", ""),
        (FALL, "Das Becken wurde mit 10 Gy in 25 Fraktionen zu 1,8 Gy bestrahlt.", "10 Gy"),
        # times and what they are reckoned from
        (CASE, "Symptoms had been present for 7 years before the diagnosis.", "7 years"),
        (CASE, "Symptoms had been present for 7 months before the diagnosis.", ""),
        (CASE, "Symptoms had been present for 7 months after the diagnosis.", "7 months after"),
        (CASE, "The overall treatment time was twelve weeks.", "twelve weeks"),
        (CASE, "The overall treatment time was six weeks.", ""),
        (CASE, "Radiotherapy began three weeks after port implantation.", ""),
        (CASE, "Radiotherapy began seven weeks after port implantation.", "seven weeks"),
        (CASE, "MRI of the pelvis in 6 months, proctoscopy in 6 weeks.", "6 months"),
        (CASE, "In 12 weeks: MRI of the pelvis, in 6 weeks: proctoscopy.", ""),
        (FALL, "Es bestanden Beschwerden seit 7 Jahren vor der Diagnose.", "7 Jahren"),
        # schedules and cycles
        (CASE, "Ramipril 5 mg once daily in the morning.", ""),
        (CASE, "Ramipril 5 mg twice daily.", "twice daily"),
        (CASE, "Metamizole 500 mg 1-1-1.", "1-1-1"),
        (FALL, "Ramipril 5 mg einmal täglich morgens.", ""),
        (FALL, "Ramipril 5 mg zur Nacht.", "zur Nacht"),
        (CASE, "Cisplatin was given for five cycles, paclitaxel for 12.", ""),
        (CASE, "Cisplatin was given for five cycles, paclitaxel for 5.", "5"),
    ],
)
def test_what_belongs_to_something_else_is_marked(case: str, draft: str, wrong: str) -> None:
    found = marked(case, draft)
    assert bool(found) is bool(wrong), found
    assert not wrong or any(wrong in text or text in wrong for text in found)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("On 3 May 2024 surgery, on 5 June 2024 cisplatin.", [["surgery", ""], ["", "cisplatin"]]),
        ("3 May 2024: port implantation.\nThen cisplatin.", [["surgery", "port implantation"]]),
        ("Radiotherapy of the pelvis. First fraction 3 May 2024.", [["radiotherapy", "pelvis"]]),
        ("Born 3 May 1950.", []),
    ],
)
def test_dates_have_their_events(text: str, entries: Sequence[Sequence[str]]) -> None:
    found = timeline(read(text, "en"))
    assert len(found) == len(entries)
    for entry, (topic, name) in zip(found, entries, strict=True):
        assert any(topic in h.topic.value and name in h.name for h in entry.told)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("45 Gy in 25 fractions of 1.8 Gy", [("25", "1.8", "45")]),
        ("25 x 1.8 Gy = 45 Gy", [("25", "1.8", "45")]),
        ("single dose 1.8 Gy, total dose 45 Gy, 25 fractions", [("25", "1.8", "45")]),
        ("45 Gy in 25 fractions; 10 Gy in 5 fractions", [("25", "", "45"), ("5", "", "10")]),
        ('{"total_gy": "45", "fraction_gy": "1.8", "fractions": 25}', [("25", "1.8", "45")]),
        ("60 Gy to the primary, 50 Gy to the nodes", [("", "", "60"), ("", "", "50")]),
        ("33 Fraktionen zu 2 Gy", [("33", "2", "")]),
    ],
)
def test_doses_of_a_course_have_their_roles(
    text: str, slots: Sequence[tuple[str, str, str]]
) -> None:
    found = courses(read(text, "de" if "Fraktionen" in text else "en"))
    told = [
        tuple(c.facts[s].value if s in c.facts else "" for s in ("count", "single", "total"))
        for c in found
    ]
    assert told == slots


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1-0-1", "2 a day", True),
        ("1-0-1", "1-1-0", False),
        ("1-0-0", "1 a day", True),
        ("1-1-1", "as needed", False),
        ("2 a day", "3 a day", False),
    ],
)
def test_schedules_that_agree(one: str, other: str, *, same: bool) -> None:
    assert agree(one, other) is agree(other, one) is same


@given(st.lists(st.sampled_from("ab ,;"), max_size=40).map("".join))
def test_pairs_are_neighbours_and_use_nothing_twice(text: str) -> None:
    things = [
        Fact(FactKind.NUMBER, letter, frozenset(), at, at + 1, letter)
        for at, letter in enumerate(text)
        if letter in "ab"
    ]
    ones = [fact for fact in things if fact.text == "a"]
    others = [fact for fact in things if fact.text == "b"]
    pairs = paired(text, ones, others)
    used = [fact.start for left, right in pairs for fact in (*left, *right)]
    assert len(used) == len(set(used))
    assert all(left and right for left, right in pairs)
    places = [sorted(f.start for f in (*left, *right)) for left, right in pairs]
    assert all(a[-1] < b[0] for a, b in pairwise(places))


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ("Hip replacement was performed in 2020.", []),
        ("Hip replacement was performed in 2015.", ["2015"]),
        ("In 2015 he had hip replacement, in 2020 appendectomy.", ["2015", "2020"]),
        ("In 2015 he had appendectomy, in 2020 hip replacement.", []),
    ],
)
def test_a_year_alone_is_of_its_own_operation(draft: str, wrong: list[str]) -> None:
    case = "In 2015 appendectomy. In 2020 hip replacement. Radiotherapy in 2022."
    marked = [f.fact.text for f in check(case, draft).findings if f.status is Status.CHANGED]
    assert marked == wrong
