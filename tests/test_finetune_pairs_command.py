from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from finetune.cli import app
from finetune.pairing.manifest import FILE
from finetune.pairs import read_pairs
from index.errors import TrainingError

RUN = CliRunner()


def test_the_demo_clinics_pairs_with_their_manifest(tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    result = RUN.invoke(app, ["pairs", "--out", str(out), "--count", "20", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["origin"] == "demo clinic"
    assert json.loads((out / FILE).read_text())["examples"]["train"]["letter"]
    assert len(read_pairs(out / "train.jsonl")) == 16


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--task", "poem"], "no task 'poem'.*letter, summary"),
        (["--task", "letter", "--task", "summary"], "of one task"),
    ],
)
def test_wrong_tasks_are_named(tmp_path: Path, options: list[str], said: str) -> None:
    result = RUN.invoke(app, ["pairs", "--out", str(tmp_path / "pairs"), *options])
    assert isinstance(result.exception, TrainingError)
    assert result.exception.exit_code == 2
    with pytest.raises(TrainingError, match=said):
        raise result.exception
    assert not (tmp_path / "pairs").exists()
