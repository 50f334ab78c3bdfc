"""Our detectors and Presidio's, run side by side."""

from __future__ import annotations

from index.analyzer import Analyzer, shared_analyzer
from index.letter import Language
from index.spans import Label, Span


def test_presidio_adds_insurance_and_bank_numbers_and_leaves_doses_alone():
    text = "Frau Ilse Ostermoor, versichert: A123456787, IBAN DE89370400440532013000, 50,4 Gy, 5 mg"
    spans = shared_analyzer().spans(text, "de")
    assert [(span.of(text), span.label) for span in spans] == [
        ("Ilse Ostermoor", Label.PATIENT),
        ("A123456787", Label.ID),
        ("DE89370400440532013000", Label.ID),
    ]


def test_a_further_detector_is_one_more_function():
    def wards(text: str, language: Language) -> list[Span]:
        return [Span(text.index("Rosengarten"), text.index(" heute"), Label.HOSPITAL)]

    spans = Analyzer({"wards": wards}).spans("Station Rosengarten heute", "de")
    assert spans == (Span(8, 19, Label.HOSPITAL),)
