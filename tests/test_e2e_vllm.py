"""What the real vLLM answers, asked without a page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from assistant.client import ModelClient
from assistant.prompt import Kind
from assistant.serving import Endpoint, serving
from assistant.settings import BASE_MODEL_NAME, AssistantSettings
from finetune.asking import ask
from finetune.demo import CLINIC
from finetune.evaluate import Plan

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    settings = AssistantSettings(data_dir=tmp_path_factory.mktemp("vllm"))
    model = settings.with_model(CLINIC.model_dir, CLINIC.adapters)
    with serving(model, lambda _: None, own=True) as endpoint:
        yield endpoint


async def test_the_base_answers_beside_letters_as_it_does_alone(served: Endpoint) -> None:
    """A batch with an adapter's requests and some without: nobody gets another's weights."""
    trials = Plan(Kind.LETTER, 4, seed=4).trials(0)
    async with ModelClient(served.base_url, served.key) as client:
        alone = await ask(client, BASE_MODEL_NAME, trials, room=24, at_once=8)
        letters = asyncio.create_task(ask(client, "letters", trials, room=400, at_once=8))
        beside = await ask(client, BASE_MODEL_NAME, trials, room=24, at_once=8)
        assert not letters.done()
        await letters
    same = sum(a.text == b.text for a, b in zip(alone, beside, strict=True))
    # Larger batches round otherwise, and a near tie may end otherwise; with the adapter's weights
    # not one is the same.
    assert same >= 6
