from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.deidentify import Deidentifier
from index.letter import Language, Letter
from index.replacement import Replaced
from index.side_by_side import Joined
from index.spans import Label, Span, merge

TEXTS = st.lists(st.text("ab \n", max_size=20), min_size=1, max_size=4)


@st.composite
def joined_with_spans(draw: st.DrawFn) -> tuple[list[str], Joined, tuple[Span, ...]]:
    texts = draw(TEXTS)
    joined = Joined.of(texts)
    places = st.integers(0, len(joined.text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=5))
    spans = merge(Span(min(p), max(p), Label.PATIENT) for p in pairs)
    return texts, joined, joined.apart(spans)


def tagged(text: str, spans: tuple[Span, ...]) -> Replaced:
    """Every span as long as it may be, so that all places move."""
    pieces, written, position, length = [], [], 0, 0
    for span in spans:
        kept = text[position : span.start]
        written.append(Span(length + len(kept), length + len(kept) + 7, span.label))
        pieces += [kept, "PATIENT"]
        length += len(kept) + 7
        position = span.end
    return Replaced("".join([*pieces, text[position:]]), spans, tuple(written))


@given(joined_with_spans())
def test_no_span_reaches_into_what_is_between_two_texts(
    case: tuple[list[str], Joined, tuple[Span, ...]],
) -> None:
    texts, joined, spans = case
    for text, start in zip(texts, joined.starts, strict=True):
        assert joined.text[start : start + len(text)] == text
    inside = [range(s, s + len(t)) for t, s in zip(texts, joined.starts, strict=True)]
    for span in spans:
        assert any(span.start in r and span.end - 1 in r for r in inside)


@given(joined_with_spans())
def test_parted_is_each_text_by_itself(case: tuple[list[str], Joined, tuple[Span, ...]]) -> None:
    texts, joined, spans = case
    first, others = joined.parted(tagged(joined.text, spans))
    own = [
        tuple(
            Span(s.start - start, s.end - start, s.label)
            for s in spans
            if start <= s.start < start + len(text)
        )
        for text, start in zip(texts, joined.starts, strict=True)
    ]
    alone = [tagged(text, mine) for text, mine in zip(texts, own, strict=True)]
    assert first == alone[0]
    assert others == tuple(each.text for each in alone[1:])


KEY = b"k" * 32
LETTER = "Sehr geehrte Frau Dr. Amsel,\n\nwir berichten über Frau Hanna Weber, geb. am 12.03.1961."


def find(text: str, language: Language) -> tuple[Span, ...]:
    names = {
        "Hanna Weber": Label.PATIENT,
        "Weber": Label.PATIENT,
        "Amsel": Label.DOCTOR,
        "12.03.1961": Label.DATE,
        "01.02.2024": Label.DATE,
    }
    found = (
        Span(at, at + len(name), label)
        for name, label in names.items()
        for at in range(len(text))
        if text.startswith(name, at)
    )
    return merge(found)


def test_a_surname_alone_beside_the_letter_has_its_surrogate_and_its_dates() -> None:
    together = Deidentifier(KEY, find).review_together(
        Letter("a.txt", LETTER, "de"), ["Fr. Weber, geb. 12.03.1961, OP 01.02.2024", "Weber"]
    )
    reviewed = together.reviewed
    assert not reviewed.residue
    assert reviewed.letter == Deidentifier(KEY, find).review(Letter("a.txt", LETTER, "de")).letter
    patient = next(s for s in reviewed.replaced.written if s.label is Label.PATIENT)
    surname = patient.of(reviewed.letter.text).split()[-1]
    birth = next(s for s in reviewed.replaced.written if s.label is Label.DATE)
    assert together.beside[1] == surname
    assert together.beside[0].startswith(f"Fr. {surname}, geb. {birth.of(reviewed.letter.text)}")
    alone = Deidentifier(KEY, find).review(Letter("b", "Fr. Weber, OP 01.02.2024", "de"))
    assert together.beside[0][-10:] != alone.letter.text[-10:], "alone, it would be another shift"


def test_the_same_patient_has_the_same_code_in_every_letter() -> None:
    deidentifier = Deidentifier(KEY, find)
    codes = {
        deidentifier.review_together(Letter(name, text, "de"), beside).patient
        for name, text, beside in (
            ("a", LETTER, []),
            ("b", "Frau Hanna Weber kam am 01.02.2024.", ["Weber"]),
        )
    }
    assert len(codes) == 1
    assert not {"Hanna", "Weber"} & set(codes.pop().split())


@pytest.mark.parametrize("text", ["", "Frau Hanna Weber"])
def test_what_is_left_in_any_of_the_texts_counts(text: str) -> None:
    def blind(text: str, language: Language) -> tuple[Span, ...]:
        return tuple(span for span in find(text, language) if span.start < len(LETTER))

    together = Deidentifier(KEY, blind).review_together(Letter("a", LETTER, "de"), [text])
    assert bool(together.reviewed.residue) is bool(text)
