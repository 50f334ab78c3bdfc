"""Tokens as the served model counts them, for whoever decides what fits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.context import Limits
from assistant.prompt import Message

if TYPE_CHECKING:
    from assistant.client import ModelClient


async def counts_of(client: ModelClient, model: str, texts: Iterable[str]) -> dict[str, int]:
    """The tokens of each text by itself."""
    wanted = list(dict.fromkeys(texts))
    counted = await asyncio.gather(*(client.count_tokens(model, t) for t in wanted if t))
    counts = (count.tokens for count in counted)
    return {text: next(counts) if text else 0 for text in wanted}


async def limits_of(client: ModelClient, model: str, answer: int, turns: int = 0) -> Limits:
    """The model's context, and what its chat template takes of it.

    Args:
        answer: tokens that the answer must have.
        turns: tokens to be left free for refine turns.
    """
    # A dot is a token of its own in any vocabulary and joins no special token.
    opening: list[Message] = [
        {"role": "system", "content": "."},
        {"role": "user", "content": "."},
    ]
    turn: list[Message] = [
        {"role": "assistant", "content": "."},
        {"role": "user", "content": "."},
    ]
    two, four, dot = await asyncio.gather(
        client.count_tokens(model, opening),
        client.count_tokens(model, opening + turn),
        client.count_tokens(model, "."),
    )
    return Limits(
        context=two.context,
        answer=answer,
        frame=two.tokens - 2 * dot.tokens,
        per_message=(four.tokens - two.tokens) // 2 - dot.tokens,
        turns=turns,
    )
