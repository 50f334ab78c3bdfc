"""From a case to a draft, as a stream of events.

    Found (exemplars) -> Fitted (messages, meter) -> Delta, Delta, … -> Finished (draft)

The retriever blocks, so it runs in a thread, while the case's tokens are counted. A refine turn is
handed the exemplars of the draft before it: the same prompt begins it, so vLLM finds it in its
prefix cache.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.context import Fitted, Limits, fit, parts
from assistant.draft import Draft, Ending, Usage
from assistant.prompt import Kind, Message, Turn
from assistant.settings import AssistantSettings
from index.case import Case
from index.errors import ModelError, StoreError
from index.sections import split_sections
from retrieval.exemplar import Exemplar

if TYPE_CHECKING:
    from assistant.client import ModelClient

__all__ = ["Delta", "Drafter", "Event", "Finished", "Fitted", "Found"]


class Retrieved(Protocol):
    """Exemplars, best first, and why there are few or none."""

    @property
    def exemplars(self) -> Sequence[Exemplar]: ...
    @property
    def note(self) -> str: ...


class Retriever(Protocol):
    """What finds exemplars; it blocks, and raises StoreError when the index can't be asked."""

    def find(
        self, case: Case, *, letter_type: LetterType, author: str | None, department: str | None
    ) -> Retrieved: ...


@dataclass(frozen=True)
class Found:
    """The exemplars for a case, best first; `note` says why there are few or none, or is empty."""

    exemplars: tuple[Exemplar, ...]
    note: str = ""


@dataclass(frozen=True)
class Delta:
    """The next piece of the text."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The last event; also before a ModelError in mid-draft, with a draft that is cut."""

    draft: Draft


LetterType = Literal["letter", "summary"]
Event = Found | Fitted | Delta | Finished


class Drafter:
    """Writes drafts; one for all users.

    Args:
        retriever: None drafts without exemplars.
    """

    def __init__(
        self, client: ModelClient, retriever: Retriever | None, settings: AssistantSettings
    ) -> None:
        self._client = client
        self._retriever = retriever
        self._settings = settings

    async def draft(
        self,
        case: Case,
        kind: Kind,
        turns: Sequence[Turn] = (),
        exemplars: Sequence[Exemplar] | None = None,
        author: str | None = None,
        department: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The next version of the letter or summary about `case`, as it is written.

        Args:
            turns: the refine turns so far, oldest first, the last one to be answered.
            exemplars: those to be used; None has them retrieved.
            author: the physician whose letters are to be preferred; without it the case's.
            department: whose letters are to be preferred.

        Raises:
            PromptTooLong: case and answer don't fit the model's context; nothing was sent.
            ModelUnavailable: the model can't be reached, or broke off. All that it had written has
                been yielded, and a Finished with a cut draft of it.
            ModelError: the model refuses.
        """
        model = self._model(kind)
        if exemplars is None:
            found, _ = await asyncio.gather(
                self._find(case, kind, author, department),
                self._counts(model, parts(case, kind).texts()),
            )
            yield found
            exemplars = found.exemplars
        counts = await self._counts(model, parts(case, kind, exemplars, turns).texts())
        limits = await self._limits(model, kind)
        fitted = fit(case, kind, exemplars, turns, counts.__getitem__, limits)
        yield fitted
        async with aclosing(self._written(case, kind, model, fitted.messages)) as events:
            async for event in events:
                yield event

    async def _written(
        self, case: Case, kind: Kind, model: str, messages: list[Message]
    ) -> AsyncGenerator[Event, None]:
        pieces: list[str] = []
        began = time.monotonic()
        first: float | None = None
        ending = Ending.BROKEN
        usage: Usage | None = None

        def finished() -> Finished:
            text = "".join(pieces)
            now = time.monotonic()
            return Finished(
                Draft(
                    text=text,
                    sections=split_sections(text, case.language),
                    kind=kind,
                    model=model,
                    ending=ending,
                    usage=usage,
                    seconds_to_first=(first or now) - began,
                    seconds=now - began,
                )
            )

        answer = self._client.stream(
            model, messages, self._room(kind), temperature=self._settings.temperature
        )
        try:
            async with aclosing(answer):
                async for chunk in answer:
                    ending, usage = chunk.finish or ending, chunk.usage
                    if chunk.text:
                        first = first or time.monotonic()
                        pieces.append(chunk.text)
                        yield Delta(chunk.text)
        except ModelError:
            ending = Ending.BROKEN
            if pieces:
                yield finished()
            raise
        yield finished()

    async def _find(
        self, case: Case, kind: Kind, author: str | None, department: str | None
    ) -> Found:
        if self._retriever is None:
            return Found(())
        try:
            found = await asyncio.to_thread(
                self._retriever.find,
                case,
                letter_type=kind.value,
                author=author,
                department=department,
            )
        except StoreError as error:
            return Found((), f"Drafted without example letters. {error.what}")
        # Few archives hold summaries: none found is no news there.
        return Found(tuple(found.exemplars), found.note if kind is Kind.LETTER else "")

    async def _counts(self, model: str, texts: Iterable[str]) -> dict[str, int]:
        wanted = list(dict.fromkeys(texts))
        counted = await asyncio.gather(*(self._client.count_tokens(model, t) for t in wanted if t))
        counts = (count.tokens for count in counted)
        return {text: next(counts) if text else 0 for text in wanted}

    async def _limits(self, model: str, kind: Kind) -> Limits:
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
            self._client.count_tokens(model, opening),
            self._client.count_tokens(model, opening + turn),
            self._client.count_tokens(model, "."),
        )
        return Limits(
            context=two.context,
            answer=self._room(kind),
            frame=two.tokens - 2 * dot.tokens,
            per_message=(four.tokens - two.tokens) // 2 - dot.tokens,
            turns=self._settings.refine_tokens,
        )

    def _model(self, kind: Kind) -> str:
        settings = self._settings
        return settings.letter_model if kind is Kind.LETTER else settings.summary_model

    def _room(self, kind: Kind) -> int:
        settings = self._settings
        return settings.letter_tokens if kind is Kind.LETTER else settings.summary_tokens
