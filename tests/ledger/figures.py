"""What is counted: wrong letters by kind, and letters without an error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from index.letter import Language

from .wrong import Wrong

RECALL, RECALL_OF_SWAPS, PRECISION = 0.97, 0.90, 0.95
ALARMS_PER_TRUE_LETTER = 0.05
"""The goals, of each kind in both languages together."""


@dataclass(frozen=True)
class Judged:
    """One wrong letter, and what the ledger made of it.

    `right` and `false` are its alarms on the planted change and elsewhere; of a letter that leaves
    something out they are the omissions that the true letter does not have.
    """

    wrong: Wrong
    right: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def found(self) -> bool:
        return bool(self.right)


@dataclass
class Row:
    """The figures of one kind in one language."""

    kind: str
    language: Language
    judged: list[Judged] = field(default_factory=list["Judged"])

    @property
    def recall(self) -> float:
        return sum(one.found for one in self.judged) / len(self.judged)

    @property
    def precision(self) -> float:
        right = sum(len(one.right) for one in self.judged)
        false = sum(len(one.false) for one in self.judged)
        return right / (right + false) if right + false else 1.0


@dataclass
class TrueRow:
    """The false alarms on letters without an error."""

    name: str
    language: Language
    letters: int = 0
    alarmed: int = 0
    omitted: int = 0
    texts: Counter[str] = field(default_factory=Counter[str])
    examples: list[str] = field(default_factory=list[str])
    """The alarms in their sentences."""

    @property
    def per_letter(self) -> float:
        return self.texts.total() / self.letters


@dataclass(frozen=True)
class Report:
    rows: tuple[Row, ...]
    true_rows: tuple[TrueRow, ...]

    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.kind for row in self.rows))

    def missed(self) -> list[str]:
        """The kinds of which too few are found."""
        recalls = ((kind, self.joined(kind).recall) for kind in self.kinds())
        return [f"{kind} {recall:.2f}" for kind, recall in recalls if recall < goal(kind)]

    def noisy(self) -> list[str]:
        """The kinds in whose letters too much else is doubted."""
        rows = ((kind, self.joined(kind).precision) for kind in self.kinds())
        return [f"{kind} {precision:.2f}" for kind, precision in rows if precision < PRECISION]

    def alarmed(self) -> list[str]:
        """The sets of true letters with too many alarms."""
        return [
            f"{row.name} ({row.language}) {row.per_letter:.2f}"
            for row in self.true_rows
            if row.per_letter > ALARMS_PER_TRUE_LETTER
        ]

    def joined(self, kind: str) -> Row:
        """A kind in both languages."""
        judged = [one for row in self.rows if row.kind == kind for one in row.judged]
        return Row(kind, "en", judged)


def goal(kind: str) -> float:
    return RECALL_OF_SWAPS if kind.startswith("swapped_") else RECALL
