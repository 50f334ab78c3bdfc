"""Each config's peak memory and pace on a GPU, on random weights of LLaMA-3-8B's exact shape.

Goals: the paper's recipe within 48 GB, nf4 within 16 GB at 2,048 tokens, `fast` twice the paper
recipe's tokens a second. Beside them the paper's set-up: transformers' Trainer with padding.

Model FLOPs utilisation counts 4 operations a weight and token (forward, and backward to the
activations; a frozen base has no gradients of its own), and what checkpointing does again not.

EPIKRISE_BENCH_TFLOPS    the GPU's bfloat16 peak (default 989: H100 and H200, dense)
EPIKRISE_BENCH_SHAPE     tiny: to try the bench itself, on a CPU too
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from measuring import markdown
from random_base import random_base
from transformers import DataCollatorForSeq2Seq, Trainer
from transformers.trainer_callback import (
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
)
from varied_letters import LONGEST, draw_letters

from finetune import attention
from finetune.adapter import add_adapter, load_base, load_tokenizer
from finetune.config import TrainingConfig, load_config
from finetune.labels import Encoded
from finetune.loss import lose_on_answers
from finetune.rows import Flattening, Packs
from finetune.schedule import Schedule
from finetune.trainer import AdapterTrainer, arguments

pytestmark = pytest.mark.bench

SHAPE = os.environ.get("EPIKRISE_BENCH_SHAPE", "8B")
TFLOPS = float(os.environ.get("EPIKRISE_BENCH_TFLOPS", "989"))
CONFIGS = {
    "paper-llama3-8b-letters": LONGEST,
    "lora-llama3-8b": LONGEST,
    "nf4-llama3-8b": 2048,
    "fast-llama3-8b": LONGEST,
}
"""With the longest letter each is given, in tokens."""
STEPS = 6
WARM = 2
"""The first steps, which are not timed."""
PLAIN = "the paper's set-up"
GB = 1e9


@pytest.mark.skipif(SHAPE == "8B" and not torch.cuda.is_available(), reason="there is no GPU")
def test_memory_and_pace_of_each_config(tmp_path: Path, show: Callable[[str], None]) -> None:
    base = random_base(SHAPE, tmp_path / "base")
    load_tokenizer(load_config("demo-letters").model.base).save_pretrained(base)
    measured = {
        name: run(name, settings(name, base, tmp_path / name), draw_letters(64, longest))
        for name, longest in {**CONFIGS, PLAIN: LONGEST}.items()
    }
    paper = measured["paper-llama3-8b-letters"][1]
    rows = [
        [name, f"{peak:.1f}", f"{pace:.0f}", f"{pace / paper:.2f}", f"{mfu:.1%}"]
        for name, (peak, pace, mfu) in measured.items()
    ]
    header = ("config", "peak GB", "tokens/s", "times the paper's recipe", "FLOPs utilisation")
    show(markdown(f"Training on {device()}, shape {SHAPE}", header, rows))
    if SHAPE == "8B":
        assert measured["paper-llama3-8b-letters"][0] <= 48
        assert measured["nf4-llama3-8b"][0] <= 16
        assert measured["fast-llama3-8b"][1] >= 2 * paper


def device() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "a CPU"


def settings(name: str, base: Path, output: Path) -> TrainingConfig:
    chosen = "paper-llama3-8b-letters" if name == PLAIN else name
    more: dict[str, Any] = {"data.max_tokens": 2048} if name == "nf4-llama3-8b" else {}
    return load_config(
        chosen,
        {
            "model.base": base,
            "output": output,
            "run.steps": STEPS,
            "run.log_steps": 1,
            "run.warmup_steps": 0,
            **more,
        },
    )


def run(name: str, given: TrainingConfig, letters: list[Encoded]) -> tuple[float, float, float]:
    """The peak in GB, tokens a second, and the share of the GPU's peak operations."""
    gc.collect()
    cuda = torch.cuda.is_available()
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    torch.manual_seed(0)
    trainer = plain(given, letters) if name == PLAIN else ours(given, letters)
    watch = Watch()
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(watch)
    trainer.model.register_forward_pre_hook(watch.count, with_kwargs=True)
    trainer.train()
    peak = torch.cuda.max_memory_allocated() / GB if cuda else float("nan")
    pace = watch.tokens / watch.seconds
    return peak, pace, 4 * weights(trainer.model.config) * pace / (TFLOPS * 1e12)


class Watch(TrainerCallback):
    """Counts tokens that are no padding, and seconds, once the run is warm."""

    def __init__(self) -> None:
        self.tokens = 0
        self.seconds = 0.0
        self._began: float | None = None

    def count(self, _: Any, args: Any, given: dict[str, Any]) -> None:
        if self._began is not None:
            mask = given.get("attention_mask")
            self.tokens += int(given["input_ids"].numel() if mask is None else mask.sum())

    def on_step_begin(
        self, args: Any, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if state.global_step == WARM:
            self._began = self._now()

    def on_step_end(
        self, args: Any, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if state.global_step == STEPS and self._began is not None:
            self.seconds = self._now() - self._began

    @staticmethod
    def _now() -> float:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        return time.perf_counter()


def ours(given: TrainingConfig, letters: list[Encoded]) -> Any:
    base = load_base(given.model)
    attention.register()
    base.set_attn_implementation(attention.SEGMENTED)
    lose_on_answers(base)
    model = add_adapter(
        base, given.adapter, gradient_checkpointing=given.run.gradient_checkpointing
    )
    tokens = given.run.batch_tokens
    return AdapterTrainer(
        given,
        Schedule(given.run),
        model=model,
        train_dataset=Packs(letters, tokens, 0) if tokens else letters,  # pyright: ignore[reportArgumentType]
        data_collator=Flattening(),
    )


def plain(given: TrainingConfig, letters: list[Encoded]) -> Any:
    tokenizer = load_tokenizer(given.model.base)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    run = given.run
    model = add_adapter(
        load_base(given.model), given.adapter, gradient_checkpointing=run.gradient_checkpointing
    )
    rows = [{"input_ids": each.input_ids, "labels": each.labels} for each in letters]
    return Trainer(
        model=model,
        args=arguments(given),
        train_dataset=rows,  # pyright: ignore[reportArgumentType]
        data_collator=DataCollatorForSeq2Seq(tokenizer),
    )


def weights(shape: Any) -> int:
    """Of the matrices that every token goes through."""
    head = shape.hidden_size // shape.num_attention_heads
    heads = 2 * (shape.num_attention_heads + shape.num_key_value_heads)
    layer = shape.hidden_size * head * heads + 3 * shape.hidden_size * shape.intermediate_size
    return shape.num_hidden_layers * layer + shape.vocab_size * shape.hidden_size
