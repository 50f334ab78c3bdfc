"""transformers' Trainer with our schedule, our loss and checkpoints that can be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import Trainer, TrainingArguments

from finetune import checkpoints, resuming
from finetune.adapter import adapter_weights
from finetune.config import TrainingConfig
from finetune.data import ENDLESS
from finetune.labels import IGNORED
from finetune.processes import several
from finetune.schedule import Schedule
from index.errors import TrainingError

if TYPE_CHECKING:
    from peft import PeftModel


class AdapterTrainer(Trainer):
    """Trains what was given to it by `finetune.train`."""

    def __init__(self, config: TrainingConfig, schedule: Schedule, **parts: Any) -> None:
        super().__init__(args=arguments(config), **parts)
        self._config = config
        self._schedule = schedule
        self._began = resuming.fixed(config)
        # Each row's loss is already its share of the step.
        self.model_accepts_loss_kwargs = True
        self.loss_is_scaled_for_ga = True

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor | Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor | tuple[torch.Tensor, Any]:
        """Nats a token of the answers. The development loss counts all alike."""
        if not model.training:
            inputs = {**inputs, "weights": torch.ones_like(inputs["weights"])}
        outputs = model(**inputs)
        counted = (inputs["labels"][:, 1:] != IGNORED).sum()
        # Each of several accumulated rows has its share of the step, and so has each device.
        share = counted / (num_items_in_batch or counted)
        if num_items_in_batch is not None and self.args.average_tokens_across_devices:
            share = share * self.accelerator.num_processes
        loss = outputs.loss * share
        if not torch.isfinite(loss):
            raise TrainingError(
                f"The loss at step {self.state.global_step + 1} is not a number.", self._after()
            )
        return (loss, {"loss": loss}) if return_outputs else loss

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LambdaLR:
        made = cast("torch.optim.Optimizer", optimizer or self.optimizer)
        self.lr_scheduler = LambdaLR(made, self._schedule)
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        """A resumed run goes on with the time it had spent, and with the config's rate and end."""
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is None:
            return
        # The checkpoint's own rate and schedule would win over a config that was changed since.
        configured = Schedule(self._config.run)
        configured.spent = self._schedule.spent
        vars(self._schedule).update(vars(configured))
        rate = self._config.run.learning_rate
        groups = cast("torch.optim.Optimizer", self.optimizer).param_groups
        for group in groups:
            group["lr"] *= rate / group["initial_lr"]
            group["initial_lr"] = rate
        scheduler = self.lr_scheduler
        rates = {"base_lrs": [rate] * len(groups), "_last_lr": [group["lr"] for group in groups]}
        scheduler.load_state_dict(scheduler.state_dict() | rates)

    def _run_epoch(self, *args: Any, **named: Any) -> None:
        """Nothing where the checkpoint is the run's last: only its adapter is to be written."""
        if self._schedule.progress(self.state.global_step) >= 1:
            self.control.should_training_stop = True
            return
        super()._run_epoch(*args, **named)

    def evaluation_loop(self, *args: Any, **named: Any) -> Any:
        """Leaves no trace in the training: the loader of what is watched draws a random seed."""
        with torch.random.fork_rng():
            return super().evaluation_loop(*args, **named)

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """The adapter alone, whole, also where it is spread over processes."""
        weights = adapter_weights(cast("PeftModel", self.model))
        if self.args.should_save:
            self._save(output_dir, state_dict=weights)

    def _save_checkpoint(self, model: torch.nn.Module, trial: Any) -> None:
        learned = (p for p in model.parameters() if p.requires_grad)
        if not all(bool(torch.isfinite(p).all()) for p in learned):
            raise TrainingError(
                f"The adapter of step {self.state.global_step} is not numbers any more.",
                self._after(),
            )
        output = self._config.output
        with checkpoints.writing(output, f"The checkpoint of step {self.state.global_step}"):
            super()._save_checkpoint(model, trial)
            self.accelerator.wait_for_everyone()
            if self.args.should_save:
                folder = output / checkpoints.FOLDER / f"checkpoint-{self.state.global_step}"
                resuming.record(self._began, folder)
                checkpoints.finish(folder)

    def _after(self) -> str:
        kept = checkpoints.last_whole(self._config.output)
        lower = "Lower run.learning_rate"
        return f"{lower}; --resume goes on from {kept.name}." if kept else f"{lower}."


def arguments(config: TrainingConfig) -> TrainingArguments:
    """A config's run as transformers calls it."""
    run, cuda = config.run, torch.cuda.is_available()
    endless = config.data.clinic_seed is not None
    rows = 1 if run.batch_tokens else run.batch
    return TrainingArguments(
        output_dir=str(config.output / checkpoints.FOLDER),
        max_steps=run.steps or ENDLESS,
        per_device_train_batch_size=rows,
        per_device_eval_batch_size=rows,
        gradient_accumulation_steps=run.accumulation,
        learning_rate=run.learning_rate,
        optim=optimiser(run.optimiser, cuda=cuda),
        weight_decay=run.weight_decay,
        adam_beta2=run.beta2,
        max_grad_norm=1.0,
        bf16=run.precision == "bfloat16",
        use_cpu=not cuda,
        seed=run.seed,
        # The clinic draws a new patient at every index; a folder's pairs are shuffled.
        train_sampling_strategy="sequential" if endless else "random",
        logging_steps=run.log_steps,
        logging_first_step=True,
        logging_nan_inf_filter=False,
        include_num_input_tokens_seen="all",
        save_strategy="no",
        eval_strategy="no",
        save_total_limit=2,
        prediction_loss_only=True,
        remove_unused_columns=False,
        dataloader_pin_memory=cuda,
        ddp_backend="gloo" if several() and not cuda else None,
        ddp_find_unused_parameters=False,
        report_to="none",
        disable_tqdm=True,
    )


def optimiser(name: str, *, cuda: bool) -> str:
    """The optimiser as this machine can run it: paging is between a GPU's memory and the host's."""
    return name if cuda else name.removeprefix("paged_")
