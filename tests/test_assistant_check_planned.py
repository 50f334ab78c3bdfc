"""A plan told as done, a done thing as planned; intervals by what they are of."""

from __future__ import annotations

import pytest

from assistant.check import Status, check

CASE = """\
Surgery: rectoscopy with biopsy, 3 May 2024
Systemic therapy: 5-fluorouracil 250 mg/m², 5 cycles, 3 June 2024 - 1 July 2024
FU: clinical follow-up in our department in 6 weeks; MRI of the pelvis in 12 weeks
Notes: dental restoration completed. Resection planned. A second opinion done.
Inpatient for 7 days. Symptoms for 4 months before diagnosis. Treatment break of 3 days.
Controls every 6 months. Amoxicillin 500 mg i.v. for 10 days. PET-CT 8 weeks after end of RT."""
FALL = """\
Geboren: 12.03.1954
Operation: Rektoskopie mit Biopsie, 03.05.2024
Kontrollen\tklinische Nachsorge in unserer Klinik in 6 Wochen
Notiz: Zahnsanierung erledigt. OP geplant.
Stationär 7 Tage. Beschwerden 4 Monate vor Diagnose. Therapiepause von 3 Tagen.
NS-Intervall 6 Monate. 8 Wo. nach RT: Labor"""


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (CASE, "Dental restoration has taken place. Resection is planned.", False),
        (CASE, "A second opinion was obtained.", False),
        (CASE, "Next: clinical follow-up in our department in 6 weeks.", False),
        (CASE, "Dental restoration is still to be done.", True),
        (CASE, "A second opinion is planned.", True),
        (CASE, "5-fluorouracil will be administered.", True),
        (CASE, "He has undergone resection.", True),
        (CASE, "Carried out: clinical follow-up in our department.", True),
        (CASE, "The following procedure is planned: rectoscopy with biopsy.", True),
        (FALL, "Eine Zahnsanierung ist erfolgt. Die Operation ist vorgesehen.", False),
        (FALL, "Die Zahnsanierung steht noch bevor.", True),
        (FALL, "Durchgeführt wurde: klinische Nachsorge in unserer Klinik.", True),
        (FALL, "Er wurde reseziert.", True),
        # what an interval is of
        (CASE, "An inpatient stay of seven days was necessary.", False),
        (CASE, "An inpatient stay of 6 weeks was necessary.", True),
        (CASE, "Treatment had to be interrupted for 3 days.", False),
        (CASE, "Treatment had to be interrupted for 6 days.", True),
        (CASE, "Symptoms had been present for about four months before diagnosis.", False),
        (CASE, "Symptoms had been present for 6 months before diagnosis.", True),
        (CASE, "The follow-up interval is 4 months.", True),
        (CASE, "He was given amoxicillin 500 mg intravenously for six days.", True),
        (CASE, "PET-CT 8 weeks after the last fraction.", False),
        (CASE, "PET-CT 10 weeks after completion of radiotherapy.", True),
        (FALL, "Er wurde sieben Tage lang stationär behandelt.", False),
        (FALL, "Er wurde vier Tage lang stationär behandelt.", True),
        (FALL, "Das Nachsorgeintervall beträgt sechs Monate.", False),
        (FALL, "Kontrollen empfehlen wir alle 4 Monate.", True),
        (FALL, "Ein Labor ist 8 Wochen nach dem Ende der Strahlentherapie vorgesehen.", False),
        (FALL, "Ein Labor ist 8 Monate nach dem Ende der Strahlentherapie vorgesehen.", True),
        (FALL, "Behandelt wurde der Patient mit 70 Jahren.", False),
        (FALL, "Behandelt wurde der Patient mit 78 Jahren.", True),
    ],
)  # fmt: skip
def test_time_is_told_as_in_the_case(case: str, draft: str, *, wrong: bool) -> None:
    marked = [f.fact.text for f in check(case, draft).findings if f.status is not Status.SUPPORTED]
    assert bool(marked) is wrong


PLAN = "Resection planned for 3 May 2024."


@pytest.mark.parametrize(("day", "wrong"), [("20 May 2024", False), ("20 April 2024", True)])
def test_plan_whose_day_has_come_may_be_told_as_done(day: str, *, wrong: bool) -> None:
    letter = f"{day}\n\nDear Dr. Smith,\n\nResection was performed."
    marked = [f.fact.text for f in check(PLAN, letter).findings if f.status is Status.CHANGED]
    assert any("esection" in text for text in marked) is wrong


COURSES = """\
Prostate cancer. Radiotherapy 12 May 2023 to 20 June 2023, 60 Gy in 20 fractions.
Goserelin 3.6 mg every 28 days. Next PSA in 3 months.
Plan: olaparib 300 mg twice daily as maintenance.
Operation am 3. Juli 2023. Geplant: Olaparib als Erhaltung."""


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ("He had two years of goserelin.", ""),
        ("Goserelin is given every 21 days.", "21 days"),
        ("He starts olaparib today.", ""),
        ("Olaparib was given.", "Olaparib"),
        ("Er beginnt heute mit Olaparib.", ""),
        ("Olaparib wurde verabreicht.", "Olaparib"),
        ("The radiotherapy treatment is laid out for five years.", ""),
        ("A first examination should take place twelve weeks after the end of radiotherapy.", ""),
        ("Surgery took place twelve weeks after the end of radiotherapy.", "twelve weeks"),
    ],
)
def test_what_is_of_another_scale_or_still_to_come_is_no_contradiction(
    draft: str, wrong: str
) -> None:
    marked = [
        each.fact.text
        for each in check(COURSES, draft).findings
        if each.status in (Status.CHANGED, Status.UNSUPPORTED)
    ]
    assert any(wrong in text for text in marked) if wrong else not marked
