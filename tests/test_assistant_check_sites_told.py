"""Sites and techniques as they are told: lobes in abbreviations, cells of tables, "left" a verb."""

import pytest

from assistant.check import Status, check

_EN = "Lung metastases: left lower lobe 14 mm, right middle lobe 9 mm."
_DE = "Lungenmetastasen: links Unterlappen 14 mm, rechts Mittellappen 9 mm."


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (_EN, "There were metastases in the LLL (14 mm) and the RML (9 mm).", ""),
        (_EN, "There were metastases in the LUL (14 mm) and the RML (9 mm).", "LUL"),
        (_DE, "Metastasen im LUL (14 mm) und Mittellappen rechts (9 mm).", ""),
        (_DE, "Metastasen im LOL (14 mm) und Mittellappen rechts (9 mm).", "LOL"),
        ("PLANNED\tCT head in 3 months", "CT of the head is planned in 3 months.", ""),
        ("70 Gy to primary (SIB, VMAT).", "He had arc-based IMRT to 70 Gy.", ""),
        ("LAR 10/2023: ypT1 ypN0.", "The resection in October 2023 left ypT1 disease.", ""),
    ],
)
def test_sites_and_techniques_are_read_as_they_are_told(case: str, draft: str, wrong: str) -> None:
    marked = [
        finding.fact.text
        for finding in check(case, draft).findings
        if finding.status in (Status.CHANGED, Status.UNSUPPORTED)
    ]
    assert any(wrong in text for text in marked) if wrong else not marked
