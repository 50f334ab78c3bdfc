"""What a run learns from, by its config."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tiny_base import make_pairs, note, small_run

from finetune.config import TrainingConfig, load_config
from finetune.data import fewer, training_examples
from finetune.pairs import Example, write_pairs
from index.errors import TrainingError


def of_two_houses(folder: Path) -> Path:
    for split, start in (("train", 0), ("dev", 100)):
        houses = ("North", "South", "South")
        notes = [replace(note(start + i), institution=houses[i % 3]) for i in range(12)]
        write_pairs(folder / f"{split}.jsonl", notes)
    return folder


def run(pairs: Path, **data: object) -> TrainingConfig:
    changes = {f"data__{key}": value for key, value in data.items()}
    return small_run(pairs, pairs, pairs / "out", **changes)


def test_pairs_of_the_named_institutions_alone(tmp_path: Path) -> None:
    folder = of_two_houses(tmp_path)
    learn, watch = training_examples(run(folder, institutions=["South"]))
    assert len(learn) == 8
    assert {e.institution for e in [*learn, *watch]} == {"South"}
    learn, _ = training_examples(run(folder, institutions=["South", "North"]))
    assert len(learn) == 12
    with pytest.raises(TrainingError, match=r"nothing of East.*: North, South\."):
        training_examples(run(folder, institutions=["East"]))
    with pytest.raises(TrainingError, match="Have each line say its own"):
        training_examples(run(make_pairs(tmp_path / "untold"), institutions=["East"]))


def test_fewer_examples_are_some_of_the_more_and_whole_patients(tmp_path: Path) -> None:
    patients = [replace(note(i), patient=f"P{i % 7}") for i in range(28)]
    several: list[list[Example]] = [list(fewer(patients, count)) for count in range(1, 29)]
    for number, (less, more) in enumerate(pairwise(several), 1):
        assert len(less) == number
        assert all(example in more for example in less)
        assert len({example.patient for example in less}) == -(-number // 4)
    assert several[-1] == patients
    folder = make_pairs(tmp_path)
    learn, _ = training_examples(run(folder, examples=5))
    assert len(learn) == 5
    with pytest.raises(TrainingError, match=r"are 40 examples .* fewer than the 41 of data\.exam"):
        training_examples(run(folder, examples=41))


def test_the_clinics_examples_are_the_configs() -> None:
    changes = {"run.steps": 60, "data.clinic": "centre", "data.exemplars": 1, "data.examples": 6}
    learn, watch = training_examples(load_config("demo-letters", changes))
    assert (len(learn), len(watch)) == (6, 16)
    for example in learn:
        assert "Thornbridge Cancer Centre" in example.messages[-1]["content"]
        assert "<example>" in example.messages[1]["content"]
    none, _ = training_examples(load_config("demo-letters", {**changes, "data.exemplars": 0}))
    assert not any("<example>" in example.messages[1]["content"] for example in none)
