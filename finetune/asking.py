"""Trials put to a served model, many at the same time; what fails for one case stays there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from assistant.client import ModelClient
from assistant.draft import Ending
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from finetune.answers import Answer
from finetune.trials import Trial
from index.errors import ModelError, ModelUnavailable, PromptTooLong

Got = Callable[[int, Answer], None]
"""Takes a trial's position and its answer."""

AT_ONCE = 64
"""Measured on two cores: 5.5 times the letters a minute of one, against 4.9 times with 32."""
_PATIENCE = 5


def patient_client(endpoint: Endpoint, settings: AssistantSettings) -> ModelClient:
    """A client that waits five times as long for a word as the product's own: no physician sits
    before it, and a request may stand in line until others have left vLLM's cache."""
    patience = _PATIENCE * settings.answer_timeout
    return ModelClient(endpoint.base_url, endpoint.key, answer_timeout=patience)


async def ask(
    client: ModelClient,
    model: str,
    trials: Sequence[Trial],
    *,
    room: int,
    at_once: int,
    got: Got | None = None,
) -> list[Answer]:
    """Greedy answers to all trials, in their order.

    A prompt that is too long, or an answer that doesn't come in time, is an answer that failed.

    Args:
        client: of the server.
        model: a served name.
        trials: what to ask.
        room: tokens that an answer may have.
        at_once: requests under way at the same time; vLLM batches them.
        got: is told each answer when it is there.

    Raises:
        ModelError: the server refuses, or none of the answers came.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(number: int) -> Answer:
        async with gate:
            answer = await _answer(client, model, trials[number], room)
        if got:
            got(number, answer)
        return answer

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in range(len(trials))]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    answers = [task.result() for task in tasks]
    if answers and all(answer.again for answer in answers):
        raise ModelUnavailable(answers[0].failure, "Look at the server, and start this again.")
    return answers


async def _answer(client: ModelClient, model: str, trial: Trial, room: int) -> Answer:
    """One answer, or what had come of it when it failed.

    Raises:
        ModelError: the server would refuse every other prompt, too.
    """
    began = time.monotonic()
    text, finish, tokens = "", None, 0
    failed: ModelError | None = None
    try:
        async for chunk in client.stream(model, trial.messages, room):
            text += chunk.text
            finish = chunk.finish or finish
            tokens = chunk.usage.answer if chunk.usage else tokens
    except (ModelUnavailable, PromptTooLong) as error:
        failed = error
    seconds = time.monotonic() - began
    if failed:
        return Answer(text, False, tokens, seconds, failed.what, failed.retry)
    return Answer(text, finish is Ending.STOP, tokens, seconds)
