"""The demo model's base: a small Llama that learns to copy, then the clinic's language.

    exercises, clinic texts -> Batches -> Muon -> out/checkpoint.pt, out/log.jsonl
                                                -> out/model (weights in bfloat16, tokenizer)

It never sees the assistant's own instructions: what to write when a letter or a summary is asked
for is what an adapter learns on top of it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch.multiprocessing.spawn import spawn
from torch.nn.functional import cross_entropy
from transformers import AutoTokenizer, LlamaForCausalLM

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

WATCHED = 16
"""Exercises of each kind that a run's accuracy is told on."""


class PretrainConfig(BaseModel):
    """One run, from random weights to the base."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: ShapeConfig
    tokens_per_step: Positive
    """Of each process, padding included; a longer single text is a step of its own."""
    stress: float = Field(default=1.0, ge=1)
    """How much a token of a fact counts in the loss; the others count 1. Most of what is left of a
    late loss is the free choice of words, and drowns the few facts that still go wrong."""
    processes: Positive = 1
    """Each takes its share of the same texts; the gradients are averaged."""
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
    """Training examples without end, examples of one source and of like length side by side.

    Every process draws the same, and takes batches of about the same size as the others' at each
    step, so that none waits long for another.
    """

    def __init__(
        self,
        config: PretrainConfig,
        tokenizer: PreTrainedTokenizerBase,
        random: Random,
        rank: int = 0,
    ) -> None:
        self._rank, self._processes = rank, config.processes
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
        while not waiting:
            waiting.extend(self._fill(stage, source))
        return source, waiting.pop()

    def _fill(self, stage: Stage, source: Source) -> list[list[Encoded]]:
        """Some batches at once: sorting a few by length saves most of the padding."""
        drawn: list[Encoded] = []
        while sum(len(e.input_ids) for e in drawn) < 4 * self._size * self._processes:
            encoded = draw(source, stage, self._tokenizer, self._random)
            if len(encoded.input_ids) <= stage.longest:
                drawn.append(encoded)
        drawn.sort(key=lambda e: len(e.input_ids))
        batches: list[list[Encoded]] = [[]]
        for encoded in drawn:
            if batches[-1] and (len(batches[-1]) + 1) * len(encoded.input_ids) > self._size:
                batches.append([])
            batches[-1].append(encoded)
        steps = [
            batches[at : at + self._processes]
            for at in range(0, len(batches) - self._processes + 1, self._processes)
        ]
        self._random.shuffle(steps)
        return [step[self._rank] for step in steps]


def stage_at(stages: Sequence[Stage], progress: float) -> Stage:
    """The stage at this share of the run."""
    return next((stage for stage in stages if progress < stage.until), stages[-1])


class Pretraining:
    """The state of a run: everything that a checkpoint holds."""

    def __init__(
        self,
        config: PretrainConfig,
        tokenizer: PreTrainedTokenizerBase,
        out: Path,
        start: Path | None = None,
        rank: int = 0,
    ) -> None:
        torch.manual_seed(config.run.seed)
        self.rank = rank
        self.config, self.tokenizer, self.out = config, tokenizer, out
        self.model = (
            LlamaForCausalLM.from_pretrained(start, dtype=torch.float32)
            if start
            else new_model(config.model, tokenizer)
        )
        self.model.set_attn_implementation(attention.register())
        self.schedule = Schedule(config.run)
        self.step = self.tokens = 0
        self._draw_anew()
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
        loss = self.loss(examples)
        loss.backward()
        self.tokens += self._share(sum(len(e.input_ids) for e in examples))
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self._elapsed = time.monotonic() - started
        value = loss.item()
        if value != value:
            raise TrainingError(
                f"The loss at step {self.step} is not a number.", "Lower run.learning_rate."
            )
        return source, value

    def _share(self, tokens: int) -> int:
        """Averages the gradients over all processes and sums their tokens; spends the last step's
        time, the same for all, so that all have the same rate and the same end."""
        if self.config.processes == 1:
            self.schedule.spent += self._elapsed
            return tokens
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        spent = self._elapsed if self.rank == 0 else 0.0
        flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([spent, float(tokens)])])
        torch.distributed.all_reduce(flat)
        *averaged, sums = flat.split([*(g.numel() for g in gradients), 2])
        for gradient, mean in zip(gradients, averaged, strict=True):
            gradient.copy_(mean.view_as(gradient)).div_(self.config.processes)
        self.schedule.spent += sums[0].item()
        return int(sums[1].item())

    def _draw_anew(self) -> None:
        """Texts that no earlier sitting drew."""
        random = Random(f"{self.config.run.seed}/{self.step}")
        self.batches = Batches(self.config, self.tokenizer, random, self.rank)
        self._elapsed = 0.0

    def loss(self, examples: list[Encoded]) -> torch.Tensor:
        """Nats a token of the answers; those of facts count `stress` times."""
        ids, labels, weights = pad(examples, cast("int", self.tokenizer.pad_token_id))
        weights = 1 + (self.config.stress - 1) * weights
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.model(input_ids=ids, use_cache=False).last_hidden_state
            targets = labels[:, 1:]
            counted = targets != IGNORED
            logits = self.model.lm_head(hidden[:, :-1][counted])
        losses = cross_entropy(logits.float(), targets[counted], reduction="none")
        counts = weights[:, 1:][counted]
        return (losses * counts).sum() / counts.sum()

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "spent": self.schedule.spent,
            "step": self.step,
            "tokens": self.tokens,
        }
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        os.replace(part, self.out / "checkpoint.pt")

    def restore(self) -> None:
        """Goes on from the checkpoint, with other texts than those read before it."""
        state = torch.load(self.out / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.schedule.spent = state["spent"]
        self.step, self.tokens = state["step"], state["tokens"]
        self._draw_anew()


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


def pad(examples: list[Encoded], pad_id: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, labels and where the facts are (0 or 1), each (examples, longest).

    Padded on the right: no mask is needed.
    """
    longest = max(len(e.input_ids) for e in examples)
    ids = torch.full((len(examples), longest), pad_id)
    labels = torch.full((len(examples), longest), IGNORED)
    facts = torch.zeros(len(examples), longest)
    for row, example in enumerate(examples):
        ids[row, : len(example.input_ids)] = torch.tensor(example.input_ids)
        labels[row, : len(example.labels)] = torch.tensor(example.labels)
        facts[row, list(example.stressed)] = 1.0
    return ids, labels, facts


def pretrain(
    config: PretrainConfig, out: Path, *, resume: bool = False, start: Path | None = None
) -> Path:
    """Trains the base and writes it, its log and its checkpoints under `out`.

    Args:
        config: the model's shape, the mix of texts and how long.
        out: a folder; a tokenizer in `tokenizer` is taken, else trained.
        resume: go on from `checkpoint.pt`, if there is one.
        start: a model to begin with, its tokenizer included; its shape is the config's.

    Returns:
        The model's folder.

    Raises:
        TrainingError: a run is there already and `resume` is not set, or the loss is not a number.
    """
    if (out / "checkpoint.pt").exists() and not resume:
        raise TrainingError(f"{out} holds a run already.", "Resume it or take another folder.")
    if start:
        save_tokenizer(AutoTokenizer.from_pretrained(start), out / "tokenizer")
    elif not (out / "tokenizer").exists():
        texts = tokenizer_texts(TOKENIZER_TEXTS, config.run.seed)
        save_tokenizer(train_tokenizer(texts, config.model.vocabulary), out / "tokenizer")
    if config.processes == 1:
        _run(0, config, out, start)
    else:
        with tempfile.TemporaryDirectory() as meeting:
            spawn(_join, (config, out, start, f"file://{meeting}/meet"), nprocs=config.processes)
    return out / "model"


def _join(rank: int, config: PretrainConfig, out: Path, start: Path | None, meeting: str) -> None:
    """One of several processes, which meet at a file."""
    torch.distributed.init_process_group(
        "gloo",
        init_method=meeting,
        rank=rank,
        world_size=config.processes,
    )
    _run(rank, config, out, start)
    torch.distributed.destroy_process_group()


def _run(rank: int, config: PretrainConfig, out: Path, start: Path | None) -> None:
    """The run of one process; the first one writes."""
    if config.run.threads:
        torch.set_num_threads(config.run.threads)
    state = Pretraining(config, AutoTokenizer.from_pretrained(out / "tokenizer"), out, start, rank)
    if (out / "checkpoint.pt").exists():
        state.restore()
    losses: dict[Source, list[float]] = {}
    logged = evaluated = saved = time.monotonic()
    while state.progress < 1:
        source, loss = state.advance()
        if rank:
            continue
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
    if rank:
        return
    state.save()
    _log(state, {"copied": _accuracies(state)})
    state.model.bfloat16().save_pretrained(out / "model")
    state.tokenizer.save_pretrained(out / "model")


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
    """`python -m finetune.pretrain CONFIG --out FOLDER [--start MODEL] [--resume]`"""
    import argparse

    parser = argparse.ArgumentParser(description="Pre-train the demo model's base.")
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a model to begin with, instead of none")
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    config = load_pretrain_config(given.config)
    pretrain(config, given.out, resume=given.resume, start=given.start)


if __name__ == "__main__":
    sys.exit(main())
