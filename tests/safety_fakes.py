"""A vLLM whose models are functions, and a folder of adapters for it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from served_fakes import FakeServing

from assistant.client import Chunk, TokenCount
from assistant.draft import Ending, Usage
from assistant.prompt import Message
from finetune.safety import run
from index.errors import PromptTooLong

Model = Callable[[Sequence[Message]], str]
CONTEXT = 1600
"""Of words."""
CARD = Path("finetune/demo/letters/card.json")


class FakeServer(FakeServing):
    """Serves models by name; counts words as tokens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, models: dict[str, Model]) -> None:
        self.models = models
        self.asked: list[str] = []
        super().__init__(monkeypatch, run)

    async def count_tokens(self, model: str, content: Sequence[Message]) -> TokenCount:
        return TokenCount(sum(len(m["content"].split()) for m in content), CONTEXT)

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int
    ) -> AsyncIterator[Chunk]:
        self.asked.append(model)
        if (await self.count_tokens(model, messages)).tokens + max_tokens > CONTEXT:
            raise PromptTooLong("The prompt is too long.", "Shorten the case.")
        yield Chunk(self.models[model](messages), Ending.STOP)
        yield Chunk("", None, Usage(7, 42))


def case_of(messages: Sequence[Message]) -> str:
    """The case in a prompt."""
    found = re.search(r"<case>\n(.*?)\n</case>", messages[1]["content"], re.DOTALL)
    return found[1] if found else ""


def adapter(folder: Path, **changes: object) -> Path:
    """A folder with the demo letter adapter's card, in some respects another."""
    card = json.loads(CARD.read_text(encoding="utf-8")) | changes
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder
