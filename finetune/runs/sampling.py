"""Letters written on the way: the trainer asks the model as the assistant would, and counts facts.

held-out cases -> prompts -> texts, greedy -> finetune.case_scores -> samples.jsonl
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import GenerationConfig, TrainerCallback

from finetune import attention, checkpoints
from finetune.answers import Answer
from finetune.case_scores import score_case
from finetune.clinic.clinics import clinic_named
from finetune.config import TrainingConfig
from finetune.held_out import watched_trials
from finetune.labels import prompt_ids
from finetune.processes import spread
from finetune.runs.samples import FILE, Sample, read_samples, write_samples
from finetune.trials import Trial, draw_trials

if TYPE_CHECKING:
    from transformers import (
        PreTrainedTokenizerBase,
        TrainerControl,
        TrainerState,
        TrainingArguments,
    )

SHARE = 0.05
"""Of a run's time that samples may take, but for the first and the last ones."""
_SEED = 90
"""Other cases of the demo clinic than an evaluation's."""
_AT_ONCE = 4
"""Texts written together."""
_LONGEST_S = 300.0
"""Other processes of the run wait meanwhile, and not for ever."""


@dataclass(frozen=True)
class _Asked:
    """
    Attributes:
        ids: the prompt's tokens.
        room: tokens that the text may have: half as many again as the clinic's own, so that a model
            that doesn't stop yet ends soon.
    """

    trial: Trial
    ids: list[int]
    room: int


class Samples(TrainerCallback):
    """Writes samples after evaluations.

    Args:
        config: what is trained on what.
        tokenizer: the base's.
        stops: tokens that end an answer when it is served; the Trainer leaves the model fewer.
        progress: 0 to 1, of a step.
        spent: seconds that the run took so far.
        report: takes a line now and then.
    """

    def __init__(
        self,
        config: TrainingConfig,
        tokenizer: PreTrainedTokenizerBase,
        stops: Collection[int],
        progress: Callable[[int], float],
        spent: Callable[[], float],
        report: Callable[[str], None],
    ) -> None:
        self._config = config
        self._tokenizer = tokenizer
        self._stops = sorted(stops)
        self._progress = progress
        self._spent = spent
        self._report = report
        self._taken = 0.0
        self._asked: list[_Asked] | None = None
        self._samples: list[Sample] = []

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        # A run that goes on writes what came after its checkpoint once more.
        kept = read_samples(self._config.output / FILE)
        self._samples = [each for each in kept if each.step <= state.global_step]

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        # A base that is spread would have to be gathered by all processes.
        if not state.is_world_process_zero or spread():
            return
        last = self._progress(state.global_step) >= 1
        if not last and self._taken > SHARE * self._spent():
            return
        began = time.monotonic()
        new = self._written(given["model"], state.global_step)
        self._taken += time.monotonic() - began
        if not new:
            return
        self._samples += new
        with checkpoints.writing(self._config.output, "The samples"):
            write_samples(self._config.output / FILE, self._samples)
        right, facts = sum(s.facts_right for s in new), sum(s.facts for s in new)
        self._report(
            f"      step {state.global_step}  {len(new)} samples: {right} of {facts} facts right,"
            f" {sum(s.invented for s in new)} invented, {sum(s.stopped for s in new)} stopped"
        )

    def _written(self, model: Any, step: int) -> list[Sample]:
        base = model.get_base_model()
        if self._asked is None:
            self._asked = asked(self._config, self._tokenizer)
        bfloat16 = self._config.run.precision == "bfloat16"
        samples: list[Sample] = []
        try:
            with writing_mode(model), torch.autocast(base.device.type, torch.bfloat16, bfloat16):
                for some in _batches(self._asked, _AT_ONCE):
                    began = time.monotonic()
                    written = generated(model, [(a.ids, a.room) for a in some], self._stops)
                    took = (time.monotonic() - began) / len(some)
                    for each, ids in zip(some, written, strict=True):
                        text = cast("str", self._tokenizer.decode(ids, skip_special_tokens=True))
                        stopped = bool(ids) and ids[-1] in self._stops
                        answer = Answer(text.strip(), stopped, len(ids), took)
                        samples.append(_sample(step, each.trial, answer))
        except torch.OutOfMemoryError:
            # A run must not end for them, least of all at night.
            torch.cuda.empty_cache()
            self._asked = []
            self._report("the GPU's memory is too full for samples: this run writes no more")
        return samples


def asked(config: TrainingConfig, tokenizer: PreTrainedTokenizerBase) -> list[_Asked]:
    """Cases that the run doesn't learn from; those that don't fit `data.max_tokens` are left out.

    Raises:
        TrainingError: the pairs can't be read.
    """
    data, found = config.data, list[_Asked]()
    if not data.samples:
        return []
    for trial in _trials(config):
        ids = prompt_ids(tokenizer, trial.messages)
        own = len(tokenizer(trial.reference, add_special_tokens=False, verbose=False)["input_ids"])
        room = min(16 + own * 3 // 2, data.max_tokens - len(ids))
        if room >= own:
            found.append(_Asked(trial, ids, room))
    return found[: data.samples]


def _trials(config: TrainingConfig) -> Sequence[Trial]:
    data = config.data
    more = 4 * data.samples  # some may be too long
    if data.pairs is not None:
        return watched_trials(data.pairs, config.task, more, data.institutions)
    drawn = [
        draw_trials(config.task, language, more, seed=_SEED, clinic=clinic.name)
        for clinic in map(clinic_named, data.clinic.split("+"))
        for language in data.languages
        if language in clinic.languages
    ]
    return [trial for turn in zip(*drawn, strict=True) for trial in turn]


@contextmanager
def writing_mode(model: Any) -> Generator[None]:
    """The model as transformers made it, for writing; then as it is trained again.

    What training puts in its place takes whole rows, and neither masks nor a cache.
    """
    base = model.get_base_model()
    trained_forward = vars(base).pop("forward", None)
    used = base.config._attn_implementation
    own = used in (attention.NAME, attention.SEGMENTED)
    if own:
        base.set_attn_implementation("sdpa")
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
        if own:
            base.set_attn_implementation(used)
        if trained_forward is not None:
            base.forward = trained_forward


def generated(
    model: Any, prompts: Sequence[tuple[Sequence[int], int]], stops: Sequence[int]
) -> list[list[int]]:
    """Greedy answers' tokens, each up to its room and with the token that stops it, if one does.

    Args:
        model: in `writing_mode`.
        prompts: tokens, and how many the answer may have.
        stops: tokens that end an answer.
    """
    longest = max(len(ids) for ids, _ in prompts)
    fill = [longest - len(ids) for ids, _ in prompts]
    rows = [[stops[0]] * gap + list(ids) for gap, (ids, _) in zip(fill, prompts, strict=True)]
    seen = [[0] * gap + [1] * (longest - gap) for gap in fill]
    with torch.no_grad():
        out = model.generate(
            input_ids=torch.tensor(rows, device=model.device),
            attention_mask=torch.tensor(seen, device=model.device),
            generation_config=GenerationConfig(
                max_new_tokens=max(room for _, room in prompts),
                do_sample=False,
                eos_token_id=list(stops),
                pad_token_id=stops[0],
                max_time=_LONGEST_S,
            ),
        )
    answers = [row[longest:][:room] for row, (_, room) in zip(out.tolist(), prompts, strict=True)]
    return [_up_to_stop(answer, stops) for answer in answers]


def _up_to_stop(answer: list[int], stops: Sequence[int]) -> list[int]:
    end = next((at for at, token in enumerate(answer, 1) if token in stops), len(answer))
    return answer[:end]


def _batches(asked: Sequence[_Asked], size: int) -> Iterator[Sequence[_Asked]]:
    return (asked[at : at + size] for at in range(0, len(asked), size))


def _sample(step: int, trial: Trial, answer: Answer) -> Sample:
    counted = score_case(trial, answer)
    right, facts = counted.measures["facts_right"]
    return Sample(
        step=step,
        case_id=trial.case_id,
        case=trial.source,
        reference=trial.reference,
        text=answer.text,
        stopped=answer.stopped,
        seconds=round(answer.seconds, 2),
        facts=int(facts),
        facts_right=int(right),
        invented=int(counted.measures["invented"][0]),
        wrong=int(counted.measures["wrong"][0]),
        omitted=int(counted.measures["omitted"][0]),
    )
