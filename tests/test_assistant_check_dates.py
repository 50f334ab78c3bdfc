"""Dates as the check reads them: in the order of day and month that the text itself shows."""

from __future__ import annotations

import pytest

from assistant.check import Status, check
from assistant.check.dates import find_dates


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("10/14/2024, 11/05/2024", "en", ["2024-10-14", "2024-11-05"]),
        ("14/10/2024, 11/05/2024", "en", ["2024-10-14", "2024-05-11"]),
        ("11/05/2024", "en", ["2024-05-11"]),
        ("02/26 - 03/22/2024", "en", ["2024-02-26", "2024-03-22"]),
        ("14/10/2024, again 08/07 with 1/3 and 6/12", "en", ["2024-10-14", "--07-08"]),
        ("10/14/2024, again 08/07", "en", ["2024-10-14", "--08-07"]),
        ("nodes 04/09", "en", []),
        ("on October 14", "en", ["--10-14"]),
        ("in Oct 24", "en", ["2024-10"]),
        ("im Oktober 24", "de", ["2024-10"]),
    ],
)
def test_days_and_months(text: str, language: str, values: list[str]) -> None:
    found = sorted(find_dates(text, language), key=lambda fact: fact.start)
    assert [fact.value for fact in found] == values


def test_a_birth_is_of_one_date() -> None:
    case = "Eileen Garvey, born 04/05/1955. Seen in clinic on 18/06/2024."
    draft = "I saw Mrs Eileen Garvey (born 4 May 1955) in clinic on 18 June 2024."
    found = check(case, draft).findings
    assert {f.status for f in found if f.fact.kind == "date"} == {Status.SUPPORTED}
