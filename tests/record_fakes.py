"""A made-up record of many notes, and a model that answers what a test wants."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from assistant.client import Chunk, TokenCount
from assistant.draft import Ending
from assistant.prompt import Message
from index.case import Case

FIELDS = """\
Patient: Erika Example
Sex: female
Date of birth: 4 May 1961
Diagnosis: Carcinoma of the left breast
TNM: pT2 pN1a cM0
Medication: ramipril 5 mg 1-0-0; metformin 1000 mg 1-0-1
Laboratory: CA 15-3: 80 U/ml (1 March 2025); 60 U/ml (1 April 2025); 40 U/ml (1 May 2025); 20 U/ml \
(1 June 2025)
"""
SYMPTOMS = ("fatigue", "nausea", "erythema", "dysphagia", "diarrhoea")


def note(number: int) -> str:
    """Each note has a weight and a symptom of its own."""
    symptom = SYMPTOMS[number % len(SYMPTOMS)]
    return (
        f"Report: Visit, {number % 28 + 1} March 2025: She came by herself, in good spirits. "
        f"She reports {symptom} grade {number % 3 + 1}. Weight {50 + number}.5 kg. "
        "Plan: Radiotherapy goes on. CT of the thorax in 3 months. "
        "She has no pain, and the skin of the chest wall is dry and without any sore place."
    )


def record(notes: int = 40) -> Case:
    return Case(FIELDS + "\n".join(note(number) for number in range(notes)), "en")


Answer = Callable[[str], str | Exception]


@dataclass
class RecordModel:
    """A token is a word. Chunks are answered by `answer`, the letter is one line.

    Attributes:
        holds: chunks wait until it is set.
        most: how many chunks were being answered at once.
    """

    answer: Answer = lambda chunk: ""
    context: int = 1500
    asked: list[str] = field(default_factory=list[str])
    letters: list[Sequence[Message]] = field(default_factory=list[Sequence[Message]])
    holds: asyncio.Event | None = None
    running: int = 0
    most: int = 0
    ended: int = 0

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int, temperature: float = 0.0
    ) -> AsyncGenerator[Chunk, None]:
        if model == "letters":
            self.letters.append(messages)
            yield Chunk("Dear colleague", Ending.STOP)
            return
        case = re.search(r"<case>\n(.*)\n</case>", messages[-1]["content"], re.DOTALL)
        assert case
        self.asked.append(case[1])
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0)
            if self.holds:
                await self.holds.wait()
            said = self.answer(case[1])
            if isinstance(said, Exception):
                raise said
            yield Chunk(said, Ending.STOP)
        finally:
            self.running -= 1
            self.ended += 1

    async def count_tokens(self, model: str, content: str | Sequence[Message]) -> TokenCount:
        if isinstance(content, str):
            return TokenCount(len(content.split()), self.context)
        return TokenCount(sum(len(m["content"].split()) + 3 for m in content) + 2, self.context)
