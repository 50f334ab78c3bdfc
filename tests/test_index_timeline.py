"""The timeline of a case: partial dates, periods, what has no date, and the order of all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.case import (
    CaseDetails,
    Diagnosis,
    Radiotherapy,
    Surgery,
    SystemicTherapy,
    Toxicity,
)
from index.partial_dates import PartialDate, partial_date, read_iso, read_period
from index.timeline import Event, Lane, Timeline, timeline_lines, timeline_of


@pytest.mark.parametrize(
    ("text", "start", "end", "whole"),
    [
        ("2024-03", "March 2024", "", True),
        ("03/2024", "March 2024", "", True),
        ("1998", "1998", "", True),
        ("March 2024", "March 2024", "", True),
        ("since 07/2024 until 2025", "July 2024", "2025", True),
        ("bis 03/2025", "", "March 2025", True),
        ("March 2024 - May 2024", "March 2024", "May 2024", True),
        ("12. März 2021 bis April 2021", "12 March 2021", "April 2021", True),
        ("12.3.2021", "12 March 2021", "", True),
        # What stands beside the date is not said by the date alone.
        ("07/2024 (Tag geschätzt: 15.07.2024)", "July 2024", "", False),
        ("etwa 2019", "2019", "", False),
        ("2019 (until 2021 in remission)", "2019", "", False),
        ("from March to June 2024", "", "June 2024", False),
        # Nothing is guessed.
        ("3/4/2024", "", "", False),
        ("2024-13", "", "", False),
        ("31.02.2024", "", "", False),
        ("under radiotherapy", "", "", False),
        ("", "", "", True),
    ],
)
def test_what_a_record_says_of_a_time(text: str, start: str, end: str, whole: bool) -> None:
    read = read_period(text, "de" if "bis" in text else "en")
    shown = [date.text() if date else "" for date in (read.start, read.end)]
    assert (*shown, read.whole) == (start, end, whole)


def test_a_date_in_german() -> None:
    dates = [partial_date(2024, 3, 9), partial_date(2024, 3), partial_date(2024)]
    assert [date.text("de") for date in dates if date] == ["09.03.2024", "03/2024", "2024"]
    assert partial_date(2023, 2, 29) is None
    assert read_iso("--02-03") is None


CASE = CaseDetails(
    diagnosis=Diagnosis(name="Breast cancer", when="2024"),
    surgeries=(Surgery(name="Lumpectomy", date=dt.date(2024, 3, 12)), Surgery(name="Biopsy")),
    systemic=(
        SystemicTherapy(drugs=("EC",), when="since 04/2024 until 06/2024"),
        SystemicTherapy(drugs=("letrozole",), start=dt.date(2024, 12, 1)),
    ),
    radiotherapy=(
        Radiotherapy(
            site="breast",
            total_gy="50",
            fractions=25,
            start=dt.date(2024, 9, 2),
            end=dt.date(2024, 10, 4),
        ),
        Radiotherapy(
            site="tumour bed", boost=True, start=dt.date(2024, 9, 9), end=dt.date(2024, 9, 1)
        ),
    ),
    toxicities=(Toxicity(name="dermatitis", grade=2, when="under radiotherapy"),),
)


def test_the_events_of_a_case_in_their_order() -> None:
    lines = [" ".join(line.split()) for line in timeline_lines(timeline_of(CASE))]
    assert lines == [
        "2024 diagnosis Breast cancer",
        "12 March 2024 surgery Lumpectomy",
        "April 2024 - June 2024 systemic therapy EC",
        "9 September 2024 - 1 September 2024 (ends before it begins) "
        "radiotherapy Boost: tumour bed",
        "2 September 2024 - 4 October 2024 radiotherapy breast, 50 Gy in 25 fractions",
        "since 1 December 2024 systemic therapy letrozole",
        "no date surgery Biopsy",
        "under radiotherapy toxicity dermatitis grade 2",
    ]


def test_an_event_names_the_field_it_comes_from() -> None:
    items = [event.item for event in timeline_of(CASE).dated]
    assert items == [
        *("diagnosis", "surgeries[0]", "systemic[0]", "radiotherapy[1]", "radiotherapy[0]"),
        "systemic[1]",
    ]


def test_a_case_without_events_has_no_timeline() -> None:
    assert not timeline_of(CaseDetails(comorbidities=("asthma",)))


years = st.integers(1900, 2100)
months = st.none() | st.integers(1, 12)
days = st.none() | st.integers(1, 31)
dates = st.none() | st.builds(partial_date, years, months, days)
events = st.builds(Event, st.sampled_from(Lane), st.text(max_size=20), dates, dates)


@given(years, months, days)
def test_a_partial_date_holds_every_day_that_it_can_be(
    year: int, month: int | None, day: int | None
) -> None:
    date = partial_date(year, month, day)
    if date:
        assert date.first <= date.last
        assert date.is_full == (month is not None and day is not None)
        iso = "-".join(f"{part:02d}" for part in (year, month, day if month else None) if part)
        assert read_iso(iso) == date


@given(st.lists(events, max_size=12))
def test_no_event_is_lost_and_dated_ones_are_in_order(found: list[Event]) -> None:
    timeline = Timeline.of(found)
    assert set(timeline.dated) | set(timeline.undated) == set(found)
    assert not set(timeline.dated) & set(timeline.undated)
    firsts = [event.first for event in timeline.dated]
    assert None not in firsts
    assert firsts == sorted(first for first in firsts if first)
    for event in timeline.dated:
        assert event.first <= event.last  # type: ignore[operator]
    lines = list(timeline_lines(timeline))
    assert len(lines) == len(set(found))
    assert not any("\n" in line for line in lines)


@given(st.text(max_size=60), st.sampled_from(("en", "de")))
def test_any_text_of_a_time_is_taken(text: str, language: str) -> None:
    read = read_period(text, language)  # type: ignore[arg-type]
    for date in (read.start, read.end):
        assert date is None or isinstance(date, PartialDate)
