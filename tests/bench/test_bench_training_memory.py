"""The memory that preflight estimates against the peaks of real steps. Goal: within 15%.

On a CPU the peak is what PyTorch's allocator held at most, by its own profiler, on top of the
weights. With EPIKRISE_BENCH_GPU=1 the model has LLaMA-3-8B's shape, with random weights, and the
peak is that of CUDA's allocator.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from measuring import markdown
from torch.profiler import ProfilerActivity, profile
from transformers import LlamaConfig, LlamaForCausalLM

from finetune import attention
from finetune.adapter import add_adapter, load_base
from finetune.config import load_config
from finetune.labels import Encoded
from finetune.loss import lose_on_answers
from finetune.preflight.base_model import read_shape
from finetune.preflight.memory import CUDA_BYTES, Load, estimate
from finetune.rows import Flattening
from finetune.schedule import Schedule
from finetune.trainer import AdapterTrainer

pytestmark = pytest.mark.bench

ON_GPU = os.environ.get("EPIKRISE_BENCH_GPU") == "1"
NAMES = (
    *("hidden_size", "intermediate_size", "num_hidden_layers"),
    *("num_attention_heads", "vocab_size"),
)
_ON_CPU = {"33M": (512, 1536, 8, 8, 8000), "146M": (1024, 3584, 6, 16, 32000)}
SHAPES = {"8B": (4096, 14336, 32, 32, 128256)} if ON_GPU else _ON_CPU
KEY_HEADS = 8 if ON_GPU else 4
STEPS = [(2048, 1, 32), (4096, 2, 32)] if ON_GPU else [(512, 1, 64), (1024, 1, 8)]


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("quantisation", ["none", "int8", "nf4"])
def test_estimate_is_near_the_peak(
    quantisation: str, checkpointing: bool, tmp_path: Path, show: Callable[[str], None]
) -> None:
    rows: list[list[str]] = []
    ratios: list[float] = []
    for name, base in bases(tmp_path):
        for length, batch, rank in STEPS:
            given = {
                "model.base": base,
                "model.quantisation": quantisation,
                "adapter.rank": rank,
                "data.max_tokens": length,
                "output": tmp_path / "out",
                "run.steps": 2,
                "run.batch": batch,
                "run.accumulation": 1,
                "run.gradient_checkpointing": checkpointing,
            }
            config = load_config("paper-llama3-8b-letters", given)
            guess = estimate(read_shape(base), Load.of(config, length, on_gpu=ON_GPU)).total
            guess -= CUDA_BYTES if ON_GPU else 0  # the context is outside of the allocator
            peak = measured(config, length)
            ratios.append(guess / peak)
            figures = [f"{guess / 1e6:.0f}", f"{peak / 1e6:.0f}", f"{ratios[-1]:.2f}"]
            rows.append([name, str(length), str(batch), str(rank), *figures])
    header = ("model", "length", "batch", "rank", "estimated (MB)", "measured (MB)", "ratio")
    title = f"Memory of a step: {quantisation}, checkpointing {checkpointing} (goal: within 15%)"
    show(markdown(title, header, rows))
    assert all(abs(ratio - 1) < 0.15 for ratio in ratios)


def bases(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, shape in SHAPES.items():
        torch.manual_seed(0)
        given: dict[str, Any] = dict(zip(NAMES, shape, strict=True))
        made = LlamaConfig(**given, num_key_value_heads=KEY_HEADS, max_position_embeddings=8192)
        made.dtype = torch.bfloat16
        torch.set_default_dtype(torch.bfloat16)
        try:
            LlamaForCausalLM(made).save_pretrained(folder / name)
        finally:
            torch.set_default_dtype(torch.float32)
        yield name, folder / name


def measured(config: Any, length: int) -> int:
    """Bytes at the peak of two steps."""
    base = load_base(config.model)
    base.set_attn_implementation(attention.register() and attention.SEGMENTED)
    lose_on_answers(base)
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
    if ON_GPU:
        torch.cuda.reset_peak_memory_stats()
        trainer.train()
        return torch.cuda.max_memory_allocated()
    weights = bytes_of_weights(model)
    gc.collect()  # what is left of the step before would count as given back in this one
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
