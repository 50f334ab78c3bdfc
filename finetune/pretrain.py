"""The demo model's base: a small Llama that learns to copy, then the clinic's language.

    exercises, clinic texts -> Batches -> Muon -> out/checkpoint.pt, out/log.jsonl
                                                -> out/model (weights in bfloat16, tokenizer)

It never sees a letter together with its case: writing one from the other is what an adapter
learns on top of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch.nn.functional import cross_entropy
from transformers import AutoTokenizer

from finetune import attention
from finetune.config import Positive, RunConfig
from finetune.copy_accuracy import copied
from finetune.corpus import Source, Stage, draw, held_out, tokenizer_texts
from finetune.demo_model import ShapeConfig, new_model
from finetune.labels import IGNORED, Encoded
from finetune.schedule import Schedule
from finetune.tokenizer import save_tokenizer, train_tokenizer
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


TOKENIZER_TEXTS = 3000
"""Of each kind, for training the tokenizer."""

WATCHED = 8
"""Exercises of each kind that a run's accuracy is told on."""


class PretrainConfig(BaseModel):
    """One run, from random weights to the base."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: ShapeConfig
    tokens_per_step: Positive
    """Padding included; a longer single text is a step of its own."""
    stages: tuple[Stage, ...] = Field(min_length=1)
    run: RunConfig


def load_pretrain_config(path: Path) -> PretrainConfig:
    """The config of a TOML file.

    Raises:
        TrainingError: no such file, not TOML, or a key or value that can't be.
    """
    try:
        return PretrainConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TrainingError(f"{path} can't be read.") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TrainingError(f"{path} is no pre-training config: {error}") from error


class Batches:
    """Training examples without end, examples of one source and of like length side by side."""

    def __init__(
        self, config: PretrainConfig, tokenizer: PreTrainedTokenizerBase, random: Random
    ) -> None:
        self._stages = config.stages
        self._size = config.tokens_per_step
        self._tokenizer = tokenizer
        self._random = random
        self._waiting: dict[tuple[float, Source], list[list[Encoded]]] = {}

    def next(self, progress: float) -> tuple[Source, list[Encoded]]:
        """The next batch at this share of the run."""
        stage = stage_at(self._stages, progress)
        source = self._random.choices(list(stage.mix), weights=list(stage.mix.values()))[0]
        waiting = self._waiting.setdefault((stage.until, source), [])
        if not waiting:
            waiting.extend(self._fill(stage, source))
        return source, waiting.pop()

    def _fill(self, stage: Stage, source: Source) -> list[list[Encoded]]:
        """Some batches at once: sorting a few by length saves most of the padding."""
        drawn: list[Encoded] = []
        while sum(len(e.input_ids) for e in drawn) < 4 * self._size:
            encoded = draw(source, stage, self._tokenizer, self._random)
            if len(encoded.input_ids) <= stage.longest:
                drawn.append(encoded)
        drawn.sort(key=lambda e: len(e.input_ids))
        batches: list[list[Encoded]] = [[]]
        for encoded in drawn:
            if batches[-1] and (len(batches[-1]) + 1) * len(encoded.input_ids) > self._size:
                batches.append([])
            batches[-1].append(encoded)
        self._random.shuffle(batches)
        return batches


def stage_at(stages: Sequence[Stage], progress: float) -> Stage:
    """The stage at this share of the run."""
    return next((stage for stage in stages if progress < stage.until), stages[-1])


class Pretraining:
    """The state of a run: everything that a checkpoint holds."""

    def __init__(
        self, config: PretrainConfig, tokenizer: PreTrainedTokenizerBase, out: Path
    ) -> None:
        torch.manual_seed(config.run.seed)
        self.config, self.tokenizer, self.out = config, tokenizer, out
        self.model = new_model(config.model, tokenizer)
        self.model.set_attn_implementation(attention.register())
        self.random = Random(config.run.seed)
        self.batches = Batches(config, tokenizer, self.random)
        self.schedule = Schedule(config.run)
        self.step = self.tokens = 0
        self.optimisers = _optimisers(self.model, config)

    @property
    def progress(self) -> float:
        return self.schedule.progress(self.step)

    def advance(self) -> tuple[Source, float]:
        """One step; returns what it was on and its loss, in nats a token."""
        started = time.monotonic()
        rate = self.config.run.learning_rate * self.schedule(self.step)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        source, examples = self.batches.next(self.progress)
        loss = self._loss(examples)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += sum(len(e.input_ids) for e in examples)
        self.schedule.spent += time.monotonic() - started
        value = loss.item()
        if value != value:
            raise TrainingError(
                f"The loss at step {self.step} is not a number.", "Lower run.learning_rate."
            )
        return source, value

    def _loss(self, examples: list[Encoded]) -> torch.Tensor:
        ids, labels = pad(examples, cast("int", self.tokenizer.pad_token_id))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.model(input_ids=ids, use_cache=False).last_hidden_state
            targets = labels[:, 1:]
            counted = targets != IGNORED
            logits = self.model.lm_head(hidden[:, :-1][counted])
        return cross_entropy(logits.float(), targets[counted])

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "random": self.random.getstate(),
            "spent": self.schedule.spent,
            "step": self.step,
            "tokens": self.tokens,
        }
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        os.replace(part, self.out / "checkpoint.pt")

    def restore(self) -> None:
        """Goes on from the checkpoint; batches that were waiting are drawn anew."""
        state = torch.load(self.out / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        version, numbers, gauss = state["random"]
        self.random.setstate((version, tuple(numbers), gauss))
        self.schedule.spent = state["spent"]
        self.step, self.tokens = state["step"], state["tokens"]


def _optimisers(
    model: torch.nn.Module, config: PretrainConfig
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Muon for the matrices between hidden states, AdamW for embeddings and norms.

    Muon came to copy in a third of AdamW's steps; scaled so, both take the same rate.
    """
    run = config.run
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = torch.optim.Muon(
        matrices,
        lr=run.learning_rate,
        weight_decay=run.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    adamw = torch.optim.AdamW(
        others, lr=run.learning_rate, betas=(0.9, run.beta2), weight_decay=0.0, fused=True
    )
    return muon, adamw


def pad(examples: list[Encoded], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and labels, (examples, longest), padded on the right: no mask is needed."""
    longest = max(len(e.input_ids) for e in examples)
    ids = torch.full((len(examples), longest), pad_id)
    labels = torch.full((len(examples), longest), IGNORED)
    for row, example in enumerate(examples):
        ids[row, : len(example.input_ids)] = torch.tensor(example.input_ids)
        labels[row, : len(example.labels)] = torch.tensor(example.labels)
    return ids, labels


def pretrain(config: PretrainConfig, out: Path, *, resume: bool = False) -> Path:
    """Trains the base and writes it, its log and its checkpoints under `out`.

    Args:
        config: the model's shape, the mix of texts and how long.
        out: a folder; a tokenizer in `tokenizer` is taken, else trained.
        resume: go on from `checkpoint.pt`, if there is one.

    Returns:
        The model's folder.

    Raises:
        TrainingError: a run is there already and `resume` is not set, or the loss is not a number.
    """
    if config.run.threads:
        torch.set_num_threads(config.run.threads)
    if not (out / "tokenizer").exists():
        texts = tokenizer_texts(TOKENIZER_TEXTS, config.run.seed)
        save_tokenizer(train_tokenizer(texts, config.model.vocabulary), out / "tokenizer")
    tokenizer = AutoTokenizer.from_pretrained(out / "tokenizer")
    state = Pretraining(config, tokenizer, out)
    if (out / "checkpoint.pt").exists():
        if not resume:
            raise TrainingError(f"{out} holds a run already.", "Resume it or take another folder.")
        state.restore()
    losses: dict[Source, list[float]] = {}
    logged = evaluated = saved = time.monotonic()
    while state.progress < 1:
        source, loss = state.advance()
        losses.setdefault(source, []).append(loss)
        now = time.monotonic()
        if now - logged > 60:
            logged = now
            row: dict[str, Any] = {
                "loss": {s.value: round(sum(x) / len(x), 4) for s, x in losses.items()}
            }
            losses = {}
            if now - evaluated > config.run.evaluate_minutes * 60:
                evaluated = now
                row["copied"] = _accuracies(state)
            _log(state, row)
        if now - saved > config.run.checkpoint_minutes * 60:
            saved = now
            state.save()
    state.save()
    _log(state, {"copied": _accuracies(state)})
    folder = out / "model"
    state.model.bfloat16().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _accuracies(state: Pretraining) -> dict[str, float]:
    """On exercises as hard as the stage's own."""
    stage = stage_at(state.config.stages, state.progress)
    watched = held_out(stage, WATCHED, state.config.run.seed)
    return {
        source.value: round(copied(state.model, state.tokenizer, exercises), 4)
        for source, exercises in watched.items()
    }


def _log(state: Pretraining, row: dict[str, Any]) -> None:
    minutes = state.schedule.spent / 60
    head = {
        "minutes": round(minutes, 1),
        "step": state.step,
        "tokens": state.tokens,
        "tokens_per_second": round(state.tokens / max(1.0, minutes * 60)),
    }
    with (state.out / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(head | row) + "\n")


def main() -> None:
    """`python -m finetune.pretrain CONFIG --out FOLDER [--resume]`"""
    import argparse

    parser = argparse.ArgumentParser(description="Pre-train the demo model's base.")
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    pretrain(load_pretrain_config(given.config), given.out, resume=given.resume)


if __name__ == "__main__":
    sys.exit(main())
