"""An evaluation from start to end: trials drawn, a server found or started, every model asked.

trials -> the assistant's client -> answers -> Scores
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.client import ModelClient
from assistant.draft import Ending
from assistant.prompt import Kind, Message
from assistant.serving import Endpoint, serving
from assistant.settings import AssistantSettings
from finetune.scorecard import Answer, Scores, score
from finetune.trials import Trial, draw_trials
from index.letter import Language


@dataclass(frozen=True)
class Plan:
    """What is asked of every model; see `finetune.trials`."""

    task: Kind
    cases: int
    """per language"""
    exemplars: int = 0
    """example letters in each prompt; the product sends up to two"""
    refine: bool = False
    seed: int = 0
    at_once: int = 8


def evaluate(
    settings: AssistantSettings,
    models: Sequence[str],
    plan: Plan,
    say: Callable[[str], None],
    *,
    own: bool = False,
) -> list[Scores]:
    """One row a model and language.

    Args:
        settings: which models, and how they are served.
        models: served names.
        plan: what is asked.
        say: takes a line now and then.
        own: serve the settings' models even where a product runs with others.

    Raises:
        ModelError: the server can't be reached, or doesn't serve a model.
        SettingsError: no model is set.
    """
    with serving(settings, say, own=own) as endpoint:
        return asyncio.run(_rows(endpoint, settings, models, plan, say))


async def _rows(
    endpoint: Endpoint,
    settings: AssistantSettings,
    models: Sequence[str],
    plan: Plan,
    say: Callable[[str], None],
) -> list[Scores]:
    letter = plan.task is Kind.LETTER
    room = settings.letter_tokens if letter else settings.summary_tokens
    rows: list[Scores] = []
    languages: tuple[Language, ...] = get_args(Language)
    async with ModelClient(
        endpoint.base_url, endpoint.key, answer_timeout=settings.answer_timeout
    ) as client:
        for model in models:
            for language in languages:
                trials = draw_trials(
                    plan.task,
                    language,
                    plan.cases,
                    seed=plan.seed,
                    exemplars=plan.exemplars,
                    refine=plan.refine,
                )
                answers = await ask(client, model, trials, room=room, at_once=plan.at_once)
                row = score(model, trials, answers)
                say(
                    f"{model} {language}: {row.facts_right:.1%} of facts right,"
                    f" {row.in_place:.1%} of their groups in place"
                )
                rows.append(row)
    return rows


async def ask(
    client: ModelClient, model: str, trials: Sequence[Trial], *, room: int, at_once: int
) -> list[Answer]:
    """Greedy answers to all trials.

    Args:
        client: of the server.
        model: a served name.
        trials: what to ask.
        room: tokens that an answer may have.
        at_once: requests under way at the same time; vLLM batches them.

    Raises:
        ModelError: the server can't be reached or refuses.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(messages: Sequence[Message]) -> Answer:
        async with gate:
            started = time.monotonic()
            text, finish, tokens = "", None, 0
            async for chunk in client.stream(model, messages, room):
                text += chunk.text
                finish = chunk.finish or finish
                tokens = chunk.usage.answer if chunk.usage else tokens
            return Answer(text, finish is Ending.STOP, tokens, time.monotonic() - started)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(trial.messages)) for trial in trials]
    return [task.result() for task in tasks]
