"""What a training leaves for those who watch it: its log, TensorBoard's events, samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tiny_base import make_base, make_pairs, quiet, small_run

from finetune import attention
from finetune.adapter import add_adapter, load_base, load_tokenizer
from finetune.config import AdapterConfig, ModelConfig
from finetune.loss import lose_on_answers
from finetune.runs import sampling
from finetune.runs.folders import State, read_run
from finetune.runs.moment import Moment
from finetune.runs.observers import EVENTS
from finetune.runs.samples import steps_of
from finetune.train import train


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("pairs"))


def test_a_training_can_be_watched(base: Path, pairs: Path, tmp_path: Path) -> None:
    config = small_run(
        base, pairs, tmp_path / "a", data__samples=2, run__steps=6, run__evaluate_minutes=1e-9
    )
    said: list[str] = []
    shown: list[Moment] = []
    states: list[State] = []

    def show(moment: Moment) -> None:
        shown.append(moment)
        if moment.step == 4:
            states.append(read_run(config.output).state)

    folder = train(config, report=said.append, show=show)
    run = read_run(folder)
    assert (states, run.state) == ([State.RUNNING], State.FINISHED)

    assert [moment.step for moment in shown] == list(range(1, 7))
    assert shown[-1].share == 1
    assert shown[-1].loss is not None
    assert shown[-1].tokens == run.history.tokens > 0
    assert run.history.memory >= shown[-1].memory > 1 << 20
    assert all(moment.tokens_per_second > 0 for moment in shown)
    assert any("tokens/s" in line and "left" in line for line in said)

    history = run.history
    assert [step for step, _ in history.loss] == list(range(1, 7))
    assert len(history.dev_loss) == 6
    assert len(history.pace) == 5
    assert 0 < history.seconds < 120

    events = EventAccumulator(str(folder / EVENTS)).Reload()
    scalars = events.Scalars("train/loss")
    assert [each.step for each in scalars] == [step for step, _ in history.loss]
    assert [each.value for each in scalars] == pytest.approx([loss for _, loss in history.loss])
    assert len(events.Scalars("eval/loss")) == 6

    # The first and the last time always; between them as long as they take little time.
    assert {1, 6} <= set(steps_of(run.samples)) < set(range(1, 7))
    last = [each for each in run.samples if each.step == 6]
    assert [each.case_id for each in last] == ["dev/1", "dev/2"]
    assert all("Name10" in each.case for each in last)
    assert run.begun is not None
    assert (run.begun.name, run.begun.task) == (config.name, "letter")
    assert str(base) not in (folder / "run.json").read_text()


class Killed(Exception):
    pass


def test_samples_change_nothing_and_a_resumed_run_has_each_once(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    def losses(folder: Path) -> list[float]:
        rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        return [row["loss"] for row in rows if "loss" in row]

    often = {"run__evaluate_minutes": 1e-9, "run__checkpoint_minutes": 1e-9}
    often |= {"adapter__dropout": 0.1, "run__steps": 8}
    plain = train(small_run(base, pairs, tmp_path / "plain", **often), report=quiet)
    config = small_run(base, pairs, tmp_path / "cut", data__samples=1, **often)

    def kill(moment: Moment) -> None:
        if moment.step == 5:
            raise Killed

    with pytest.raises(Killed):
        train(config, report=quiet, show=kill)
    # As if the power had gone before the last checkpoint was whole.
    (config.output / "checkpoints" / "checkpoint-4" / "whole").unlink()
    cut = read_run(config.output)
    assert (cut.state, cut.history.step) == (State.STOPPED, 4)
    assert cut.begun is not None
    train(config, report=quiet, resume=True)
    resumed = read_run(config.output)
    assert resumed.begun == cut.begun
    assert losses(config.output) == pytest.approx(losses(plain), abs=1e-4)
    keys = [(each.step, each.case_id) for each in resumed.samples]
    assert len(keys) == len(set(keys))
    assert (8, "dev/1") in keys
    scalars = EventAccumulator(str(config.output / EVENTS)).Reload().Scalars("train/loss")
    assert [each.step for each in scalars] == list(range(1, 9))


def test_how_often_it_is_watched_changes_nothing(base: Path, pairs: Path, tmp_path: Path) -> None:
    often, seldom = (
        train(
            small_run(
                base,
                pairs,
                tmp_path / name,
                adapter__dropout=0.3,
                run__steps=6,
                run__evaluate_minutes=minutes,
            ),
            report=quiet,
        )
        for name, minutes in (("often", 1e-9), ("seldom", 1e9))
    )
    assert len(read_run(often).history.dev_loss) > len(read_run(seldom).history.dev_loss)
    weights = [(folder / "adapter_model.safetensors").read_bytes() for folder in (often, seldom)]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("kind", [attention.SEGMENTED, attention.NAME])
def test_texts_written_together_are_those_written_alone(kind: str, base: Path) -> None:
    """And they are those of the model as it is served, not with what training puts into it."""
    attention.register()
    loaded = load_base(ModelConfig(base=base))
    prompts = [(list(range(6, 6 + length)), 12) for length in (5, 17, 9)]
    stops = [1, 4]
    expected: list[list[int]] = []
    for ids, room in prompts:
        row = list(ids)
        while len(row) < len(ids) + room and not (len(row) > len(ids) and row[-1] in stops):
            row.append(int(loaded(torch.tensor([row])).logits[0, -1].argmax()))
        expected.append(row[len(ids) :])
    loaded.set_attn_implementation(kind)
    lose_on_answers(loaded)
    model = add_adapter(loaded, AdapterConfig(rank=4, alpha=8), gradient_checkpointing=True)
    model.train()
    forward = loaded.forward
    with sampling.writing_mode(model):
        together = sampling.generated(model, prompts, stops)
        alone = [sampling.generated(model, [each], stops)[0] for each in prompts]
    assert together == alone == expected
    assert model.training
    assert loaded.forward == forward
    assert loaded.config._attn_implementation == kind


def test_memory_too_full_for_samples_does_not_end_the_run(
    base: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(sampling, "generated", full)
    said: list[str] = []
    folder = train(
        small_run(base, pairs, tmp_path / "a", data__samples=1, run__steps=2), report=said.append
    )
    assert (folder / "card.json").exists()
    assert any("too full for samples" in line for line in said)


def test_cases_are_of_the_task_in_turns_and_fit(base: Path, pairs: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(base)
    config = small_run(base, pairs, tmp_path, data__samples=3)
    found = sampling.asked(config, tokenizer)
    assert [each.trial.case_id for each in found] == ["dev/1", "dev/2", "dev/3"]
    assert all(len(each.ids) + each.room <= 1024 for each in found)
    assert sampling.asked(small_run(base, pairs, tmp_path, data__max_tokens=8), tokenizer) == []
    clinic = small_run(
        base, pairs, tmp_path, data__pairs=None, data__clinic_seed=1, data__samples=3,
        data__max_tokens=12000,
    )  # fmt: skip
    found = sampling.asked(clinic, tokenizer)
    assert [each.trial.language for each in found] == ["en", "de", "en"]
