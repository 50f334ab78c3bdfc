"""Training beside plain TRL: tokens a CPU-second, and the losses of the same steps.

Goal: 1.3 times TRL's SFTTrainer with the same model, adapter, batches, optimiser and seed, on
letters of 200 to 3,000 tokens, and the same losses.

TRL has its defaults, so its batches are padded. It is given the tokens and labels that ours are
made of: what it would need to make them isn't counted. Its ways without padding are shown, too;
with `packing` its batches are others, so its losses are not held against ours.

EPIKRISE_BENCH_TRL    a folder with TRL in it, which is no part of this environment:
                      pip install --target FOLDER --no-deps trl datasets and what they miss
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from measuring import Extent, markdown, spread
from transformers.trainer_callback import PrinterCallback
from varied_letters import LONGEST, draw_letters

from finetune import attention
from finetune.adapter import add_adapter, load_base, load_tokenizer
from finetune.config import TrainingConfig, load_config
from finetune.labels import Encoded
from finetune.loss import lose_on_answers
from finetune.rows import Flattening
from finetune.schedule import Schedule
from finetune.trainer import AdapterTrainer

pytestmark = pytest.mark.bench

TRL = os.environ.get("EPIKRISE_BENCH_TRL", "")
GOAL = 1.3
STEPS = 10
FLAT = {"padding_free": True, "max_length": None}
PACKED = {"packing": True}

Run = tuple[float, list[float]]
"""Seconds of CPU time, and the loss of each step."""


@pytest.fixture
def trl() -> Any:
    if TRL and TRL not in sys.path:
        sys.path.append(TRL)
    return pytest.importorskip("trl", reason="EPIKRISE_BENCH_TRL names no folder with TRL")


@pytest.mark.parametrize("checkpointing", [False, True])
def test_tokens_a_cpu_second_beside_trl(
    checkpointing: bool, trl: Any, tmp_path: Path, extent: Extent, show: Callable[[str], None]
) -> None:
    torch.set_num_threads(1)
    given = settings(tmp_path, checkpointing)
    letters = draw_letters(STEPS * given.run.batch)
    tokens = sum(len(letter.input_ids) for letter in letters)
    sides: dict[str, Callable[[], Run]] = {
        "ours, sdpa": lambda: ours(given, letters),
        "TRL": lambda: theirs(trl, given, letters),
        "ours, blocked_causal": lambda: ours(with_attention(given, attention.NAME), letters),
        "TRL, padding_free": lambda: theirs(trl, given, letters, **FLAT),
        "TRL, packing": lambda: theirs(trl, given, letters, **PACKED),
    }
    # What is compared runs in turn, so that what else the machine does falls on all.
    rounds = [{name: run() for name, run in sides.items()} for _ in range(extent.rounds)]
    rows: list[list[str]] = []
    for name in sides:
        paces = [tokens / each[name][0] for each in rounds]
        gains = [each["TRL"][0] / each[name][0] for each in rounds]
        apart = max(
            abs(a / b - 1) for a, b in zip(rounds[0][name][1], rounds[0]["TRL"][1], strict=False)
        )
        same = "other batches" if name == "TRL, packing" else f"{apart:.2%}"
        rows.append([name, spread(paces, 0), spread(gains, 2), same])
    header = ("what", "tokens a CPU-second", "times TRL", "losses apart from TRL's, at most")
    title = f"{len(letters)} letters, {tokens} tokens, checkpointing {checkpointing}"
    show(markdown(f"{title} (goal: {GOAL} times TRL)", header, rows))
    for each in rounds:
        assert each["ours, sdpa"][1] == pytest.approx(each["TRL"][1], rel=0.01)
    gain = statistics.median(each["TRL"][0] / each["ours, sdpa"][0] for each in rounds)
    assert gain >= GOAL


def settings(folder: Path, checkpointing: bool) -> TrainingConfig:
    return load_config(
        "paper-llama3-8b-letters",
        {
            "model.base": load_config("demo-letters").model.base,
            "model.quantisation": "none",
            "output": folder,
            "run.steps": STEPS,
            "run.accumulation": 1,
            "run.learning_rate": 1e-3,
            "run.optimiser": "adamw_torch_fused",
            "run.gradient_checkpointing": checkpointing,
            "run.log_steps": 1,
        },
    )


def with_attention(given: TrainingConfig, name: str) -> TrainingConfig:
    model = given.model.model_copy(update={"attention": name})
    return given.model_copy(update={"model": model})


def ours(given: TrainingConfig, letters: list[Encoded]) -> Run:
    base = load_base(given.model)
    if given.model.attention == "sdpa":
        attention.register()
        base.set_attn_implementation(attention.SEGMENTED)
    lose_on_answers(base)
    torch.manual_seed(given.run.seed)
    checkpointing = given.run.gradient_checkpointing
    model = add_adapter(base, given.adapter, gradient_checkpointing=checkpointing)
    parts: dict[str, Any] = {"train_dataset": letters, "data_collator": Flattening()}
    return timed(AdapterTrainer(given, Schedule(given.run), model=model, **parts))


def theirs(trl: Any, given: TrainingConfig, letters: list[Encoded], **more: Any) -> Run:
    from datasets import Dataset  # pyright: ignore[reportMissingImports]

    run = given.run
    base = load_base(given.model)
    torch.manual_seed(run.seed)
    arguments: dict[str, Any] = {
        "output_dir": str(given.output),
        "num_train_epochs": 1,
        "per_device_train_batch_size": run.batch,
        "learning_rate": run.learning_rate,
        "lr_scheduler_type": "constant",
        "optim": run.optimiser,
        "gradient_checkpointing": run.gradient_checkpointing,
        "max_length": LONGEST,
        "seed": run.seed,
        "logging_steps": run.log_steps,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
    }
    columns = {
        "input_ids": [letter.input_ids for letter in letters],
        "labels": [letter.labels for letter in letters],
    }
    trainer = trl.SFTTrainer(
        model=add_adapter(base, given.adapter),
        args=trl.SFTConfig(**(arguments | more)),
        train_dataset=Dataset.from_dict(columns),
        processing_class=load_tokenizer(given.model.base),
    )
    return timed(trainer)


def timed(trainer: Any) -> Run:
    trainer.remove_callback(PrinterCallback)
    began = time.process_time()
    trainer.train()
    seconds = time.process_time() - began
    return seconds, [row["loss"] for row in trainer.state.log_history if "loss" in row]
