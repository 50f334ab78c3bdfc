"""What a folder of pairs was made from: counts, versions and hashes; no content, no path."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assistant.prompt import VERSION
from finetune.pairs import Split

FILE = "manifest.json"


class Support(BaseModel):
    """Of the letters with a case of one origin.

    Attributes:
        letters: how many there were.
        facts: of their letters.
        by_fields: the share of the facts that the case's fields support.
        supported: the share that the whole case supports, sentences of the letter included.
        quoted: sentences of the letter that stand in the case, per letter.
        left_out: letters below the bound.
    """

    letters: int
    facts: int
    by_fields: float
    supported: float
    quoted: float
    left_out: int


class Manifest(BaseModel):
    """What is told of a folder of pairs.

    Attributes:
        origin: `archive` or `demo clinic`.
        deidentified: how; a folder without it should not be trained on.
        prompt: the version of the prompt's texts.
        deidentifier: its version with the tag of the key.
        options: what was asked for.
        read: letters that were read.
        left_out: letters that gave no pair, by the reason.
        examples: by split, task and language.
        support: by the case's origin.
        near_duplicates: letters whose split was changed so that none like them is in another.
        largest_group: the share of the letters that one patient's or nearly equal letters make up.
        undated: letters whose day of writing can't be told.
        bad_cases: files with a case that could not be read.
        dropped: values of the model that do not stand in the letter.
        letters: SHA-256 of each letter's de-identified text, by split.
    """

    origin: str
    deidentified: str
    prompt: str = VERSION
    deidentifier: str = ""
    options: dict[str, Any] = {}
    read: int = 0
    left_out: dict[str, int] = {}
    examples: dict[str, dict[str, dict[str, int]]] = {}
    support: dict[str, Support] = {}
    near_duplicates: int = 0
    largest_group: float = 0.0
    undated: int = 0
    bad_cases: int = 0
    dropped: int = 0
    letters: dict[str, list[str]] = {}

    def write(self, folder: Path) -> None:
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2)
        (folder / FILE).write_text(f"{text}\n", encoding="utf-8")

    @property
    def total(self) -> Counter[str]:
        """Examples by split."""
        return Counter({s: sum(map(_sum, tasks.values())) for s, tasks in self.examples.items()})

    def lines(self) -> list[str]:
        """What a person wants to know of it."""
        lines = [f"{split}: {_told(tasks)}" for split, tasks in self.examples.items()]
        if self.read:
            left = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items())
            lines.append(f"letters: {self.read} read, left out: {left or 'none'}")
        for origin, of in self.support.items():
            lines.append(
                f"case {origin}: {of.letters} letters, {of.facts} facts, "
                f"{of.by_fields:.1%} supported by its fields, {of.supported:.1%} in all, "
                f"{of.quoted:.2f} sentences quoted a letter, {of.left_out} letters left out"
            )
        if self.read:
            lines.append(
                f"near-duplicates: {self.near_duplicates} letters moved to the split of their "
                f"like; largest group {self.largest_group:.1%}; without a date: {self.undated}"
            )
        if self.bad_cases:
            lines.append(f"cases that can't be read: {self.bad_cases}, derived instead")
        if self.dropped:
            lines.append(f"values of the model that don't stand in the letter: {self.dropped}")
        return lines


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def counted(rows: Sequence[tuple[Split, str, str]]) -> dict[str, dict[str, dict[str, int]]]:
    """Counts by split, task and language."""
    counts = Counter(rows)
    found: dict[str, dict[str, dict[str, int]]] = {}
    for split in Split:
        tasks = sorted({task for s, task, _ in counts if s is split})
        found[split.value] = {
            task: {
                language: counts[split, task, language]
                for language in ("de", "en")
                if counts[split, task, language]
            }
            for task in tasks
        }
    return found


def _sum(languages: Mapping[str, int]) -> int:
    return sum(languages.values())


def _told(tasks: Mapping[str, Mapping[str, int]]) -> str:
    told = (
        f"{task} {_sum(languages)} ({', '.join(f'{n} {each}' for each, n in languages.items())})"
        for task, languages in tasks.items()
    )
    return ", ".join(told) or "none"
