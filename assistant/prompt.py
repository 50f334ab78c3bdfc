"""The one prompt builder: the page, the command line, training and evaluation all call it.

The fixed instruction comes first, then the example letters, then the case, then the turns, so that
a refine turn shares everything but its last message with the turn before it (prefix cache).

A case, a letter and a user's turn are data. Two things keep them so: tags set them apart, and
whatever in them looks like one of our tags or like a special token of the chat template is
defused, so that no text can close its tag or open a turn of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal, TypedDict

from index.case import Case
from index.letter import Language
from retrieval.exemplar import Exemplar

VERSION = "v1"


class Kind(StrEnum):
    """What is asked for; each kind has an adapter of its own."""

    LETTER = "letter"
    SUMMARY = "summary"


class Part(StrEnum):
    """A part of a letter that may be asked for alone (arXiv 2408.10715)."""

    SALUTATION = "salutation"
    HISTORY = "history"
    """The diagnoses and the treatment history."""
    RECOMMENDATIONS = "recommendations"
    SCHEDULE = "schedule"


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Turn:
    """A refine turn: the letter as it stood, and what the physician asked to have changed."""

    draft: str
    instruction: str


def build_messages(
    case: Case,
    kind: Kind,
    exemplars: Sequence[Exemplar] = (),
    turns: Sequence[Turn] = (),
    part: Part | None = None,
) -> list[Message]:
    """The chat messages whose answer is a letter, a summary, or its next version.

    Args:
        case: what the letter is written from.
        kind: letter or summary.
        exemplars: past letters that show the style, best first.
        turns: the refine turns so far, oldest first; the last one is to be answered.
        part: the only part of a letter that is asked for; all of it without one.

    Returns:
        system, user, then an assistant and a user message for every turn.
    """
    texts = _texts(case.language)
    examples = "".join(f"<example>\n{defuse(e.text)}\n</example>\n\n" for e in exemplars)
    asked = texts[f"part_{part}"] if part else texts[kind.value]
    request = f"{examples}<case>\n{defuse(case.text)}\n</case>\n\n{asked}"
    messages: list[Message] = [
        {"role": "system", "content": texts["system"].strip()},
        {"role": "user", "content": request},
    ]
    for turn in turns:
        messages.append({"role": "assistant", "content": defuse(turn.draft)})
        messages.append({"role": "user", "content": defuse(turn.instruction)})
    return messages


_TAG = re.compile(r"<(?=\s*/?\s*(?:case|example)\b)|<(?=\|)", re.IGNORECASE)


def defuse(text: str) -> str:
    """`text` with nothing in it that could pass for our tags or for a special token."""
    return _TAG.sub("‹", text.strip())


@cache
def _texts(language: Language) -> dict[str, str]:
    source = resources.files("assistant") / "prompts" / f"{VERSION}.toml"
    texts: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))[language]
    return texts
