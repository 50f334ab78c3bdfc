"""What watches a training: run.json, TensorBoard's events, samples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback
from transformers.integrations.integration_utils import TensorBoardCallback

from finetune import checkpoints
from finetune.config import TrainingConfig
from finetune.runs.folders import FILE, Begun
from finetune.runs.sampling import Samples

if TYPE_CHECKING:
    from transformers import (
        PreTrainedTokenizerBase,
        TrainerControl,
        TrainerState,
        TrainingArguments,
    )

    from finetune.schedule import Schedule

EVENTS = "tensorboard"
"""The folder of TensorBoard's events, in the run's."""


class Beginning(TrainerCallback):
    """Says in the folder what was begun, once it is sure that it can be."""

    def __init__(self, config: TrainingConfig) -> None:
        self._config = config

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        path = self._config.output / FILE
        # One that goes on was begun before.
        if state.is_world_process_zero and not (state.global_step and path.exists()):
            begun = Begun.of(self._config, dt.datetime.now(dt.UTC))
            with checkpoints.writing(self._config.output, "The run's description"):
                path.write_text(f"{begun.model_dump_json(indent=2)}\n", encoding="utf-8")


class Board(TensorBoardCallback):
    """TensorBoard's events. A run that goes on takes back what it had told after its checkpoint."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.logging_dir = str(folder)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        from torch.utils.tensorboard import SummaryWriter

        if state.is_world_process_zero and state.global_step:
            self.tb_writer = SummaryWriter(self.logging_dir, purge_step=state.global_step + 1)
        super().on_train_begin(args, state, control, **given)


def observers(
    config: TrainingConfig,
    tokenizer: PreTrainedTokenizerBase,
    stops: Collection[int],
    schedule: Schedule,
    report: Callable[[str], None],
) -> list[TrainerCallback]:
    """Callbacks for a Trainer; each of them does its work in the first process alone.

    Args:
        config: of the run.
        tokenizer: the base's.
        stops: tokens that end an answer when it is served.
        schedule: tells the time that was spent.
        report: takes a line now and then.
    """
    samples = Samples(config, tokenizer, stops, schedule.progress, lambda: schedule.spent, report)
    board = Board(config.output / EVENTS)
    return [Beginning(config), board, *([samples] if config.data.samples else [])]
