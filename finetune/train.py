"""One adapter, from a config to a folder.

    config -> examples -> tokens and labels -> transformers' Trainer -> adapter + card

output/
  adapter_model.safetensors, adapter_config.json     what vLLM loads
  card.json                                          what it was made of
  log.jsonl                                          losses on the way
  checkpoints/                                       while it runs; gone at the end
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import Trainer, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from finetune.adapter import add_adapter, load_base, load_tokenizer, save_adapter
from finetune.card import make_card
from finetune.config import TrainingConfig
from finetune.data import ENDLESS, Encodings, Padding, training_examples, weighted_loss
from finetune.labels import IGNORED, stop_tokens
from finetune.schedule import Pace, Schedule
from index.errors import TrainingError


def train(config: TrainingConfig, *, report: Callable[[str], None], resume: bool = False) -> Path:
    """Trains one adapter and writes its folder.

    Args:
        config: what to train on what.
        report: takes a line now and then.
        resume: go on from the last complete checkpoint in the output folder.

    Returns:
        The adapter's folder.

    Raises:
        TrainingError: the base, the data or the folder can't be used, or the loss is not a number.
    """
    checkpoint = _starting_point(config.output, resume=resume)
    if config.run.threads:
        torch.set_num_threads(config.run.threads)
    tokenizer = load_tokenizer(config.model.base)
    base = load_base(config.model)
    stop = stop_tokens(tokenizer, base.generation_config)
    learn, watch = (
        Encodings(examples, tokenizer, stop, config.data.max_tokens)
        for examples in training_examples(config)
    )
    run = config.run
    schedule = Schedule(run)
    torch.manual_seed(run.seed)
    model = add_adapter(base, config.adapter, gradient_checkpointing=run.gradient_checkpointing)
    config.output.mkdir(parents=True, exist_ok=True)
    trainer = _Trainer(
        model=model,
        args=_arguments(config),
        train_dataset=learn,
        eval_dataset=watch,
        processing_class=tokenizer,
        data_collator=Padding(tokenizer, run.stress),
        callbacks=[Pace(schedule, run, config.output / "log.jsonl", report)],
    )
    trainer.schedule, trainer.stressed = schedule, run.stress > 1
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)

    save_adapter(model, config.output, config.model.base.name)
    card = make_card(config, tokenizer, trainer.state.log_history, seconds=schedule.spent)
    (config.output / "card.json").write_text(card.model_dump_json(indent=2) + "\n", "utf-8")
    shutil.rmtree(config.output / "checkpoints", ignore_errors=True)
    return config.output


class _Trainer(Trainer):
    """transformers' Trainer with our schedule, which counts minutes as well as steps, and with
    tokens that count more than others."""

    schedule: Schedule
    stressed: bool

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor | Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor | tuple[torch.Tensor, Any]:
        """Nats a token of the answers. The development loss counts all alike."""
        weights = inputs.pop("weights")
        if not (self.stressed and model.training):
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        targets = inputs.pop("labels")[:, 1:]
        outputs = model(**inputs, use_cache=False)
        counted = targets != IGNORED
        loss = weighted_loss(
            outputs.logits[:, :-1][counted], targets[counted], weights[:, 1:][counted]
        )
        # Each of several accumulated batches has its share of the step, and so has each device.
        share = counted.sum() / (num_items_in_batch or counted.sum())
        if num_items_in_batch is not None and self.args.average_tokens_across_devices:
            share = share * self.accelerator.num_processes
        return (loss * share, outputs) if return_outputs else loss * share

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LambdaLR:
        made = cast("torch.optim.Optimizer", optimizer or self.optimizer)
        self.lr_scheduler = LambdaLR(made, self.schedule)
        self._created_lr_scheduler = True
        return self.lr_scheduler


def _arguments(config: TrainingConfig) -> TrainingArguments:
    run = config.run
    endless = config.data.clinic_seed is not None
    return TrainingArguments(
        output_dir=str(config.output / "checkpoints"),
        max_steps=run.steps or ENDLESS,
        per_device_train_batch_size=run.batch,
        per_device_eval_batch_size=run.batch,
        gradient_accumulation_steps=run.accumulation,
        learning_rate=run.learning_rate,
        optim=run.optimiser,
        weight_decay=run.weight_decay,
        adam_beta2=run.beta2,
        max_grad_norm=1.0,
        bf16=run.precision == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        seed=run.seed,
        # The clinic draws a new patient at every index; a folder's pairs are shuffled.
        train_sampling_strategy="sequential" if endless else "random",
        logging_steps=run.log_steps,
        logging_first_step=True,
        include_num_input_tokens_seen="non_padding",
        save_strategy="no",
        eval_strategy="no",
        save_total_limit=2,
        prediction_loss_only=True,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to="none",
        disable_tqdm=True,
    )


def _starting_point(output: Path, *, resume: bool) -> Path | None:
    """The last complete checkpoint to resume from; None starts anew.

    Raises:
        TrainingError: the folder holds a finished adapter, or a run that `resume` wasn't said for.
    """
    if (output / "adapter_model.safetensors").exists():
        raise TrainingError(
            f"{output} holds a finished adapter, which is never overwritten.",
            "Choose another output folder.",
        )
    # The Trainer writes trainer_state.json last: a folder without it was cut off.
    complete = sorted(
        (p.parent for p in (output / "checkpoints").glob("checkpoint-*/trainer_state.json")),
        key=lambda folder: int(folder.name.removeprefix("checkpoint-")),
    )
    if not complete:
        return None
    if not resume:
        raise TrainingError(
            f"{output} holds a run that was cut off.",
            "Add --resume to go on with it, or choose another output folder.",
        )
    return complete[-1]
