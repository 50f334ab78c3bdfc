"""The lines of a folder of pairs, with where each stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.pairs import Example, Split, example_of
from finetune.preflight.verdict import Colour, Finding, some_of


@dataclass(frozen=True)
class Row:
    """An example and its place, `split`.jsonl, line `line`."""

    split: Split
    line: int
    example: Example

    @property
    def answers(self) -> list[str]:
        return [self.example.messages[index]["content"] for index in self.example.answers]

    @property
    def task(self) -> str:
        """The last line of what was asked last: the same for answers of the same kind."""
        asked = self.example.messages[self.example.answers[-1] - 1]["content"]
        return asked.rstrip().rsplit("\n", 1)[-1]


def read_rows(folder: Path) -> tuple[list[Row], list[Finding]]:
    """All that can be read of train, dev and test, and what is wrong with the rest, by line."""
    rows: list[Row] = []
    found: list[Finding] = []
    for split in Split:
        file = folder / f"{split}.jsonl"
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            if split is not Split.TEST:
                line = f"There is no {file}: write it with `epikrise finetune pairs`."
                found.append(Finding(Colour.RED, "data", line))
            continue
        except UnicodeDecodeError:
            found.append(Finding(Colour.RED, "data", f"{file.name} is not UTF-8."))
            continue
        wrong: dict[str, list[int]] = {}
        for number, text in enumerate(lines, 1):
            try:
                rows.append(Row(split, number, example_of(json.loads(text))))
            except (ValueError, LookupError, TypeError, AttributeError):
                wrong.setdefault(_what_is_wrong(text), []).append(number)
        found += [
            Finding(Colour.RED, "data", f"{file.name}, {_lines(numbers)}: {reason}.")
            for reason, numbers in wrong.items()
        ]
        if not lines and split is not Split.TEST:
            found.append(Finding(Colour.RED, "data", f"{file.name} is empty."))
    return rows, found


def places(rows: Iterable[Row]) -> tuple[str, ...]:
    """Where rows stand, a line a file."""
    lines: dict[Split, list[int]] = {}
    for split, line in dict.fromkeys((row.split, row.line) for row in rows):
        lines.setdefault(split, []).append(line)
    return tuple(f"{split}.jsonl: {some_of(numbers)}" for split, numbers in lines.items())


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' if len(numbers) > 1 else ''} {some_of(numbers)}"


def _what_is_wrong(text: str) -> str:
    """Why a line is no example; no word of it is told."""
    try:
        row: Any = json.loads(text)
    except ValueError:
        return "no JSON"
    if not isinstance(row, dict) or not isinstance(messages := row.get("messages"), list):
        return 'no list "messages"'
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            return 'a message without "role" or "content"'
        if message.get("role") not in ("system", "user", "assistant"):
            return "a role that is not system, user or assistant"
        if not message["content"].strip():
            return f"an empty message of the {message['role']}"
    return 'no "answers" that are positions of the assistant\'s messages'
