"""What the model has written: a letter, a summary, or its next version, in its parts."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.prompt import Kind
from index.letter import Section


@dataclass(frozen=True)
class Usage:
    """Tokens of one request, as vLLM counted them."""

    prompt: int
    answer: int


@dataclass(frozen=True)
class Draft:
    """The text of an answer and how it came about.

    Attributes:
        text: as the model wrote it.
        sections: its parts, in order; joined they are the text.
        model: the served model's name.
        cut: the model ran out of room, or broke off, before it came to the end.
        usage: None when the model broke off.
        seconds_to_first: from sending the prompt to the first word.
        seconds: from sending the prompt to the last word.
    """

    text: str
    sections: tuple[Section, ...]
    kind: Kind
    model: str
    cut: bool
    usage: Usage | None
    seconds_to_first: float
    seconds: float
