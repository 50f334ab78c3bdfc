"""Doses of targets that are told by what lies there: a bone deposit, a node, a vertebra."""

import pytest

from assistant.check import FactKind, Status, check
from assistant.check.foci import find_foci

_BONES = "SABR 04/2023: bone metastases, right ilium 30 Gy, T9 27 Gy."
_MIXED = "SBRT 06/2024: left 7th rib 30 Gy/5 fx; right iliac node 27 Gy/3 fx."
_NODE = "SBRT Os ilium re. 3 x 9 Gy = 27 Gy\nSBRT LK parailiakal li. 5 x 7 Gy = 35 Gy"
_LUNG = "SBRT Lunge rechts 4 x 12 Gy = 48 Gy\nSBRT Lebermetastase Seg. VI 3 x 15 Gy = 45 Gy"
_SPINE = "RT BWK 8: 10 x 3 Gy = 30 Gy\nRT Femur li.: 5 x 4 Gy = 20 Gy"


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (_BONES, "The iliac deposit had 27 Gy and the thoracic one 30 Gy.", "27 Gy"),
        (_BONES, "The iliac deposit had 30 Gy and the thoracic one 27 Gy.", ""),
        (_MIXED, "The bone deposit had 27 Gy in three fractions, the node 30 Gy in five.", "27 Gy"),
        (_MIXED, "The bone deposit had 30 Gy in five fractions, the node 27 Gy in three.", ""),
        (
            _NODE,
            "Der Knochenherd erhielt 35 Gy in fünf, der Lymphknoten 27 Gy in drei Sitzungen.",
            "35 Gy",
        ),
        (
            _NODE,
            "Der Knochenherd erhielt 27 Gy in drei, der Lymphknoten 35 Gy in fünf Sitzungen.",
            "",
        ),
        (_LUNG, "Der Lungenherd erhielt 45 Gy, die Lebermetastase 48 Gy.", "45 Gy"),
        (_LUNG, "Der Lungenherd erhielt 48 Gy, die Lebermetastase 45 Gy.", ""),
        (_SPINE, "Der achte Brustwirbel erhielt 20 Gy, der Femur 30 Gy.", "20 Gy"),
        (_SPINE, "Der achte Brustwirbel erhielt 30 Gy, der Femur 20 Gy.", ""),
    ],
)
def test_a_dose_is_held_against_the_focus_that_it_is_of(case: str, draft: str, wrong: str) -> None:
    kinds = (FactKind.DOSE, FactKind.FRACTIONS, FactKind.SITE)
    marked = [
        finding.fact.text
        for finding in check(case, draft).findings
        if finding.status is Status.CHANGED and finding.fact.kind in kinds
    ]
    assert any(wrong in text for text in marked) if wrong else not marked


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the hepatic metastasis and the adrenal one", ["liver", "adrenal gland"]),
        ("a pulmonary nodule, a nodal recurrence", ["lung", "lymph nodes"]),
        (
            "Nebennierenmetastase, ossäre Herde, LK-Rezidiv",
            ["adrenal gland", "bone", "lymph nodes"],
        ),
        ("irradiation of T9 for a painful vertebra", ["thoracic spine"]),
        ("the left lung", []),
    ],
)
def test_foci_are_the_sites_that_they_are_of(text: str, names: list[str]) -> None:
    assert [focus.name for focus in find_foci(text, 0, len(text))] == names
