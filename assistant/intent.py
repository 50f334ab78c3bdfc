"""What a chat message asks for, by the table in `intents.toml`; no model decides this."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

_A_REQUEST = 200
"""Characters; what is longer is no request for a draft but says what to change, or is a case."""


class Intent(StrEnum):
    CASE = "case"
    """The message is the case itself."""
    LETTER = "letter"
    SUMMARY = "summary"
    REFINE = "refine"


@dataclass(frozen=True)
class Request:
    """What a message asks for; `more` where it says more than which draft is wanted."""

    intent: Intent
    more: bool = False


def understand(message: str, *, has_case: bool, has_draft: bool) -> Request:
    """What `message` asks for.

    Beside a draft everything is a change of it, except a plain request for a new one: a change that
    were taken for a request would throw away all changes before it.

    Args:
        has_case: whether the conversation has a case already.
        has_draft: whether there is a letter or summary that could be refined.
    """
    text = " ".join(message.split())
    if len(text) > _A_REQUEST:
        text = ""
    table = _table()
    plain = table.polite.sub("", text)
    for intent, pattern in table.requests.items():
        if match := pattern.fullmatch(plain):
            return Request(intent, more=any(match.groupdict().values()))
    if has_draft:
        return Request(Intent.REFINE)
    for intent, pattern in table.requests.items():
        if pattern.match(plain):
            return Request(intent, more=True)
    return Request(Intent.LETTER, more=True) if has_case else Request(Intent.CASE)


@dataclass(frozen=True)
class _Table:
    polite: re.Pattern[str]
    """What may stand before and behind a request."""
    requests: dict[Intent, re.Pattern[str]]


@cache
def _table() -> _Table:
    source = resources.files("assistant") / "intents.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    polite = table.pop("polite")
    return _Table(
        re.compile(rf"^({polite}\b[\s,]*)+|([\s,.!?]+{polite})*[\s.!?]*$", re.IGNORECASE),
        {
            Intent(name): re.compile("|".join(patterns), re.IGNORECASE)
            for name, patterns in table.items()
        },
    )
