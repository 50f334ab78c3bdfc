"""Dates as the check reads them: in the order of day and month that the texts show."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Status, check
from assistant.check.dates import find_dates, order_for, order_in
from index.date_order import Order, order_of


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("10/14/2024, 11/05/2024", "en", ["2024-10-14", "2024-11-05"]),
        ("14/10/2024, 11/05/2024", "en", ["2024-10-14", "2024-05-11"]),
        ("11/05/2024", "en", ["2024-05-11"]),
        ("11/05/2024 of the tumor", "en", ["2024-11-05"]),
        ("11/05/2024 of the tumour", "en", ["2024-05-11"]),
        ("11/05/2024 and on 5 November 2024", "en", ["2024-11-05", "2024-11-05"]),
        ("11/05/2024 (2024-05-11)", "en", ["2024-05-11", "2024-05-11"]),
        ("02-24-2025, 2025/03/01", "en", ["2025-02-24", "2025-03-01"]),
        ("02/26 - 03/22/2024", "en", ["2024-02-26", "2024-03-22"]),
        ("between 09/16 and 10/18/2024", "en", ["2024-09-16", "2024-10-18"]),
        ("11/18 through 01/16/2026", "en", ["2025-11-18", "2026-01-16"]),
        ("26/02 - 22/03/2024", "en", ["2024-02-26", "2024-03-22"]),
        ("14/10/2024, again 08/07 with 1/3 and 6/12", "en", ["2024-10-14", "--07-08"]),
        ("10/14/2024, again 08/07", "en", ["2024-10-14", "--08-07"]),
        ("on 02/24, later 04/13/2026", "en", ["--02-24", "2026-04-13"]),
        ("this Friday, 03/14, at noon", "en", ["--03-14"]),
        ("on 3/14 she came", "en", ["--03-14"]),
        ("since 06/24", "en", ["2024-06"]),
        ("since 06/24; 10/14/2025", "en", ["2024-06", "2025-10-14"]),
        ("seit 06/24, 12/25", "de", ["2024-06", "2025-12"]),
        ("nodes 04/09, 10/22 nodes, 4/6 cores, 0/18", "en", []),
        ("10/14/2024: 10/22 nodes", "en", ["2024-10-14"]),
        ("on October 14", "en", ["--10-14"]),
        ("in Oct 24", "en", ["2024-10"]),
        ("im Oktober 24", "de", ["2024-10"]),
        ("Feb 10 to March 24, 2025", "en", ["--02-10", "2025-03-24"]),
        ("1. February 10 to March 24, 2025", "en", ["--02-10", "2025-03-24"]),
        ("1. Apr 10, 2025: MRI", "en", ["2025-04-10"]),
        ("2. August 10 - 24, 2025", "en", ["--08-10"]),
        ("1. May 2025", "en", ["2025-05"]),
        ("3. März 25", "en", ["2025-03-03"]),
        ("3. March 3, 2025", "en", ["2025-03-03"]),
        ("1. Februar 2025", "de", ["2025-02-01"]),
        ("3. Feber 2025 und 5. Jän. 2025", "de", ["2025-02-03", "2025-01-05"]),
    ],
)
def test_days_and_months(text: str, language: str, values: list[str]) -> None:
    found = find_dates(text, language, order_in((text,), language))
    assert [fact.value for fact in sorted(found, key=lambda fact: fact.start)] == values


@pytest.mark.parametrize(
    ("case", "draft", "open_dates"),
    [
        # The other text tells, in whichever form.
        ("DOB 12/05/1966. MRI 03/24/2025.", "RE: Ann Lee, DOB 12/05/1966", []),
        ("Seen 2026-03-01, operated on 2025-12-08.", "Seen 03/01/2026, operated 12/08/2025.", []),
        ("Seen 2026-03-01, operated on 2025-12-08.", "Seen 01/03/2026, operated 08/12/2025.", []),
        ("MRI on 8 December 2025.", "MRI on 12/08/2025.", []),
        ("Seen 03/24/2025. MRI 02/04/2025.", "MRI on 2 April 2025.", ["2 April 2025"]),
        ("Seen 24/03/2025. MRI 02/04/2025.", "MRI on February 4, 2025.", ["February 4, 2025"]),
        ("Seen 24/03/2025. MRI 02/04/2025.", "MRI on 2 April 2025.", []),
        # Where nothing tells, either is right, and a third day is not.
        ("MRI 02/04/2025.", "MRI on 4 February 2025.", []),
        ("MRI 02/04/2025.", "MRI on 2 April 2025.", []),
        ("MRI 02/04/2025.", "MRI on 3 April 2025.", ["3 April 2025"]),
        # Without a year.
        ("MRI 2026-02-24, blood 2026-03-17.", "MRI on 02/24, blood on 03/17.", []),
        ("MRI 2026-02-24, blood 2026-03-17.", "MRI on 02/25, blood on 03/17.", ["02/25"]),
        ("Radiotherapy 03/14/2025.", "Radiotherapy is due this Friday, 03/14, with cover.", []),
        ("Radiotherapy 03/14/2025.", "Radiotherapy is due this Friday, 03/21.", ["03/21"]),
        ("CT 06/2024.", "CT in 06/24.", []),
        ("RT 10/14/2024 - 11/20/2024.", "RT between 10/14 and 11/20/2024.", []),
        ("RT 10/14/2024 - 11/20/2024.", "RT between 10/15 and 11/20/2024.", ["10/15"]),
        ("Seen 14/10/2024, CT 09/11/2024.", "Seen on 14/10, CT on 09/11.", []),
    ],
)  # fmt: skip
def test_a_letter_and_its_case_are_read_together(
    case: str, draft: str, open_dates: list[str]
) -> None:
    found = [f for f in check(case, draft).findings if f.status is not Status.SUPPORTED]
    assert [f.fact.text for f in found if f.fact.kind == "date"] == open_dates


_FORMS: dict[Order, str] = {"day first": "%d/%m/%Y", "month first": "%m/%d/%Y"}


@given(st.dates(dt.date(1931, 1, 1), dt.date(2029, 12, 31)), st.sampled_from([*_FORMS]))
def test_a_day_is_read_in_the_order_that_is_known(day: dt.date, order: Order) -> None:
    (found,) = find_dates(day.strftime(f"on {_FORMS[order]}."), "en", order)
    assert (found.value, found.also) == (day.isoformat(), ())


@given(st.lists(st.dates(dt.date(1931, 1, 1), dt.date(2029, 12, 31)), min_size=1, max_size=4))
def test_an_iso_case_never_contradicts_its_letter(days: list[dt.date]) -> None:
    case = " ".join(day.isoformat() for day in days)
    for order, form in _FORMS.items():
        letter = " and ".join(day.strftime(form) for day in days)
        read_as = order_for(letter, case, "en")
        assert read_as in (order, "unclear")
        for fact, day in zip(find_dates(letter, "en", read_as), days, strict=True):
            assert day.isoformat() in (fact.value, *fact.also)


def test_dates_that_disagree_or_say_nothing_leave_the_order_open() -> None:
    assert order_of(["14/03/2024", "03/14/2024"]) == "unclear"
    assert order_of(["04/04/2024"], {"2024-04-04"}) == "unclear"
    assert order_of([], {"2024-04-04"}) == "unclear"


def test_a_birth_is_of_one_date() -> None:
    case = "Eileen Garvey, born 04/05/1955. Seen in clinic on 18/06/2024."
    draft = "I saw Mrs Eileen Garvey (born 4 May 1955) in clinic on 18 June 2024."
    found = check(case, draft).findings
    assert {f.status for f in found if f.fact.kind == "date"} == {Status.SUPPORTED}
