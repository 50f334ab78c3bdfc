"""Tables as files of text: .csv and .tsv in any usual encoding and with any usual separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import CaseError
from index.importers.imported import Value

SUFFIXES = (".csv", ".tsv", ".tab")

_SEPARATORS = (",", ";", "\t", "|")
_MOST_ROWS = 50_000
_MOST_COLUMNS = 300


@dataclass(frozen=True)
class Row:
    """One row: values by the name of their column, without those that say nothing.

    Attributes:
        number: as a spreadsheet counts, with the names of the columns in row 1.
    """

    number: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Table:
    """A table of a record.

    Attributes:
        name: its file, as a path inside the folder.
        ragged: numbers of rows that have more values than there are columns.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[int, ...] = ()


def read_table(data: bytes, name: str, empty: frozenset[str], most_rows: int = _MOST_ROWS) -> Table:
    """The table in a file.

    Args:
        empty: values, in small letters, that say that there is none.
        most_rows: of which a table may not have more.

    Raises:
        CaseError: it is no text, or no table.
    """
    text = _decoded(data)
    rows = _rows(text, _separator(text))
    try:
        header = next(rows, [])
        columns = tuple(_unique([" ".join(each.split()) for each in header]))
        if len([each for each in columns if each]) < 2 or len(columns) > _MOST_COLUMNS:
            raise CaseError("The file is no table with names of columns in its first row.")
        read: list[Row] = []
        ragged: list[int] = []
        for number, cells in enumerate(rows, 2):
            if len(read) >= most_rows:
                raise CaseError(f"The table has more than {most_rows:,} rows.", "Give fewer.")
            if len(cells) > len(columns) and any(each.strip() for each in cells[len(columns) :]):
                ragged.append(number)
            named = zip(columns, cells, strict=False)
            values = {
                column: Value(cell.strip(), f"{name} row {number} {column}")
                for column, cell in named
                if column and cell.strip().casefold() not in empty
            }
            if values:
                read.append(Row(number, values))
    except csv.Error:
        raise CaseError("The file is no table that can be read.", "Save it as CSV.") from None
    return Table(name, columns, tuple(read), tuple(ragged))


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _separator(text: str) -> str:
    """The sign that makes most columns of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda sign: (len(next(_rows(first, sign), [])), sign == ","))


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _unique(names: list[str]) -> Iterator[str]:
    """Two columns of one name stay apart."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield f"{name} ({seen[name]})" if name and seen[name] > 1 else name
