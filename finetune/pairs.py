"""Training examples: conversations as the assistant would have them, and where they come from.

    demo clinic  -> ClinicExamples ─┐
                                    ├─> Example -> labels -> Trainer
    pairs folder -> read_pairs ─────┘

Every message of a prompt comes from `assistant.prompt.build_messages`, so what is trained is what
is served. A patient belongs to one split, told by the name alone, so that no name of a test
patient is ever seen in training.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.prompt import Message
from index.errors import TrainingError


class Split(StrEnum):
    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


@dataclass(frozen=True)
class Example:
    """A conversation, and which of its messages are to be learned.

    Attributes:
        messages: as they would be sent, and the answer last.
        answers: positions of the assistant's messages that carry loss.
        patient: who it is about, for keeping splits apart.
        facts: strings of the answers that have to be right, where they are known.
        institution: where it is from; empty where that is not told.
    """

    messages: tuple[Message, ...]
    answers: tuple[int, ...]
    patient: str = ""
    facts: tuple[str, ...] = ()
    institution: str = ""

    def shorter(self) -> Example | None:
        """Without its last refine turn; None when there is none."""
        if len(self.answers) < 2:
            return None
        messages = self.messages[: self.answers[-2] + 1]
        return replace(self, messages=messages, answers=self.answers[:-1])


def split_of(patient: str) -> Split:
    """The split of a patient, from the last name alone: 8 of 10 train, 1 dev, 1 test."""
    bucket = hashlib.sha256(patient.casefold().encode()).digest()[0] % 10
    return {0: Split.TEST, 1: Split.DEV}.get(bucket, Split.TRAIN)


def write_pairs(path: Path, examples: Iterable[Example]) -> int:
    """Writes one example a line; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            row = {
                "messages": example.messages,
                "answers": example.answers,
                "patient": example.patient,
                "facts": example.facts,
            }
            if example.institution:
                row["institution"] = example.institution
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def read_pairs(path: Path) -> list[Example]:
    """The examples of a JSONL file.

    Raises:
        TrainingError: no such file, or a line that isn't an example; the line's number is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} can't be read.", "Write it with `finetune pairs`.") from error
    examples: list[Example] = []
    for number, line in enumerate(lines, 1):
        try:
            examples.append(example_of(json.loads(line)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise TrainingError(f"{path.name}, line {number} is not an example.") from error
    if not examples:
        raise TrainingError(f"{path} holds no examples.")
    return examples


def example_of(row: dict[str, Any]) -> Example:
    """The example of a row of a JSONL file.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: it is none.
    """
    messages: list[Message] = []
    for message in row["messages"]:
        role, content = message["role"], message["content"]
        if role not in ("system", "user", "assistant") or not content.strip():
            raise ValueError(role)
        messages.append({"role": role, "content": content})
    answers = tuple(int(i) for i in row["answers"])
    if not answers or any(i < 0 or messages[i]["role"] != "assistant" for i in answers):
        raise ValueError(answers)
    facts = tuple(str(fact) for fact in row.get("facts", ()))
    institution = str(row.get("institution") or row.get("clinic") or "")
    return Example(tuple(messages), answers, str(row.get("patient", "")), facts, institution)
