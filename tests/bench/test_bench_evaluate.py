"""An evaluation asks many cases at the same time, and vLLM answers them in batches.

Goal: at least 5 times the letters a minute of one case at a time. Every round has cases of its own,
so that none finds another's prompt in the prefix cache.

EPIKRISE_BENCH_CASES     cases a round (default 24; 100 for the goal)
EPIKRISE_BENCH_AT_ONCE   the numbers at once that are compared (default 1,16,32,64)
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from measuring import markdown

from assistant.client import ModelClient
from assistant.prompt import Kind
from assistant.serving import Endpoint, serving
from assistant.settings import AssistantSettings
from finetune.answers import Answer
from finetune.asking import ask
from finetune.demo import CLINIC
from finetune.evaluate import Plan

pytestmark = pytest.mark.bench

CASES = int(os.environ.get("EPIKRISE_BENCH_CASES", "24"))
AT_ONCE = [int(n) for n in os.environ.get("EPIKRISE_BENCH_AT_ONCE", "1,16,32,64").split(",")]
HEADER = ("at once", "letters", "seconds", "letters a minute", "tokens a second", "of the first")


@dataclass(frozen=True)
class Round:
    at_once: int
    answers: Sequence[Answer]
    seconds: float

    @property
    def letters_a_minute(self) -> float:
        return 60 * len(self.answers) / self.seconds

    @property
    def tokens_a_second(self) -> float:
        return sum(answer.tokens for answer in self.answers) / self.seconds


@pytest.fixture
def own(data_dir: Path) -> AssistantSettings:
    return AssistantSettings(data_dir=data_dir).with_model(CLINIC.model_dir, CLINIC.adapters)


@pytest.fixture
def served(own: AssistantSettings) -> Iterator[Endpoint]:
    """A vLLM of its own: pages of a product would take from its time."""
    with serving(own, lambda _: None, own=True) as endpoint:
        yield endpoint


async def test_letters_a_minute_by_how_many_are_asked_at_once(
    served: Endpoint, own: AssistantSettings, show: Callable[[str], None]
) -> None:
    async with ModelClient(served.base_url, served.key, answer_timeout=600) as client:
        await measured(client, own, cases=4, at_once=4, seed=999)  # warms up
        rounds = [
            await measured(client, own, cases=CASES, at_once=number, seed=1000 + number)
            for number in AT_ONCE
        ]
    first = rounds[0].tokens_a_second
    rows = [
        [
            str(each.at_once),
            str(len(each.answers)),
            f"{each.seconds:.1f}",
            f"{each.letters_a_minute:.0f}",
            f"{each.tokens_a_second:.0f}",
            f"{each.tokens_a_second / first:.1f}",
        ]
        for each in rounds
    ]
    show(markdown("Letters of an evaluation, batched (goal: 5 times one at a time)", HEADER, rows))


async def measured(
    client: ModelClient, settings: AssistantSettings, *, cases: int, at_once: int, seed: int
) -> Round:
    trials = Plan(Kind.LETTER, -(-cases // 2), seed=seed).trials(0)[:cases]
    room, model = settings.letter_tokens, settings.letter_model
    began = time.perf_counter()
    answers = await ask(client, model, trials, room=room, at_once=at_once)
    return Round(at_once, answers, time.perf_counter() - began)
