"""Letters of made-up patients for the tests of pairs, and a finder of what identifies in them."""

from __future__ import annotations

import re

from index.dates import find_dates
from index.deidentify import Deidentifier
from index.letter import Language
from index.spans import Label, Span, merge

KEY = b"k" * 32

GERMAN = """Praxis am Markt
Dr. Bruno Specht

Betrifft: Frau Petra Amsel, geb. 12.03.1961

Sehr geehrter Herr Dr. Specht,

wir berichten über die oben genannte Patientin, die sich am 02.05.2024 vorstellte.

Diagnosen:
Mammakarzinom links, pT2 pN1a(2/14) M0, G2, ICD-10 C50.4, ED 03.01.2024
Histologie: invasives Karzinom NST, ER positiv
Arterielle Hypertonie; Gicht

Verlauf:
Operation am 15.01.2024: Segmentresektion und Axilladissektion links.
Chemotherapie: Epirubicin 90 mg/m² und Cyclophosphamid 600 mg/m², 4 Zyklen, 12.02. bis 16.04.2024.
Bestrahlung der linken Brust, VMAT, 40,05 Gy in 15 Fraktionen zu 2,67 Gy, 06.05.2024 - 28.05.2024.
Nebenwirkungen (CTCAE): Erythem Grad 2, Fatigue Grad 1.
Am 20.05.2024 fiel ein Hämoglobin von 9,8 g/dl auf.

Empfehlungen:
Aktuelle Medikation: Ramipril 5 mg 1-0-0; Letrozol 2,5 mg 0-0-1.
Wir danken für die gute Zusammenarbeit.

Nachsorge:
Mammographie am 04.11.2024, Kontrolle bei uns in 6 Wochen.

Mit freundlichen Grüßen
Prof. Dr. Klara Star          Dr. Emil Fink
"""

ENGLISH = """Dear Dr Wren,

Mr Paul Finch, DOB 4 July 1950

Thank you for referring this man.

Diagnosis:
C61: Adenocarcinoma of the prostate, cT2c cN0 cM0, UICC II, diagnosed 3 May 2023.
Known gout.

Treatment:
RT to the prostate with VMAT: 60 Gy in 20 fractions, from 2 October 2023 to 27 October 2023.

Medication:
- Tamsulosin 400 µg once daily
- Bicalutamide 50 mg od

Follow-up:
PSA test in 3 months.

Yours sincerely
Dr Mary Crane
"""

_NAMES = {
    **dict.fromkeys(("Petra Amsel", "Paul Finch"), Label.PATIENT),
    **dict.fromkeys(
        ("Bruno Specht", "Specht", "Klara Star", "Emil Fink", "Wren", "Mary Crane"), Label.DOCTOR
    ),
}


def find(text: str, language: Language) -> tuple[Span, ...]:
    """The names of these letters, and dates."""
    names = (
        Span(at, at + len(name), label)
        for name, label in _NAMES.items()
        for at in range(len(text))
        if text.startswith(name, at)
    )
    dates = (Span(d.start, d.end, Label.DATE) for d in find_dates(text, language) if d.is_full)
    return merge((*names, *dates))


_TITLED = re.compile(
    r"(?:(?:Prof\.|Dr\.|PD|med\.) )+(?P<name>[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+){0,2})"
)
_ADDRESSED = re.compile(
    r"(?:Mr|Ms|Frau|Herrn|Patient:)\.? (?P<name>[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+){1,2})"
)


def find_by_form(text: str, language: Language) -> tuple[Span, ...]:
    """As much as the demo clinic's letters need: names that a title or a form of address tells,
    wherever they stand, and dates."""
    names = {match["name"]: Label.DOCTOR for match in _TITLED.finditer(text)}
    names |= {match["name"]: Label.PATIENT for match in _ADDRESSED.finditer(text)}
    found = (
        Span(*match.span(), label)
        for name, label in names.items()
        for match in re.finditer(rf"\b{re.escape(name)}\b", text)
    )
    dates = (Span(d.start, d.end, Label.DATE) for d in find_dates(text, language) if d.is_full)
    return merge((*found, *dates))


def deidentifier() -> Deidentifier:
    return Deidentifier(KEY, find)
