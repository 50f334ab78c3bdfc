"""Doses and fractions told of another volume or course than in the case, and rightly told ones."""

from __future__ import annotations

import pytest

from assistant.check import FactKind, Status, check

_TONSIL = """Radiotherapy 03/03/2025-11/04/2025: VMAT, 30 fractions.
PTV1 (right tonsil + involved level II node): 65 Gy. PTV2 (elective bilateral neck): 54 Gy."""
_LEVELS = """IMRT with simultaneous integrated boost, 35 fractions: primary and involved nodes 70 Gy
(2.0 Gy/fx), high-risk neck 63 Gy (1.8 Gy/fx), elective bilateral neck 56 Gy (1.6 Gy/fx)."""
_COURSES = """Preoperative radiotherapy 50 Gy in 25 fractions, IMRT, left thigh, 03/2023.
New 14 mm nodule of the right lower lobe. SABR 54 Gy in 3 fractions, 12/2024.
MRI spine: L2 metastasis. Radiotherapy L2 20 Gy in 5 fractions, 07/2025."""
_SERIES = """1) 13/05/2024 - 29/05/2024, percutaneous; total 30 Gy, single 2 Gy, no boost
2) 01/01/2025 - 13/02/2025, other; total 3 Gy, single 0.1 Gy"""
_TONSILLE = """RT 24.02.2025–11.04.2025: 35 Fraktionen, SIB-VMAT: Tumor/LK 70 Gy (2,0 Gy),
elektiv beidseits 54,25 Gy (1,55 Gy)."""
_REKTUM = """Strahlentherapie: Becken mit Lymphabfluss 45 Gy in 25 Fraktionen, simultan integrierter
Boost auf Tumor und Mesorektum 50 Gy (25 x 2 Gy)."""
_MAMMA = """Strahlentherapie: Restbrust links 40,05 Gy in 15 Fraktionen à 2,67 Gy;
sequentieller Boost Tumorbett 10 Gy in 2 Fraktionen à 5 Gy."""
_KNOCHEN = """RT 1: 06/2021 BWS Th8–Th10, 10 x 3 Gy = 30 Gy.
RT 2: 10/2022 Becken rechts 1 x 8 Gy.
RT 3: 02/2025 Femur links proximal, 5 x 4 Gy = 20 Gy."""
_RADIATION = {FactKind.DOSE, FactKind.FRACTIONS, FactKind.SITE}


def _marked(case: str, draft: str) -> str:
    found = (f.fact for f in check(case, draft).findings if f.status is not Status.SUPPORTED)
    return " | ".join(draft[f.start : f.end] for f in found if f.kind in _RADIATION)


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (_TONSIL, "The uninvolved neck was taken to 65 Gy and the primary to 54 Gy.", "54 Gy"),
        (_TONSIL, "Gross disease had 54 Gy and the prophylactic volume 65 Gy.", "65 Gy"),
        (_LEVELS, "In 35 sessions the elective neck had 56 Gy at 1.8 Gy per day.", "1.8 Gy"),
        (_LEVELS, "The uninvolved neck had 63 Gy and the high-risk neck 56 Gy.", "56 Gy"),
        (_COURSES, "The nodule was treated to 54 Gy in eight fractions.", "eight fractions"),
        (_COURSES, "L2 was irradiated to 20 Gy in three fractions.", "three fractions"),
        (_COURSES, "We gave 50 Gy in 5 fractions to the thigh.", "5 fractions"),
        (_SERIES, "A last series came to 30 Gy in fractions of 0.1 Gy.", "30 Gy in fractions"),
        (_TONSILLE, "Der Tumor erhielt 54,25 Gy, die elektiven Halsseiten 70 Gy.", "70 Gy"),
        (_TONSILLE, "Die vorsorglich bestrahlten Halsseiten erhielten 70 Gy.", "70 Gy"),
        (_REKTUM, "Der Tumor wurde bis 45 Gy, der Lymphabfluss bis 50 Gy bestrahlt.", "50 Gy"),
        (_MAMMA, "Die Brust wurde in 15 Sitzungen mit je 5 Gy bestrahlt.", "5 Gy"),
        (_MAMMA, "Das Tumorbett wurde in fünf Sitzungen um 10 Gy aufgesättigt.", "fünf Sitzungen"),
        (_KNOCHEN, "Am Femur wurden 20 Gy in zehn Sitzungen verabreicht.", "zehn Sitzungen"),
        (_KNOCHEN, "Das Becken erhielt eine Einzeldosis von 4 Gy.", "4 Gy"),
    ],
)  # fmt: skip
def test_a_dose_of_another_volume_is_marked(case: str, draft: str, wrong: str) -> None:
    assert wrong in _marked(case, draft)


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        (_TONSIL, "In thirty sessions the uninvolved neck had 54 Gy and the primary 65 Gy."),
        (_TONSIL, "Gross disease had 65 Gy, the prophylactic volume 54 Gy, all in 30 fractions."),
        (_LEVELS, "In 35 sessions the elective neck had 56 Gy at 1.6 Gy per day."),
        (_COURSES, "The nodule was treated to 54 Gy in three fractions of 18 Gy."),
        (_COURSES, "L2 was irradiated with 4 Gy on each of five days."),
        (_TONSILLE, "Der Tumor erhielt 70 Gy, die Halsseiten gut 54 Gy, alles in 35 Sitzungen."),
        (_TONSILLE, "Die vorsorglich bestrahlten Halsseiten erhielten gut 54 Gy in 35 Sitzungen."),
        (_REKTUM, "Der Tumor wurde bis 50 Gy, der Lymphabfluss bis 45 Gy bestrahlt."),
        (_MAMMA, "Aufsättigung des Tumorbetts, sodass gut 50 Gy erreicht wurden, mit je 5 Gy."),
        (_MAMMA, "Im Tumorbett resultiert eine Summe von 50,05 Gy in 17 Sitzungen."),
        (_MAMMA, "In 17 Sitzungen: 40,05 Gy in 15 Fraktionen auf die Brust, 10 Gy als Boost."),
        (_MAMMA, "Die Brust erhielt 40 Gy in 15 Fraktionen."),
        (_KNOCHEN, "Die BWS wurde mit 30 Gy in zehn Sitzungen, das Becken mit 8 Gy bestrahlt."),
    ],
)  # fmt: skip
def test_a_dose_of_this_volume_is_not_marked(case: str, draft: str) -> None:
    assert _marked(case, draft) == ""
