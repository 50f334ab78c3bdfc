"""Several processes, one a GPU in life and here on the CPU, train one adapter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_base import make_base, make_pairs, quiet, small_run
from training_together import Sitting, run_together

from finetune.card import Card
from finetune.checkpoints import last_whole
from finetune.train import train
from index.errors import TrainingError


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


def test_two_processes_train_beside_a_quantised_base(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    """As torchrun does the paper's recipe: int8, with checkpointing."""
    changes = {
        "model__quantisation": "int8",
        "run__gradient_checkpointing": True,
        "run__steps": 4,
    }
    alone = train(small_run(base, pairs, tmp_path / "one", run__batch=2, **changes), report=quiet)
    config = small_run(base, pairs, tmp_path / "two", run__batch=1, **changes)
    assert run_together(config) == ["", ""]
    assert losses(config.output) == pytest.approx(losses(alone), abs=0.02)


SHARDED = {
    "ACCELERATE_USE_FSDP": "true",
    "FSDP_VERSION": "2",
    "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP",
    "FSDP_TRANSFORMER_CLS_TO_WRAP": "LlamaDecoderLayer",
    "FSDP_STATE_DICT_TYPE": "SHARDED_STATE_DICT",
    "FSDP_CPU_RAM_EFFICIENT_LOADING": "false",
}
"""As `accelerate launch --use_fsdp` sets them. A checkpoint whole in one file can be written,
but nobody can go on from it: one process waits for the other."""


def test_a_base_spread_over_two_processes_gives_a_whole_adapter(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    """Cut off in between, too: its checkpoints are whole."""
    steps = {"run__steps": 3, "run__gradient_checkpointing": True, "data__samples": 1}
    alone = train(small_run(base, pairs, tmp_path / "one", run__batch=2, **steps), report=quiet)
    config = small_run(
        base, pairs, tmp_path / "two", run__batch=1, run__checkpoint_minutes=1e-9, **steps
    )
    told = run_together(config, SHARDED, Sitting(until=2))
    # The other one may miss it before it is cut off, too.
    assert any(each.rstrip().endswith("Cut") for each in told), told
    assert last_whole(config.output) is not None
    assert run_together(config, SHARDED, Sitting(resume=True)) == ["", ""]
    assert json.loads((config.output / "card.json").read_text())["steps"] == 3
    # accelerate hands the loss over in bfloat16 there.
    assert losses(config.output) == pytest.approx(losses(alone), abs=0.04)
    ours, theirs = (load_file(f / "adapter_model.safetensors") for f in (alone, config.output))
    shapes = {name: weights.shape for name, weights in ours.items()}
    assert shapes == {name: weights.shape for name, weights in theirs.items()}
    assert any(w.abs().sum() > 0 for name, w in theirs.items() if "lora_B" in name)


def test_a_quantised_base_is_not_spread(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    config = small_run(base, pairs, tmp_path / "a", model__quantisation="int8")
    with pytest.raises(TrainingError, match="A base in int8 can't be spread"):
        train(config, report=quiet)
