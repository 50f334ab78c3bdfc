"""What a wrong value is made of, and the makers of wrong values that serve several kinds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from finetune.clinic.cases import draw_case
from index.case import CaseDetails
from index.case_text import format_number

from .fields import Leaf, leaves, matching
from .wordlists import substitutions


@dataclass(frozen=True)
class Source:
    """The case whose letter is made wrong, as fields and as text."""

    details: CaseDetails
    case: str
    rng: Random

    def stranger(self) -> CaseDetails:
        """Another patient, with another disease."""
        own = self.details.diagnosis.icd10[:3]
        while True:
            other = draw_case(self.rng, self.details.language, complete=True)
            if other.diagnosis.icd10[:3] != own:
                return other

    def among(self, options: Sequence[str]) -> str | None:
        """One that the case nowhere has, as a word or a number of its own."""
        free = [text for text in options if not self.has(text)]
        return self.rng.choice(free) if free else None

    def has(self, text: str) -> bool:
        return bool(re.search(rf"(?<![\w.,]){re.escape(text)}(?!\w|[.,]\d)", self.case, re.I))


Change = Callable[[Source, Leaf], Leaf | None]
"""A wrong value in place of a right one; None where there is nothing to make it of."""


def from_list(options: Sequence[str]) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        texts = [format_number(Decimal(text), source.details.language) for text in options]
        drawn = source.among([text for text in texts if _decimal(text) != leaf])
        return _decimal(drawn) if drawn else None

    return change


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def by(*steps: int) -> Change:
    """A count some steps off; of another thing's count where the case has all others."""

    def change(source: Source, leaf: Leaf) -> Leaf | None:
        assert isinstance(leaf, int)
        options = [str(leaf + step) for step in steps if 1 <= leaf + step <= 60]
        drawn = source.among(options) or (source.rng.choice(options) if options else None)
        return int(drawn) if drawn else None

    return change


def moved(*days: int) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        assert isinstance(leaf, dt.date)
        return free_day(source, [leaf + dt.timedelta(days=step) for step in days])

    return change


def free_day(source: Source, options: Sequence[dt.date]) -> dt.date | None:
    """A day on which nothing happened by the case."""
    taken = {leaf for _, leaf in leaves(source.details) if isinstance(leaf, dt.date)}
    free = [day for day in options if day not in taken]
    return source.rng.choice(free) if free else None


def substituted(kind: str) -> Change:
    """A part of the text exchanged by `data/substitutions_*.toml`."""

    def change(source: Source, leaf: Leaf) -> Leaf | None:
        text = str(leaf)
        rows = [r for r in substitutions(source.details.language)[kind] if re.search(r[0], text)]
        if not rows:
            return None
        pattern, *options = source.rng.choice(rows)
        wrong = re.sub(pattern, source.rng.choice(options), text, count=1)
        return wrong if wrong.casefold() != text.casefold() else None

    return change


def foreign(pattern: str) -> Change:
    """What another patient has in the same field."""

    def change(source: Source, leaf: Leaf) -> Leaf | None:
        return source.among([str(other) for _, other in matching(source.stranger(), pattern)])

    return change


def either(*changes: Change) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        order = source.rng.sample(changes, len(changes))
        return next((wrong for one in order if (wrong := one(source, leaf)) is not None), None)

    return change
