"""The columns of a table by the part they play, and the values of a row by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.data_files import table
from index.date_order import Order
from index.importers.csv_tables import Row
from index.importers.given_dates import read_date
from index.importers.imported import Value
from index.letter import Language

Orders = dict[str, Order]

_SIGN = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A column's name without case, spaces and signs."""
    return _SIGN.sub("", name).casefold()


def is_administrative(column: str) -> bool:
    """Whether a column holds keys or addresses: no fact of a case."""
    name = plain(column)
    known = table("table_columns")["any"]
    return name in _administrative() or name in known["patient"] or name.endswith("id")


@cache
def _administrative() -> frozenset[str]:
    return frozenset(table("table_columns")["any"]["administrative"])


@dataclass(frozen=True)
class Columns:
    """What the columns of one table hold.

    Attributes:
        roles: columns by the part they play.
        orders: the order of day and month, by column.
    """

    kind: str
    roles: dict[str, list[str]]
    orders: Orders
    language: Language
    table_name: str

    def value(self, row: Row, role: str) -> Value | None:
        return next(iter(self.all(row, role)), None)

    def all(self, row: Row, role: str) -> list[Value]:
        return [row.values[c] for c in self.roles.get(role, []) if c in row.values]

    def date(self, row: Row, role: str = "date") -> Value | None:
        for column in self.roles.get(role, []):
            if column in row.values:
                given = row.values[column]
                return Value(read_date(given.text, self.orders[column]), given.where)
        return None

    def remarks(self, row: Row, *but: str) -> list[Value]:
        """The values of columns that play no part, with the names of their columns.

        Args:
            but: parts of which only the first column is read elsewhere.
        """
        played = {c for role, columns in self.roles.items() for c in _read(role, columns, but)}
        return [
            Value(f"{column} {value.text}", value.where)
            for column, value in row.values.items()
            if column not in played and not is_administrative(column)
        ]


def _read(role: str, columns: list[str], but: tuple[str, ...]) -> list[str]:
    return columns[:1] if role in but else columns
