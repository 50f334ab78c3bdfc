"""Two real steps on the longest examples: do they fit, and how long will the run take?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from finetune.config import TrainingConfig
from finetune.pairs import Example, Split, write_pairs
from finetune.preflight.verdict import Colour, Finding
from finetune.rows import fill_rows
from finetune.run_config import RunConfig
from index.errors import TrainingError

STEPS = 2
"""The first one warms up, the second is timed."""


class _Enough(Exception):
    """Ends the run once its last step is done: nothing is evaluated or saved."""


def dry_run(
    config: TrainingConfig, examples: Sequence[Example], lengths: Sequence[int]
) -> Iterator[Finding]:
    """Trains for two steps and forgets them.

    Args:
        config: of the run.
        examples: to learn from.
        lengths: tokens of each, as they are trained on.
    """
    run = config.run
    longest = _longest(run, lengths)
    try:
        seconds, peak = _two_steps(config, [examples[i] for i in longest])
    except TrainingError as error:
        yield Finding(Colour.RED, "time", f"The dry run failed. {error}")
        return
    pace = tokens_of_a_step(run, [lengths[i] for i in longest]) / seconds
    usual = tokens_of_a_step(run, lengths)
    line = f"a step of the longest examples takes {seconds:.1f} s, {pace:.0f} tokens a second"
    if peak:
        line += f", at most {peak / 1e9:.1f} GB on the card"
    yield Finding(Colour.GREEN, "time", line)
    if run.steps:
        hours = run.steps * usual / pace / 3600
        most = run.steps * seconds / 3600
        line = f"{run.steps} steps: about {_told(hours)}, at most {_told(most)}"
        if run.minutes and run.minutes < hours * 60:
            line += f"; run.minutes ends it after {_told(run.minutes / 60)}"
        yield Finding(Colour.GREEN, "time", line)
    elif run.minutes:
        steps = run.minutes * 60 * pace / usual
        many = steps * usual * len(lengths) / sum(lengths)
        line = f"{run.minutes:g} minutes are about {steps:.0f} steps, {many:.0f} examples"
        yield Finding(Colour.GREEN, "time", line)


def tokens_of_a_step(run: RunConfig, lengths: Sequence[int]) -> float:
    """On average, of examples of these lengths."""
    if run.batch_tokens:
        rows = len(fill_rows(lengths, run.batch_tokens, run.seed))
    else:
        rows = len(lengths) / run.batch
    return run.accumulation * sum(lengths) / rows


def _longest(run: RunConfig, lengths: Sequence[int]) -> list[int]:
    """Examples that fill the steps, the longest first; where there are few, they come again."""
    room = STEPS * run.accumulation * (run.batch_tokens or run.batch)
    chosen: list[int] = []
    for index in cycle(sorted(range(len(lengths)), key=lambda i: -lengths[i])):
        if room <= 0:
            break
        chosen.append(index)
        room -= lengths[index] if run.batch_tokens else 1
    return chosen


def _two_steps(config: TrainingConfig, examples: Sequence[Example]) -> tuple[float, int]:
    """Seconds of the second step, and the card's peak in bytes (0 without one)."""
    import torch

    from finetune.train import train

    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    with tempfile.TemporaryDirectory() as folder:
        for split in (Split.TRAIN, Split.DEV):
            # Their patients would be in both splits; nothing is measured here.
            write_pairs(Path(folder, f"{split}.jsonl"), _nameless(examples))
        small = _for_two_steps(config, Path(folder))
        clock = _Clock()
        try:
            train(small, report=clock)
        except _Enough:
            pass
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                "The GPU's memory ran out.",
                "Set run.gradient_checkpointing, or lower run.batch (or run.batch_tokens),"
                ' data.max_tokens or model.quantisation (to "nf4").',
            ) from error
    peak = torch.cuda.max_memory_allocated() if on_gpu else 0
    return clock.seconds, peak


def _nameless(examples: Sequence[Example]) -> list[Example]:
    return [Example(e.messages, e.answers, facts=e.facts) for e in examples]


def _for_two_steps(config: TrainingConfig, folder: Path) -> TrainingConfig:
    data: dict[str, Any] = {"pairs": folder, "clinic_seed": None, "dev_examples": 1}
    run: dict[str, Any] = {"steps": STEPS, "minutes": None, "warmup_steps": 0, "log_steps": 1}
    return config.model_copy(
        update={
            "output": folder / "adapter",
            "data": config.data.model_copy(update=data),
            "run": config.run.model_copy(update=run),
        }
    )


class _Clock:
    """Takes a line a step, and the time between them."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._times: list[float] = []

    def __call__(self, line: str) -> None:
        if "  loss " not in line:
            return
        self._times.append(self._now())
        if len(self._times) == STEPS:
            raise _Enough

    @property
    def seconds(self) -> float:
        return max(1e-9, self._times[-1] - self._times[-2])


def _told(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{hours * 60:.1f} minutes"
