"""Refine turns share their prompt with the turn before: the prefix cache makes them quick.

Where a conversation outgrows the model's context, exemplars are dropped first, and the prompt then
begins anew: the table says how often. Goal: the second refine turn's first word in half of the
first draft's time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

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

from assistant.drafting import Drafter
from assistant.prompt import Turn
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from index.case import Case
from index.letter import Language
from retrieval.exemplar import Exemplar
from retrieval.search import Retriever

pytestmark = pytest.mark.bench

CHANGES: dict[Language, tuple[str, str]] = {
    "en": ("Make the history shorter.", "Follow-up in 3 months."),
    "de": ("Kürze den Verlauf.", "Nachsorge in 3 Monaten."),
}
STEPS = (
    *("first draft, exemplars given", "first refine turn", "second refine turn"),
    "second refine turn, straight, nothing cached",
)
HEADER = (
    *("step", "prompt tokens", "something dropped to fit"),
    *("first word (ms)", "of it: vLLM (ms)", "to the first draft's"),
)


async def test_how_soon_a_refine_turn_begins(
    endpoint: Endpoint,
    retriever: Retriever,
    settings: AssistantSettings,
    extent: Extent,
    show: Callable[[str], None],
) -> None:
    conversations: list[list[Timed]] = []
    async with clients(endpoint) as (client, bare):
        drafter = Drafter(client, None, settings)
        for case in draw_cases("refine", extent.rounds + 1):
            exemplars = retriever.find(case).exemplars
            conversations.append(await conversation(drafter, bare, settings, case, exemplars))
    # The first one warms up.
    steps = list(zip(*conversations[1:], strict=True))
    rows = [row(name, step, steps[0]) for name, step in zip(STEPS, steps, strict=True)]
    title = "Time to the first word of a conversation (goal: second refine turn at most 0.5)"
    show(markdown(title, HEADER, rows))


async def conversation(
    drafter: Drafter,
    bare: httpx.AsyncClient,
    settings: AssistantSettings,
    case: Case,
    exemplars: tuple[Exemplar, ...],
) -> list[Timed]:
    """A draft and two refine turns as the page asks for them, and the last one uncached."""
    turns: list[Turn] = []
    answers = [await through_assistant(drafter, case, exemplars)]
    for change in CHANGES[case.language]:
        assert answers[-1].draft is not None
        turns.append(Turn(answers[-1].draft.text, change))
        answers.append(await through_assistant(drafter, case, exemplars, turns))
    last = answers[-1].fitted
    assert last is not None
    model = settings.letter_model
    uncached = await straight(bare, model, last.messages, 1, salt=secrets.token_hex(8))
    return [*answers, uncached]


def row(name: str, step: Sequence[Timed], first_draft: Sequence[Timed]) -> list[str]:
    meters = [timed.fitted.meter for timed in step if timed.fitted]
    dropped = sum(bool(m.dropped_exemplars or m.dropped_turns) for m in meters)
    own = [timed.draft.seconds_to_first if timed.draft else timed.first_s for timed in step]
    return [
        name,
        spread((t.prompt_tokens for t in step), 0),
        f"{dropped} of {len(meters)}" if meters else "",
        spread((t.first_s for t in step), 0, 1000),
        spread(own, 0, 1000),
        spread((t.first_s / d.first_s for t, d in zip(step, first_draft, strict=True)), 2),
    ]
