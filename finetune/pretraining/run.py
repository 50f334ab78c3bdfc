"""A run from its config to the base: one process or several, checkpoints, log, weights."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch.multiprocessing.spawn import spawn
from transformers import AutoTokenizer

from finetune.pretraining.batches import stage_at
from finetune.pretraining.config import PretrainConfig
from finetune.pretraining.copy_accuracy import copied
from finetune.pretraining.corpus import Source, held_out, tokenizer_texts
from finetune.pretraining.state import Pretraining
from finetune.pretraining.tokenizer import save_tokenizer, train_tokenizer
from index.errors import TrainingError

TOKENIZER_TEXTS = 3000
"""Of each kind, for training the tokenizer."""

WATCHED = 16
"""Exercises of each kind that a run's accuracy is told on."""


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
