"""Ages by the birth date, blood pressures, years, lengths of periods by the letter's own dates."""

from __future__ import annotations

import pytest

from assistant.check import check

_ROTH = (
    "Annegret Roth, geb. 17.09.1948, COPD.\nRT 01.12.2021 - 10.01.2022: 60 Gy.\n"
    "Mutter Mammakarzinom mit 58.\n02.02.2022 RR 150/95, PSA 4,1 ng/ml."
)
_LEE = "Ann Lee, DOB 03/04/1966, seen 05/20/2025. RT 11/18/2024 - 01/06/2025, 60 Gy."


@pytest.mark.parametrize(
    ("case", "draft", "marked"),
    [
        (_ROTH, "Die 73-jährige Patientin wurde bestrahlt.", []),
        (_ROTH, "Die 58-jährige Patientin wurde bestrahlt.", ["58-jährige"]),
        (_ROTH, "Die Mutter erkrankte im Alter von 58.", []),
        (_ROTH, "Im Dezember 2021 erhielt die 71-Jährige 60 Gy.", ["71-Jährige"]),
        (_ROTH, "Der Blutdruck betrug 150/95 mmHg.", []),
        (_ROTH, "Der Blutdruck betrug 130/85 mmHg.", ["130/85 mmHg"]),
        (_ROTH, "Anfang 2022 lag das PSA bei 4,1 ng/ml.", []),
        (_ROTH, "Vom 01.12.2021 bis 10.01.2022 60 Gy in sechs Wochen.", []),
        (_ROTH, "Vom 01.12.2021 bis 10.01.2022 60 Gy in drei Wochen.", ["drei Wochen"]),
        (_ROTH, "Vom 01.12.2021 bis 25.12.2021 60 Gy in sechs Wochen.", ["25.12.2021"]),
        (_LEE, "This lady of 59 had 60 Gy from November 18 to January 6, 2025.", []),
        (_LEE, "This lady of 63 had 60 Gy.", ["63"]),
        (_LEE, "60 Gy from November 18 to January 6, 2025, over seven weeks.", []),
        (_LEE, "60 Gy from November 18 to January 6, 2025, over four weeks.", ["four weeks"]),
        ("Methotrexate 300 mg/m2 over 12 hours, etoposide 100 mg/m2.",
         "She has etoposide, a 12-hour infusion of methotrexate, and rest.", []),
    ],
)  # fmt: skip
def test_what_follows_from_the_dates(case: str, draft: str, marked: list[str]) -> None:
    found = [f.fact for f in check(case, draft).findings if f.status in ("changed", "unsupported")]
    assert [fact.text for fact in found] == marked
