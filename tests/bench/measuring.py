"""What the benchmarks share: cases to draft, a timed answer on either side, and tables.

A draft is timed twice: through the assistant, and straight, as the same messages in one request to
the same vLLM. The straight side sends a cache salt of its own, so that vLLM keeps its prefixes
apart: whichever side comes first, neither finds the other's prompt in the prefix cache.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from assistant.client import ModelClient
from assistant.draft import Draft
from assistant.drafting import Delta, Drafter, Finished, Fitted
from assistant.prompt import Kind, Message, Turn
from assistant.serving import Endpoint
from finetune.clinic_pairs import draw_clinic_case, draw_patient
from finetune.pairs import Split
from index.case import Case
from retrieval.exemplar import Exemplar

SALT = "straight"
_SILENCE_S = 600.0
_IDLE_S = 4.0


@dataclass(frozen=True)
class Extent:
    """How much is measured; a letter is at most `letter_tokens` long."""

    rounds: int
    letter_tokens: int


@dataclass(frozen=True)
class Timed:
    """One answer: seconds from the request to the first word and to the end, and its tokens."""

    first_s: float
    whole_s: float
    prompt_tokens: int
    answer_tokens: int
    draft: Draft | None = None
    """The assistant's."""
    fitted: Fitted | None = None


def draw_cases(name: str, count: int) -> list[Case]:
    """Patients that no training has seen, every other one German; the same ones for a name."""
    cases: list[Case] = []
    for number in range(count):
        rng = Random(f"bench/{name}/{number}")
        details = draw_patient(rng, "de" if number % 2 else "en", Split.TEST)
        cases.append(draw_clinic_case(details, rng, Split.TEST))
    return cases


async def through_assistant(
    drafter: Drafter, case: Case, exemplars: Sequence[Exemplar] | None, turns: Sequence[Turn] = ()
) -> Timed:
    """A letter as the page gets it; with `exemplars` None they are searched for in the time."""
    first_s, fitted = 0.0, None
    began = time.perf_counter()
    async with aclosing(drafter.draft(case, Kind.LETTER, turns, exemplars)) as events:
        async for event in events:
            match event:
                case Fitted():
                    fitted = event
                case Delta():
                    first_s = first_s or time.perf_counter() - began
                case Finished(draft=draft):
                    whole_s = time.perf_counter() - began
                    assert draft.usage is not None
                    tokens = (draft.usage.prompt, draft.usage.answer)
                    return Timed(first_s or whole_s, whole_s, *tokens, draft, fitted)
                case _:
                    pass
    raise AssertionError("the draft did not finish")


async def straight(
    http: httpx.AsyncClient, model: str, messages: Sequence[Message], room: int, salt: str = SALT
) -> Timed:
    """The answer to `messages` from vLLM itself, and not a step more than reading it needs."""
    body = {
        "model": model,
        "messages": list(messages),
        "max_tokens": room,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_salt": salt,
    }
    first_s, last = 0.0, ""
    began = time.perf_counter()
    async with http.stream("POST", "/v1/chat/completions", json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if not line.startswith("data: {"):
                continue
            last = line[6:]
            if not first_s and any(c["delta"].get("content") for c in _event(last)["choices"]):
                first_s = time.perf_counter() - began
    whole_s = time.perf_counter() - began
    usage = _event(last)["usage"]
    return Timed(first_s or whole_s, whole_s, usage["prompt_tokens"], usage["completion_tokens"])


def _event(data: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(data)
    assert "error" not in event, "vLLM broke off"
    return event


@asynccontextmanager
async def clients(endpoint: Endpoint) -> AsyncGenerator[tuple[ModelClient, httpx.AsyncClient]]:
    """The assistant's client and a bare one, for the same server."""
    bare = httpx.AsyncClient(
        base_url=endpoint.base_url,
        headers={"Authorization": f"Bearer {endpoint.key}"},
        timeout=_SILENCE_S,
        limits=httpx.Limits(keepalive_expiry=_IDLE_S),
        trust_env=False,
    )
    ours = ModelClient(endpoint.base_url, endpoint.key, answer_timeout=_SILENCE_S)
    async with ours, bare:
        yield ours, bare


def spread(values: Iterable[float], digits: int = 1, scale: float = 1.0) -> str:
    """`median (least to most)`, each times `scale`."""
    scaled = sorted(value * scale for value in values)
    least, most, middle = scaled[0], scaled[-1], statistics.median(scaled)
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def markdown(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join([f"**{title}**", "", *(f"| {' | '.join(line)} |" for line in lines)])
