"""How far a run is, and what follows from it: the learning rate, checkpoints, and the end."""

from __future__ import annotations

import json
import math
import os
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import TrainerCallback

from finetune import checkpoints
from finetune.run_config import RunConfig
from finetune.runs.moment import Moment, line

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
    """Spends the run's time: asks for checkpoints and evaluations, writes the log, ends the run.

    What it decides it decides from times that all processes of a run agree on: where one saved and
    another didn't, they would wait for each other for ever.
    """

    def __init__(
        self,
        schedule: Schedule,
        run: RunConfig,
        log: Path,
        report: Callable[[str], None],
        stop: Callable[[], bool] = lambda: False,
        show: Callable[[Moment], None] = lambda _: None,
    ) -> None:
        """
        Args:
            schedule: whose time is spent.
            run: the minutes.
            log: the file to be written.
            report: takes a line now and then.
            stop: whether somebody wants the run to end after this step.
            show: takes how the run stands, after every step.
        """
        self._schedule = schedule
        self._run = run
        self._log = log
        self._report = report
        self._stop = stop
        self._show = show
        self._loss: float | None = None
        self._began = (0, 0.0)
        self._unsaved = self._unwatched = 0.0
        self._now = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._now = time.monotonic()
        self._began = state.num_input_tokens_seen, self._schedule.spent

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        now = time.monotonic()
        took, stop = agreed(now - self._now, float(self._stop()))
        self._now = now
        self._schedule.spent += took
        self._unsaved += took
        self._unwatched += took
        done = self._schedule.progress(state.global_step) >= 1
        control.should_training_stop |= done or stop > 0
        if done or stop or self._unsaved >= self._run.checkpoint_minutes * 60:
            control.should_save = True
            self._unsaved = 0.0
        if done or self._unwatched >= self._run.evaluate_minutes * 60:
            control.should_evaluate = True
            self._unwatched = 0.0
        if state.is_world_process_zero:
            self._show(self._moment(state))

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
        moment = self._moment(state)
        # What a reader of the log can't reckon from the Trainer's own rows.
        state.log_history[-1] |= {"seconds": round(moment.spent, 2), "memory": moment.memory}
        with checkpoints.writing(self._log.parent, "The log"):
            write_log(self._log, state.log_history)
        if "loss" in logs:
            self._loss = logs["loss"]
            self._report(line(replace(moment, loss=self._loss)))
        elif "eval_loss" in logs:
            self._report(line(replace(moment, loss=logs["eval_loss"]), kind="dev loss"))

    def _moment(self, state: TrainerState) -> Moment:
        tokens, spent = state.num_input_tokens_seen, self._schedule.spent
        sitting = spent - self._began[1]
        return Moment(
            step=state.global_step,
            share=self._schedule.progress(state.global_step),
            loss=self._loss,
            tokens=int(tokens),
            tokens_per_second=(tokens - self._began[0]) / sitting if sitting > 0 else 0.0,
            memory=peak_memory(),
            spent=spent,
        )


def agreed(*values: float) -> list[float]:
    """The largest of all processes' values, each; the same for all of them."""
    distributed = torch.distributed
    if not (distributed.is_available() and distributed.is_initialized()):
        return list(values)
    device = "cuda" if distributed.get_backend() == "nccl" else "cpu"
    shared = torch.tensor(values, dtype=torch.float64, device=device)
    distributed.all_reduce(shared, op=distributed.ReduceOp.MAX)
    return shared.tolist()


def peak_memory() -> int:
    """The most that was held so far, in bytes: of this process's GPU, else of the process."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # told in KiB


def write_log(path: Path, history: list[dict[str, float]]) -> None:
    """One JSON object a line, whole each time: a resumed run drops what its checkpoint hadn't."""
    rows = [json.dumps({k: v for k, v in row.items() if k != "total_flos"}) for row in history]
    draft = path.with_suffix(".part")
    draft.write_text("\n".join(rows) + "\n", encoding="utf-8")
    os.replace(draft, path)
