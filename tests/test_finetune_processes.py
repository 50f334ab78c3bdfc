"""Several processes, one a GPU in life and here on the CPU, train one adapter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_base import make_base, make_pairs, quiet, small_run
from training_together import run_together

from finetune.card import Card
from finetune.train import train


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("pairs"))


EXACT = {"model__dtype": "float32", "run__precision": "float32", "run__steps": 6}


def losses(folder: Path) -> list[float]:
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [row["loss"] for row in rows if "loss" in row]


def test_two_processes_train_the_adapter_that_one_would(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    """The same examples a step: two in one process, or one in each of two."""
    alone = train(small_run(base, pairs, tmp_path / "one", run__batch=2, **EXACT), report=quiet)
    config = small_run(base, pairs, tmp_path / "two", run__batch=1, **EXACT)
    assert run_together(config) == ["", ""]
    assert losses(config.output) == pytest.approx(losses(alone), abs=2e-4)
    ours, theirs = (load_file(f / "adapter_model.safetensors") for f in (alone, config.output))
    assert ours.keys() == theirs.keys()
    for name, weights in ours.items():
        assert torch.allclose(weights, theirs[name], atol=1e-3), name
    card = Card.model_validate_json((config.output / "card.json").read_text())
    assert card.steps == 6
    assert not (config.output / "checkpoints").exists()
