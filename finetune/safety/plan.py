"""What is asked of an adapter, and of how many cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FIRST_WORDS = 30
"""Words that a letter is begun with: a greeting and some more."""


class Part(StrEnum):
    MEMORISATION = "memorisation"
    BIAS = "bias"
    EDGES = "edges"


@dataclass(frozen=True)
class Plan:
    """What is asked.

    Attributes:
        parts: of the report.
        letters: begun letters, learned and held-out each.
        cases: per language that are asked in every swap.
        edges: per language of each unusual kind.
        words: that a letter is begun with.
        pairs: what the adapters learned from; None where it was the demo clinic.
        at_once: requests at the same time.
    """

    parts: tuple[Part, ...]
    letters: int
    cases: int
    edges: int
    words: int = FIRST_WORDS
    pairs: Path | None = None
    seed: int = 0
    at_once: int = 32
