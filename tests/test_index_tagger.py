"""The tagger: what a word's features are, how words become spans, and what it adds to rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.detectors import RULES
from index.spans import Label, Span
from index.tagger import find_tagged, tag
from index.tagger_features import features_of, tokens_of
from index.tagger_limits import may_identify
from index.tagger_weights import Weights, shipped_weights


def weights_for(*features: str) -> Weights:
    """A tagger that takes words with one of these features for a place."""
    of = np.array([[0.0, 9.0]] * len(features), np.float32)
    row = {name: n for n, name in enumerate(features)}
    return Weights(row, of, np.array([4.0, -4.0], np.float32), (Label.LOCATION,))


def test_words_in_lower_case_and_marks_are_left_to_the_rules():
    text = "Frau Öz aus 8000 Ort, nach x7"
    tokens = tokens_of(text)
    asked = [tokens[i].written for i, _ in features_of(text, tokens)]
    assert asked == ["Frau", "Öz", "8000", "Ort", "7"]


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Case: Kx 12", "label case"),
        ("aus Qorv", "w-1 aus"),
        ("QORV", "s XXX"),
        ("123456", "s 999"),
        ("in Köln", "l0 town"),
        ("die Wunde wunde", "lower"),
    ],
)
def test_features_tell_form_neighbours_and_lists(text: str, feature: str):
    assert feature in {each for _, found in features_of(text, tokens_of(text)) for each in found}


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("aus Alt-Qorvau am Fluss", ["Alt-Qorvau"]),
        ("aus Alt Qorvau und Bern", ["Alt Qorvau"]),
        ("aus C61.9 und C61.9", []),
        ("aus Gleason und Gleason", []),
        ("aus EBUS-TBNA", []),
        ("aus B-Zell-Lymphom", []),
        ("aus ORT-QORVAU", ["ORT-QORVAU"]),
    ],
)
def test_neighbours_are_one_span_and_what_is_known_as_another_thing_is_none(
    text: str, spans: list[str]
):
    weights = weights_for("w-1 aus", "w alt", "w qorvau", "w c", "w gleason", "w 99", "w 9")
    found = (span for span in tag(text, weights) if may_identify(text, span, "de"))
    assert [span.of(text) for span in found] == spans


@given(st.text(alphabet="Aa9äÖ -.,:/\n\t_", max_size=60))
def test_spans_are_sorted_apart_and_inside_the_text(text: str):
    spans = tuple(tag(text, shipped_weights("de")))
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize(
    "letter",
    [
        "Arztbrief\n\nHerr Dr. Vessikamp hat Kopie.\nAnsprechpartnerin: Qlavdia Trussowek\n",
        "Labor Dr. Kessik\nBefund\n\nEingang 12.03.2024 Einsender: Trussowek, Ambulanz\n",
    ],
)
def test_it_finds_a_name_that_no_list_has(letter: str):
    assert any("Trussowek" in span.of(letter) for span in tag(letter, shipped_weights("de")))


def test_a_sentence_alone_is_left_to_the_rules():
    sentence = "Ansprechpartnerin: Qlavdia Trussowek\n"
    assert not find_tagged(sentence, "de")
    assert find_tagged(sentence * 20, "de")


def test_the_rules_stay_without_what_is_learnt():
    """Training marks further letters by the rules alone; else it would learn from itself."""
    assert "tagger" not in RULES


@pytest.mark.parametrize(
    ("text", "found", "label", "may"),
    [
        ("geb. 1954, wohnt", "1954", Label.DATE, True),
        ("Calcitonin 1840 ng", "1840", Label.DATE, False),
        ("Ankunft 22:48 Uhr", "22", Label.DATE, False),
        ("GEB 22 11 1989", "11", Label.DATE, True),
        ("Wert 0.95 war", "0.95", Label.DATE, False),
        ("seit 20 Jahren", "20", Label.AGE, False),
        ("im Schema B bei", "B", Label.DOCTOR, False),
        ("der Bewegung war", "Bewegung", Label.PATIENT, False),
        ("Fr. Bewegung war", "Bewegung", Label.PATIENT, True),
        ("Kennung P1r2 gilt", "r2", Label.ID, True),
    ],
)
def test_a_bare_amount_a_letter_and_a_common_noun_are_no_identifier(
    text: str, found: str, label: Label, may: bool
):
    start = text.index(found)
    assert may_identify(text, Span(start, start + len(found), label), "de") is may
