from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_base import make_base, make_pairs, note, quiet, small_run

from assistant.prompt import Kind
from finetune.adapter import add_adapter, load_adapter, load_base, load_tokenizer
from finetune.card import Card
from finetune.clinic_pairs import ClinicExamples
from finetune.config import AdapterConfig, ModelConfig
from finetune.labels import IGNORED, encode
from finetune.pairs import Split
from finetune.train import train
from index.errors import TrainingError


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("pairs"))


# --- labels


def test_only_answers_carry_loss(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    for example in [note(3), ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 9)[4]]:
        encoded = encode(tokenizer, example, frozenset([tokenizer.eos_token_id]))
        learned: list[str] = []
        run: list[int] = []
        for token, label in zip(encoded.input_ids, encoded.labels, strict=True):
            if label != IGNORED:
                assert label == token
                run.append(token)
            elif run:
                learned.append(tokenizer.decode(run))
                run = []
        learned.append(tokenizer.decode(run))
        answers = [example.messages[i]["content"] for i in example.answers]
        assert learned == [f"{answer}<|eot_id|>" for answer in answers]


def test_what_is_stressed_is_where_the_next_fact_is_decided(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    answer = "Name7 has Name88 it is. Name9 again\nWho"
    example = replace(
        note(7), messages=(*note(7).messages[:3], {"role": "assistant", "content": answer})
    )
    stop = frozenset([tokenizer.eos_token_id])

    def told(facts: list[str] | None) -> list[str]:
        encoded = encode(tokenizer, example, stop, stressed=facts)
        assert all(encoded.labels[i] != IGNORED for i in encoded.stressed)
        return [tokenizer.decode([encoded.input_ids[i]]) for i in sorted(encoded.stressed)]

    assert told(None) == []
    assert told([]) == [".", " Name", "\n", "Who"]
    # The fact's first token and the one behind it, too.
    assert told(["Name88"]) == [" Name", " ", ".", " Name", "\n", "Who"]


def test_answers_that_never_stop_are_refused(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    with pytest.raises(TrainingError, match="stops the model"):
        encode(tokenizer, note(1), frozenset([tokenizer.bos_token_id]))
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"
    with pytest.raises(TrainingError, match="stops the model"):
        encode(tokenizer, note(1), frozenset([tokenizer.eos_token_id]))


def test_a_template_that_rewrites_the_past_is_refused(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    tokenizer.chat_template = (
        "{{ messages | length }}{% for m in messages %}{{ m['content'] }}<|eot_id|>{% endfor %}"
    )
    with pytest.raises(TrainingError, match="chat template"):
        encode(tokenizer, note(1), frozenset([tokenizer.eos_token_id]))


# --- training


@pytest.mark.parametrize("quantisation", ["none", "int8", "nf4"])
def test_training_learns_and_leaves_a_served_folder(
    quantisation: str, base: Path, pairs: Path, tmp_path: Path
) -> None:
    config = small_run(base, pairs, tmp_path / "a", model__quantisation=quantisation)
    said: list[str] = []
    folder = train(config, report=said.append)
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in log if "loss" in row]
    assert losses[-1] < losses[0] - 0.1
    assert len(said) >= 12
    assert (folder / "adapter_model.safetensors").stat().st_mode & 0o044  # others may serve it
    weights = load_file(folder / "adapter_model.safetensors")
    assert {w.dtype for w in weights.values()} == {torch.bfloat16}
    assert len(weights) == 2 * 7 * 2  # A and B of seven linear layers in two blocks
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)
    adapter_config = json.loads((folder / "adapter_config.json").read_text())
    assert adapter_config["base_model_name_or_path"] == base.name
    card = Card.model_validate_json((folder / "card.json").read_text())
    assert card.precision.startswith("bfloat16")
    assert quantisation == "none" or card.precision.endswith(quantisation)
    assert card.steps == 12
    assert card.tokens > 0
    assert card.final_loss is not None
    assert card.final_dev_loss is not None
    assert str(base) not in (folder / "card.json").read_text()
    assert sorted(p.name for p in folder.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "card.json",
        "log.jsonl",
        "run.json",
        "tensorboard",
    ]
    with pytest.raises(TrainingError, match="never overwritten"):
        train(config, report=quiet, resume=True)


def test_a_stressed_batch_weighs_as_its_examples_do(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    """Two examples in one batch, or one after the other with their gradients added."""
    losses: list[float] = []
    for name, batch, accumulation in (("a", 2, 1), ("b", 1, 2)):
        config = small_run(
            base,
            pairs,
            tmp_path / name,
            run__stress=4.0,
            run__batch=batch,
            run__accumulation=accumulation,
            run__precision="float32",
            model__dtype="float32",
        )
        folder = train(config, report=quiet)
        log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        losses.append(next(row["loss"] for row in log if "loss" in row))
    assert losses[0] == pytest.approx(losses[1], rel=0.05)


def test_a_saved_adapter_changes_the_base(base: Path, pairs: Path, tmp_path: Path) -> None:
    folder = train(small_run(base, pairs, tmp_path / "a"), report=quiet)
    model = load_adapter(load_base(ModelConfig(base=base)), folder)
    ids = torch.arange(6, 30)[None]
    with torch.no_grad():
        tuned = model(ids).logits
        with model.disable_adapter():
            plain = model(ids).logits
    assert not torch.allclose(tuned, plain, atol=0.05)


class Killed(Exception):
    pass


def test_a_resumed_run_is_the_same_run(base: Path, pairs: Path, tmp_path: Path) -> None:
    """Cut off between checkpoints: the losses after it are those of a run that was left alone."""

    def losses(folder: Path) -> dict[int, float]:
        rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        return {row["step"]: row["loss"] for row in rows if "loss" in row}

    whole = train(small_run(base, pairs, tmp_path / "whole"), report=quiet)
    config = small_run(base, pairs, tmp_path / "cut", run__checkpoint_minutes=1e-9)

    def kill(line: str) -> None:
        if "step 7 " in line:
            raise Killed

    with pytest.raises(Killed):
        train(config, report=kill)
    with pytest.raises(TrainingError, match="--resume"):
        train(config, report=quiet)
    # A checkpoint that was being written when the power went is passed over.
    (config.output / "checkpoints" / "checkpoint-9").mkdir()
    resumed = train(config, report=quiet, resume=True)
    assert losses(resumed) == pytest.approx(losses(whole), abs=1e-4)
    ours, theirs = (load_file(f / "adapter_model.safetensors") for f in (whole, resumed))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_nf4_gradients_stay_right_after_an_evaluation(base: Path) -> None:
    """bitsandbytes repacks nf4 weights for AVX512-BF16 at a forward pass without gradients."""
    model = add_adapter(
        load_base(ModelConfig(base=base, quantisation="nf4")), AdapterConfig(rank=4, alpha=8)
    )
    ids = torch.arange(6, 40)[None]

    def gradients() -> list[torch.Tensor]:
        model.train()
        model.zero_grad()
        model(ids, labels=ids).loss.backward()
        return [p.grad.clone() for p in model.parameters() if p.grad is not None]

    before = gradients()
    model.eval()
    with torch.no_grad():
        model(ids)
    after = gradients()
    assert sum(g.abs().sum() for g in before) > 0
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(before, after, strict=True))


def test_a_long_example_loses_turns_and_then_is_refused(
    base: Path, pairs: Path, tmp_path: Path
) -> None:
    tokenizer = load_tokenizer(base)
    whole = len(encode(tokenizer, note(1), frozenset([tokenizer.eos_token_id])).input_ids)
    config = small_run(base, pairs, tmp_path / "a", data__max_tokens=whole - 5, run__steps=1)
    train(config, report=quiet)
    config = small_run(base, pairs, tmp_path / "b", data__max_tokens=8, run__steps=1)
    with pytest.raises(TrainingError, match=r"data\.max_tokens 8"):
        train(config, report=quiet)


def test_a_loss_that_is_no_number_stops_the_run(base: Path, pairs: Path, tmp_path: Path) -> None:
    config = small_run(base, pairs, tmp_path / "a", run__learning_rate=0.99, run__steps=400)
    config = config.model_copy(
        update={"run": config.run.model_copy(update={"learning_rate": 1e30})}
    )
    with pytest.raises(TrainingError, match="not a number"):
        train(config, report=quiet)
