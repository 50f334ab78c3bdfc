"""What a model says of a note stands if the note bears it out; the note itself says the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_fakes import record

from assistant.borne_out import Excerpt, borne_out
from assistant.check import Status, check
from assistant.faithful import faithful
from assistant.record_notes import Part, cut
from assistant.statements import statements

NOTES = """\
Sex: female
Report: Visit, 4 May 2025: Pathology showed R0 resection of the left breast carcinoma. \
Grade 2 neuropathy of both hands. Plan: Radiotherapy of the left breast with 50 Gy. \
Counsel patient on side effects: nausea, fatigue, anaemia.
Report: Visit, 9 June 2025: Cisplatin 40 mg was given in week 1. Tamoxifen 20 mg is taken daily. \
No sign of recurrence on CT. Weight 60.5 kg. Residual disease: R0 (no gross residual tumour).
"""


def excerpt(text: str) -> Excerpt:
    return Excerpt.of([piece for piece in cut(text, "en") if piece.part is Part.NOTE], "en")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Tamoxifen 20 mg is taken daily.", (1, "Tamoxifen 20 mg is taken daily.")),
        ("She takes tamoxifen 20 mg daily.", (1, "She takes tamoxifen 20 mg daily.")),
        ("Plan: radiotherapy with 50 Gy.", (0, "Plan: radiotherapy with 50 Gy.")),
        # A label that the note doesn't have goes, where the words do without.
        ("Diagnosis: No sign of recurrence", (1, "No sign of recurrence")),
        ("Toxicity: fatigue", None),
        ("Plan: Tamoxifen 20 mg is taken daily", None),
        # Numbers, also those that no fact holds.
        ("R1 resection of the left breast carcinoma.", None),
        ("Residual disease: R3 (no gross residual tumour).", None),
        ("Weight 60.7 kg.", None),
        ("Plan: Radiotherapy of the left breast with 50 Gy, 2 weeks.", None),
        # Facts of two places that nobody put together.
        ("Grade 2 nausea.", None),
        ("Cisplatin 40 mg and tamoxifen for neuropathy.", None),
        # Turned into its opposite, or into another side.
        ("Recurrence on CT.", None),
        ("Carcinoma of the right breast.", None),
        # No language, and nothing that can be checked.
        ("Tamoxifen 20 mg basureviously metomen.", None),
        ("It all went very well indeed.", None),
    ],
)
def test_a_statement_stands_if_its_note_bears_it_out(
    said: str, kept: tuple[int, str] | None
) -> None:
    (statement,) = statements(said, "en")
    found = borne_out(statement, excerpt(NOTES))
    assert (found and (found[0], found[1].text)) == kept


def told(answer: str, room: int, stated: str = "") -> str:
    known = {(f.fact.kind, f.fact.value) for f in check(NOTES, stated).findings}
    pieces = faithful(excerpt(NOTES), answer, NOTES, known, room, "en")
    return "".join(piece.text for piece in pieces)


def test_what_stands_comes_under_the_title_of_its_note() -> None:
    answer = "Weight 60.5 kg. Tamoxifen 20 mg is taken daily. Weight 60.5 kg. Tamoxifen 30 mg."
    assert told(answer, 0) == (
        "Report: Visit, 9 June 2025: Weight 60.5 kg. Tamoxifen 20 mg is taken daily.\n"
    )


def test_a_title_that_the_model_repeats_is_not_said_twice() -> None:
    answer = "Report: Visit, 4 May 2025: Weight 60.5 kg."
    assert told(answer, 0) == "Report: Visit, 9 June 2025: Weight 60.5 kg.\n"


def test_what_the_model_leaves_out_or_gets_wrong_is_told_in_the_notes_own_words() -> None:
    text = told("Tamoxifen 30 mg is taken daily.", 10_000)
    assert "30" not in text
    for own in ("Tamoxifen 20 mg is taken daily.", "Plan: Radiotherapy", "R0 resection"):
        assert own in text
    assert text.index("4 May 2025") < text.index("R0") < text.index("9 June 2025")


def test_room_bounds_what_is_added_and_what_stands_elsewhere_is_not() -> None:
    sizes = [len(told("", room)) for room in range(0, 600, 40)]
    assert all(size <= room for size, room in zip(sizes, range(0, 600, 40), strict=True))
    assert sizes == sorted(sizes)
    assert sizes[-1] > 300
    assert "Tamoxifen" not in told("", 600, stated="Tamoxifen 20 mg is taken daily.")


def test_findings_go_before_figures_and_a_heading_before_a_colon() -> None:
    notes = "Sex: female\n\n4 May 2025 Visit\nWeight 60.5 kg. She has oral mucositis."
    pieces = faithful(excerpt(notes), "", notes, (), 45, "en")
    assert [piece.text for piece in pieces] == ["4 May 2025 Visit: She has oral mucositis.\n"]


_WORDS = NOTES.split()[2:]


@given(
    st.lists(st.sampled_from(_WORDS), min_size=3, max_size=25).map(" ".join)
    | st.tuples(st.sampled_from(_WORDS), st.sampled_from(_WORDS)).map(
        lambda pair: NOTES.replace(pair[0], pair[1])
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_model_says_no_fact_against_the_record_is_told(answer: str) -> None:
    text = told(answer, 300)
    for statement in statements(text, "en"):
        for finding in check(NOTES, statement.text).findings:
            assert finding.status is Status.SUPPORTED, (statement.text, finding)


def test_the_statements_of_a_chunk_lie_in_its_text() -> None:
    made = excerpt(record(5).text)
    assert len(made.notes) == 5
    for number, statement in made.statements:
        assert statement.words in made.text[statement.start : statement.end]
        assert made.notes[number].told.strip() in made.text
