"""What a refine turn starts from, and how it is worded and recorded."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from finetune.clinic.clinics import Clinic
from finetune.clinic.letters import LetterOptions
from finetune.clinic.phrasing import fill, load_phrases
from index.case import CaseDetails
from index.letter import Language, SectionKind


@dataclass(frozen=True)
class Refinement:
    """One refine turn.

    Attributes:
        instruction: what the physician types.
        details: the case as it is after the instruction.
        options: the letter's options after the instruction.
        kind: what sort of change it is, e.g. `short_history`.
    """

    instruction: str
    details: CaseDetails
    options: LetterOptions
    kind: str


@dataclass(frozen=True)
class Draft:
    """The letter to be refined, and where its refinement's words come from."""

    details: CaseDetails
    options: LetterOptions
    rng: random.Random
    language: Language
    clinic: Clinic

    def words(self, sentence: str, /, **facts: str) -> str:
        phrasings = load_phrases("refinements", self.language)[sentence]["any"]
        fitting = [text for phrasing in phrasings if (text := fill(phrasing, facts, {}))]
        return self.rng.choice(fitting)

    def section(self, kind: SectionKind) -> str:
        """What a physician calls the section, by the house's headings."""
        names = self.clinic.wording(self.language).get("section_names", {})
        return self.rng.choice(names[kind]) if kind in names else self.words(f"section_{kind}")

    def old(self, text: str, share: float = 0.5) -> str:
        """The old value, for instructions that name it; physicians often don't."""
        return text if self.rng.random() < share else ""

    def changed(self, kind: str, instruction: str, **fields: object) -> Refinement:
        details = self.details.model_copy(update=fields)
        return Refinement(instruction, details, self.options, kind)

    def optioned(self, kind: str, instruction: str, options: LetterOptions) -> Refinement:
        return Refinement(instruction, self.details, options, kind)


_Item = TypeVar("_Item")


def put(items: Sequence[_Item], position: int, item: _Item) -> tuple[_Item, ...]:
    return (*items[:position], item, *items[position + 1 :])


def next_working_day(date: dt.date) -> dt.date:
    return date + dt.timedelta(days=max(0, 7 - date.weekday()) if date.weekday() > 4 else 0)
