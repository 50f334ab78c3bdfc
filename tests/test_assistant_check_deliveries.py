"""Numbers of cycles: how many of the planned were given, and which drug they are of."""

from __future__ import annotations

import pytest

from assistant.check import FactKind, Status, check
from assistant.check.deliveries import deliveries

_WEEKLY = "Cisplatin 40 mg/m2 weekly, 5 of 6 given; sixth omitted, creatinine 148 umol/L."
_GABEN = "Cisplatin 40 mg/m² wöchentlich, 5/6 Gaben; 6. Gabe nicht gegeben."
_LINES = """Leuprorelin seit 04/2018; Docetaxel 6 Zyklen 05-09/2018;
Lu-177-PSMA 4 Zyklen 09/2023-03/2024."""
_COUNTS = """12.10.2025 Zyklus 1 Carboplatin AUC 5 + Paclitaxel 175 mg/m² q21d.
PD-L1 CPS 8. 23.11.2025 nach 3 Zyklen Remission. 01.03.2026 6 Zyklen abgeschlossen."""
_COURSES = "Carboplatin/paclitaxel x 4 cycles 01/2024, then pembrolizumab 12 cycles."


def _marked(case: str, draft: str) -> str:
    found = (f.fact for f in check(case, draft).findings if f.status is not Status.SUPPORTED)
    kinds = {FactKind.CYCLES, FactKind.QUANTITY}
    return " | ".join(draft[f.start : f.end] for f in found if f.kind in kinds)


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (_WEEKLY, "He managed all six weekly doses of cisplatin.", "six weekly doses"),
        (_WEEKLY, "He received six doses of cisplatin.", "six doses"),
        (_GABEN, "Cisplatin wurde in sämtlichen sechs Gaben verabreicht.", "sechs Gaben"),
        (_LINES, "Zuletzt sechs Zyklen einer Radioligandentherapie.", "sechs Zyklen"),
        (_LINES, "Er erhielt vier Zyklen Docetaxel.", "vier Zyklen"),
        (_COUNTS, "Die Kombination wurde bis zu acht Zyklen fortgesetzt.", "acht Zyklen"),
        (_COURSES, "He had twelve cycles of carboplatin and paclitaxel.", "twelve cycles"),
    ],
)
def test_a_wrong_number_of_cycles_is_marked(case: str, draft: str, wrong: str) -> None:
    assert wrong in _marked(case, draft)


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        (_WEEKLY, "He managed five of the six weekly doses of cisplatin."),
        (_WEEKLY, "Six doses of cisplatin were planned; the last was omitted."),
        (_WEEKLY, "Five doses of cisplatin were given."),
        (_GABEN, "Von den sechs Cisplatin-Infusionen konnten fünf verabreicht werden."),
        (_LINES, "Nach sechs Kursen Docetaxel vier Zyklen einer Radioligandentherapie."),
        (_COUNTS, "Die Kombination wurde bis zu sechs Zyklen fortgesetzt."),
        (_COUNTS, "Drei Zyklen Carboplatin (AUC 5) mit Paclitaxel wurden gegeben."),
        (_COURSES, "Four cycles of carboplatin and paclitaxel, then twelve of pembrolizumab."),
    ],
)
def test_a_right_number_of_cycles_is_not_marked(case: str, draft: str) -> None:
    assert _marked(case, draft) == ""


@pytest.mark.parametrize(
    ("text", "given", "planned"),
    [
        ("5 of 6 given", "5", "6"),
        ("five of the six weekly doses", "5", "6"),
        ("of six planned doses five were given", "5", "6"),
        ("10 von 12 Gaben", "10", "12"),
        ("zehn der zwölf geplanten Paclitaxelgaben", "10", "12"),
        ("von den sechs Infusionen konnten fünf verabreicht werden", "5", "6"),
    ],
)
def test_what_fell_short_is_read(text: str, given: str, planned: str) -> None:
    assert [(d.given, d.planned) for d in deliveries(text)] == [(given, planned)]


@pytest.mark.parametrize(
    "text", ["2 of 14 nodes", "6 of 6 given", "on 05/06 doses of 2 mg", "pN1a (2/14)"]
)
def test_other_shares_are_not_read(text: str) -> None:
    assert deliveries(text) == ()
