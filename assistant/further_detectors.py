"""The served language model as a further detector of what identifies a person.

It only proposes: what it quotes counts where it stands in the letter to the letter, and pure code
replaces it. A letter that it could not look through is not passed on as one that it did.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from assistant.prompt import Message, defuse
from assistant.second_opinion import Answers
from assistant.settings import AssistantSettings
from index.errors import LetterFileError, ModelUnavailable
from index.further import FurtherDetector, believed
from index.letter import Language
from index.settings import IndexSettings
from index.spans import Label, Span

if TYPE_CHECKING:
    from assistant.serving import Endpoint

PART_CHARACTERS = 2_500
"""Of a letter, for one question."""
_LEAST_PART = 200
"""A part whose answer is cut is asked for again in halves, down to this."""
_ANSWER_TOKENS = 900
_AT_ONCE = 4
_QUOTED = 120
"""Characters of a quotation, at most."""
_SHORTEST = 3
"""A shorter quotation stands in too many places that mean something else."""

LABELS = tuple(label.value for label in Label if label is not Label.OTHER)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "identifiers": {
            "type": "array",
            "maxItems": 60,
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": list(LABELS)},
                    "quote": {"type": "string", "maxLength": _QUOTED},
                },
                "required": ["type", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["identifiers"],
    "additionalProperties": False,
}

Connect = Callable[[], AbstractAsyncContextManager[Answers]]
"""Makes a client; each letter has one, as a client belongs to one event loop."""


@dataclass(frozen=True)
class _Connect:
    """A `Connect` that a build can take with it into a process of its own."""

    endpoint: Endpoint
    connect_timeout: float
    answer_timeout: float

    def __call__(self) -> AbstractAsyncContextManager[Answers]:
        from assistant.client import ModelClient

        return ModelClient(
            self.endpoint.base_url,
            self.endpoint.key,
            connect_timeout=self.connect_timeout,
            answer_timeout=self.answer_timeout,
        )


class ServedDetector:
    """A `FurtherDetector` that asks the served model."""

    def __init__(self, connect: Connect, model: str) -> None:
        self._connect = connect
        self._model = model
        asked = json.dumps([model, SCHEMA, _texts("de"), _texts("en"), PART_CHARACTERS])
        self.version = f"llm:{hashlib.sha256(asked.encode()).hexdigest()[:12]}"

    def __call__(self, text: str, language: Language) -> Iterator[Span]:
        """
        Raises:
            ModelError: the model can't be asked.
            LetterFileError: it gave no answer of the schema for a part of the letter.
        """
        quoted = asyncio.run(self._ask(text, language))
        yield from believed(text, (span for each in quoted for span in places(text, *each)))

    async def _ask(self, text: str, language: Language) -> set[tuple[str, Label]]:
        at_once = asyncio.Semaphore(_AT_ONCE)
        async with self._connect() as client:

            async def ask(part: str) -> set[tuple[str, Label]]:
                async with at_once:
                    answer = await client.answer_json(
                        self._model, question(part, language), SCHEMA, _ANSWER_TOKENS
                    )
                found = understood(answer)
                if found is not None:
                    return found
                if len(part) <= _LEAST_PART:
                    raise LetterFileError(
                        "The language model gave no answer for a part of it.", retry=True
                    )
                halves = [await ask(half) for half in parts(part, len(part) // 2 + 1)]
                return set[tuple[str, Label]]().union(*halves)

            found = await asyncio.gather(*(ask(part) for part in parts(text, PART_CHARACTERS)))
        return set[tuple[str, Label]]().union(*found)


def parts(text: str, most: int) -> list[str]:
    """A text in parts of at most `most` characters, cut at line ends or spaces where it can be."""
    found: list[str] = []
    while len(text) > most:
        end = max(text.rfind("\n", most // 2, most), text.rfind(" ", most // 2, most)) + 1
        found.append(text[: end or most])
        text = text[end or most :]
    return [each for each in (*found, text) if each.strip()]


def question(part: str, language: Language) -> list[Message]:
    texts = _texts(language)
    shown = re.sub(r"<(?=\s*/?\s*letter\b)", "‹", defuse(part), flags=re.IGNORECASE)
    return [
        {"role": "system", "content": texts["system"].strip()},
        {"role": "user", "content": f"<letter>\n{shown}\n</letter>\n\n{texts['request']}"},
    ]


def understood(answer: str) -> set[tuple[str, Label]] | None:
    """The quotations of an answer; None for one that isn't of the schema."""
    try:
        listed = cast("list[dict[str, object]]", json.loads(answer)["identifiers"])
        return {(str(each["quote"]), Label(str(each["type"]))) for each in listed}
    except (ValueError, KeyError, TypeError):
        return None


def places(text: str, quote: str, label: Label) -> Iterator[Span]:
    """Where the words of a quotation stand in a text, to the letter, and not within a word."""
    quote = quote.strip()
    if len(quote) < _SHORTEST:
        return
    for match in re.finditer(rf"(?<!\w){re.escape(quote)}(?!\w)", text):
        yield Span(match.start(), match.end(), label)


def detector_at(
    endpoint: Endpoint, index: IndexSettings, settings: AssistantSettings
) -> tuple[FurtherDetector, ...]:
    """The detector that asks a running model; none where the settings name no model for it."""
    if not index.deidentify_model:
        return ()

    connect = _Connect(endpoint, settings.connect_timeout, settings.answer_timeout)
    return (ServedDetector(connect, index.deidentify_model),)


def running_detector(index: IndexSettings) -> tuple[FurtherDetector, ...]:
    """For what is done sooner than a model is started: the one that asks a model that runs.

    Raises:
        ModelUnavailable: none does.
        SettingsError: a setting can't be used.
    """
    from assistant.serving import running

    if not index.deidentify_model:
        return ()
    settings = AssistantSettings.read()
    endpoint = running(settings)
    if endpoint is None:
        raise ModelUnavailable(
            f"The review looks at letters with the language model {index.deidentify_model!r}, too, "
            f"as {index.env_name('deidentify_model')} asks, and none is running.",
            f"Start it with epikrise run, or set {settings.env_name('vllm_url')}.",
        )
    return detector_at(endpoint, index, settings)


@contextmanager
def served_detector(
    index: IndexSettings, say: Callable[[str], None], *, only_planned: bool = False
) -> Generator[tuple[FurtherDetector, ...]]:
    """For a command: asks a running model, or one that is started for it and ends with the block.

    Args:
        only_planned: it is not going to be asked, so that none need run.

    Raises:
        ModelUnavailable: it did not come up.
        SettingsError: a setting can't be used.
    """
    from assistant.demo import find_demo_clinic
    from assistant.serving import Endpoint, serving

    if not index.deidentify_model:
        yield ()
        return
    settings = AssistantSettings.read()
    if only_planned:
        yield detector_at(Endpoint("", ""), index, settings)
        return
    if settings.demo:
        clinic = find_demo_clinic()
        settings = settings.with_model(clinic.model_dir, clinic.adapters)
    with serving(settings, say) as endpoint:
        yield detector_at(endpoint, index, settings)


@cache
def _texts(language: Language) -> dict[str, str]:
    source = resources.files("assistant") / "prompts" / "identifiers.toml"
    texts: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))[language]
    return texts
