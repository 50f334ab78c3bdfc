"""What the model has written: a letter, a summary, or its next version, in its parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.prompt import Kind
from index.letter import Section


@dataclass(frozen=True)
class Usage:
    """Tokens of one request, as vLLM counted them."""

    prompt: int
    answer: int


class Ending(StrEnum):
    """Why a text ends where it does; vLLM's finish reasons, and one more."""

    STOP = "stop"
    """The model was done."""
    LENGTH = "length"
    """It ran out of room."""
    REPETITION = "repetition"
    """It went round in circles, and was stopped."""
    BROKEN = "broken"
    """The server broke off."""


@dataclass(frozen=True)
class Draft:
    """The text of an answer and how it came about.

    Attributes:
        text: as the model wrote it.
        sections: its parts, in order; joined they are the text.
        model: the served model's name.
        usage: None when the model broke off.
        seconds_to_first: from sending the prompt to the first word.
        seconds: from sending the prompt to the last word.
    """

    text: str
    sections: tuple[Section, ...]
    kind: Kind
    model: str
    ending: Ending
    usage: Usage | None
    seconds_to_first: float
    seconds: float

    @property
    def cut(self) -> bool:
        """Whether the model did not come to the end by itself."""
        return self.ending is not Ending.STOP
