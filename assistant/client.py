"""The client of vLLM: streams answers, counts tokens, and turns every failure into a ModelError.

Nothing is tried again here: whether a draft is asked for once more is for whoever asked to decide.
One client belongs to one event loop and keeps its connections open between requests.
"""

from __future__ import annotations

import json
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self, cast

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

from assistant.draft import Ending, Usage
from assistant.prompt import Message
from index.errors import ModelError, ModelUnavailable, PromptTooLong

_SLICE_S = 0.05
_COUNTS_KEPT = 4096
_IDLE_S = 1.0
"""Far less than the 5 s after which vLLM closes an idle connection: none is used when just closed,
also where a busy machine makes vLLM see a request seconds after it came."""


_GOING_ROUND = {"min_pattern_size": 16, "max_pattern_size": 200, "min_count": 3}
"""A model that says the same 16 to 200 tokens three times running will go on so up to its limit;
vLLM ends it there. A server that doesn't know this ignores it."""
_ENDINGS = {each.value: each for each in Ending if each is not Ending.BROKEN}


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer; its last one with text has `finish`, the very last one `usage`."""

    text: str
    finish: Ending | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class TokenCount:
    """`tokens` of what was counted; `context` is how many the model takes in all."""

    tokens: int
    context: int


class ModelClient:
    """Talks to one vLLM server.

    Args:
        base_url: without `/v1`, e.g. `http://127.0.0.1:20123`.
        key: what the server wants as its API key; empty where it wants none.
        connect_timeout: seconds that connecting may take.
        answer_timeout: the longest silence in seconds, before the first word or between two.
        transport: for tests: answers in the server's place.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        connect_timeout: float = 5.0,
        answer_timeout: float = 120.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        # trust_env=False: no proxy of the environment ever sees a patient's text.
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(answer_timeout, connect=connect_timeout, pool=None),
            limits=httpx2.Limits(max_connections=None, keepalive_expiry=_IDLE_S),
            verify=ssl.create_default_context() if base_url.startswith("https") else False,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=False,
            transport=transport,
        )
        self._base_url = base_url
        self._openai = openai.AsyncOpenAI(
            base_url=f"{base_url}/v1", api_key=key or "none", http_client=self._http, max_retries=0
        )
        self._counts: OrderedDict[bytes, TokenCount] = OrderedDict()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._openai.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def models(self) -> list[str]:
        """The names of all served models, adapters among them."""
        with _explained("", self._base_url):
            return [model.id async for model in self._openai.models.list()]

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int, temperature: float = 0.0
    ) -> AsyncGenerator[Chunk, None]:
        """The answer as it is written, the first word at once, then in slices of some 50 ms.

        Where the last message is the assistant's own, the answer goes on with it. Closing the
        generator ends the request at the server too.

        Raises:
            ModelUnavailable: the server can't be reached, or broke off; what it had written by then
                has been yielded.
            PromptTooLong: prompt and `max_tokens` are more than the model's context.
            ModelError: the server refuses the request.
        """
        text, sent = "", 0.0
        finish: str | None = None
        usage: Usage | None = None
        try:
            with _explained(model, self._base_url):
                create = self._openai.chat.completions.with_streaming_response.create
                async with create(
                    model=model,
                    messages=cast("list[ChatCompletionMessageParam]", messages),
                    max_tokens=max_tokens,
                    temperature=temperature,
                    stream=True,
                    stream_options={"include_usage": True},
                    extra_body={"repetition_detection": _GOING_ROUND, **_going_on(messages)},
                ) as response:
                    async for line in response.iter_lines():
                        event = _event(line)
                        if event.get("usage"):
                            usage = Usage(
                                event["usage"]["prompt_tokens"],
                                event["usage"]["completion_tokens"],
                            )
                        for choice in event.get("choices", ()):
                            text += choice["delta"].get("content") or ""
                            finish = choice["finish_reason"] or finish
                        now = time.monotonic()
                        if text and now - sent >= _SLICE_S:
                            yield Chunk(text)
                            text, sent = "", now
        except ModelError:
            if text:
                yield Chunk(text)
            raise
        ending = _ENDINGS.get(finish or "")
        yield Chunk(text, ending, usage)
        if ending is None:
            raise _broke_off()

    async def answer_json(
        self,
        model: str,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        max_tokens: int,
    ) -> str:
        """An answer that vLLM holds to a JSON schema; it is cut, and no JSON, at `max_tokens`.

        Raises:
            ModelUnavailable: the server can't be reached, or did not answer.
            PromptTooLong: prompt and `max_tokens` are more than the model's context.
            ModelError: the server refuses the request.
        """
        with _explained(model, self._base_url):
            answer = await self._openai.chat.completions.create(
                model=model,
                messages=cast("list[ChatCompletionMessageParam]", messages),
                max_tokens=max_tokens,
                temperature=0.0,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": dict(schema), "strict": True},
                },
            )
        return answer.choices[0].message.content or "" if answer.choices else ""

    async def count_tokens(self, model: str, content: str | Sequence[Message]) -> TokenCount:
        """How many tokens `content` is: a text by itself, or messages with the chat template.

        Counts are kept, under a digest of the content rather than the content.
        """
        body: dict[str, Any] = {"model": model}
        if isinstance(content, str):
            body |= {"prompt": content, "add_special_tokens": False}
        else:
            body |= {"messages": content}
        digest = blake2b(repr(body).encode(), digest_size=16).digest()
        if digest in self._counts:
            self._counts.move_to_end(digest)
            return self._counts[digest]
        with _explained(model, self._base_url):
            response = await self._http.post(f"{self._base_url}/tokenize", json=body)
            if response.is_error:
                raise _refused(response.status_code, response.text, model, self._base_url)
            answer = response.json()
        count = TokenCount(answer["count"], answer["max_model_len"])
        self._counts[digest] = count
        if len(self._counts) > _COUNTS_KEPT:
            self._counts.popitem(last=False)
        return count


def _going_on(messages: Sequence[Message]) -> dict[str, bool]:
    """Without this vLLM would end an unfinished answer, and have the model begin another."""
    if not messages or messages[-1]["role"] != "assistant":
        return {}
    return {"continue_final_message": True, "add_generation_prompt": False}


def _event(line: str) -> dict[str, Any]:
    """One event as it came, or an empty one; openai's objects cost more than all the rest."""
    if not line.startswith("data: {"):
        return {}
    try:
        event: dict[str, Any] = json.loads(line[6:])
    except json.JSONDecodeError:
        raise _broke_off() from None
    if "error" in event:
        raise _broke_off()
    return event


_AGAIN = "Wait a moment and try again."


@contextmanager
def _explained(model: str, base_url: str) -> Generator[None]:
    """The one place where the failures of openai and httpx become errors that say what to do."""
    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException):
        raise ModelUnavailable("The language model did not answer in time.", _AGAIN) from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        if isinstance(cause, httpx2.ConnectError):
            raise ModelUnavailable("The language model can't be reached.", _AGAIN) from None
        raise _broke_off() from None
    except openai.APIStatusError as error:
        raise _refused(error.status_code, error.message, model, base_url) from None


def _broke_off() -> ModelUnavailable:
    return ModelUnavailable("The language model broke off before it was done.", _AGAIN)


def _refused(status: int, said: str, model: str, base_url: str) -> ModelError:
    """By status; what the server said is left out, as it may repeat the prompt."""
    if status in (401, 403):
        return ModelError(
            f"The server at {base_url} refuses the key.", "Set EPIKRISE_ASSISTANT_VLLM_KEY."
        )
    if status == 404:
        return ModelError(
            f"The server at {base_url} does not serve the model {model}.",
            "Check EPIKRISE_ASSISTANT_LETTER_MODEL, EPIKRISE_ASSISTANT_SUMMARY_MODEL "
            "and the adapters.",
        )
    if status == 400 and ("context length" in said or "max_model_len" in said):
        return PromptTooLong(
            "The prompt and the room for the answer are more than the model's context.",
            "Shorten the case.",
        )
    if status == 429 or status >= 500:
        return ModelUnavailable(f"The language model failed (status {status}).", _AGAIN)
    return ModelError(f"The language model refuses the request (status {status}).")
