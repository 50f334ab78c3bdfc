"""What a chat message asks for, by the table in `intents.toml`; no model decides this."""

from __future__ import annotations

import re
import tomllib
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


def understand(message: str, *, has_case: bool, has_draft: bool) -> Intent:
    """What `message` asks for.

    Args:
        has_case: whether the conversation has a case already.
        has_draft: whether there is a letter or summary that could be refined.
    """
    text = " ".join(message.split())
    if len(text) <= _A_REQUEST:
        for intent, patterns in _patterns().items():
            if any(pattern.search(text) for pattern in patterns):
                return intent
    if not has_case:
        return Intent.CASE
    return Intent.REFINE if has_draft else Intent.LETTER


@cache
def _patterns() -> dict[Intent, tuple[re.Pattern[str], ...]]:
    source = resources.files("assistant") / "intents.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        Intent(name): tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
        for name, patterns in table.items()
    }
