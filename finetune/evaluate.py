"""An evaluation from start to end: trials drawn, a server found or started, every model asked.

Plan -> questions -> the assistant's client -> answers -> Evaluation
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.prompt import Kind
from assistant.serving import Endpoint, serving
from assistant.settings import BASE_MODEL_NAME, AssistantSettings
from finetune.answers import Answer, AnswerFile, Key, Row, fingerprint, prompt_id, read_answers
from finetune.asking import AT_ONCE, Got, ask, patient_client
from finetune.card import adapter_hash, data_files, hash_files
from finetune.clinic.clinics import TOWN, clinic_named
from finetune.evaluation import Evaluation, evaluated
from finetune.held_out import held_out_trials
from finetune.trials import Trial, draw_trials
from index.errors import TrainingError

_TOLD = 10
"""Lines of progress a model."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is asked of every model; see `finetune.trials` and `finetune.held_out`."""

    task: Kind
    cases: int
    """per language and institution"""
    exemplars: tuple[int, ...] = (0,)
    """Example letters in each prompt, a row of the table each; the product sends up to two."""
    refine: bool = False
    seed: int = 0
    at_once: int = AT_ONCE
    pairs: Path | None = None
    """A folder with a hospital's own `test.jsonl`; without it the demo clinics' patients."""
    clinics: tuple[str, ...] = (TOWN.name,)
    """Demo clinics, each asked for in the languages that it writes in."""

    def trials(self, exemplars: int) -> list[Trial]:
        """Of all languages and institutions.

        Raises:
            TrainingError: the pairs can't be used, or there is no such clinic.
        """
        if self.pairs is not None:
            return held_out_trials(
                self.pairs,
                self.task,
                self.cases,
                seed=self.seed,
                exemplars=exemplars,
                refine=self.refine,
            )
        return [
            trial
            for clinic in self.clinics
            for language in clinic_named(clinic).languages
            for trial in draw_trials(
                self.task,
                language,
                self.cases,
                seed=self.seed,
                exemplars=exemplars,
                refine=self.refine,
                clinic=clinic,
            )
        ]


@dataclass(frozen=True)
class _Question:
    served: str
    exemplars: int
    trial: Trial
    prompt: str
    pairs: str

    @property
    def key(self) -> Key:
        return self.served, self.exemplars, self.prompt

    def row(self, answer: Answer) -> Row:
        return Row(
            prompt=self.prompt,
            served=self.served,
            exemplars=self.exemplars,
            pairs=self.pairs,
            target=self.trial.target(),
            answer=answer,
        )


def evaluate(
    settings: AssistantSettings,
    models: Sequence[str],
    plan: Plan,
    say: Say,
    *,
    own: bool = False,
    out: Path | None = None,
) -> Evaluation:
    """Rows made of models, numbers of example letters, languages and institutions.

    Args:
        settings: which models, and how they are served.
        models: served names; the first is what the others are held against.
        plan: what is asked.
        say: takes a line now and then.
        own: serve the settings' models even where a product runs with others.
        out: keeps every answer as it comes; those that are there already are not asked for again.

    Raises:
        ModelError: the server can't be reached, or doesn't serve a model.
        SettingsError: no model is set.
        TrainingError: the pairs can't be used, or `out` holds other models' answers.
    """
    letter = plan.task is Kind.LETTER
    room = settings.letter_tokens if letter else settings.summary_tokens
    drawn = {count: plan.trials(count) for count in plan.exemplars}
    pairs = hash_files(data_files(plan.pairs)) if plan.pairs else ""
    questions = [
        _Question(model, count, trial, prompt_id(trial.messages, room), pairs)
        for model in dict.fromkeys(models)
        for count, trials in drawn.items()
        for trial in trials
    ]
    file = AnswerFile(out) if out else None
    rows: dict[Key, Row] = {}
    if file:
        file.must_be_of(fingerprints(settings, models))
        found = ((question, file.found(question.key)) for question in questions)
        # What an answer is held against may be told better now than when it was asked for.
        rows = {question.key: question.row(row.answer) for question, row in found if row}
        say(f"{len(rows)} of {len(questions)} answers are there already")

    def keep(question: _Question, answer: Answer) -> None:
        row = rows[question.key] = question.row(answer)
        if file:
            file.add(row)

    left = [question for question in questions if question.key not in rows]
    if left:
        with serving(settings, say, own=own) as endpoint:
            asyncio.run(_ask_all(endpoint, settings, left, room, plan.at_once, keep, say))
    return _told([rows[question.key] for question in questions], file, say)


def rescore(folder: Path, say: Say) -> Evaluation:
    """Counts the answers of an evaluation again, as the check and the measures are now.

    Raises:
        TrainingError: the folder holds no answers.
    """
    rows = read_answers(folder)
    if not rows:
        raise TrainingError(f"There are no answers in {folder}.", "Evaluate with --out first.")
    return _told(rows, AnswerFile(folder), say)


def _told(rows: Sequence[Row], file: AnswerFile | None, say: Say) -> Evaluation:
    say(f"counting {len(rows)} answers")
    evaluation, scored = evaluated(rows)
    if file:
        file.write(scored)
        evaluation = evaluation.model_copy(update={"models": file.models})
    return evaluation


async def _ask_all(
    endpoint: Endpoint,
    settings: AssistantSettings,
    questions: Sequence[_Question],
    room: int,
    at_once: int,
    keep: Callable[[_Question, Answer], None],
    say: Say,
) -> None:
    """One model after the other: requests for several adapters make a batch slow."""
    async with patient_client(endpoint, settings) as client:
        for model, grouped in groupby(questions, key=lambda question: question.served):
            own = list(grouped)
            trials = [question.trial for question in own]
            got = _keeping(own, keep, say)
            await ask(client, model, trials, room=room, at_once=at_once, got=got)


def _keeping(
    questions: Sequence[_Question], keep: Callable[[_Question, Answer], None], say: Say
) -> Got:
    """Keeps each answer, and says now and then how far it is."""
    began, step = time.monotonic(), -(-len(questions) // _TOLD)
    done = 0

    def got(number: int, answer: Answer) -> None:
        nonlocal done
        done += 1
        keep(questions[number], answer)
        if done % step == 0 or done == len(questions):
            pace = 60 * done / (time.monotonic() - began)
            say(f"{questions[0].served}: {done} of {len(questions)}, {pace:.0f} a minute")

    return got


def fingerprints(settings: AssistantSettings, models: Sequence[str]) -> dict[str, str]:
    """By served name; empty where the folder is not known here: a server elsewhere does not tell.

    An adapter's ends with the hash of all its weights, by which `promote` knows it again.
    """
    known: dict[str, str] = {}
    if settings.vllm_url is None and settings.base_model is not None:
        known[BASE_MODEL_NAME] = base = fingerprint(settings.base_model)
        known |= {
            name: f"{base} {adapter_hash(folder)}"
            for name, folder in settings.adapters.items()
            if name in models
        }
    return {name: known.get(name, "") for name in models}
