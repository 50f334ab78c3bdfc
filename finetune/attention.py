"""Causal attention for training small models on a CPU, several times faster than PyTorch's own.

PyTorch's flash kernel for CPUs spends most of its time on short sequences and small heads outside
of matrix products. Here every block of queries meets all keys before it in one bfloat16 product;
the keys after it are never computed, so the cost halves as it does there.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface

NAME = "blocked_causal"
"""To be given as `attn_implementation` once `register` was called."""

BLOCK = 256
"""Queries at a time; measured best from 128 to 512 on AVX512-BF16."""


def register() -> str:
    """Makes the attention known to transformers; returns its name."""
    AttentionInterface.register(NAME, blocked_causal)
    return NAME


def blocked_causal(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of every position to itself and those before it, in sequences that start at 0.

    Padding has to stand on the right, where no position that counts looks; there is no mask.

    Args:
        query: (batch, heads, length, head size).
        key, value: (batch, key heads, length, head size); `heads` is a multiple of `key heads`.
        attention_mask: must be None.
        scaling: of the scores; by default one over the root of the head size.

    Returns:
        (batch, length, heads, head size), and no weights.
    """
    if attention_mask is not None or query.shape[2] != key.shape[2]:
        raise ValueError("blocked_causal takes whole sequences, padded on the right, unmasked")
    batch, heads, length, size = query.shape
    key_heads = key.shape[1]
    query = query * (scaling if scaling is not None else size**-0.5)
    # Heads that share keys stand under one another, so that keys need not be repeated.
    query = query.view(batch, key_heads, heads // key_heads, length, size)
    blocks: list[torch.Tensor] = []
    for start in range(0, length, BLOCK):
        end = min(length, start + BLOCK)
        some = query[:, :, :, start:end].reshape(batch, key_heads, -1, size)
        scores = some @ key[:, :, :end].transpose(-1, -2)
        future = torch.full((end - start, end), float("-inf"), dtype=scores.dtype)
        scores = scores.view(batch, key_heads, -1, end - start, end) + future.triu_(start + 1)
        weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(value.dtype)
        mixed = weights.view(batch, key_heads, -1, end) @ value[:, :, :end]
        blocks.append(mixed.view(batch, heads, end - start, size))
    return torch.cat(blocks, dim=2).transpose(1, 2), None
