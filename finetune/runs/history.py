"""A run's log, read: figures by step. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

Point = tuple[float, float]
"""Step and value."""
_MEASURES = {"loss": "loss", "eval_loss": "dev_loss", "learning_rate": "rate"}


@dataclass(frozen=True)
class History:
    """
    Attributes:
        loss, dev_loss: nats an answer token.
        rate: the learning rate.
        pace: tokens a second between two rows of the log.
        step, tokens: how far it is.
        seconds: it took, all sittings together; evaluations and samples included.
        memory: the most it held, in bytes; 0 where the log doesn't say.
    """

    loss: tuple[Point, ...] = ()
    dev_loss: tuple[Point, ...] = ()
    rate: tuple[Point, ...] = ()
    pace: tuple[Point, ...] = ()
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    memory: int = 0


def read_log(text: str) -> History:
    """What `log.jsonl` tells; a line that is none is passed over, as one being written would be."""
    rows = list(_rows(text))
    found: dict[str, list[Point]] = {name: [] for name in _MEASURES.values()}
    for row in rows:
        for key, name in _MEASURES.items():
            if key in row:
                found[name].append((row["step"], row[key]))
    return History(
        **{name: tuple(points) for name, points in found.items()},
        pace=tuple(_pace(rows)),
        step=int(max((row["step"] for row in rows), default=0)),
        tokens=int(max((row.get("num_input_tokens_seen", 0) for row in rows), default=0)),
        seconds=max((_seconds(row) for row in rows), default=0.0),
        memory=int(max((row.get("memory", 0) for row in rows), default=0)),
    )


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most so many points, each the mean of as many neighbours: what a plot can show."""
    size = max(1, math.ceil(len(points) / most))
    groups = (points[at : at + size] for at in range(0, len(points), size))
    return [
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group))
        for group in groups
    ]


def _rows(text: str) -> Iterator[dict[str, float]]:
    for line in text.splitlines():
        try:
            row: Any = json.loads(line)
        except ValueError:
            continue
        if not isinstance(row, dict):
            continue
        numbers = {
            key: float(value)
            for key, value in cast("dict[str, Any]", row).items()
            if isinstance(value, int | float) and math.isfinite(value)
        }
        if "step" in numbers:
            yield numbers


def _seconds(row: Mapping[str, float]) -> float:
    # Logs of older runs have the time of one sitting alone.
    return row.get("seconds", row.get("train_runtime", 0.0))


def _pace(rows: Sequence[Mapping[str, float]]) -> Iterator[Point]:
    counted = [row for row in rows if "loss" in row and "num_input_tokens_seen" in row]
    for before, row in pairwise(counted):
        took = _seconds(row) - _seconds(before)
        if took > 0:
            tokens = row["num_input_tokens_seen"] - before["num_input_tokens_seen"]
            yield row["step"], max(0.0, tokens / took)
