"""From a case to a draft, as a stream of events.

    Found (exemplars) -> Fitted (messages, meter) -> Delta, Delta, … -> Finished (draft)
                  -> Condensing, … -^   only where the case is longer than the model's context

The retriever blocks, so it runs in a thread, while the case's tokens are counted. A refine turn is
handed the exemplars of the draft before it, and the case as that condensed it: the same prompt
begins it, so vLLM finds it in its prefix cache.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.condenser import Condensing
from assistant.context import Fitted, parts
from assistant.counting import counts_of
from assistant.draft import Draft, Ending, Usage
from assistant.fitting import Fitting, model_for, room_for_answer
from assistant.promoted import Promoted
from assistant.prompt import Kind, Message, Turn
from assistant.settings import AssistantSettings
from index.case import Case
from index.errors import ModelError, StoreError
from index.sections import split_sections
from retrieval.exemplar import Exemplar

if TYPE_CHECKING:
    from assistant.client import ModelClient

__all__ = ["Condensing", "Delta", "Drafter", "Event", "Finished", "Fitted", "Found"]


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
Event = Found | Condensing | Fitted | Delta | Finished


class Drafter:
    """Writes drafts; one for all users.

    Args:
        retriever: None drafts without exemplars.
        promoted: adapters that write in place of the settings' models.
    """

    def __init__(
        self,
        client: ModelClient,
        retriever: Retriever | None,
        settings: AssistantSettings,
        promoted: Promoted | None = None,
    ) -> None:
        self._client = client
        self._retriever = retriever
        self._settings = settings
        self._promoted = promoted
        self._fitting = Fitting(client, settings)

    async def draft(
        self,
        case: Case,
        kind: Kind,
        turns: Sequence[Turn] = (),
        exemplars: Sequence[Exemplar] | None = None,
        author: str | None = None,
        department: str | None = None,
        condensed: str = "",
    ) -> AsyncGenerator[Event, None]:
        """The next version of the letter or summary about `case`, as it is written.

        A case that doesn't fit the model's context is condensed, and what comes of it is in Fitted.

        Args:
            turns: the refine turns so far, oldest first, the last one to be answered.
            exemplars: those to be used; None has them retrieved.
            author: the physician whose letters are to be preferred; without it the case's.
            department: whose letters are to be preferred, and whose adapter writes.
            condensed: the case as it was condensed before; it is condensed anew if that doesn't
                fit either.

        Raises:
            PromptTooLong: case and answer don't fit the model's context, and the case can't be
                condensed to what does.
            ModelUnavailable: the model can't be reached, or broke off. All that it had written has
                been yielded, and a Finished with a cut draft of it.
            ModelError: the model refuses.
        """
        model = self._model(kind, department)
        if exemplars is None:
            found, _ = await asyncio.gather(
                self._find(case, kind, author, department),
                counts_of(self._client, model, parts(case, kind).texts()),
            )
            yield found
            exemplars = found.exemplars
        messages: list[Message] = []
        fitting = self._fitting.fit(case, kind, exemplars, turns, condensed, model)
        async with aclosing(fitting) as steps:
            async for step in steps:
                yield step
                messages = step.messages if isinstance(step, Fitted) else messages
        async with aclosing(self._written(case, kind, model, messages)) as events:
            async for event in events:
                yield event

    def _model(self, kind: Kind, department: str | None) -> str:
        promoted = self._promoted.model(kind, department or "") if self._promoted else ""
        return promoted or model_for(kind, self._settings)

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
            model,
            messages,
            room_for_answer(kind, self._settings),
            temperature=self._settings.temperature,
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
