"""One adapter, from a config to a folder.

    config -> examples -> tokens and labels -> transformers' Trainer -> adapter + card

output/
  adapter_model.safetensors, adapter_config.json     what vLLM loads
  card.json                                          what it was made of
  run.json, log.jsonl, samples.jsonl, tensorboard/   what was begun, and what came on the way
  checkpoints/                                       while it runs; gone at the end
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers.trainer_callback import PrinterCallback

from finetune import attention, checkpoints, resuming
from finetune.adapter import adapter_weights, add_adapter, load_base, load_tokenizer, save_adapter
from finetune.card import make_card
from finetune.config import TrainingConfig
from finetune.data import Encodings, training_examples
from finetune.interrupts import Interrupts
from finetune.labels import stop_tokens
from finetune.loss import lose_on_answers
from finetune.processes import rank, spread
from finetune.rows import Flattening, Packs
from finetune.runs.moment import Moment
from finetune.runs.observers import observers
from finetune.schedule import Pace, Schedule
from finetune.trainer import AdapterTrainer, optimiser
from index.errors import TrainingError, TrainingStopped

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def train(
    config: TrainingConfig,
    *,
    report: Callable[[str], None],
    show: Callable[[Moment], None] = lambda _: None,
    resume: bool = False,
) -> Path:
    """Trains one adapter and writes its folder; in each of several processes, where there are some.

    Args:
        config: what to train on what.
        report: takes a line now and then.
        show: takes how the run stands, after every step.
        resume: go on from the last whole checkpoint in the output folder.

    Returns:
        The adapter's folder.

    Raises:
        TrainingError: the base, the data or the folder can't be used, the loss is not a number, or
            the disk or the GPU's memory is full.
        TrainingStopped: somebody ended the run; `resume` goes on with it.
    """
    first = rank() == 0
    with ExitStack() as held:
        if first:
            held.enter_context(checkpoints.claimed(config.output))
        checkpoint = checkpoints.starting_point(config.output, resume=resume)
        if checkpoint:
            resuming.refuse_another_run(resuming.fixed(config), checkpoint)
        stop = held.enter_context(Interrupts())
        try:
            _run(config, checkpoint, report if first else _silent, show, stop)
        except torch.OutOfMemoryError as error:
            raise TrainingError("The GPU's memory is full.", _what_to_lower(config)) from error
    return config.output


def _run(
    config: TrainingConfig,
    checkpoint: Path | None,
    report: Callable[[str], None],
    show: Callable[[Moment], None],
    stop: Interrupts,
) -> None:
    run = config.run
    if spread() and config.model.quantisation != "none":
        raise TrainingError(
            f"A base in {config.model.quantisation} can't be spread over GPUs.",
            'Set model.quantisation = "none", or start without FSDP.',
        )
    if run.threads:
        torch.set_num_threads(run.threads)
    tokenizer = load_tokenizer(config.model.base)
    try:
        base = load_base(config.model)
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            "The base alone fills the GPU's memory.",
            "See by `nvidia-smi` what else is using it"
            + (
                "."
                if config.model.quantisation == "nf4"
                else ', or set model.quantisation = "nf4".'
            ),
        ) from error
    learn, watch = _data(config, base, tokenizer)
    attention.register()
    if config.model.attention == "sdpa":
        base.set_attn_implementation(attention.SEGMENTED)
    lose_on_answers(base)
    if (used := optimiser(run.optimiser, cuda=torch.cuda.is_available())) != run.optimiser:
        report(f"run.optimiser {run.optimiser} needs a GPU: {used} here")
    schedule = Schedule(run)
    stops = stop_tokens(tokenizer, base.generation_config)
    torch.manual_seed(run.seed)
    model = add_adapter(base, config.adapter, gradient_checkpointing=run.gradient_checkpointing)
    trainer = AdapterTrainer(
        config,
        schedule,
        model=model,
        train_dataset=Packs(learn, run.batch_tokens, run.seed) if run.batch_tokens else learn,
        eval_dataset=watch,
        processing_class=tokenizer,
        data_collator=Flattening(run.stress, varlen=config.model.attention == "flash_attention_2"),
        callbacks=[
            Pace(schedule, run, config.output / "log.jsonl", report, stop, show),
            *observers(config, tokenizer, stops, schedule, report),
        ],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if stop() and schedule.progress(trainer.state.global_step) < 1:
        raise TrainingStopped(trainer.state.global_step)
    weights = adapter_weights(model)
    if not trainer.is_world_process_zero():
        return
    card = make_card(config, tokenizer, trainer.state.log_history, seconds=schedule.spent)
    with checkpoints.writing(config.output, "The adapter"), checkpoints.staged(config.output) as to:
        save_adapter(model, weights, to, config.model.base.name)
        (to / "card.json").write_text(card.model_dump_json(indent=2) + "\n", "utf-8")
    shutil.rmtree(config.output / checkpoints.FOLDER, ignore_errors=True)


def _data(
    config: TrainingConfig, base: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> tuple[Encodings, Encodings]:
    """What is learned and what is watched, as tokens.

    Raises:
        TrainingError: they can't be used, are longer than the base reads, or don't fill a step.
    """
    context = getattr(base.config, "max_position_embeddings", config.data.max_tokens)
    if config.data.max_tokens > context:
        raise TrainingError(
            f"data.max_tokens {config.data.max_tokens} is more than the {context} that the base"
            " reads.",
            f"Set it to {context} or less.",
        )
    stop = stop_tokens(tokenizer, base.generation_config)
    learn, watch = (
        Encodings(examples, tokenizer, stop, config.data.max_tokens)
        for examples in training_examples(config)
    )
    run = config.run
    if not run.batch_tokens and len(learn) < run.batch * run.accumulation:
        raise TrainingError(
            f"{len(learn)} examples are fewer than one step's {run.batch * run.accumulation}"
            " (run.batch times run.accumulation).",
            "An adapter needs hundreds of letters: `epikrise finetune pairs` writes more pairs.",
        )
    return learn, watch


def _what_to_lower(config: TrainingConfig) -> str:
    run, model = config.run, config.model
    if not run.gradient_checkpointing:
        lower = "Set run.gradient_checkpointing = true"
    elif run.batch_tokens and run.batch_tokens > config.data.max_tokens:
        lower = f"Lower run.batch_tokens ({run.batch_tokens}) and raise run.accumulation"
    elif run.batch > 1 and not run.batch_tokens:
        lower = f"Lower run.batch ({run.batch}) and raise run.accumulation as much"
    elif model.quantisation != "nf4":
        lower = 'Set model.quantisation = "nf4"'
    else:
        lower = f"Lower data.max_tokens ({config.data.max_tokens})"
    kept = checkpoints.last_whole(config.output)
    return f"{lower}; --resume then goes on from {kept.name}." if kept else f"{lower}."


def _silent(_: str) -> None:
    """All processes but the first."""
