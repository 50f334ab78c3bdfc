"""The measure of de-identification: what it counts as removed, left, and removed without need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deid.figures import Figures, false_alarms, misses, score
from deid.gold import MarkedLetter, read_marked
from deid.measure import fold

from index.spans import Label, Span

TEXT = "Dr. Xaver Brömmel sah Frau Zwick"
ROW = {
    "id": "a",
    "text": TEXT,
    "lang": "de",
    "spans": [{"start": 4, "end": 17, "label": "DOCTOR"}, {"start": 27, "end": 32, "label": "ID"}],
}


def letter(tmp_path: Path, text: str) -> MarkedLetter:
    file = tmp_path / "marked"
    file.write_text(text, encoding="utf-8")
    return read_marked(file)[0]


def figures(letter: MarkedLetter, *spans: tuple[int, int]) -> Figures:
    return score([(letter, [Span(*span, Label.DOCTOR) for span in spans])])


def test_spans_characters_titles_and_the_rest_are_counted_apart(tmp_path: Path):
    marked = letter(tmp_path, json.dumps(ROW))
    done = figures(marked, (0, 9), (18, 21))
    assert (done.characters["doctor"].done, done.characters["doctor"].of) == (5, 12)
    assert (done.whole["doctor"].done, done.whole["doctor"].of) == (0, 1)
    assert done.characters["title"].share == 1.0
    assert (done.other.done, done.other.of) == (3, 7)
    assert done.direct(done.characters).of == 17


def test_what_slips_is_shown(tmp_path: Path):
    marked = letter(tmp_path, json.dumps(ROW))
    found = [Span(0, 9, Label.DOCTOR), Span(18, 21, Label.DATE)]
    assert [(slip.kind, slip.shown) for slip in misses(marked, found)] == [
        ("doctor", "Dr. Xaver[[ Brömmel]] sah Frau Zwick"),
        ("id", "Dr. Xaver Brömmel sah Frau [[Zwick]]"),
    ]
    assert [(slip.kind, slip.shown) for slip in false_alarms(marked, found)] == [
        ("DATE", "Dr. Xaver Brömmel [[sah]] Frau Zwick")
    ]


def test_values_without_offsets_are_looked_up(tmp_path: Path):
    tags = json.dumps({"identifier_type": "NAME", "value": "Ann B."})
    marked = letter(tmp_path, f"===QUERY===\nSaw Ann B. today\n===PHI_TAGS===\n{tags}\n")
    assert [(g.start, g.end, g.kind) for g in marked.gold] == [(4, 10, "name")]


def test_a_span_outside_its_text_is_refused(tmp_path: Path):
    row = ROW | {"spans": [{"start": 4, "end": 99, "label": "ID"}]}
    with pytest.raises(ValueError, match="outside"):
        letter(tmp_path, json.dumps(row))


def test_a_fold_and_the_rest_are_all():
    letters = [MarkedLetter(f"{n}", "", "de", ()) for n in range(10)]
    parts = [fold(letters, "2/4", rest) for rest in (False, True)]
    assert [len(part) for part in parts] == [3, 7]
    assert {each.id for part in parts for each in part} == {each.id for each in letters}
