"""Dates in every form: found, and shifted in their form."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.date_shift import shift_date
from index.dates import find_dates
from index.letter import Language
from index.loose_dates import find_all_dates

DAYS = -413


def shifted(text: str, language: Language) -> str:
    for mention in reversed(find_dates(text, language)):
        new = shift_date(mention, text, DAYS, language)
        text = text[: mention.start] + new + text[mention.end :]
    return text


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12.03.2024", "de", "24.01.2023"),
        ("12.3.24", "de", "24.1.23"),
        ("2. 3. 2024", "de", "14. 1. 2023"),
        ("12.03 2024", "de", "24.01 2023"),
        ("12. März 2024", "de", "24. Januar 2023"),
        ("12. MÄRZ 2024", "de", "24. JANUAR 2023"),
        ("2024-03-12", "de", "2023-01-24"),
        ("12/03/2024", "de", "24/01/2023"),
        ("3/4/24", "en", "1/16/23"),
        ("13/4/24", "en", "25/2/23"),
        ("March 12th, 2024", "en", "January 24th, 2023"),
        ("12 March 2024", "en", "24 January 2023"),
        ("3rd of May 2022", "en", "16th of March 2021"),
        ("Aug 10, '23", "en", "Jun 23, '22"),
        ("March 2024", "en", "January 2023"),
        ("03/2024", "de", "01/2023"),
        ("ED 05/11", "de", "ED 03/10"),
        ("seit Ende Januar", "de", "seit Ende November"),
        ("vom 8.3. bis 22.3.2025", "de", "vom 20.1. bis 3.2.2024"),
        ("vom 29.07.2023-01.08.2023", "de", "vom 11.06.2022-14.06.2022"),
        ("02-04/2021", "de", "12-02/2020"),
        ("29.02.2024", "de", "12.01.2023"),
        ("am 12.03.2024, zuvor 2019", "de", "am 24.01.2023, zuvor 2018"),
    ],
)
def test_a_date_is_shifted_in_the_form_it_has(text: str, language: Language, expected: str):
    assert shifted(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "25 x 2 Gy, 50.4 Gy, 1.8 Gy",
        "RR 145/85, Systolikum 3/6, Visus 1,0",
        "pT1c pN0(0/2sn) cM0",
        "1-0-1, 1/2-0-0",
        "C50.4, Gleason 3+4=7",
        "Leitlinie 2021",
        "diagnosed in 2018",
        "may be given, mar 3",
        "Karnofsky 90 %, 8,5/10/16 cm",
    ],
)
def test_numbers_that_are_no_dates_stay(text: str):
    assert find_dates(text, "de") == find_dates(text, "en") == ()


def test_a_bare_year_counts_beside_a_full_date_but_not_as_an_edition_or_a_dose():
    text = "12.03.2024: seit 2019, WHO 2016, 2000 mg"
    assert [text[m.start : m.end] for m in find_dates(text, "de")] == ["12.03.2024", "2019"]


@settings(deadline=None)
@given(st.dates(dt.date(1930, 1, 1), dt.date(2060, 12, 31)), st.integers(1, 900))
def test_intervals_stay_true(first: dt.date, days: int):
    second = first + dt.timedelta(days=days)
    text = f"{first:%d.%m.%Y} und {second:%d.%m.%Y}"
    one, two = (dt.datetime.strptime(d, "%d.%m.%Y") for d in shifted(text, "de").split(" und "))
    assert (two - one).days == days
    assert (one.date() - first).days == DAYS


@settings(deadline=None)
@given(st.text(alphabet="0123456789./- MaiJanurMärzthndof,'\n", max_size=60))
def test_whatever_looks_like_a_date_is_shifted_or_left(text: str):
    for language in ("de", "en"):
        mentions = find_dates(text, language)
        ends = [0, *(m.end for m in mentions)]
        assert all(m.start >= end for m, end in zip(mentions, ends, strict=False))
        for mention in mentions:
            assert shift_date(mention, text, DAYS, language) != text[mention.start : mention.end]


def test_a_month_that_a_scanner_misread_is_shifted_too():
    text = "Flu vaccine please in 0ctober."
    (mention,) = find_all_dates(text, "en")
    assert shift_date(mention, text, -400, "en") == "September"
