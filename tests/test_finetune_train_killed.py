"""Trainings that are killed or asked to end: what goes on later is the same run."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import torch
from killed_training import begin, lines
from safetensors.torch import load_file
from tiny_base import make_base, make_pairs, note, quiet, small_run

from finetune.checkpoints import last_whole
from finetune.config import TrainingConfig
from finetune.pairs import write_pairs
from finetune.train import train
from index.errors import TrainingError

EPOCH = 8
"""Steps: 16 examples, two a step."""
KILLS = (4, EPOCH + 3)
STEPS = EPOCH + 6


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_pairs(tmp_path_factory.mktemp("pairs"))
    write_pairs(folder / "train.jsonl", [note(i) for i in range(2 * EPOCH)])
    return folder


def long_run(base: Path, pairs: Path, output: Path) -> TrainingConfig:
    """With dropout, so that random states count, and over the end of an epoch."""
    return small_run(
        base,
        pairs,
        output,
        run__steps=STEPS,
        run__checkpoint_minutes=1e-9,
        adapter__dropout=0.3,
        run__warmup_steps=4,
        run__decay_from=0.5,
    )


def losses(folder: Path) -> list[tuple[int, float, float]]:
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]
    return [(r["step"], r["loss"], r["learning_rate"]) for r in rows if "loss" in r]


def test_a_run_killed_in_each_of_two_epochs_is_the_run_that_was_left_alone(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    config = long_run(base, pairs, tmp_path / "killed")
    for number, step in enumerate(KILLS):
        process, told = begin(config, resume=number > 0)
        for line in lines(told):
            if f"step {step}  loss" in line:
                assert process.pid is not None
                os.kill(process.pid, signal.SIGKILL)
                break
        process.join()
        assert process.exitcode == -signal.SIGKILL
        kept = last_whole(config.output)
        assert kept is not None
        # The last one may be the one being written at that moment.
        assert int(kept.name.rpartition("-")[2]) >= step - 1
    with pytest.raises(TrainingError, match="cut off"):
        train(config, report=quiet)
    killed = train(config, report=quiet, resume=True)
    alone = train(long_run(base, pairs, tmp_path / "alone"), report=quiet)
    assert len(losses(alone)) == STEPS
    assert [loss for _, loss, _ in losses(killed)] == pytest.approx(
        [loss for _, loss, _ in losses(alone)], abs=1e-4
    )
    assert [(s, r) for s, _, r in losses(killed)] == [(s, r) for s, _, r in losses(alone)]
    ours, theirs = (load_file(f / "adapter_model.safetensors") for f in (killed, alone))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_one_that_is_asked_to_end_says_so_and_nobody_else_writes_there(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    config = small_run(base, pairs, tmp_path / "a", run__steps=100_000)
    process, told = begin(config)
    told_by_it = lines(told)
    assert "step 1  loss" in next(told_by_it)
    with pytest.raises(TrainingError, match=f"Another training is writing {config.output}"):
        train(config, report=quiet)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)
    *_, last = told_by_it
    process.join()
    kept = last_whole(config.output)
    assert kept is not None
    step = int(kept.name.rpartition("-")[2])
    assert last == (
        f"The training was stopped at step {step}: its checkpoint is kept."
        " The same command with --resume goes on with it."
    )
    assert process.exitcode == 1
    config = small_run(base, pairs, config.output, run__steps=step + 2)
    assert [s for s, _, _ in losses(train(config, report=quiet, resume=True))][-1] == step + 2
