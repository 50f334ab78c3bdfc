"""Condenses a record that is longer than the model's context, note by note.

    record -> fields | notes -> chunks -> summary model -> what stands (`faithful`) -> short record

The summary model that is served anyway does it, by the prompt that it was trained on. Chunks are
asked for side by side; when one fails the others are ended and the failure is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.borne_out import Excerpt
from assistant.check import Stated, facts_of
from assistant.condensing import chunked, fair_share, lay_out, size_of
from assistant.context import parts, room_for_case
from assistant.counting import counts_of, limits_of
from assistant.draft import Ending
from assistant.faithful import faithful
from assistant.prompt import Kind, build_messages
from assistant.record_notes import Piece, cut, divided, fewer_values
from assistant.settings import AssistantSettings
from assistant.statements import statements
from index.case import Case
from index.errors import PromptTooLong

if TYPE_CHECKING:
    from assistant.client import ModelClient

_ASKED = 2
"""How often the model may be asked to shorten the same notes. What is too long then is told in its
most important statements, chosen by `faithful` alone."""
_LEAST = 64
"""Tokens of an answer."""
_LEAST_MOST = 480
"""Tokens of a chunk; the title of a part alone may have as many in an odd script."""
_MARGIN = 0.9
"""A part's tokens are told by its length, and some have more of them a character."""


@dataclass(frozen=True)
class Condensing:
    """Of `total` parts of a long record `done` are condensed; a second round adds parts."""

    done: int
    total: int

    def __str__(self) -> str:
        return f"Condensing a long record: {self.done} of {self.total} parts done"


@dataclass(frozen=True)
class Condensed:
    """The record in no more tokens than there was room for."""

    text: str


@dataclass(frozen=True)
class _Work:
    """Notes that are condensed together, their tokens, and how many they may have."""

    notes: tuple[Piece, ...]
    tokens: int
    share: int


class Condenser:
    """Makes long records short; one for all users."""

    def __init__(self, client: ModelClient, settings: AssistantSettings) -> None:
        self._client = client
        self._settings = settings

    async def condense(self, case: Case, room: int) -> AsyncGenerator[Condensing | Condensed, None]:
        """Its progress, and at the end the condensed text of `case`.

        Args:
            room: tokens that the text may have.

        Raises:
            PromptTooLong: it can't be made as short as that.
            ModelError: the model failed on a chunk; the others are ended.
        """
        pieces = cut(case.text, case.language)
        tokens = await self._tokens([*pieces, *map(fewer_values, pieces)])
        layout = lay_out(pieces, tokens.__getitem__, room)
        left = room - size_of(layout.head, tokens.__getitem__)
        head = _text(layout.head)
        stated = frozenset((fact.kind, fact.value) for fact in facts_of(head))
        most = await self._most(case)
        if most < _LEAST_MOST:
            raise _still_too_long(sum(tokens[piece.told] for piece in pieces), room)
        notes = await self._divided(layout.notes, most, case)
        done = 0
        for number in range(_ASKED + 2):
            tokens = await self._tokens(notes)
            size = size_of(notes, tokens.__getitem__)
            if size <= left:
                break
            if number > _ASKED:
                raise _still_too_long(size + room - left, room)
            chunks = _shared(chunked(notes, tokens.__getitem__, left, most), tokens, left)
            ask = number < _ASKED
            made: dict[_Work, tuple[Piece, ...]] = {}
            total = done + ask * sum(chunk.tokens > chunk.share for chunk in chunks)
            yield Condensing(done, total)
            async with aclosing(self._made(case, chunks, stated, ask=ask)) as condensed:
                async for chunk, shorter in condensed:
                    made[chunk] = shorter
                    if ask:
                        done += 1
                        yield Condensing(done, total)
            notes = [note for chunk in chunks for note in made.get(chunk, chunk.notes)]
        yield Condensed(_text((*layout.head, *notes)))

    async def _made(
        self, case: Case, chunks: Sequence[_Work], stated: Collection[Stated], *, ask: bool
    ) -> AsyncGenerator[tuple[_Work, tuple[Piece, ...]], None]:
        """Each chunk that has more than its share, and what became of it, as they come."""
        free = asyncio.Semaphore(self._settings.condense_requests)

        async def make(chunk: _Work) -> tuple[_Work, tuple[Piece, ...]]:
            async with free:
                return chunk, await self._condensed(case, chunk, stated, ask=ask)

        tasks = [asyncio.create_task(make(c)) for c in chunks if c.tokens > c.share]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _condensed(
        self, case: Case, chunk: _Work, stated: Collection[Stated], *, ask: bool
    ) -> tuple[Piece, ...]:
        source = Excerpt.of(chunk.notes, case.language)
        answer = ""
        if ask:
            answer = await self._answer(Case(source.text, case.language), chunk.tokens)
        room = int(chunk.share * len(source.text) / chunk.tokens * _MARGIN)
        shorter = await asyncio.to_thread(
            faithful, source, answer, case.text, stated, room, case.language
        )
        is_shorter = sum(len(note.text) for note in shorter) < len(source.text)
        return shorter if is_shorter else chunk.notes

    async def _answer(self, case: Case, tokens: int) -> str:
        """What the model makes of a chunk, without a statement that was cut off."""
        settings = self._settings
        room = min(settings.summary_tokens, max(tokens, _LEAST))
        messages = build_messages(case, Kind.SUMMARY)
        answer, ending = "", Ending.BROKEN
        stream = self._client.stream(
            settings.summary_model, messages, room, temperature=settings.temperature
        )
        async with aclosing(stream):
            async for piece in stream:
                answer += piece.text
                ending = piece.finish or ending
        if ending is Ending.STOP:
            return answer
        return answer[: max((s.start for s in statements(answer, case.language)), default=0)]

    async def _divided(self, notes: Sequence[Piece], most: int, case: Case) -> list[Piece]:
        """The notes, those that the model can't take at once in parts."""
        while True:
            tokens = await self._tokens(notes)
            if all(tokens[note.told] < most for note in notes):
                return list(notes)
            notes = [
                part
                for note in notes
                for part in (
                    divided(note, _part_of(note, most, tokens[note.told]), case.language)
                    if tokens[note.told] >= most
                    else (note,)
                )
            ]

    async def _most(self, case: Case) -> int:
        """Tokens of a chunk that the summary model takes."""
        model, answer = self._settings.summary_model, self._settings.summary_tokens
        limits = await limits_of(self._client, model, answer)
        texts = parts(Case("", case.language), Kind.SUMMARY).texts()
        counts = await counts_of(self._client, model, texts)
        return room_for_case(case.language, Kind.SUMMARY, counts.__getitem__, limits)

    async def _tokens(self, notes: Iterable[Piece]) -> dict[str, int]:
        texts = (note.told for note in notes)
        return await counts_of(self._client, self._settings.summary_model, texts)


def _shared(
    chunks: Sequence[tuple[Piece, ...]], tokens: Mapping[str, int], room: int
) -> list[_Work]:
    sizes = [size_of(chunk, tokens.__getitem__) for chunk in chunks]
    share = fair_share(sizes, room)
    return [_Work(chunk, size, share) for chunk, size in zip(chunks, sizes, strict=True)]


def _part_of(note: Piece, most: int, tokens: int) -> int:
    """Characters of a note that are about `most` tokens; fewer than it has."""
    return max(1, int(len(note.text) * most / tokens * _MARGIN))


def _text(pieces: Iterable[Piece]) -> str:
    return "\n".join(piece.told.rstrip() for piece in pieces).strip()


def _still_too_long(size: int, room: int) -> PromptTooLong:
    return PromptTooLong(
        f"The record is too long for the model: condensed as far as it goes it takes {size:,} "
        f"tokens, and there is room for {room:,}.",
        "Give the parts of it that the letter is about.",
    )
