"""The drafter with a hand-written model client and retriever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from assistant.client import Chunk, ModelClient, TokenCount
from assistant.draft import Ending, Usage
from assistant.drafting import Delta, Drafter, Event, Finished, Fitted, Found, LetterType, Retriever
from assistant.prompt import Kind, Message, Turn, build_messages
from assistant.settings import AssistantSettings
from index.case import Case
from index.errors import ModelUnavailable, PromptTooLong, StoreError
from index.letter import LetterMetadata, SectionKind
from retrieval.exemplar import Exemplar

CASE = Case("Patient: Erika Example. Diagnosis: breast cancer.", "en")
EXEMPLAR = Exemplar("a.txt", "Dear Dr. Y, we saw her.", 0.7, ("near",), LetterMetadata("en"))
LETTER = "Dear Dr. X,\n\nDiagnoses:\nBreast cancer\n\nRecommendations:\nRest\n\nKind regards"


@dataclass
class FakeModel:
    """Answers with `chunks`; a token is a word, and each message has 3 around it."""

    chunks: Sequence[Chunk | Exception]
    context: int = 4096
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    counted: list[object] = field(default_factory=list[object])
    closed: bool = False

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int, temperature: float = 0.0
    ) -> AsyncGenerator[Chunk, None]:
        self.asked.append(
            {"model": model, "messages": messages, "room": max_tokens, "temperature": temperature}
        )
        try:
            for chunk in self.chunks:
                await asyncio.sleep(0)
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
        finally:
            self.closed = True

    async def count_tokens(self, model: str, content: str | Sequence[Message]) -> TokenCount:
        self.counted.append(content)
        if isinstance(content, str):
            return TokenCount(len(content.split()), self.context)
        tokens = sum(len(m["content"].split()) + 3 for m in content) + 2
        return TokenCount(tokens, self.context)


@dataclass
class FakeRetriever:
    exemplars: Sequence[Exemplar] = (EXEMPLAR,)
    note: str = ""
    error: StoreError | None = None
    asked: list[tuple[str | None, ...]] = field(default_factory=list[tuple[str | None, ...]])
    thread: int = 0

    def find(
        self, case: Case, *, letter_type: LetterType, author: str | None, department: str | None
    ) -> FakeRetriever:
        self.asked.append((letter_type, author, department))
        self.thread = threading.get_ident()
        if self.error:
            raise self.error
        return self


WHOLE = [Chunk(LETTER[:20]), Chunk(LETTER[20:]), Chunk("", Ending.STOP, Usage(50, 20))]


def drafter(model: FakeModel, retriever: Retriever | None = None, **settings: Any) -> Drafter:
    return Drafter(cast("ModelClient", model), retriever, AssistantSettings(**settings))


async def until_error(events: AsyncGenerator[Event, None]) -> list[Event]:
    """The events before a ModelUnavailable, which must come."""
    seen: list[Event] = []
    try:
        async for event in events:
            seen.append(event)
    except ModelUnavailable:
        return seen
    pytest.fail("the model's death was not said")


async def events_of(events: AsyncGenerator[Event, None]) -> list[Event]:
    return [event async for event in events]


async def test_a_draft_comes_as_found_fitted_deltas_finished() -> None:
    model, retriever = FakeModel(WHOLE), FakeRetriever(note="one only")
    drafts = drafter(model, retriever, letter_tokens=700, temperature=0.3)
    events = await events_of(drafts.draft(CASE, Kind.LETTER, author="Dr. Z", department="Ward 2"))
    assert [type(event) for event in events] == [Found, Fitted, Delta, Delta, Finished]
    found, fitted, *deltas, finished = events
    assert found == Found((EXEMPLAR,), "one only")
    assert isinstance(fitted, Fitted)
    assert fitted.messages == build_messages(CASE, Kind.LETTER, [EXEMPLAR])
    assert "".join(d.text for d in deltas if isinstance(d, Delta)) == LETTER
    assert isinstance(finished, Finished)
    draft = finished.draft
    assert (draft.text, draft.kind, draft.model) == (LETTER, Kind.LETTER, "letters")
    assert (draft.cut, draft.usage) == (False, Usage(50, 20))
    assert [s.kind for s in draft.sections][:2] == [SectionKind.SALUTATION, SectionKind.DIAGNOSES]
    assert 0 <= draft.seconds_to_first <= draft.seconds
    assert model.asked == [
        {"model": "letters", "messages": fitted.messages, "room": 700, "temperature": 0.3}
    ]
    assert retriever.asked == [("letter", "Dr. Z", "Ward 2")]
    assert retriever.thread != threading.get_ident(), "a blocking search must not block the page"


async def test_the_meter_counts_the_template_too() -> None:
    model = FakeModel(WHOLE)
    turns = [Turn("a draft", "shorter"), Turn("another draft", "longer")]
    events = await events_of(drafter(model).draft(CASE, Kind.LETTER, turns, exemplars=()))
    fitted = next(event for event in events if isinstance(event, Fitted))
    exact = await model.count_tokens("letters", fitted.messages)
    assert fitted.meter.total - fitted.meter.answer == exact.tokens + 16


async def test_a_summary_is_asked_of_its_own_model() -> None:
    model, retriever = FakeModel(WHOLE), FakeRetriever()
    drafts = drafter(model, retriever, summary_tokens=300)
    await events_of(drafts.draft(CASE, Kind.SUMMARY))
    assert (model.asked[0]["model"], model.asked[0]["room"]) == ("summary", 300)
    assert retriever.asked == [("summary", None, None)]


async def test_a_summary_without_past_summaries_is_no_news() -> None:
    model, retriever = FakeModel(WHOLE), FakeRetriever(exemplars=(), note="No good exemplar found.")
    events = await events_of(drafter(model, retriever).draft(CASE, Kind.SUMMARY))
    assert Found(()) in events


async def test_a_refine_turn_keeps_its_exemplars_and_asks_for_none() -> None:
    model, retriever = FakeModel(WHOLE), FakeRetriever(exemplars=())
    turns = [Turn("a draft", "shorter")]
    events = await events_of(
        drafter(model, retriever).draft(CASE, Kind.LETTER, turns, exemplars=[EXEMPLAR])
    )
    assert retriever.asked == []
    assert not any(isinstance(event, Found) for event in events)
    assert model.asked[0]["messages"] == build_messages(CASE, Kind.LETTER, [EXEMPLAR], turns)


async def test_without_a_store_the_draft_goes_on_and_says_so() -> None:
    retriever = FakeRetriever(error=StoreError("The index does not answer."))
    events = await events_of(drafter(FakeModel(WHOLE), retriever).draft(CASE, Kind.LETTER))
    assert events[0] == Found((), "Drafted without example letters. The index does not answer.")
    assert isinstance(events[-1], Finished)
    assert events[-1].draft.text == LETTER


@pytest.mark.parametrize("finish", [Ending.STOP, Ending.LENGTH, Ending.REPETITION])
async def test_a_draft_that_did_not_come_to_its_end_is_cut(finish: Ending) -> None:
    events = await events_of(
        drafter(FakeModel([Chunk("Dear Dr.", finish)])).draft(CASE, Kind.LETTER)
    )
    assert isinstance(events[-1], Finished)
    assert events[-1].draft.ending is finish
    assert events[-1].draft.cut is (finish is not Ending.STOP)


async def test_nothing_is_lost_when_the_model_dies() -> None:
    model = FakeModel([Chunk("Dear "), Chunk("Dr. X"), ModelUnavailable("It broke off.")])
    events = await until_error(drafter(model).draft(CASE, Kind.LETTER))
    assert [event.text for event in events if isinstance(event, Delta)] == ["Dear ", "Dr. X"]
    assert isinstance(events[-1], Finished)
    draft = events[-1].draft
    assert (draft.text, draft.cut, draft.usage) == ("Dear Dr. X", True, None)


async def test_a_model_that_never_began_leaves_no_draft() -> None:
    model = FakeModel([ModelUnavailable("no")])
    events = await until_error(drafter(model).draft(CASE, Kind.LETTER))
    assert [type(event) for event in events] == [Found, Fitted]


async def test_what_does_not_fit_is_not_sent() -> None:
    model = FakeModel(WHOLE, context=512)
    with pytest.raises(PromptTooLong):
        await events_of(drafter(model).draft(CASE, Kind.LETTER))
    assert model.asked == []


async def test_leaving_early_ends_the_answer() -> None:
    model = FakeModel([Chunk("a"), Chunk("b"), Chunk("c", Ending.STOP)])
    events = drafter(model).draft(CASE, Kind.LETTER)
    async for event in events:
        if isinstance(event, Delta):
            break
    assert not model.closed
    await events.aclose()
    assert model.closed


async def test_an_empty_draft_counts_as_nothing() -> None:
    model = FakeModel(WHOLE)
    await events_of(drafter(model).draft(CASE, Kind.LETTER, [Turn("", "write it")], exemplars=()))
    assert "" not in model.counted
