"""The served model, asked to derive cases: a block of letters at a time, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from assistant.client import ModelClient
from assistant.serving import Endpoint, serving
from assistant.settings import AssistantSettings
from finetune.pairing.drafts import Draft, derived_by_rules
from finetune.pairing.gather import Derive
from finetune.pairing.model_case import derive_by_model
from index.case import CaseDetails
from index.errors import PromptTooLong

_AT_ONCE = 8


@contextmanager
def model_deriving(
    settings: AssistantSettings, model: str, say: Callable[[str], None]
) -> Generator[Derive]:
    """
    Raises:
        ModelUnavailable: no model answers.
        SettingsError: none is set.
    """
    with serving(settings, say) as endpoint:

        def derive(drafts: Sequence[Draft]) -> list[tuple[CaseDetails, int]]:
            return asyncio.run(_ask(endpoint, model, drafts))

        yield derive


async def _ask(
    endpoint: Endpoint, model: str, drafts: Sequence[Draft]
) -> list[tuple[CaseDetails, int]]:
    free = asyncio.Semaphore(_AT_ONCE)
    async with ModelClient(endpoint.base_url, endpoint.key) as client:

        async def ask(draft: Draft) -> tuple[CaseDetails, int]:
            by_rules = derived_by_rules(draft)
            language = draft.letter.metadata.language
            async with free:
                try:
                    text = draft.letter.text
                    return await derive_by_model(client, model, text, language, by_rules)
                except PromptTooLong:
                    return by_rules, 0

        return list(await asyncio.gather(*map(ask, drafts)))
