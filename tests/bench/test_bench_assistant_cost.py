"""What the assistant adds to a letter: time to the first word and to the last. Goal: 1.05 times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from statistics import mean

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
    *("exemplars", "drafts at once", "prompt tokens"),
    *("first word, straight (ms)", "assistant (ms)", "ratio"),
    *("letter, straight (s)", "assistant (s)", "ratio"),
    "answer tokens, straight : assistant",
)


@dataclass(frozen=True)
class Job:
    """A case, and what both sides are to send for it."""

    case: Case
    exemplars: tuple[Exemplar, ...]
    messages: list[Message]


@dataclass(frozen=True)
class Round:
    """The same jobs on both sides. Of several at once vLLM takes one after the other, in whatever
    order they come, so that only their means can be compared."""

    straight: list[Timed]
    assistant: list[Timed]


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
                rounds: list[Round] = []
                for number in range(extent.rounds + 1):
                    batch = jobs[number * at_once :][:at_once]
                    done = await side_by_side(batch, drafter, bare, settings, retrieving, number)
                    rounds.append(done)
                # The first round warms both sides up.
                rows.append(row("found" if retrieving else "given", at_once, rounds[1:]))
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
) -> Round:
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
    for one, other in zip(theirs, ours, strict=True):
        assert one.prompt_tokens == other.prompt_tokens, "not the same prompt"
    return Round(theirs, ours)


def row(exemplars: str, at_once: int, rounds: list[Round]) -> list[str]:
    def compared(seconds: Callable[[Timed], float], digits: int, scale: float) -> list[str]:
        """Straight, through the assistant, and the ratio of every round."""
        theirs = [mean(map(seconds, each.straight)) for each in rounds]
        ours = [mean(map(seconds, each.assistant)) for each in rounds]
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        return [spread(theirs, digits, scale), spread(ours, digits, scale), spread(ratios, 3)]

    theirs = [timed for each in rounds for timed in each.straight]
    ours = [timed for each in rounds for timed in each.assistant]
    return [
        *(exemplars, str(at_once), f"{mean(timed.prompt_tokens for timed in theirs):.0f}"),
        *compared(lambda timed: timed.first_s, 0, 1000),
        *compared(lambda timed: timed.whole_s, 2, 1),
        " : ".join(str(sum(timed.answer_tokens for timed in side)) for side in (theirs, ours)),
    ]
