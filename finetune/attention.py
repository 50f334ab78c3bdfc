"""Attention over rows in which several examples stand one behind the other, each by itself.

What stands in a row is told by `bounds`: where each example begins, and at last where the row ends.
Every example is attended to alone, so nothing leaks, no mask is made, and nothing is computed that
a mask would throw away. transformers gets both kinds by name:

segmented_sdpa    PyTorch's own kernels, example by example
blocked_causal    for small models on a CPU, several times faster there: PyTorch's flash kernel for
                  CPUs spends most of its time on short sequences and small heads outside of matrix
                  products. Here every block of queries meets all keys before it in one bfloat16
                  product; the keys after it are never computed, which halves the cost as there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

NAME = "blocked_causal"
"""To be given as `attn_implementation` once `register` was called."""

SEGMENTED = "segmented_sdpa"

BLOCK = 256
"""Queries at a time; measured best from 128 to 512 on AVX512-BF16."""


def register() -> str:
    """Makes both known to transformers; returns the name of the one for CPUs."""
    AttentionInterface.register(NAME, blocked_causal)
    AttentionInterface.register(SEGMENTED, segmented_sdpa)
    return NAME


def segmented_sdpa(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    bounds: Sequence[int] | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """As `blocked_causal`, by PyTorch's kernels."""

    def whole(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return scaled_dot_product_attention(
            query, key, value, is_causal=True, scale=scaling, enable_gqa=True
        )

    return _each_by_itself(whole, query, key, value, attention_mask, bounds)


def blocked_causal(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    bounds: Sequence[int] | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of every position to itself and those before it in its example.

    Padding has to stand on the right, where no position that counts looks; there is no mask.

    Args:
        module: not looked at.
        query: (batch, heads, length, head size).
        key, value: (batch, key heads, length, head size); `heads` is a multiple of `key heads`.
        attention_mask: must be None.
        scaling: of the scores; by default one over the root of the head size.
        bounds: positions from 0 to `length`, rising; None: one example a row.

    Returns:
        (batch, length, heads, head size), and no weights.
    """
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5

    def whole(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return _in_blocks(query * scale, key, value)

    return _each_by_itself(whole, query, key, value, attention_mask, bounds)


def _each_by_itself(
    whole: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    bounds: Sequence[int] | None,
) -> tuple[torch.Tensor, None]:
    length = query.shape[2]
    if attention_mask is not None or length != key.shape[2]:
        raise ValueError("whole sequences are taken, padded on the right, unmasked")
    spans = list(pairwise(bounds or (0, length)))
    if spans[0][0] != 0 or spans[-1][1] != length:
        raise ValueError(f"bounds from {spans[0][0]} to {spans[-1][1]} in a row of {length}")
    mixed = [whole(*(x[:, :, start:end] for x in (query, key, value))) for start, end in spans]
    return torch.cat(mixed, dim=2).transpose(1, 2), None


def _in_blocks(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    batch, heads, length, size = query.shape
    key_heads = key.shape[1]
    # Heads that share keys stand under one another, so that keys need not be repeated.
    query = query.reshape(batch, key_heads, heads // key_heads, length, size)
    blocks: list[torch.Tensor] = []
    for start in range(0, length, BLOCK):
        end = min(length, start + BLOCK)
        some = query[:, :, :, start:end].reshape(batch, key_heads, -1, size)
        scores = some @ key[:, :, :end].transpose(-1, -2)
        future = torch.full(
            (end - start, end), float("-inf"), dtype=scores.dtype, device=scores.device
        )
        scores = scores.view(batch, key_heads, -1, end - start, end) + future.triu_(start + 1)
        weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(value.dtype)
        mixed = weights.view(batch, key_heads, -1, end) @ value[:, :, :end]
        blocks.append(mixed.view(batch, heads, end - start, size))
    return torch.cat(blocks, dim=2)
