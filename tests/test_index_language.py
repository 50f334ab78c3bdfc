"""Telling German from English."""

from __future__ import annotations

import pytest

from index.language import detect_language
from index.letter import Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wir berichten über unsere Patientin, die sich am 3. März vorstellte", "de"),
        ("We report on our patient, who was seen in our department", "en"),
        ("Diagnose: Mammakarzinom links. Die Behandlung erfolgte ambulant.", "de"),
        ("Diagnosis: breast cancer of the left side, treated with letrozole", "en"),
        ("Patient: Anna Weber\nGeburtsdatum: 01.02.1960\nStadium: UICC IA, wurde operiert", "de"),
        ("", "en"),
        ("C50.4 pT1c pN0", "en"),
    ],
)
def test_the_language_is_that_of_the_function_words(text: str, language: Language):
    assert detect_language(text) == language
