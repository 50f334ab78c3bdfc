"""Examples in rows: one behind the other, no padding, and which of them go together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Any

import torch
from torch.utils.data import Dataset

from finetune.data import Encodings
from finetune.labels import IGNORED, Encoded

WINDOW = 1024
"""Examples that are looked at together when rows are filled."""

Pack = list[Encoded]
"""The examples of one row."""


class Packs(Dataset[Pack]):
    """Examples in rows of a bounded number of tokens; the same seed makes the same rows."""

    def __init__(self, examples: Encodings, budget: int, seed: int) -> None:
        lengths = [len(examples[index].input_ids) for index in range(len(examples))]
        self._examples = examples
        self._rows = fill_rows(lengths, budget, seed)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Pack:
        return [self._examples[each] for each in self._rows[index]]


def fill_rows(lengths: Sequence[int], budget: int, seed: int) -> list[list[int]]:
    """Which examples stand in which row: the longest first, each where it leaves the least room.

    Args:
        lengths: tokens of each example, none above `budget`.
        budget: tokens of a row at most.
        seed: of the shuffle that comes first, so that no row tells of the file's order.

    Returns:
        Every example's index once.
    """
    order = list(range(len(lengths)))
    Random(seed).shuffle(order)
    rows: list[list[int]] = []
    for start in range(0, len(order), WINDOW):
        window = sorted(order[start : start + WINDOW], key=lambda i: -lengths[i])
        filled: list[tuple[list[int], int]] = []
        for index in window:
            length = lengths[index]
            fits = [n for n, (_, left) in enumerate(filled) if left >= length]
            if fits:
                best = min(fits, key=lambda n: filled[n][1])
                row, left = filled[best]
                row.append(index)
                filled[best] = row, left - length
            else:
                filled.append(([index], budget - length))
        rows += [row for row, _ in filled]
    return rows


class Flattening:
    """A batch as one row. Each example counts its positions from 0 and sees itself alone."""

    def __init__(self, stress: float = 1.0, *, varlen: bool = False) -> None:
        """
        Args:
            stress: what a stressed token counts.
            varlen: name the bounds as flash-attention takes them, else as `finetune.attention`.
        """
        self._stress = stress
        self._varlen = varlen

    def __call__(self, batch: Sequence[Encoded | Pack]) -> dict[str, Any]:
        """`input_ids`, `position_ids`, `labels`, int64, and `weights`, float32, all (1, tokens)."""
        examples = [e for item in batch for e in (item if isinstance(item, list) else [item])]
        lengths = [len(e.input_ids) for e in examples]
        bounds = list(accumulate(lengths, initial=0))
        # What begins an example must not be told from the end of the one before.
        labels = [label for e in examples for label in (IGNORED, *e.labels[1:])]
        weights = torch.ones(bounds[-1])
        for start, example in zip(bounds, examples, strict=False):
            weights[[start + at for at in example.stressed]] = self._stress
        row: dict[str, Any] = {
            "input_ids": torch.tensor([[i for e in examples for i in e.input_ids]]),
            "position_ids": torch.cat([torch.arange(n) for n in lengths])[None],
            "labels": torch.tensor([labels]),
            "weights": weights[None],
        }
        if self._varlen:
            ends = torch.tensor(bounds, dtype=torch.int32)
            longest = max(lengths)
            return row | {
                "cu_seq_lens_q": ends,
                "cu_seq_lens_k": ends,
                "max_length_q": longest,
                "max_length_k": longest,
            }
        return row | {"bounds": tuple(bounds)}
