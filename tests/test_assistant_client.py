"""The client against a hand-written vLLM: a transport that answers in the server's place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Literal

import httpx2
import pytest

from assistant import client as client_module
from assistant.client import Chunk, ModelClient
from assistant.draft import Ending, Usage
from assistant.prompt import Message
from index.errors import ModelError, ModelUnavailable, PromptTooLong

URL = "http://127.0.0.1:9"
MESSAGES: list[Message] = [{"role": "user", "content": "Quastenflosser"}]

Answer = Callable[[httpx2.Request], httpx2.Response]


class FakeVllm(httpx2.AsyncBaseTransport):
    """Answers every request with `answer`, and keeps the requests."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self._answer(request)


class Sse(httpx2.AsyncByteStream):
    """A stream of server-sent events; an exception among them breaks it off."""

    def __init__(self, *events: object) -> None:
        self._events = events
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in self._events:
            if isinstance(event, Exception):
                raise event
            data = event if isinstance(event, str) else json.dumps(event)
            yield f"data: {data}\n\n".encode()

    async def aclose(self) -> None:
        self.closed = True


def delta(text: str | None, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}


def streaming(*events: object) -> FakeVllm:
    headers = {"content-type": "text/event-stream"}
    return FakeVllm(lambda _: httpx2.Response(200, headers=headers, stream=Sse(*events)))


async def collect(transport: FakeVllm) -> tuple[list[Chunk], ModelError | None]:
    chunks: list[Chunk] = []
    async with ModelClient(URL, "key", transport=transport) as client:
        try:
            async for chunk in client.stream("letters", MESSAGES, 100):
                chunks.append(chunk)
        except ModelError as error:
            return chunks, error
    return chunks, None


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


@pytest.mark.parametrize("finish", [Ending.STOP, Ending.LENGTH, Ending.REPETITION])
async def test_it_streams_the_text_its_finish_and_its_usage(finish: Ending) -> None:
    fake = streaming(
        delta(None), delta("Dear "), delta("Dr. "), delta("X", finish), USAGE, "[DONE]"
    )
    chunks, error = await collect(fake)
    assert error is None
    assert text_of(chunks) == "Dear Dr. X"
    assert chunks[0] == Chunk("Dear ")
    assert chunks[-1].finish == finish
    assert chunks[-1].usage == Usage(prompt=7, answer=3)


async def test_it_joins_what_comes_within_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_SLICE_S", 1000)
    chunks, _ = await collect(streaming(*map(delta, "abcdef"), delta("", "stop"), USAGE))
    assert [chunk.text for chunk in chunks] == ["a", "bcdef"]


async def test_the_request_has_the_key_the_model_and_its_limits() -> None:
    fake = streaming(delta("x", "stop"))
    await collect(fake)
    request = fake.requests[0]
    body = json.loads(request.content)
    assert request.url == f"{URL}/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer key"
    assert body["model"] == "letters"
    assert body["messages"] == MESSAGES
    assert (body["max_tokens"], body["temperature"]) == (100, 0.0)
    assert body["repetition_detection"]["min_count"] == 3


@pytest.mark.parametrize(
    ("last", "goes_on"),
    [("user", (None, None)), ("assistant", (True, False))],
)
async def test_an_answer_that_was_begun_is_gone_on_with(
    last: Literal["user", "assistant"], goes_on: tuple[bool | None, bool | None]
) -> None:
    fake = streaming(delta("x", "stop"))
    begun: list[Message] = [*MESSAGES, {"role": last, "content": "Dear Dr. Welter, thank"}]
    async with ModelClient(URL, "key", transport=fake) as client:
        assert [c.text async for c in client.stream("letters", begun, 100)] == ["x", ""]
    body = json.loads(fake.requests[0].content)
    assert body["messages"] == begun
    assert (body.get("continue_final_message"), body.get("add_generation_prompt")) == goes_on


@pytest.mark.parametrize(
    "end",
    [
        (httpx2.ReadError("gone"),),
        (httpx2.RemoteProtocolError("incomplete"),),
        (httpx2.ReadTimeout("silent"),),
        ({"error": {"message": "EngineDead", "code": 500}},),
        ('{"choices": [{',),
        (delta(None, "abort"), "[DONE]"),
        ("[DONE]",),
        (),
    ],
)
async def test_what_was_written_is_not_lost_when_the_server_dies(end: tuple[object, ...]) -> None:
    chunks, error = await collect(streaming(*map(delta, "abcdef"), *end))
    assert text_of(chunks) == "abcdef"
    assert isinstance(error, ModelUnavailable)
    assert error.retry
    assert error.do


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "This model's maximum context length is 4096 tokens. However, …", PromptTooLong),
        (400, "max_tokens=5000 cannot be greater than max_model_len=4096.", PromptTooLong),
        (400, "Quastenflosser is no valid role", ModelError),
        (401, "Unauthorized", ModelError),
        (404, "The model `letters` does not exist.", ModelError),
        (429, "slow down", ModelUnavailable),
        (500, "Quastenflosser", ModelUnavailable),
        (503, "", ModelUnavailable),
    ],
)
async def test_a_refusal_is_an_error_of_its_own_kind_without_the_prompt(
    status: int, message: str, kind: type[ModelError]
) -> None:
    body = {"error": {"message": message, "code": status}}
    fake = FakeVllm(lambda _: httpx2.Response(status, json=body))
    chunks, error = await collect(fake)
    assert chunks == []
    assert type(error) is kind
    assert "Quastenflosser" not in str(error)
    assert len(fake.requests) == 1, "nothing is tried again behind the caller's back"
    async with ModelClient(URL, "", transport=fake) as client:
        with pytest.raises(kind):
            await client.count_tokens("letters", MESSAGES)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx2.ConnectError("refused"), "can't be reached"),
        (httpx2.ConnectTimeout("slow"), "did not answer in time"),
        (httpx2.ReadTimeout("slow"), "did not answer in time"),
    ],
)
async def test_a_server_out_of_reach_is_said_to_be(failure: Exception, words: str) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise failure

    chunks, error = await collect(FakeVllm(fail))
    assert chunks == []
    assert isinstance(error, ModelUnavailable)
    assert words in str(error)


async def test_leaving_early_ends_the_request() -> None:
    stream = Sse(delta("a"), delta("b"), delta("c", "stop"))
    fake = FakeVllm(lambda _: httpx2.Response(200, stream=stream))
    async with ModelClient(URL, "", transport=fake) as client:
        answer = client.stream("letters", MESSAGES, 10)
        async for _ in answer:
            break
        assert not stream.closed
        await answer.aclose()
        assert stream.closed


async def test_an_answer_by_schema_is_asked_for_whole() -> None:
    def whole(request: httpx2.Request) -> httpx2.Response:
        message = {"role": "assistant", "content": '{"verdict": "absent"}'}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        named = {"id": "1", "object": "chat.completion", "created": 0, "model": "base"}
        return httpx2.Response(200, json=named | {"choices": [choice]})

    server = FakeVllm(whole)
    schema = {"type": "object"}
    async with ModelClient(URL, "key", transport=server) as client:
        assert await client.answer_json("base", MESSAGES, schema, 9) == '{"verdict": "absent"}'
    sent = json.loads(server.requests[0].content)
    assert sent["response_format"]["json_schema"]["schema"] == schema
    assert (sent["max_tokens"], sent["temperature"], sent["model"]) == (9, 0.0, "base")


async def test_counts_are_asked_for_once_each() -> None:
    fake = FakeVllm(
        lambda request: httpx2.Response(
            200, json={"count": len(request.content), "max_model_len": 4096, "tokens": []}
        )
    )
    async with ModelClient(URL, "key", transport=fake) as client:
        text = await client.count_tokens("letters", "a text")
        chat = await client.count_tokens("letters", MESSAGES)
        assert text.context == 4096
        assert await client.count_tokens("letters", "a text") == text
        assert await client.count_tokens("letters", MESSAGES) == chat
        await client.count_tokens("summary", "a text")
    bodies = [json.loads(request.content) for request in fake.requests]
    assert bodies == [
        {"model": "letters", "prompt": "a text", "add_special_tokens": False},
        {"model": "letters", "messages": MESSAGES},
        {"model": "summary", "prompt": "a text", "add_special_tokens": False},
    ]


async def test_models_names_all_that_are_served() -> None:
    data = [{"id": name, "object": "model"} for name in ("base", "letters")]
    fake = FakeVllm(lambda _: httpx2.Response(200, json={"object": "list", "data": data}))
    async with ModelClient(URL, "key", transport=fake) as client:
        assert await client.models() == ["base", "letters"]
