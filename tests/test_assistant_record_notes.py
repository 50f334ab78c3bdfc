"""Records cut into notes, and notes into statements: nothing is lost, nothing loses its meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.record_notes import Part, Piece, cut, divided, fewer_values
from assistant.statements import joined, statements
from index.letter import Language

RENDERED = """\
Patient: Erika Example
Diagnosis: Breast cancer
Laboratory: CA 15-3: 80 U/ml (1 March 2025); 20 U/ml (1 June 2025)
Course: partial remission (3 May 2025)
Report: CT, 4 May 2025:
  CHEST: No nodules.
  4 May 2025 was a Sunday.
Report: Note, 5 May 2025: She is well.
"""
PASTED = """\
Pt. Erika Example, f, 4.5.1961
Breast cancer

12.03.2025 Ambulante Vorstellung
Es geht ihr gut.
Keine Schmerzen.

13.03.2025: Gewicht 60 kg.
14.03.2025 14:30 Visite ohne Besonderheiten.
"""


def told(text: str, language: Language) -> list[tuple[str, str]]:
    return [(piece.part.name, piece.title) for piece in cut(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            RENDERED,
            "en",
            [
                ("FIELD", ""),
                ("FIELD", ""),
                ("VALUES", ""),
                ("NOTE", "Course:"),
                ("NOTE", "Report: CT, 4 May 2025:"),
                ("NOTE", "Report: Note, 5 May 2025:"),
            ],
        ),
        (
            PASTED,
            "de",
            [
                ("FIELD", "Pt. Erika Example, f, 4.5.1961"),
                ("NOTE", "12.03.2025 Ambulante Vorstellung"),
                ("NOTE", "13.03.2025:"),
                ("NOTE", "14.03.2025"),
            ],
        ),
        ("", "en", []),
        ("Sex", "en", [("FIELD", "")]),
        ("Report", "en", [("FIELD", "")]),
        ("Seen on 3 May with\nnausea.\n\nOn 4 May better.", "en", [("FIELD", ""), ("NOTE", "")]),
    ],
)
def test_a_record_is_cut_where_a_note_begins(
    text: str, language: Language, expected: list[tuple[str, str]]
) -> None:
    assert told(text, language) == expected


_LINES = st.sampled_from([*RENDERED.splitlines(True), *PASTED.splitlines(True), "\n", "  \r\n"])
_TEXTS = st.text() | st.lists(_LINES | st.text(max_size=20)).map("".join)


@given(text=_TEXTS, language=st.sampled_from(["en", "de"]), most=st.integers(1, 60))
def test_the_pieces_of_any_text_hold_every_character(
    text: str, language: Language, most: int
) -> None:
    pieces = cut(text, language)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        parts = divided(piece, most, language)
        assert "".join(part.text for part in parts) == piece.text
        assert all(0 < len(part.text) <= most for part in parts)
        assert all(part.told.startswith(piece.title) for part in parts)


def test_a_long_note_is_divided_at_its_sentences() -> None:
    piece = Piece("5 May 2025: She came. She went. Unbelievably", Part.NOTE, "5 May 2025:")
    parts = divided(piece, 22, "en")
    assert [part.text for part in parts] == ["5 May 2025: She came. ", "She went. Unbelievably"]
    assert parts[1].told == "5 May 2025: She went. Unbelievably"
    assert [part.text for part in divided(piece, 9, "en")][-2:] == ["Unbelieva", "bly"]


@pytest.mark.parametrize(
    ("line", "fewer"),
    [
        ("Laboratory: HE4: 1 (a); 2 (b; c); 3; 4; 5\n", "Laboratory: HE4: 1 (a); 4; 5\n"),
        ("Laboratory: HE4: 1; 2; 3\n", "Laboratory: HE4: 1; 2; 3\n"),
    ],
)
def test_a_series_keeps_its_first_and_its_last_values(line: str, fewer: str) -> None:
    assert fewer_values(Piece(line, Part.VALUES)).text == fewer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She is well. No pain.", ["She is well.", "No pain."]),
        ("Medication: a (x; y); b", ["Medication: a (x; y)", "Medication: b"]),
        (
            "She is well. Plan: 1) CT of the thorax. 2) Surgery. Weight: 60 kg.",
            ["She is well.", "Plan: 1) CT of the thorax.", "Plan: 2) Surgery.", "Weight: 60 kg."],
        ),
        (
            "ABDOMEN:\nLiver: No lesion. Smooth.\nSpleen: Normal.\nPELVIS: No mass.",
            [
                "ABDOMEN: Liver: No lesion.",
                "ABDOMEN: Liver: Smooth.",
                "ABDOMEN: Spleen: Normal.",
                "PELVIS: No mass.",
            ],
        ),
        ("A. UTERUS:\n- CERVIX: Benign.", ["A. UTERUS: - CERVIX: Benign."]),
        ("Findings:\n\nShe is well.", ["She is well."]),
        # What an ordinary label says of one value is not carried on to the next.
        ("HRD score: 58. MMR intact.", ["HRD score: 58.", "HRD score: MMR intact."]),
        (
            "It is late. HRD score: 58. MMR intact.",
            ["It is late.", "HRD score: 58.", "MMR intact."],
        ),
    ],
)
def test_statements_carry_what_they_need_to_be_read_alone(text: str, expected: list[str]) -> None:
    found = list(statements(text, "en"))
    assert [statement.text for statement in found] == expected
    assert [s.start for s in found] == sorted(s.start for s in found)
    assert all(s.words in text[s.start : s.end] for s in found)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("She is well\nNo pain", "She is well. No pain."),
        ("Medication: a; b", "Medication: a; b."),
        ("Plan: 1) CT of the thorax. 2) Surgery.", "Plan: 1) CT of the thorax. 2) Surgery."),
        ("She is well. Smaller nodules:", "She is well. Smaller nodules."),
    ],
)
def test_statements_joined_read_as_they_stood(text: str, again: str) -> None:
    assert joined(statements(text, "en")) == again
