"""Several examples in one row: each is attended to alone, and its loss is the plain one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import scaled_dot_product_attention

from finetune import loss
from finetune.attention import blocked_causal, segmented_sdpa
from finetune.loss import answer_loss, weighted_loss
from finetune.rows import fill_rows

BOUNDS = (0, 3, 300, 304)


@pytest.mark.parametrize("attention", [segmented_sdpa, blocked_causal])
def test_an_example_in_a_row_is_attended_to_as_if_it_stood_alone(
    attention: Callable[..., Any],
) -> None:
    torch.manual_seed(0)
    query = torch.randn(1, 4, BOUNDS[-1], 8)
    key, value = torch.randn(2, 1, 2, BOUNDS[-1], 8)
    module = torch.nn.Module()
    row, _ = attention(module, query, key, value, None, bounds=BOUNDS)
    for start, end in pairwise(BOUNDS):
        q, k, v = (x[:, :, start:end] for x in (query, key, value))
        alone = scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        assert torch.allclose(row[:, start:end], alone.transpose(1, 2), atol=1e-5)
    # Without the bounds the later examples see the earlier ones.
    leaking, _ = attention(module, query, key, value, None)
    assert not torch.allclose(leaking[:, 3:], row[:, 3:], atol=1e-2)


def test_loss_in_chunks_is_the_plain_loss_and_so_is_its_gradient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loss, "CHUNK", 5 * 50)
    torch.manual_seed(0)
    head, targets, weights = torch.randn(50, 16), torch.randint(50, (23,)), torch.rand(23) + 0.5
    hidden = torch.randn(23, 16)
    plain, chunked = (hidden.clone().requires_grad_() for _ in range(2))
    expected = weighted_loss(plain @ head.T, targets, weights)
    got = answer_loss(chunked, head, targets, weights)
    (3 * expected).backward()
    (3 * got).backward()
    assert got.item() == pytest.approx(expected.item(), rel=1e-5)
    assert plain.grad is not None
    assert chunked.grad is not None
    assert torch.allclose(chunked.grad, plain.grad, atol=1e-5)


@given(st.lists(st.integers(1, 100), max_size=60), st.integers(100, 300), st.integers(0, 5))
def test_rows_hold_every_example_once_and_no_more_than_their_budget(
    lengths: list[int], budget: int, seed: int
) -> None:
    rows = fill_rows(lengths, budget, seed)
    assert sorted(index for row in rows for index in row) == list(range(len(lengths)))
    assert all(sum(lengths[index] for index in row) <= budget for row in rows)
    assert rows == fill_rows(lengths, budget, seed)
