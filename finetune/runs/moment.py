"""How a run stands after a step, in one line. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

_BAR = 20


@dataclass(frozen=True)
class Moment:
    """
    Attributes:
        step: optimiser steps done.
        share: of the run, 0 to 1.
        loss: the last one that was logged, nats an answer token; None before the first.
        tokens: seen so far, all devices together.
        tokens_per_second: since the run was started or resumed; 0 while that is not known.
        memory: the most that was held so far in this sitting, in bytes: of the GPU, else of the
            process.
        spent: seconds, earlier sittings included.
    """

    step: int
    share: float
    loss: float | None
    tokens: int
    tokens_per_second: float
    memory: int
    spent: float

    @property
    def left(self) -> float | None:
        """Seconds to the end, if it goes on at the mean pace so far."""
        return time_left(self.share, self.spent)


def time_left(share: float, spent: float) -> float | None:
    """Seconds; None where nothing tells it yet."""
    return spent * (1 - share) / share if 0 < share <= 1 and spent > 0 else None


def line(moment: Moment, *, kind: str = "loss") -> str:
    """For a file or a terminal without a bar.

    Args:
        kind: what the loss is of.
    """
    parts = [f"{moment.share:4.0%}", f"step {moment.step}"]
    if moment.loss is not None:
        parts.append(f"{kind} {moment.loss:.4f}")
    parts += [f"{moment.tokens / 1e6:.2f}M tokens", *_figures(moment)]
    return "  ".join(parts)


def bar(moment: Moment, width: int) -> str:
    """A bar and as many figures as there is room for.

    Args:
        width: of the terminal, in columns.
    """
    full = round(_BAR * min(1.0, max(0.0, moment.share)))
    text = f"{'█' * full}{'░' * (_BAR - full)} {moment.share:4.0%}"
    loss = [] if moment.loss is None else [f"loss {moment.loss:.4f}"]
    for part in [*_figures(moment)[-1:], *loss, f"step {moment.step}", *_figures(moment)[:-1]]:
        if len(text) + 2 + len(part) < width:
            text += f"  {part}"
    return text[: max(0, width - 1)]


def told_time(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    if not math.isfinite(seconds):
        return "for ever"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02} min"
    return f"{hours // 24} d {hours % 24} h"


def told_memory(size: float) -> str:
    """In GB, of 10^9 bytes."""
    return f"{size / 1e9:.1f} GB"


def _figures(moment: Moment) -> list[str]:
    """Pace, memory, and last of all the time."""
    pace = moment.tokens_per_second
    figures = [f"{pace:,.0f} tokens/s"] if pace else []
    figures += [told_memory(moment.memory)] if moment.memory else []
    left = moment.left
    spent = f"{moment.spent / 60:.1f} min"
    return [*figures, spent if left is None else f"{spent}, {told_time(left)} left"]
