"""Trainings that can't begin: `epikrise finetune train` says why in one line and leaves nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_base import make_base, note, quiet, small_run
from typer.testing import CliRunner

from finetune.adapter import load_base
from finetune.cli import app
from finetune.config import ModelConfig
from finetune.pairing.manifest import Manifest
from finetune.pairs import Example, write_pairs
from finetune.train import train
from index.errors import TrainingError

CONFIG: dict[str, Any] = {
    "model": {},
    "adapter": {"rank": 4, "alpha": 8},
    "data": {"max_tokens": 256, "dev_examples": 2},
    "run": {"steps": 2, "learning_rate": 1e-3, "batch": 2, "accumulation": 2, "threads": 1},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


def long_letter(index: int) -> Example:
    answer = {"role": "assistant", "content": f"Name{index} was seen. " * 200}
    return replace(note(index), messages=(note(index).messages[0], answer), answers=(1,))


def at(key: str, value: object) -> Callable[[dict[str, Any], Path], None]:
    def change(config: dict[str, Any], _: Path) -> None:
        table, _dot, name = key.rpartition(".")
        (config[table] if table else config)[name] = value

    return change


def base_without(*names: str, **told: object) -> Callable[[dict[str, Any], Path], None]:
    """A copy of the base without some files, and with other words in its config.json."""

    def change(config: dict[str, Any], folder: Path) -> None:
        other = folder / "base"
        shutil.copytree(config["model"]["base"], other)
        for name in names:
            (other / name).unlink()
        if told:
            file = other / "config.json"
            file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | told), "utf-8")
        config["model"]["base"] = str(other)

    return change


def learned(examples: Sequence[Example]) -> Callable[[dict[str, Any], Path], None]:
    def change(config: dict[str, Any], _: Path) -> None:
        write_pairs(Path(config["data"]["pairs"], "train.jsonl"), examples)

    return change


def in_the_way(config: dict[str, Any], folder: Path) -> None:
    Path(config["output"]).write_text("a file", "utf-8")


def finished(config: dict[str, Any], folder: Path) -> None:
    Path(config["output"]).mkdir()
    Path(config["output"], "adapter_model.safetensors").write_text("trained", "utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (at("adapter.rnak", 8), "adapter.rnak is not a known key"),
        (at("optimizer", "adam"), "optimizer is not a known key"),
        (at("run.warmup_steps", 2), "run.warmup_steps must be below run.steps"),
        (at("run.final_rate", 0.1), "run.final_rate has no effect while run.decay_from is 1"),
        (at("run.batch_tokens", 512), "give either batch or batch_tokens"),
        (at("data.clinic_seed", 1), "give either clinic_seed or pairs"),
        (at("run.precision", "float32"), 'run.precision "float32" needs model.dtype "float32"'),
        (at("model.quantisation", "int3"), "model.quantisation"),
        (at("model.base", "/no/such/model"), "There is no config.json of a model in /no/such"),
        (base_without("model.safetensors"), "There are no safetensors weights in"),
        (base_without("tokenizer.json", "tokenizer_config.json"), "The tokenizer in"),
        (base_without("chat_template.jinja"), "has no chat template"),
        (base_without(architectures=["BertModel"]), "BertModel, which writes no text"),
        (base_without(num_hidden_layers=3), "The weights are not those that config.json tells of"),
        (at("data.max_tokens", 32_768), "more than the 16384 tokens that the base can see"),
        (learned([note(1), long_letter(2)]), "1 of 2 examples are longer than data.max_tokens"),
        (learned([note(i) for i in range(3)]), "3 examples are fewer than one step's 4"),
        (learned([]), "train.jsonl is empty"),
        (at("data.pairs", "/no/such/pairs"), "There is no /no/such/pairs"),
        (in_the_way, "can't be written: "),
        (finished, "holds a finished adapter, which is never overwritten"),
    ],
)
def test_what_can_t_be_trained_is_one_line(
    change: Callable[[dict[str, Any], Path], None], told: str, base: Path, tmp_path: Path
) -> None:
    pairs = tmp_path / "pairs"
    for split, start in (("train", 0), ("dev", 100)):
        write_pairs(pairs / f"{split}.jsonl", [note(start + i) for i in range(8)])
    Manifest(origin="demo clinic", deidentified="made up").write(pairs)
    config: dict[str, Any] = json.loads(json.dumps(CONFIG))
    config |= {"name": "letters", "task": "letter", "output": str(tmp_path / "out")}
    config["model"]["base"] = str(base)
    config["data"]["pairs"] = str(pairs)
    change(config, tmp_path)
    file = tmp_path / "c.toml"
    file.write_text(toml(config), "utf-8")
    before = sorted(tmp_path.rglob("*"))
    ran = CliRunner().invoke(app, ["train", str(file)])
    assert isinstance(ran.exception, TrainingError), ran.output
    assert told in str(ran.exception)
    assert "\n" not in str(ran.exception)
    assert ran.exception.exit_code == 2
    assert ran.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def toml(config: dict[str, Any]) -> str:
    plain = [f"{k} = {json.dumps(v)}" for k, v in config.items() if not isinstance(v, dict)]
    tables = [
        f"[{name}]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in table.items())
        for name, table in config.items()
        if isinstance(table, dict)
    ]
    return "\n".join([*plain, *tables]) + "\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (base_without("model.safetensors"), "There are no weights in"),
        (base_without(architectures=["BertModel"]), "BertModel, not a language model"),
        (base_without(num_hidden_layers=3), "not those that its config.json tells of"),
    ],
)
def test_a_base_that_is_none_is_refused_without_preflight_too(
    change: Callable[[dict[str, Any], Path], None], told: str, base: Path, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"model": {"base": str(base)}}
    change(given, tmp_path)
    for split, start in (("train", 0), ("dev", 100)):
        write_pairs(tmp_path / f"{split}.jsonl", [note(start + i) for i in range(4)])
    with pytest.raises(TrainingError, match=told):
        train(small_run(Path(given["model"]["base"]), tmp_path, tmp_path / "a"), report=quiet)
    assert not (tmp_path / "a").exists()


def test_bitsandbytes_still_has_the_switch_that_nf4_on_a_cpu_needs_off(base: Path) -> None:
    """Where it goes by another name, gradients are silently wrong on CPUs with AVX512-BF16."""
    from bitsandbytes.nn.modules import Linear4bit

    name = "support_avx512bf16_for_cpu"
    assert name in vars(Linear4bit(8, 8))
    loaded = load_base(ModelConfig(base=base, quantisation="nf4"))
    layers = [m for m in loaded.modules() if isinstance(m, Linear4bit)]
    assert len(layers) == 14
    assert not any(getattr(layer, name) for layer in layers)
