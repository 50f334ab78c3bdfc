from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_base import make_base, note, quiet

from finetune.config import load_config, shipped_configs
from finetune.pairs import Split, write_pairs
from finetune.schedule import Schedule
from finetune.train import train
from index.errors import TrainingError


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("name", shipped_configs())
def test_every_shipped_config_trains(name: str, base: Path, tmp_path: Path) -> None:
    """Two steps of each on a small model: base, data and steps are the test's, the rest shipped."""
    given = load_config(name)
    changes: dict[str, Any] = {"model.base": base, "output": tmp_path / "out", "run.steps": 2}
    changes["data.samples"] = 0
    if given.run.warmup_steps:
        changes["run.warmup_steps"] = 1
    if given.data.pairs:
        for split in (Split.TRAIN, Split.DEV):
            examples = [note(i + 50 * (split == "dev")) for i in range(12)]
            write_pairs(tmp_path / f"{split}.jsonl", examples)
        changes["data.pairs"] = tmp_path
    else:
        changes["data.max_tokens"] = 9000  # this tokenizer has no words of letters
        changes["data.dev_examples"] = 1
    folder = train(load_config(name, changes), report=quiet)
    assert (folder / "adapter_model.safetensors").exists()
    assert (given.adapter.rank, given.adapter.alpha) == (32, 64)


def test_the_paper_is_followed() -> None:
    for name, steps in (
        ("paper-llama3-8b-letters", 15_000),
        ("paper-llama2-13b-letters", 15_000),
        ("paper-llama3-8b-summary", 500),
    ):
        config = load_config(name)
        run = config.run
        assert (run.steps, run.batch, run.accumulation, run.learning_rate) == (steps, 2, 2, 1e-5)
        assert (config.model.quantisation, run.optimiser) == ("int8", "adamw_torch")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"adapter.rnak": 8}, "adapter.rnak is not a known key"),
        ({"run.learning_rate": 2}, "run.learning_rate"),
        ({"model.quantisation": "int3"}, "model.quantisation"),
        ({"run.warmup_steps": 20_000}, "run.warmup_steps must be below run.steps"),
        ({"data.clinic_seed": 1}, "either clinic_seed or pairs"),
        ({"data.clinic": "centre"}, "data.clinic needs data.clinic_seed"),
        ({"data.clinic": "county"}, "data.clinic: No demo clinic 'county'. Give one of: town,"),
        ({"data.pairs": None, "data.clinic_seed": 1, "data.institutions": ["A"]}, "data.institu"),
        ({"data.examples": 0}, "data.examples"),
        ({"run.final_rate": 0.1}, "run.final_rate has no effect"),
        ({"run.precision": "float32"}, "run.precision"),
        ({"run.batch_tokens": 8192}, "either batch or batch_tokens"),
        ({"model.dtype": "float32"}, 'model.quantisation "int8" needs model.dtype "bfloat16"'),
        ({"run.optimiser": "sgd"}, "run.optimiser"),
        ({"task": "poem"}, "task"),
        ({"name": "../x"}, "name"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(TrainingError) as caught:
        load_config("paper-llama3-8b-letters", changes)
    assert named in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"run.batch_tokens": 1024}, "run.batch_tokens must not be below data.max_tokens"),
        ({"data.pairs": None, "data.clinic_seed": 1}, "run.batch_tokens needs data.pairs"),
    ],
)
def test_a_wrong_setting_of_packed_rows_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(TrainingError, match=named):
        load_config("fast-llama3-8b", changes)


def test_config_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="one of: demo-letters"):
        load_config("no-such-config")
    (tmp_path / "c.toml").write_text("= 1")
    with pytest.raises(TrainingError, match="not a TOML file"):
        load_config(str(tmp_path / "c.toml"))
    (tmp_path / "d.toml").write_text("name = 'a'")
    with pytest.raises(TrainingError, match="task is missing; output is missing"):
        load_config(str(tmp_path / "d.toml"))


def test_schedule_warms_up_stays_and_decays() -> None:
    run = load_config(
        "demo-letters",
        {"run.steps": 100, "run.warmup_steps": 9, "run.decay_from": 0.6, "run.final_rate": 0.1},
    ).run
    schedule = Schedule(run)
    rates = {step: round(schedule(step), 4) for step in (0, 4, 9, 60, 80, 99, 100)}
    assert rates == {0: 0.1, 4: 0.5, 9: 1.0, 60: 1.0, 80: 0.5, 99: 0.1, 100: 0.1}
    schedule.spent = run.minutes * 60 * 0.8 if run.minutes else 0
    assert schedule(10) == pytest.approx(0.5)  # time counts as well as steps
