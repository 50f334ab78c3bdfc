"""A second opinion on what the rules leave open, from the served language model.

    ledger -> open statements -> a question each -> answer by schema -> opinion with its place

It is marked as the model's, stands beside the rules' findings and changes none of them. An answer
counts only with words that really stand in the case: a model that can't show the place of what it
says is not listened to.
"""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Protocol

from assistant.check import Ledger
from assistant.open_statements import Statement, nearest, open_statements
from assistant.prompt import Message, defuse
from index.case import Case
from index.language import detect_language
from index.letter import Language

CASE_CHARACTERS = 6_000
"""Of a case, at most: the statement's nearest sentences of a longer one."""
ANSWER_TOKENS = 200
_AT_ONCE = 4
_QUOTED = 200
"""Characters of a quotation, at most."""


class View(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    ABSENT = "absent"


@dataclass(frozen=True)
class Opinion:
    """What the model says of a statement; the place in the case is None for what is absent."""

    statement: Statement
    view: View
    case_start: int | None = None
    case_end: int | None = None


class Answers(Protocol):
    """What answers by a JSON schema: `ModelClient`."""

    async def answer_json(
        self, model: str, messages: list[Message], schema: Mapping[str, Any], max_tokens: int
    ) -> str: ...


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": [view.value for view in View]},
        "quote": {"type": "string", "maxLength": _QUOTED},
    },
    "required": ["verdict", "quote"],
    "additionalProperties": False,
}


async def second_opinion(
    client: Answers, model: str, case: Case, draft: str, ledger: Ledger
) -> AsyncGenerator[tuple[int, Opinion | None], None]:
    """An opinion on each open statement, as they come; None where the answer was of no use.

    Yields:
        how many statements are still unanswered, and the opinion.

    Raises:
        ModelError: the model can't be asked; what was answered before has been yielded.
    """
    statements = open_statements(draft, ledger)
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def ask(statement: Statement) -> Opinion | None:
        async with at_once:
            messages = question(case.text, statement.text)
            answer = await client.answer_json(model, messages, SCHEMA, ANSWER_TOKENS)
        return understood(answer, statement, case.text)

    asked = [asyncio.create_task(ask(statement)) for statement in statements]
    try:
        for number, answered in enumerate(asyncio.as_completed(asked), 1):
            yield len(asked) - number, await answered
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


def question(case: str, statement: str) -> list[Message]:
    """The case first, so that all questions on one letter share their beginning (prefix cache)."""
    texts = _texts(detect_language(f"{statement}\n{case}"))
    shown = nearest(case, statement, CASE_CHARACTERS)
    return [
        {"role": "system", "content": texts["system"].strip()},
        {
            "role": "user",
            "content": f"<case>\n{_data(shown)}\n</case>\n\n"
            f"<statement>\n{_data(statement)}\n</statement>\n\n{texts['request']}",
        },
    ]


def understood(answer: str, statement: Statement, case: str) -> Opinion | None:
    """The opinion in an answer; None for one that isn't of the schema or quotes what isn't there.

    An agreement and a contradiction need their words in the case; white space and case apart.
    """
    try:
        given = json.loads(answer)
        view, quote = View(given["verdict"]), str(given["quote"])
    except (ValueError, KeyError, TypeError):
        return None
    if view is View.ABSENT:
        return Opinion(statement, view)
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s+".join(words), case, re.IGNORECASE) if words else None
    if found is None or len(found.group()) < min(3, len(case)):
        return None
    return Opinion(statement, view, found.start(), found.end())


def _data(text: str) -> str:
    return re.sub(r"<(?=\s*/?\s*statement\b)", "‹", defuse(text), flags=re.IGNORECASE)


@cache
def _texts(language: Language) -> dict[str, str]:
    source = resources.files("assistant") / "prompts" / "second_opinion.toml"
    texts: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))[language]
    return texts
