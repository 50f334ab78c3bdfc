"""What preflight says of pairs, of a base and of the machine, and that red ones are refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from preflight_cases import letter, note, small_config, tiny_base
from transformers import LlamaConfig
from typer.testing import CliRunner

from finetune.cli import app
from finetune.config import TrainingConfig
from finetune.pairing.manifest import Manifest
from finetune.pairs import Example, Split, write_pairs
from finetune.preflight import Colour, Finding, preflight, refuse_red, verdict
from finetune.preflight.base_model import read_shape
from finetune.preflight.dry_run import tokens_of_a_step
from finetune.preflight.memory import Load, estimate
from finetune.preflight.room import Machine, smaller
from finetune.run_config import RunConfig
from index.errors import TrainingError
from index.letter import Language
from index.spans import Label, Span

ROOMY = Machine("", 64_000_000_000, 64_000_000_000)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    folder = tmp_path / "pairs"
    write(folder, [note(i) for i in range(60)], [note(i) for i in range(100, 104)])
    Manifest(origin="demo clinic", deidentified="made up").write(folder)
    return folder


@pytest.fixture
def config(base: Path, pairs: Path, tmp_path: Path) -> TrainingConfig:
    return small_config(base, pairs, tmp_path / "out")


def write(folder: Path, train: Sequence[Example], dev: Sequence[Example]) -> None:
    write_pairs(folder / f"{Split.TRAIN}.jsonl", train)
    write_pairs(folder / f"{Split.DEV}.jsonl", dev)


def look(config: TrainingConfig, **given: Any) -> list[Finding]:
    return preflight(config, **{"machine": ROOMY, **given})


def lines(found: Sequence[Finding], colour: Colour) -> str:
    return "\n".join(f.line for f in found if f.colour is colour)


def test_sound_pairs_on_a_sound_base_are_green(config: TrainingConfig) -> None:
    found = look(config)
    assert verdict(found) is Colour.GREEN, [f for f in found if f.colour is not Colour.GREEN]
    assert {f.check for f in found} == {
        *("data", "privacy", "base", "template", "length", "memory", "room")
    }
    refuse_red(config)


# --- data


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ("[]", 'no list "messages"'),
        ('{"messages": [{"role": "user"}]}', 'without "role" or "content"'),
        ('{"messages": [{"role": "bot", "content": "a"}]}', "a role that is not"),
        ('{"messages": [{"role": "assistant", "content": " "}]}', "an empty message of the assis"),
        ('{"messages": [{"role": "user", "content": "a"}], "answers": [0]}', 'no "answers"'),
    ],
)
def test_each_bad_line_is_named(config: TrainingConfig, line: str, reason: str) -> None:
    assert config.data.pairs is not None
    with (config.data.pairs / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    told = lines(look(config), Colour.RED)
    assert "train.jsonl, line 61: " in told
    assert reason in told
    with pytest.raises(TrainingError, match="Preflight is red"):
        refuse_red(config)


def test_missing_and_empty_files_are_red(config: TrainingConfig) -> None:
    assert config.data.pairs is not None
    (config.data.pairs / "train.jsonl").write_text("", "utf-8")
    (config.data.pairs / "dev.jsonl").unlink()
    told = lines(look(config), Colour.RED)
    assert "train.jsonl is empty" in told
    assert "There is no " in told


def cut(example: Example, words: int) -> Example:
    answer = " ".join(example.messages[-1]["content"].split(" ")[:words])
    return replace(
        example, messages=(*example.messages[:-1], {"role": "assistant", "content": answer})
    )


LETTERS = [letter(i) for i in range(60)]
WATCHED = [letter(i) for i in range(100, 103)]


@pytest.mark.parametrize(
    ("train", "dev", "colour", "told"),
    [
        ([*LETTERS, cut(letter(70), 30)], WATCHED, Colour.YELLOW, "1 answers are cut"),
        ([cut(e, 30) for e in LETTERS[:5]] + LETTERS[5:], WATCHED, Colour.RED, "5 answers are cut"),
        ([*LETTERS, LETTERS[3]], WATCHED, Colour.YELLOW, "1 examples stand in the same file twice"),
        (
            [*LETTERS, replace(WATCHED[0], patient="Somebody Else")],
            *(WATCHED, Colour.RED, "1 letters have a near-duplicate in another split"),
        ),
        (
            [*LETTERS, replace(LETTERS[3], patient="Somebody Else")],
            *(WATCHED, Colour.YELLOW, "1 letters are nearly those of another patient"),
        ),
        (
            [*LETTERS, replace(letter(99), patient=WATCHED[0].patient)],
            WATCHED,
            Colour.RED,
            "1 pati",
        ),
        ([*LETTERS, replace(letter(99), patient="")], WATCHED, Colour.YELLOW, 'have no "patient"'),
        (LETTERS[:10], WATCHED, Colour.YELLOW, "10 examples are few"),
    ],
)
def test_faults_of_the_pairs_are_found(
    config: TrainingConfig,
    train: list[Example],
    dev: list[Example],
    colour: Colour,
    told: str,
) -> None:
    assert config.data.pairs is not None
    write(config.data.pairs, train, dev)
    found = look(config)
    assert told in lines(found, colour)
    assert verdict(found) is colour


def test_sound_letters_are_no_false_alarm(config: TrainingConfig) -> None:
    assert config.data.pairs is not None
    write(config.data.pairs, LETTERS, WATCHED)
    assert verdict(look(config)) is Colour.GREEN


# --- privacy


class Knows:
    version = "known:test"

    def __call__(self, text: str, language: Language) -> list[Span]:
        at = text.find("Name7.")
        return [Span(at, at + 5, Label.PATIENT)] if at >= 0 else []


def test_pairs_of_unknown_origin_are_red_unless_somebody_answers_for_them(
    config: TrainingConfig,
) -> None:
    assert config.data.pairs is not None
    (config.data.pairs / "manifest.json").unlink()
    assert "Nothing says that pairs is de-identified" in lines(look(config), Colour.RED)
    data = config.data.model_copy(update={"deidentified": "by hand, Dr. Example"})
    found = look(config.model_copy(update={"data": data}))
    assert verdict(found) is Colour.YELLOW
    assert "by hand, Dr. Example" in lines(found, Colour.YELLOW)


def test_a_known_patient_is_red(config: TrainingConfig) -> None:
    found = look(config, known=Knows())
    assert "1 examples name a patient" in lines(found, Colour.RED)


@pytest.mark.parametrize(("name", "colour"), [("Talbot", Colour.RED), ("surrogate", Colour.GREEN)])
def test_names_that_no_surrogate_can_be_are_red(
    config: TrainingConfig, name: str, colour: Colour
) -> None:
    from index.surrogates import Surrogates

    assert config.data.pairs is not None
    written = Surrogates(b"k" * 16).surname("Meier", "en") if name == "surrogate" else name
    write(config.data.pairs, [letter(i, f"Dr. {written}") for i in range(60)], WATCHED)
    Manifest(origin="archive", deidentified="by rules").write(config.data.pairs)
    found = [f for f in look(config) if f.check == "privacy"]
    assert verdict(found) is colour


# --- base


def broken(base: Path, to: Path) -> Path:
    shutil.copytree(base, to)
    return to


def at(config: TrainingConfig, base: Path) -> TrainingConfig:
    return config.model_copy(update={"model": config.model.model_copy(update={"base": base})})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"architectures": ["BertModel"]}, "BertModel, which writes no text"),
        ({"architectures": ["MyOwnLM"]}, "MyOwnLM, which writes no text or is not known"),
        ({"vision_config": {}}, "writes no text"),
        ({"hidden_size": 128}, "is 304x64, not 304x128"),
        ({"num_hidden_layers": 5}, "model.layers.4.self_attn.q_proj.weight is missing"),
        ({"num_hidden_layers": 1}, "more than 1 layers"),
        ({"tie_word_embeddings": False}, "lm_head.weight is missing"),
    ],
)
def test_another_model_than_config_json_tells(
    config: TrainingConfig, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    other = broken(config.model.base, tmp_path / "other")
    file = other / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    assert told in lines(look(at(config, other)), Colour.RED)


def test_weights_that_are_cut_off_missing_or_none(config: TrainingConfig, tmp_path: Path) -> None:
    other = broken(config.model.base, tmp_path / "other")
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "model.safetensors is cut off" in lines(look(at(config, other)), Colour.RED)
    weights.write_text("version https://git-lfs.github.com/spec/v1\n")
    assert "is not a safetensors file" in lines(look(at(config, other)), Colour.RED)
    weights.unlink()
    assert "no safetensors weights" in lines(look(at(config, other)), Colour.RED)
    shutil.copy(config.model.base / "model.safetensors", weights)
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (other / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "missing, e.g. model-2.safetensors" in lines(look(at(config, other)), Colour.RED)
    assert "no config.json" in lines(look(at(config, tmp_path)), Colour.RED)


def test_a_causal_model_of_another_form_is_yellow(config: TrainingConfig, tmp_path: Path) -> None:
    other = broken(config.model.base, tmp_path / "other")
    file = other / "config.json"
    given = json.loads(file.read_text())
    file.write_text(
        json.dumps(given | {"model_type": "gemma", "architectures": ["GemmaForCausalLM"]})
    )
    assert "was never measured" in lines(look(at(config, other)), Colour.YELLOW)


# --- template and lengths


def test_an_answer_that_never_stops_is_red(config: TrainingConfig, tmp_path: Path) -> None:
    other = broken(config.model.base, tmp_path / "other")
    (other / "chat_template.jinja").write_text(
        "{{ bos_token }}{% for m in messages %}{{ m['content'] }}\n{% endfor %}"
    )
    told = lines(look(at(config, other)), Colour.RED)
    assert "An answer doesn't end with a token that stops the model" in told
    assert "A server stops at: <|end_of_text|> (1), <|eot_id|> (4)" in told


def test_a_text_that_begins_twice_is_red(config: TrainingConfig, tmp_path: Path) -> None:
    other = broken(config.model.base, tmp_path / "other")
    template = other / "chat_template.jinja"
    template.write_text("{{ bos_token }}" + template.read_text())
    assert "<|begin_of_text|> twice" in lines(look(at(config, other)), Colour.RED)


def test_what_is_too_long_is_counted(config: TrainingConfig) -> None:
    def limited(limit: int, found: Colour) -> str:
        data = config.data.model_copy(update={"max_tokens": limit})
        return lines(look(config.model_copy(update={"data": data})), found)

    assert "60 of 60 examples are longer than data.max_tokens 8" in limited(8, Colour.RED)
    assert "more than the 1024 tokens that the base can see" in limited(2048, Colour.RED)
    whole = next(f for f in look(config) if f.check == "length")
    longest = int(whole.line.split("longest ")[1].split(";")[0])
    assert "lose their last turns" in limited(longest - 1, Colour.YELLOW)
    assert sum(int(row.split()[3]) for row in whole.details) == 60


# --- the machine


def test_too_little_memory_is_red_and_says_what_would_fit(config: TrainingConfig) -> None:
    found = look(config, machine=Machine("A card", 900_000_000, 10**9))
    needed = next(f for f in found if f.check == "memory")
    assert needed.colour is Colour.GREEN
    tight = look(config, machine=Machine("A card", 801_000_000, 10**9))
    told = lines(tight, Colour.RED)
    assert "Out of memory to be expected" in told
    assert "It fits with" in told or "No setting makes it fit" in told


def test_rows_of_a_number_of_tokens_are_what_a_step_holds(config: TrainingConfig) -> None:
    data = config.data.model_copy(update={"max_tokens": 256})
    run = RunConfig(steps=12, learning_rate=1e-5, batch_tokens=1000)
    filled = config.model_copy(update={"data": data, "run": run})
    load = Load.of(filled, 200, on_gpu=False)
    assert (load.tokens, load.longest) == (1000, 200)
    shape = read_shape(config.model.base)
    advised = dict(smaller(shape, load))
    fewer = "run.batch_tokens and data.max_tokens = 200 with a higher run.accumulation"
    assert advised[fewer] == estimate(shape, replace(load, tokens=200)).total
    assert not any("run.batch = 1" in name for name in advised)


def test_the_loss_takes_no_more_memory_than_a_chunk(config: TrainingConfig) -> None:
    shape = replace(read_shape(config.model.base), vocabulary=128_256)
    load = Load.of(config, 4096, on_gpu=False)
    more = estimate(shape, replace(load, tokens=4 * load.tokens)).work
    assert more < 2 * estimate(shape, load).work


def test_a_full_disk_is_red(config: TrainingConfig) -> None:
    found = look(config, machine=replace(ROOMY, disk=1000))
    assert "The disk is too full" in lines(found, Colour.RED)


def test_a_large_model_without_a_gpu_is_red(config: TrainingConfig, tmp_path: Path) -> None:
    other = broken(config.model.base, tmp_path / "other")
    LlamaConfig(
        hidden_size=4096,
        intermediate_size=14336,
        num_hidden_layers=32,
        num_key_value_heads=8,
        num_attention_heads=32,
        vocab_size=128256,
        architectures=["LlamaForCausalLM"],
    ).save_pretrained(other)
    told = lines(look(at(config, other)), Colour.RED)
    assert "There is no GPU here, and 8.0 billion parameters need one" in told


# --- two steps


def test_the_dry_run_tells_the_time_and_leaves_nothing(config: TrainingConfig) -> None:
    found = [f for f in look(config, try_steps=True) if f.check == "time"]
    assert "tokens a second" in found[0].line
    assert found[1].line.startswith("12 steps: about ")
    assert not config.output.exists()


@pytest.mark.parametrize(
    ("rows", "tokens"), [({"batch": 1}, 90), ({"batch": 2}, 180), ({"batch_tokens": 100}, 180)]
)
def test_the_tokens_of_a_step(rows: dict[str, Any], tokens: float) -> None:
    run = RunConfig(steps=12, learning_rate=1e-5, accumulation=2, **rows)
    assert tokens_of_a_step(run, [60, 30, 60, 30]) == tokens


def test_the_dry_run_fills_its_rows(config: TrainingConfig) -> None:
    data = config.data.model_copy(update={"max_tokens": 100})
    run = RunConfig(steps=12, learning_rate=1e-5, batch_tokens=200, accumulation=2, threads=1)
    filled = config.model_copy(update={"data": data, "run": run})
    found = [f for f in look(filled, try_steps=True) if f.check == "time"]
    assert found[1].line.startswith("12 steps: about ")


def test_a_dry_run_out_of_memory_says_which_setting_to_lower(
    config: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("finetune.train.train", full)
    told = lines(look(config, try_steps=True), Colour.RED)
    assert "memory ran out" in told
    assert "run.batch" in told


# --- the commands


def test_the_command_prints_a_verdict(config: TrainingConfig, tmp_path: Path) -> None:
    text = tmp_path / "c.toml"
    text.write_text(toml(config))
    ran = CliRunner().invoke(app, ["preflight", str(text)])
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.rstrip().endswith("GREEN")
    assert config.data.pairs is not None
    (config.data.pairs / "manifest.json").unlink()
    ran = CliRunner().invoke(app, ["preflight", str(text), "--json"])
    assert ran.exit_code == 1
    told = json.loads(ran.stdout)
    assert told["verdict"] == "red"
    assert any(f["check"] == "privacy" and f["colour"] == "red" for f in told["findings"])


def test_train_refuses_what_is_red(config: TrainingConfig, tmp_path: Path) -> None:
    assert config.data.pairs is not None
    (config.data.pairs / "manifest.json").unlink()
    text = tmp_path / "c.toml"
    text.write_text(toml(config))
    ran = CliRunner().invoke(app, ["train", str(text)])
    assert isinstance(ran.exception, TrainingError)
    assert "Preflight is red" in str(ran.exception)
    assert not config.output.exists()


def toml(config: TrainingConfig) -> str:
    given = config.model_dump(mode="json", exclude_unset=True)
    tables = [f"{key} = {json.dumps(value)}" for key, value in given.items() if key not in TABLES]
    for table in TABLES:
        tables += [f"[{table}]", *(f"{k} = {json.dumps(v)}" for k, v in given[table].items())]
    return "\n".join(tables)


TABLES = ("model", "adapter", "data", "run")
