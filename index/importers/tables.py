"""Tables of a record: which is what, whose rows they are, and what they say.

A table and its columns are recognised by the names of `index/data/table_columns.toml`. What is not
recognised is listed; its values are kept as findings, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import table
from index.date_order import order_of
from index.importers.csv_tables import Row, Table
from index.importers.imported import Entry, Kind, NotUnderstood, Reading, Value, entry
from index.importers.languages import language_of
from index.importers.patients import choose, left_out
from index.importers.table_columns import Columns, Orders, is_administrative, plain
from index.importers.table_rows import grouped_rows

_FILE_WORD = 3
"""Columns that a word of the file's name counts for."""
_MOST_UNKNOWN_ROWS = 100
"""Of a table that is not known; a longer one is no part of a case."""


@dataclass(frozen=True)
class _Known:
    """A table and what it is; `kind` is empty where it is not known."""

    table: Table
    kind: str
    roles: dict[str, list[str]]

    @property
    def patient_column(self) -> str:
        names = table("table_columns")["any"]["patient"]
        fit = (column for name in names for column in self.table.columns if plain(column) == name)
        return next(fit, "")


def read_tables(tables: Iterable[Table], patient: str = "") -> Reading:
    """What tables say of one patient.

    Raises:
        CaseError: they are about several patients, or in another language.
    """
    known = [_recognised(each) for each in tables]
    ids = [
        row.values[each.patient_column].text
        for each in known
        for row in each.table.rows
        if each.patient_column in row.values
    ]
    chosen = choose(ids, patient)
    entries: list[Entry] = []
    notes = left_out(ids, chosen)
    language, orders = language_of(_texts(known)), _orders(known)
    for each in known:
        rows = [
            row
            for row in each.table.rows
            if not each.patient_column
            or row.values.get(each.patient_column, Value(chosen, "")).text == chosen
        ]
        columns = Columns(each.kind, each.roles, orders, language, each.table.name)
        entries += grouped_rows(columns, rows) if each.kind else _unknown(each, rows)
        notes += _not_understood(each, rows)
    return Reading(tuple(entries), tuple(notes), language)


@cache
def empty_values() -> frozenset[str]:
    """Values, in small letters, that say that there is none."""
    return frozenset(table("table_columns")["any"]["empty"])


def _recognised(found: Table) -> _Known:
    best = _Known(found, "", {})
    best_score = 0
    for kind, signs in table("table_columns")["kinds"].items():
        by_name = any(word in found.name.casefold() for word in signs["file"])
        known = signs["columns"]
        if by_name:
            more = signs.get("by_file", {})
            known = {
                role: [*known.get(role, []), *more.get(role, [])] for role in {**known, **more}
            }
        roles = _roles(found, known)
        if not all(any(role in roles for role in group) for group in signs["needs"]):
            continue
        score = len(roles) + _FILE_WORD * by_name
        if score > best_score:
            best, best_score = _Known(found, kind, roles), score
    return best


def _roles(found: Table, names: dict[str, list[str]]) -> dict[str, list[str]]:
    """Which columns play which part; the first name of a list that is there goes first."""
    left = {plain(column): column for column in reversed(found.columns) if column}
    roles: dict[str, list[str]] = {}
    for role, known in names.items():
        columns = [left.pop(name) for name in known if name in left]
        if columns:
            roles[role] = columns
    return roles


def _orders(known: list[_Known]) -> Orders:
    """The order of day and month, column by column; that of all where one does not tell."""
    columns = {
        column: [row.values[column].text for row in each.table.rows if column in row.values]
        for each in known
        for column in each.table.columns
    }
    of_all = order_of(text for texts in columns.values() for text in texts)
    orders: Orders = {}
    for column, texts in columns.items():
        own = order_of(texts)
        orders[column] = of_all if own == "unclear" else own
    return orders


def _texts(known: list[_Known]) -> str:
    rows = (row for each in known for row in each.table.rows)
    return "\n".join(value.text for row in rows for value in row.values.values())


def _unknown(known: _Known, rows: list[Row]) -> Iterator[Entry]:
    """Rows of a table that is not known, as findings under its name."""
    if len(rows) > _MOST_UNKNOWN_ROWS:
        return
    title = known.table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ")
    for row in rows:
        told = {c: v for c, v in row.values.items() if not is_administrative(c)}
        text = ", ".join(f"{column} {value.text}" for column, value in told.items())
        if told:
            where = f"{known.table.name} row {row.number}"
            yield entry(Kind.FINDING, name=Value(title, where), value=Value(text, where))


def _not_understood(known: _Known, rows: list[Row]) -> Iterator[NotUnderstood]:
    name = known.table.name
    for number in known.table.ragged:
        why = "it has more values than there are columns; those beyond are not read"
        yield NotUnderstood(f"{name} row {number}", "row", why)
    if not known.kind:
        kept = len(rows) <= _MOST_UNKNOWN_ROWS
        why = "its columns do not tell what it is; " + (
            "its rows stand among the further findings" if kept else "it is not read"
        )
        yield NotUnderstood(name, "table", why)
        return
    played = {column for columns in known.roles.values() for column in columns}
    filled = dict.fromkeys(column for row in rows for column in row.values)
    for column in filled:
        if column in played or column == known.patient_column:
            continue
        if is_administrative(column):
            why = "keys, addresses and insurance, which a letter does not need"
            yield NotUnderstood(f"{name} {column}", "administrative column", why)
        else:
            why = "not known; its values stand as remarks beside the others of their rows"
            yield NotUnderstood(f"{name} {column}", "column", why)
