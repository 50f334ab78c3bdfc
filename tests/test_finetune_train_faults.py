"""What goes wrong in a training: one line that says what to do, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tiny_base import make_base, make_pairs, note, quiet, small_run

from finetune import loss
from finetune.checkpoints import last_whole, writing
from finetune.pairs import write_pairs
from finetune.train import train
from finetune.trainer import AdapterTrainer
from index.errors import TrainingError

STEPS = 6
OFTEN = 1e-9
"""Minutes between checkpoints: one after each step."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def undisturbed(base: Path, pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "a"
    return train(small_run(base, pairs, out, run__steps=STEPS), report=quiet)


def at_step(step: int, then: Callable[[], None]) -> Callable[[str], None]:
    """A report that does something once that step's loss is told, before its checkpoint."""

    def report(line: str) -> None:
        if f"step {step}  loss" in line:
            then()

    return report


def rows(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


def same(one: Path, other: Path) -> bool:
    ours, theirs = (load_file(f / "adapter_model.safetensors") for f in (one, other))
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


# --- a full disk: the files are real, and the device they are written to is always full


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("checkpoints/checkpoint-4/optimizer.pt", "The checkpoint of step 4"),
        ("checkpoints/checkpoint-4/trainer_state.json", "The checkpoint of step 4"),
        ("log.part", "The log"),
    ],
)
def test_a_disk_that_fills_up_is_one_line_and_the_run_goes_on_later(
    file: str, what: str, base: Path, pairs: Path, undisturbed: Path, tmp_path: Path
) -> None:
    config = small_run(base, pairs, tmp_path / "a", run__steps=STEPS, run__checkpoint_minutes=OFTEN)
    full = config.output / file

    def fill() -> None:
        full.parent.mkdir(exist_ok=True)
        full.symlink_to("/dev/full")

    with pytest.raises(TrainingError) as caught:
        # The log of step 4 is written before its loss is told.
        train(config, report=at_step(3 if "log" in file else 4, fill))
    assert what in str(caught.value)
    assert "can't be written" in str(caught.value)
    assert "Make room on that disk" in str(caught.value)
    assert "checkpoint-3 is whole: --resume goes on from it" in str(caught.value)
    assert "\n" not in str(caught.value)
    kept = [path.name for path in (config.output / "checkpoints").glob("checkpoint-*")]
    assert sorted(kept) == ["checkpoint-2", "checkpoint-3"]
    full.unlink(missing_ok=True)
    assert same(train(config, report=quiet, resume=True), undisturbed)


@pytest.mark.parametrize("file", ["adapter_model.safetensors", "card.json"])
def test_a_disk_that_is_full_at_the_end_costs_no_step(
    file: str,
    base: Path,
    pairs: Path,
    undisturbed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = small_run(base, pairs, tmp_path / "a", run__steps=STEPS)

    def on_a_full_disk(model: Any, weights: Any, folder: Path, name: str) -> None:
        (folder / "adapter_model.safetensors").write_bytes(b"half")
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to("/dev/full")
        (folder / file).write_text(name)

    with monkeypatch.context() as patched:
        patched.setattr("finetune.train.save_adapter", on_a_full_disk)
        with pytest.raises(TrainingError, match=r"The adapter can't .* checkpoint-6 is whole"):
            train(config, report=quiet)
    assert not (config.output / "adapter_model.safetensors").exists()
    said: list[str] = []
    assert same(train(config, report=said.append, resume=True), undisturbed)
    assert not [line for line in said if "step 7" in line]
    assert json.loads((config.output / "card.json").read_text())["steps"] == STEPS


def test_an_error_that_is_no_writing_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="size mismatch"), writing(tmp_path, "The checkpoint"):
        raise RuntimeError("size mismatch for layer 3")
    with pytest.raises(TrainingError) as caught, writing(tmp_path, "The checkpoint"):
        raise PermissionError(13, "Permission denied")
    assert "Permission denied" in str(caught.value)
    assert "Make room" not in str(caught.value)


def test_weights_that_find_no_room_are_one_line(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """safetensors writes beside the file first, so that its error has to be made up."""

    def full(*_: Any, **__: Any) -> None:
        raise SafetensorError(
            "Error while serializing: I/O error: No space left on device (os error 28)"
        )

    monkeypatch.setattr("peft.peft_model.safe_save_file", full)
    with pytest.raises(TrainingError) as caught:
        train(small_run(base, pairs, tmp_path / "a", run__steps=1), report=quiet)
    assert "The checkpoint of step 1" in str(caught.value)
    assert ": No space left on device (os error 28). Make room" in str(caught.value)
    assert "none is there yet" in str(caught.value)


# --- memory


@pytest.mark.parametrize(
    ("changes", "lower"),
    [
        ({}, "run.gradient_checkpointing = true"),
        ({"run__gradient_checkpointing": True}, "run.batch (2) and raise run.accumulation"),
        (
            {"run__gradient_checkpointing": True, "run__batch": 1},
            'model.quantisation = "nf4"',
        ),
        (
            {
                "run__gradient_checkpointing": True,
                "run__batch": 1,
                "model__quantisation": "nf4",
            },
            "data.max_tokens (1024)",
        ),
    ],
)
def test_memory_that_runs_out_names_the_setting_and_the_checkpoint(
    changes: dict[str, Any],
    lower: str,
    base: Path,
    pairs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = small_run(
        base, pairs, tmp_path / "a", run__steps=STEPS, run__checkpoint_minutes=OFTEN, **changes
    )
    step = AdapterTrainer.training_step

    def full(self: AdapterTrainer, *given: Any, **named: Any) -> torch.Tensor:
        if self.state.global_step == 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore")
        return step(self, *given, **named)

    monkeypatch.setattr(AdapterTrainer, "training_step", full)
    with pytest.raises(TrainingError) as caught:
        train(config, report=quiet)
    assert lower in str(caught.value)
    assert "--resume then goes on from checkpoint-2" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_is_told_to_be_lowered_may_be_lowered(base: Path, pairs: Path, tmp_path: Path) -> None:
    """The run that goes on takes the same examples a step, in smaller batches."""
    begun = {"run__steps": STEPS, "run__checkpoint_minutes": OFTEN}
    config = small_run(base, pairs, tmp_path / "a", **begun)
    stop_at(config, 3)
    smaller = small_run(base, pairs, config.output, run__batch=1, run__accumulation=2, **begun)
    folder = train(smaller, report=quiet, resume=True)
    whole = train(small_run(base, pairs, tmp_path / "b", **begun), report=quiet)
    ours, theirs = ([r["loss"] for r in rows(f) if "loss" in r] for f in (folder, whole))
    assert ours == pytest.approx(theirs, abs=0.02)  # bfloat16 in another order


def test_a_base_that_is_too_large_is_told_apart(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr("finetune.train.load_base", full)
    with pytest.raises(TrainingError, match=r"base alone .* model\.quantisation = .nf4"):
        train(small_run(base, pairs, tmp_path / "a"), report=quiet)
    assert not (tmp_path / "a").exists()


# --- numbers


def test_a_loss_that_is_no_number_keeps_the_last_good_checkpoint_and_a_lower_rate_is_taken(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = {"run__steps": STEPS, "run__checkpoint_minutes": OFTEN}
    config = small_run(base, pairs, tmp_path / "a", **begun)
    steps = 0

    def broken(*given: torch.Tensor) -> torch.Tensor:
        nonlocal steps
        # The way to the loss is tried once without a gradient before the first step.
        steps += torch.is_grad_enabled()
        good = answer_loss(*given)
        return good * float("nan") if steps == 4 else good

    answer_loss = loss.answer_loss
    with monkeypatch.context() as patched:
        patched.setattr(loss, "answer_loss", broken)
        with pytest.raises(TrainingError) as caught:
            train(config, report=quiet)
    assert "The loss at step 4 is not a number." in str(caught.value)
    assert "Lower run.learning_rate; --resume goes on from checkpoint-3" in str(caught.value)
    kept = last_whole(config.output)
    assert kept is not None
    assert kept.name == "checkpoint-3"
    weights = load_file(kept / "adapter_model.safetensors")
    assert all(bool(torch.isfinite(w).all()) for w in weights.values())
    lower = small_run(base, pairs, config.output, run__learning_rate=1e-3, **begun)
    rates = {
        r["step"]: r["learning_rate"]
        for r in rows(train(lower, report=quiet, resume=True))
        if "loss" in r
    }
    assert rates == {1: 3e-3, 2: 3e-3, 3: 3e-3, 4: 1e-3, 5: 1e-3, 6: 1e-3}


def test_weights_that_are_no_numbers_are_never_a_checkpoint(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gradient that overflows: the loss was a number, the step it made is none."""
    config = small_run(base, pairs, tmp_path / "a", run__steps=STEPS, run__checkpoint_minutes=OFTEN)
    step = AdapterTrainer.training_step

    def overflowing(self: AdapterTrainer, *given: Any, **named: Any) -> torch.Tensor:
        told = step(self, *given, **named)
        if self.state.global_step == 3:
            model = cast("torch.nn.Module", self.model)
            next(p.grad for p in model.parameters() if p.grad is not None).fill_(float("inf"))
        return told

    monkeypatch.setattr(AdapterTrainer, "training_step", overflowing)
    with pytest.raises(TrainingError, match=r"step 4 is not numbers .* from checkpoint-3"):
        train(config, report=quiet)


# --- going on as another run


class Stopped(Exception):
    pass


def stop_at(config: Any, step: int) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        train(config, report=at_step(step, stop))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"adapter__rank": 8}, "adapter.rank is 8, and the run began with 32"),
        ({"adapter__dropout": 0.5}, "adapter.dropout is 0.5"),
        ({"run__seed": 1}, "run.seed is 1"),
        ({"run__optimiser": "adamw_torch_fused"}, "run.optimiser"),
        ({"run__batch": 4}, "run.batch times run.accumulation is 4, and the run began with 2"),
        ({"data__pairs": "more"}, "The pairs are not those"),
    ],
)
def test_a_run_goes_on_as_itself_or_not_at_all(
    changes: dict[str, Any], told: str, cut_off: Path, base: Path, pairs: Path, tmp_path: Path
) -> None:
    if "data__pairs" in changes:
        more = tmp_path / "more"
        shutil.copytree(pairs, more)
        write_pairs(more / "train.jsonl", [note(i) for i in range(41)])
        changes = {"data__pairs": more}
    before = sorted(path.name for path in (cut_off / "checkpoints").iterdir())
    with pytest.raises(TrainingError) as caught:
        train(small_run(base, pairs, cut_off, **changes), report=quiet, resume=True)
    assert told in str(caught.value)
    assert before == sorted(path.name for path in (cut_off / "checkpoints").iterdir())


@pytest.fixture(scope="module")
def cut_off(base: Path, pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cut") / "a"
    stop_at(small_run(base, pairs, out, run__checkpoint_minutes=OFTEN), 3)
    return out
