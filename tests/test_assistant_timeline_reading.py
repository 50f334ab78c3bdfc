"""The timeline of a case that is a text: which event a date is of, and what is none."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.timeline_reading import timeline_of_case, timeline_of_text
from index.case import CaseDetails, Diagnosis, Radiotherapy, Report, Surgery
from index.case_text import render_case
from index.timeline import Lane


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She had a lumpectomy on 12 March 2024.", [("surgery", "12 March 2024")]),
        ("ED 03/2024: invasives Mammakarzinom links.", [("diagnosis", "March 2024")]),
        (
            "Radiotherapy of the left breast with 50 Gy in 25 fractions from 3 March 2025 to "
            "4 April 2025, followed by a boost of 10 Gy to the tumour bed until 11 April 2025.",
            [
                ("radiotherapy", "3 March 2025 - 4 April 2025"),
                ("radiotherapy", "until 11 April 2025"),
            ],
        ),
        (
            "On 8 May 2023 hysterectomy, from June 2023 to August 2023 chemotherapy with "
            "carboplatin.",
            [("surgery", "8 May 2023"), ("systemic therapy", "June 2023 - August 2023")],
        ),
        (
            "Radiodermatitis Grad 2 am 28.03.2025. Seit 01.05.2025 Letrozol.",
            [("toxicity", "28 March 2025"), ("systemic therapy", "since 1 May 2025")],
        ),
        # Neither therapy nor tumour, or not so, or not of the patient.
        ("Histopathology of the surgical specimen of 12 March 2024.", []),
        ("Anna Berger, born 1 May 1960. CT Thorax am 02.02.2025.", []),
        ("No radiotherapy was given in May 2020.", []),
        ("Her mother had a mastectomy in March 2001.", []),
        ("Nach der Strahlentherapie nächster Termin am 03.07.2025.", []),
        ("Follow-up on 3 July 2025. Ramipril since 3 May 2019.", []),
    ],
)
def test_the_events_that_a_text_dates(text: str, expected: list[tuple[str, str]]) -> None:
    timeline = timeline_of_text(text)
    assert [(event.lane.value, event.time()) for event in timeline.dated] == expected


def test_an_event_is_told_in_the_words_at_its_place() -> None:
    text = "Letter.\nShe had a lumpectomy on 12 March 2024, and radiotherapy until 3 June 2024."
    first, second = timeline_of_text(text).dated
    assert first.place is not None
    assert text[slice(*first.place)].strip() == first.what
    assert "radiotherapy" in second.what


def test_a_note_s_own_date_takes_no_words_from_what_it_tells() -> None:
    text = "Report: Consult, 3 January 2024: radiotherapy from 3 March 2024 to 4 April 2024."
    (event,) = timeline_of_text(text).dated
    assert event.what.endswith("radiotherapy from 3 March 2024 to 4 April 2024")


def test_what_is_to_come_is_told_as_such() -> None:
    (event,) = timeline_of_text("Radiotherapy is planned from 3 September 2025.").dated
    assert event.planned


def test_what_the_fields_do_not_date_is_told_by_the_notes() -> None:
    details = CaseDetails(
        surgeries=(Surgery(name="Biopsy"),),
        radiotherapy=(Radiotherapy(site="pelvis", start=dt.date(2024, 9, 1)),),
        diagnosis=Diagnosis(name="Cervical cancer"),
        reports=(
            Report(text="First diagnosed on 3 May 2023."),
            Report(text="Radiotherapy until 3 June 2024."),
            Report(text="Hysterectomy was performed on 12 March 2024."),
        ),
    )
    timeline = timeline_of_case(render_case(details))
    assert [(event.lane, event.item) for event in timeline.dated] == [
        (Lane.SURGERY, "reports[2]"),
        # What a field dates is not told a second time.
        (Lane.RADIOTHERAPY, "radiotherapy[0]"),
    ]
    assert [event.what for event in timeline.undated] == ["Cervical cancer", "Biopsy"]
    unnamed = details.model_copy(update={"diagnosis": Diagnosis()})
    assert timeline_of_case(render_case(unnamed)).dated[0].item == "reports[0]"
