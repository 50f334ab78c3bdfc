"""Notes with one wrong sentence (MEDEC, Ben Abacha 2025), in ../shared/data where they are.

The corrected note is the case, the wrong one the draft. Nothing of them stands here.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.check import Status, check

DATA = Path(os.environ.get("EPIKRISE_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
NOTES = DATA / "medec_dev" / "validation.csv"

pytestmark = pytest.mark.skipif(not NOTES.is_file(), reason=f"there is no {NOTES}")


def sentences(row: dict[str, str]) -> Iterator[tuple[str, int, int]]:
    """Number and place of each sentence of the note, as the data set numbers them."""
    end = 0
    for line in row["Sentences"].split("\n"):
        number, _, sentence = line.partition(" ")
        start = row["Text"].find(sentence.strip(), end)
        if start >= 0:
            end = start + len(sentence.strip())
            yield number, start, end


def test_wrong_sentences_are_marked_and_others_are_not() -> None:
    wrong: list[bool] = []
    others: list[bool] = []
    with NOTES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            flawed = row["Error Flag"] == "1"
            case = row["Corrected Text"] if flawed else row["Text"]
            open_places = [
                (f.fact.start, f.fact.end)
                for f in check(case, row["Text"]).findings
                if f.status in (Status.CHANGED, Status.UNSUPPORTED)
            ]
            for number, start, end in sentences(row):
                marked = any(s < end and start < e for s, e in open_places)
                (wrong if flawed and number == row["Error Sentence ID"] else others).append(marked)
    assert len(wrong) > 300
    assert len(others) > 5_000
    assert sum(wrong) / len(wrong) >= 0.90
    assert sum(others) / len(others) <= 0.05
