"""How far a run is, and what follows from it: the learning rate, checkpoints, and the end."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

from finetune.config import RunConfig
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import TrainerControl, TrainerState, TrainingArguments


class Schedule:
    """The share of the learning rate at a step: warm up, stay, decay (arXiv 2404.06395).

    PyTorch's `LambdaLR` keeps this object's attributes in every checkpoint, so they are plain
    numbers, and a resumed run goes on with the time it had already spent.
    """

    def __init__(self, run: RunConfig) -> None:
        self.steps: float = run.steps or math.inf
        self.seconds: float = (run.minutes or math.inf) * 60
        self.warmup_steps = run.warmup_steps
        self.decay_from = run.decay_from
        self.final_rate = run.final_rate
        self.spent = 0.0
        """Seconds of wall clock, earlier sittings included."""

    def progress(self, step: int) -> float:
        """0 at the start, 1 when the steps or the minutes are used up."""
        return min(1.0, max(step / self.steps, self.spent / self.seconds))

    def __call__(self, step: int) -> float:
        warm = min(1.0, (step + 1) / (self.warmup_steps + 1))
        progress = self.progress(step)
        if progress <= self.decay_from or self.decay_from == 1:
            return warm
        left = (1 - progress) / (1 - self.decay_from)
        return warm * max(self.final_rate, left)


class Pace(TrainerCallback):
    """Spends the run's time: asks for checkpoints and evaluations, writes the log, ends the run."""

    def __init__(
        self, schedule: Schedule, run: RunConfig, log: Path, report: Callable[[str], None]
    ) -> None:
        self._schedule = schedule
        self._run = run
        self._log = log
        self._report = report
        self._now = self._saved = self._evaluated = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._now = self._saved = self._evaluated = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        now = time.monotonic()
        self._schedule.spent += now - self._now
        self._now = now
        done = self._schedule.progress(state.global_step) >= 1
        control.should_training_stop |= done
        if done or now - self._saved >= self._run.checkpoint_minutes * 60:
            control.should_save = True
            self._saved = now
        if done or now - self._evaluated >= self._run.evaluate_minutes * 60:
            control.should_evaluate = True
            self._evaluated = now

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        if not state.is_world_process_zero:
            return
        logs = logs or {}
        loss = logs.get("loss", logs.get("eval_loss"))
        if loss is not None and not math.isfinite(loss):
            raise TrainingError(
                f"The loss at step {state.global_step} is not a number.",
                "Lower run.learning_rate; --resume goes on from the last checkpoint.",
            )
        write_log(self._log, state.log_history)
        if loss is not None:
            share = self._schedule.progress(state.global_step)
            kind = "loss" if "loss" in logs else "dev loss"
            self._report(
                f"{share:4.0%}  step {state.global_step}  {kind} {loss:.4f}"
                f"  {state.num_input_tokens_seen / 1e6:.2f}M tokens"
                f"  {self._schedule.spent / 60:.1f} min"
            )


def write_log(path: Path, history: list[dict[str, float]]) -> None:
    """One JSON object a line, whole each time: a resumed run drops what its checkpoint hadn't."""
    rows = [json.dumps({k: v for k, v in row.items() if k != "total_flos"}) for row in history]
    draft = path.with_suffix(".part")
    draft.write_text("\n".join(rows) + "\n", encoding="utf-8")
    os.replace(draft, path)
