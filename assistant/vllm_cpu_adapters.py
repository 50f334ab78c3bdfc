"""A plugin of vLLM (`vllm.general_plugins`): adapters on a CPU, one matrix product an adapter.

vLLM's own operations for CPUs (`vllm.lora.ops.torch_ops`, 0.32) copy the adapter's weights for each
token, which is most of the time of a batch; and where some tokens of a batch ask for no adapter,
index -1, they get the one in the last place. With these each token gets what it asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def install() -> None:
    """Called by vLLM in each of its processes."""
    from vllm.platforms import current_platform

    if not current_platform.is_cpu():
        return
    from vllm.lora.ops.torch_ops import lora_ops
    from vllm.lora.punica_wrapper import punica_cpu

    for module in (lora_ops, punica_cpu):
        for name, operation in (("bgmv_shrink", shrink), ("bgmv_expand_slice", expand_slice)):
            # A vLLM that no longer has them brings its own.
            if hasattr(module, name):
                setattr(module, name, operation)


def shrink(
    inputs: Tensor, weights: Tensor, output: Tensor, indices: Tensor, scaling: float = 1.0
) -> None:
    """`output[t] = scaling * weights[indices[t]] @ inputs[t]`, and 0 where the index is -1.

    Args:
        inputs: of shape (tokens, width).
        weights: the first matrix of each adapter, (adapters, 1, rank, width).
        output: (tokens, rank) or wider.
        indices: whose adapter each token asks for, (tokens,).
    """
    rank = weights.shape[-2]
    output[:, :rank] = 0
    for rows, product in _products(inputs, weights, output, indices):
        output[rows, :rank] = scaling * product


def expand_slice(
    inputs: Tensor,
    weights: Tensor,
    output: Tensor,
    indices: Tensor,
    start: int,
    size: int,
    add: bool = True,
) -> None:
    """`output[t, start:start + size] += weights[indices[t]] @ inputs[t]`, and nothing for -1.

    Args:
        weights: the second matrix of each adapter, (adapters, 1, size, rank).
        add: else the product takes the place of what is there.
    """
    for rows, product in _products(inputs, weights, output, indices):
        if add:
            output[rows, start : start + size] += product
        else:
            output[rows, start : start + size] = product


def _products(
    inputs: Tensor, weights: Tensor, output: Tensor, indices: Tensor
) -> Iterator[tuple[Tensor, Tensor]]:
    """The rows of each adapter that is asked for, and what they are times its matrix."""
    if weights.dim() == 4:
        weights = weights.squeeze(1)
    for adapter in indices.unique().tolist():
        if adapter >= 0:
            rows = (indices == adapter).nonzero().squeeze(1)
            matrix = weights[adapter].to(output.dtype)
            yield rows, inputs[rows].to(output.dtype) @ matrix.T
