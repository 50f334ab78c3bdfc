"""What fits into the model's context, and what is left out when not everything does.

Left out first are the example letters, the worst first, then the oldest refine turns: each later
draft holds what they changed. Never the case, never the latest draft and what is asked of it.

Example letters stand before the case and the turns, so leaving one out in mid-conversation costs
the model its prefix cache and the letter its style. Room for the turns to come is therefore kept
from the first draft on.

Pure: `count` tells a text's tokens, from wherever the caller has them. Tokens of the parts add up,
but for a few where two parts meet; `_SEAMS` stands for those.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.prompt import Kind, Message, Turn, build_messages
from index.case import Case
from index.errors import PromptTooLong
from index.letter import Language
from retrieval.exemplar import Exemplar

Count = Callable[[str], int]

_SEAMS = 16


@dataclass(frozen=True)
class Limits:
    """In tokens.

    Attributes:
        context: what the model takes, prompt and answer together.
        answer: the room that the answer must have.
        frame: what the chat template puts around a system and a user message and before the answer.
        per_message: what it puts around each further message.
        turns: what example letters leave free for refine turns, those to come included.
    """

    context: int
    answer: int
    frame: int
    per_message: int
    turns: int = 0


@dataclass(frozen=True)
class ContextMeter:
    """How the model's context is filled, in tokens.

    Attributes:
        case: the case and the request for a letter.
        exemplars: the example letters that are in.
        history: the refine turns that are in, drafts and instructions.
        answer: the room kept for the answer.
        total: all of these and the fixed instruction; at most `limit`.
        limit: the model's context.
        dropped_exemplars: how many example letters were left out.
        dropped_turns: how many refine turns were left out.
    """

    case: int
    exemplars: int
    history: int
    answer: int
    total: int
    limit: int
    dropped_exemplars: int = 0
    dropped_turns: int = 0


@dataclass(frozen=True)
class Fitted:
    """The messages to send, the exemplars in them, and how they fill the context.

    `condensed` is what stands in them in the case's place, where that was too long.
    """

    messages: list[Message]
    meter: ContextMeter
    exemplars: tuple[Exemplar, ...]
    condensed: str = ""


@dataclass(frozen=True)
class Parts:
    """The texts that a prompt is put together from; `history` has a pair for each turn."""

    system: str
    request: str
    examples: tuple[str, ...]
    history: tuple[tuple[str, str], ...]

    def texts(self) -> Iterator[str]:
        """All of them, for whoever counts them ahead."""
        yield self.system
        yield self.request
        yield from self.examples
        for turn in self.history:
            yield from turn


def parts(
    case: Case, kind: Kind, exemplars: Sequence[Exemplar] = (), turns: Sequence[Turn] = ()
) -> Parts:
    """Taken from the prompt builder's own messages, so that they are what will be sent."""
    system, request, *history = (m["content"] for m in build_messages(case, kind, (), turns))
    examples = (build_messages(case, kind, (e,))[1]["content"] for e in exemplars)
    return Parts(
        system=system,
        request=request,
        examples=tuple(example.removesuffix(request) for example in examples),
        history=tuple(zip(history[::2], history[1::2], strict=True)),
    )


def room_for_case(language: Language, kind: Kind, count: Count, limits: Limits) -> int:
    """How many tokens a case may have, with nothing but the answer beside it.

    Args:
        count: is asked for the texts of `parts` of an empty case.
    """
    texts = parts(Case("", language), kind)
    around = count(texts.system) + count(texts.request) + limits.frame + _SEAMS
    return limits.context - limits.answer - around


def fit(
    case: Case,
    kind: Kind,
    exemplars: Sequence[Exemplar],
    turns: Sequence[Turn],
    count: Count,
    limits: Limits,
) -> Fitted:
    """The prompt with as many exemplars and turns as there is room for.

    Args:
        exemplars: best first.
        turns: oldest first; the last one is to be answered.
        count: is asked for the texts of `parts`.

    Raises:
        PromptTooLong: case, latest turn and answer alone are too much; says by how many tokens.
    """
    texts = parts(case, kind, exemplars, turns)
    fixed = count(texts.system) + limits.frame + _SEAMS
    request = count(texts.request)
    examples = [count(text) for text in texts.examples]
    history = [sum(map(count, turn)) + 2 * limits.per_message for turn in texts.history]
    over = fixed + request + sum(examples) + sum(history) + limits.answer - limits.context
    kept_examples, first_turn = len(examples), 0
    to_come = max(0, limits.turns - sum(history))
    while over + to_come > 0 and kept_examples:
        kept_examples -= 1
        over -= examples[kept_examples]
    while over > 0 and first_turn < len(history) - 1:
        over -= history[first_turn]
        first_turn += 1
    if over > 0:
        raise _too_long(texts.request, request, sum(history[first_turn:]), over, limits)
    meter = ContextMeter(
        case=request,
        exemplars=sum(examples[:kept_examples]),
        history=sum(history[first_turn:]),
        answer=limits.answer,
        total=limits.context + over,
        limit=limits.context,
        dropped_exemplars=len(examples) - kept_examples,
        dropped_turns=first_turn,
    )
    kept = tuple(exemplars[:kept_examples])
    return Fitted(build_messages(case, kind, kept, turns[first_turn:]), meter, kept)


def _too_long(text: str, request: int, turn: int, over: int, limits: Limits) -> PromptTooLong:
    letter = f", the letter and what is to be changed {turn:,}" if turn else ""
    # As many characters a token as in what was counted, a tenth more, in whole hundreds.
    characters = 100 * math.ceil(over * len(text) / max(request, 1) * 1.1 / 100)
    return PromptTooLong(
        f"The case takes {request:,} tokens{letter}, the answer needs {limits.answer:,}, "
        f"and the model takes {limits.context:,} in all: {over:,} too many.",
        f"Shorten the case by about {characters:,} characters.",
    )
