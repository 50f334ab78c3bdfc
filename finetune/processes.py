"""Which of several processes of one training this is, as torchrun tells it."""

from __future__ import annotations

import os


def rank() -> int:
    """The first one, 0, writes and speaks."""
    return int(os.environ.get("RANK", "0"))


def spread() -> bool:
    """Whether they share one base, a part each (FSDP), as `accelerate launch` tells it."""
    return os.environ.get("ACCELERATE_USE_FSDP", "").lower() in ("true", "1")


def several() -> bool:
    """Whether others take part in this run."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1
