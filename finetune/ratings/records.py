"""What is kept of a round: its tables, and what is read from them.

A change to the tables needs a new number of their version in `finetune.ratings.store`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text

from finetune.ratings.instrument import Item, Score, items_of

TABLES = MetaData()
ROUNDS = Table(
    "rounds",
    TABLES,
    Column("name", String(64), primary_key=True),
    Column("begun", String(40), nullable=False),
    Column("pdsqi", Boolean, nullable=False),
    Column("answers_sha256", String(64), nullable=False),
)
DRAFTS = Table(
    "drafts",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("round", ForeignKey("rounds.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("case_id", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("case", Text, nullable=False),
    Column("draft", Text, nullable=False),
)
RATINGS = Table(
    "ratings",
    TABLES,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("rater", String(64), primary_key=True),
    Column("scores", JSON, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", String(40), nullable=False),
)


@dataclass(frozen=True)
class Round:
    """A round, as all see it.

    Attributes:
        begun: when, in UTC, as ISO 8601.
        drafts: how many there are to rate.
    """

    name: str
    begun: str
    pdsqi: bool
    drafts: int

    @property
    def items(self) -> tuple[Item, ...]:
        return items_of(pdsqi=self.pdsqi)


@dataclass(frozen=True)
class Sheet:
    """One draft as one rater sees it: without the model, and with the rater's own answers alone.

    Attributes:
        number: in this rater's order, from 1.
        scores: by the items' names; those not answered yet are not in it.
    """

    number: int
    case: str
    draft: str
    scores: Mapping[str, Score]
    comment: str

    def open_items(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(item for item in items if item.name not in self.scores)


@dataclass(frozen=True)
class Rating:
    """What one rater said of one draft, for statistics and exports."""

    rater: str
    case_id: str
    model: str
    scores: Mapping[str, Score]
    comment: str = ""
    at: str = ""
