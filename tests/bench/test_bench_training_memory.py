"""The memory that preflight estimates against the peaks of real steps. Goal: within 15%.

On a CPU the peak is what PyTorch's allocator held at most, by its own profiler, on top of the
weights. With EPIKRISE_BENCH_GPU=1 the model has LLaMA-3-8B's shape, with random weights, and the
peak is that of CUDA's allocator.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from measuring import markdown
from random_base import random_base
from torch.profiler import ProfilerActivity, profile

from finetune import attention
from finetune.adapter import add_adapter, load_base
from finetune.config import TrainingConfig, load_config
from finetune.labels import Encoded
from finetune.loss import lose_on_answers
from finetune.preflight.base_model import read_shape
from finetune.preflight.memory import CUDA_BYTES, Load, estimate
from finetune.rows import Flattening
from finetune.schedule import Schedule
from finetune.trainer import AdapterTrainer

pytestmark = pytest.mark.bench

ON_GPU = os.environ.get("EPIKRISE_BENCH_GPU") == "1"
SHAPES = ("8B",) if ON_GPU else ("33M", "146M")
SMALL = [(2048, 1, 32), (1024, 2, 32)] if ON_GPU else [(512, 1, 64), (1024, 1, 8)]
"""Tokens of an example, examples in the row, rank."""
LARGE = [(2048, 1, 32), (4096, 2, 32)]
"""What 80 GB hold with checkpointing alone."""


@pytest.mark.parametrize("quantisation", ["none", "int8", "nf4"])
def test_estimate_is_near_the_peak(
    quantisation: str, tmp_path: Path, show: Callable[[str], None]
) -> None:
    rows: list[list[str]] = []
    ratios: list[float] = []
    for shape in SHAPES:
        folder = random_base(shape, tmp_path / shape)
        base = load(config_of(folder, quantisation, 1, 1, 1, checkpointing=False))
        for checkpointing in (False, True):
            for length, batch, rank in LARGE if ON_GPU and checkpointing else SMALL:
                config = config_of(
                    folder, quantisation, length, batch, rank, checkpointing=checkpointing
                )
                step = Load.of(config, length, on_gpu=ON_GPU)
                guess = estimate(read_shape(folder), step).total
                guess -= CUDA_BYTES if ON_GPU else 0  # the context is outside of the allocator
                peak = measured(base, config, length)
                ratios.append(guess / peak)
                figures = [f"{guess / 1e6:.0f}", f"{peak / 1e6:.0f}", f"{ratios[-1]:.2f}"]
                kind = [str(checkpointing), str(length), str(batch), str(rank)]
                rows.append([shape, *kind, *figures])
    header = (
        *("model", "checkpointing", "length", "batch", "rank"),
        *("estimated (MB)", "measured (MB)", "ratio"),
    )
    show(markdown(f"Memory of a step: {quantisation} (goal: within 15%)", header, rows))
    assert all(abs(ratio - 1) < 0.15 for ratio in ratios)


def config_of(
    base: Path, quantisation: str, length: int, batch: int, rank: int, *, checkpointing: bool
) -> TrainingConfig:
    given = {
        "model.base": base,
        "model.quantisation": quantisation,
        "adapter.rank": rank,
        "data.max_tokens": length,
        "output": base.parent / "out",
        "run.steps": 2,
        "run.batch": batch,
        "run.accumulation": 1,
        "run.gradient_checkpointing": checkpointing,
    }
    return load_config("paper-llama3-8b-letters", given)


def load(config: TrainingConfig) -> Any:
    base = load_base(config.model)
    base.set_attn_implementation(attention.register() and attention.SEGMENTED)
    lose_on_answers(base)
    return base


def measured(base: Any, config: TrainingConfig, length: int) -> int:
    """Bytes at the peak of two steps; the base is given back as it came."""
    checkpointing = config.run.gradient_checkpointing
    model = add_adapter(base, config.adapter, gradient_checkpointing=checkpointing)
    ids = torch.randint(5, 1000, (length,)).tolist()
    examples: Any = [Encoded(ids, ids) for _ in range(2 * config.run.batch)]
    trainer = AdapterTrainer(
        config,
        Schedule(config.run),
        model=model,
        train_dataset=examples,
        data_collator=Flattening(),
    )
    peak = peak_of(trainer, model)
    model.unload()
    base.gradient_checkpointing_disable()
    return peak


def peak_of(trainer: AdapterTrainer, model: torch.nn.Module) -> int:
    gc.collect()  # what is left of the step before would count as given back in this one
    if ON_GPU:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        trainer.train()
        return torch.cuda.max_memory_allocated()
    weights = bytes_of_weights(model)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        trainer.train()
    held = most = 0
    profiler: Any = seen.profiler
    for event in profiler.kineto_results.events():
        if event.name() == "[memory]":
            held += event.nbytes()
            most = max(most, held)
    return weights + most


def bytes_of_weights(model: torch.nn.Module) -> int:
    """Bytes of all that was there before the first step."""
    held: dict[int, int] = {}

    def add(*tensors: Any) -> None:
        for tensor in tensors:
            if isinstance(tensor, torch.Tensor):
                storage = tensor.untyped_storage()
                held[storage.data_ptr()] = storage.nbytes()

    for each in (*model.parameters(), *model.buffers()):
        add(each, getattr(each, "CB", None), getattr(each, "SCB", None))
        if (state := getattr(each, "quant_state", None)) is not None:
            add(state.absmax, state.code, state.offset)
            add(getattr(state.state2, "absmax", None), getattr(state.state2, "code", None))
    return sum(held.values())
