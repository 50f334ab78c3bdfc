"""Recall and precision against spans that people marked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InputError
from index.gold_spans import Agreement, GoldSpan, gold_spans
from index.spans import Label, Span, merge

TEXT = "Frau Anna Weber, geb. 1.2.1950, Essen."


def test_recall_and_precision_by_type_and_by_character() -> None:
    agreement = Agreement()
    gold = [GoldSpan(5, 15, "NAME"), GoldSpan(22, 30, "DATE"), GoldSpan(32, 37, "CITY")]
    found = [Span(0, 9, Label.PATIENT), Span(22, 30, Label.DATE)]
    agreement.add(TEXT, gold, found)
    result = agreement.as_json()
    assert result["recall"]["DATE"] == {
        "spans": 1,
        "whole": 1.0,
        "touched": 1.0,
        "characters": 8,
        "character_recall": 1.0,
    }
    name = result["recall"]["NAME"]
    assert (name["whole"], name["touched"], name["character_recall"]) == (0.0, 1.0, round(4 / 9, 5))
    assert result["recall"]["CITY"]["character_recall"] == 0.0
    assert result["recall"]["all"]["characters"] == 9 + 8 + 5
    assert result["precision"]["PATIENT"]["character_precision"] == 0.5
    assert result["precision"]["all"]["character_precision"] == round(12 / 16, 5)
    rest = len(TEXT.replace(" ", "")) - 22
    assert result["other_characters"] == rest
    assert result["other_characters_removed"] == round(4 / rest, 5)
    table = "\n".join(agreement.lines())
    assert "44.44%" in table
    assert "50.00%" in table


def test_of_nothing_there_is_no_share() -> None:
    result = Agreement().as_json()
    assert result["recall"] == {
        "all": {"spans": 0, "whole": None, "touched": None, "characters": 0}
        | {"character_recall": None}
    }
    assert list(Agreement().lines())


SPANS = st.lists(
    st.tuples(st.integers(0, len(TEXT) - 2), st.integers(1, 12)).map(
        lambda each: Span(each[0], min(len(TEXT), each[0] + each[1]), Label.ID)
    )
).map(merge)


@given(SPANS)
def test_what_is_found_as_it_is_marked_is_all_right(spans: tuple[Span, ...]) -> None:
    agreement = Agreement()
    agreement.add(TEXT, [GoldSpan(s.start, s.end, "X") for s in spans], spans)
    result = agreement.as_json()
    assert result["other_characters_removed"] in (0.0, None)
    assert result["recall"]["all"]["whole"] in (1.0, None)
    assert result["precision"]["all"]["character_precision"] in (1.0, None)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"spans": "x"},
        {"spans": [1]},
        {"spans": [{"start": 3, "end": 3, "label": "X"}]},
        {"spans": [{"start": 3, "end": 99, "label": "X"}]},
        {"spans": [{"start": 3, "end": 4}]},
        {"spans": [{"start": 0, "end": 4, "label": "X", "text": "Herr"}]},
    ],
)
def test_a_row_without_usable_spans_is_told_by_its_line(row: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="Line 7"):
        gold_spans(row, TEXT, 7)
