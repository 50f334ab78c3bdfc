"""Base models of a shape, with random weights: what memory and pace depend on."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

SIZES = (
    *("hidden_size", "intermediate_size", "num_hidden_layers"),
    *("num_attention_heads", "num_key_value_heads", "vocab_size"),
)
SHAPES = {
    "tiny": (64, 128, 2, 4, 2, 4096),
    "33M": (512, 1536, 8, 8, 4, 8000),
    "146M": (1024, 3584, 6, 16, 4, 32_000),
    "8B": (4096, 14_336, 32, 32, 8, 128_256),  # LLaMA-3-8B
    "13B": (5120, 13_824, 40, 40, 40, 32_000),  # LLaMA-2-13B
}


def random_base(shape: str, folder: Path) -> Path:
    """A folder with bfloat16 weights, without a tokenizer; made on the GPU, if there is one.

    They are half as large as Llama's own first ones, so that few activations are above 6, as in a
    trained model: int8 takes every column that has one out of its products.
    """
    torch.manual_seed(0)
    config = LlamaConfig(
        **dict(zip(SIZES, SHAPES[shape], strict=True)),  # pyright: ignore[reportArgumentType]
        initializer_range=0.01,
        max_position_embeddings=8192,
        rope_parameters={"rope_type": "default", "rope_theta": 500_000.0},
        dtype="bfloat16",
    )
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
            LlamaForCausalLM(config).save_pretrained(folder)
    finally:
        torch.set_default_dtype(torch.float32)
    return folder
