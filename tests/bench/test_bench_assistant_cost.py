"""What the assistant adds to a letter: time to the first word and to the last. Goal: 1.05 times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import httpx
import pytest
from measuring import (
    Extent,
    Timed,
    clients,
    draw_cases,
    markdown,
    spread,
    straight,
    through_assistant,
)

from assistant.drafting import Drafter, Fitted
from assistant.prompt import Kind, Message
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from index.case import Case
from retrieval.exemplar import Exemplar
from retrieval.search import Retriever

pytestmark = pytest.mark.bench

HEADER = (
    *("drafts", "at once", "first word, straight (ms)", "assistant (ms)", "ratio"),
    *("letter, straight (s)", "assistant (s)", "ratio", "answer tokens, straight : assistant"),
)


@dataclass(frozen=True)
class Job:
    """A case, and what both sides are to send for it."""

    case: Case
    exemplars: tuple[Exemplar, ...]
    messages: list[Message]


@dataclass(frozen=True)
class Pair:
    """The same job on both sides."""

    straight: Timed
    assistant: Timed


async def test_what_the_assistant_adds_to_a_letter(
    endpoint: Endpoint,
    retriever: Retriever,
    settings: AssistantSettings,
    extent: Extent,
    show: Callable[[str], None],
) -> None:
    rows: list[list[str]] = []
    async with clients(endpoint) as (client, bare):
        drafter = Drafter(client, retriever, settings)
        for retrieving in (False, True):
            for at_once in (1, 8):
                name = f"cost/{retrieving}/{at_once}"
                cases = draw_cases(name, (extent.rounds + 1) * at_once)
                jobs = await planned(cases, endpoint, retriever, settings)
                pairs: list[Pair] = []
                for number in range(extent.rounds + 1):
                    batch = jobs[number * at_once :][:at_once]
                    done = await side_by_side(batch, drafter, bare, settings, retrieving, number)
                    # The first round warms both sides up.
                    pairs += done if number else []
                rows.append(row("found" if retrieving else "exemplars given", at_once, pairs))
    show(markdown("The assistant's own cost (goal: ratios of at most 1.05)", HEADER, rows))


async def planned(
    cases: list[Case], endpoint: Endpoint, retriever: Retriever, settings: AssistantSettings
) -> list[Job]:
    """The messages that the assistant will send, found with a client of its own: the one that is
    measured keeps token counts, and must not know these cases."""
    jobs: list[Job] = []
    async with clients(endpoint) as (client, _):
        drafter = Drafter(client, None, settings)
        for case in cases:
            exemplars = retriever.find(case).exemplars
            async with aclosing(drafter.draft(case, Kind.LETTER, (), exemplars)) as events:
                async for event in events:
                    if isinstance(event, Fitted):
                        jobs.append(Job(case, exemplars, event.messages))
                        break
    return jobs


async def side_by_side(
    jobs: list[Job],
    drafter: Drafter,
    bare: httpx.AsyncClient,
    settings: AssistantSettings,
    retrieving: bool,
    number: int,
) -> list[Pair]:
    """All jobs at once on one side, then on the other; which is first changes every round."""

    async def all_straight() -> list[Timed]:
        model, room = settings.letter_model, settings.letter_tokens
        return await asyncio.gather(*(straight(bare, model, j.messages, room) for j in jobs))

    async def all_through_assistant() -> list[Timed]:
        given = [None if retrieving else job.exemplars for job in jobs]
        drafts = (through_assistant(drafter, j.case, g) for j, g in zip(jobs, given, strict=True))
        return await asyncio.gather(*drafts)

    if number % 2:
        ours, theirs = await all_through_assistant(), await all_straight()
    else:
        theirs, ours = await all_straight(), await all_through_assistant()
    pairs = [Pair(*both) for both in zip(theirs, ours, strict=True)]
    for pair in pairs:
        assert pair.straight.prompt_tokens == pair.assistant.prompt_tokens, "not the same prompt"
    return pairs


def row(drafts: str, at_once: int, pairs: list[Pair]) -> list[str]:
    theirs, ours = [p.straight for p in pairs], [p.assistant for p in pairs]
    tokens = [sum(timed.answer_tokens for timed in side) for side in (theirs, ours)]
    return [
        drafts,
        str(at_once),
        spread((t.first_s for t in theirs), 0, 1000),
        spread((t.first_s for t in ours), 0, 1000),
        spread((p.assistant.first_s / p.straight.first_s for p in pairs), 3),
        spread((t.whole_s for t in theirs), 2),
        spread((t.whole_s for t in ours), 2),
        spread((p.assistant.whole_s / p.straight.whole_s for p in pairs), 3),
        f"{tokens[0]} : {tokens[1]}",
    ]
