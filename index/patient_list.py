"""The hospital's list of patients: a table of names, birth dates, ids, addresses, phone numbers.

Its columns are recognised by German and English headings (`index/data/patient_columns.toml`). What
can't be used is told by the number of its row, never by a word of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.data_files import table
from index.errors import CaseError, SettingsError
from index.importers.csv_tables import Row, read_table
from index.importers.table_columns import plain

SHORTEST_ID = 5
"""Characters; a shorter number stands in too many letters as something else."""
_MOST_ROWS = 2_000_000
_BETWEEN = re.compile(r"\s*[;|\n]\s*")
"""What stands between several values of one cell."""


@dataclass(frozen=True)
class Patient:
    """One row. A full name stands in `names` as it was given, a split one under its parts."""

    given: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    births: tuple[dt.date, ...] = ()
    ids: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Streets with their house number, postal codes with their town."""
    towns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PatientList:
    """
    Attributes:
        problems: a line for each row that could not be used as a whole.
        hash: of the file, 12 hex digits.
    """

    patients: tuple[Patient, ...]
    problems: tuple[str, ...]
    hash: str


def read_patients(file: Path) -> PatientList:
    """The list in a CSV file, in any usual encoding and with any usual separator.

    Raises:
        SettingsError: it can't be read, or has no column that is known or no row that can be used.
    """
    try:
        data = file.read_bytes()
        empty = frozenset(table("table_columns")["any"]["empty"])
        read = read_table(data, file.name, empty, most_rows=_MOST_ROWS)
    except OSError as error:
        raise _unusable(file, f"{error.strerror}.") from None
    except CaseError as error:
        raise _unusable(file, error.what) from None
    columns = _columns(read.columns)
    if not columns:
        headings = "Vorname, Nachname, Geburtsdatum, Patienten-ID, Straße, PLZ, Ort, Telefon"
        raise _unusable(file, f"no heading in its first row is known. Known are e.g. {headings}.")
    patients: list[Patient] = []
    problems = [f"row {row}: it has more values than there are columns" for row in read.ragged]
    for row in read.rows:
        patient, wrong = _patient(row, columns)
        problems += [f"row {row.number}: {each}" for each in wrong]
        if patient == Patient():
            problems.append(f"row {row.number}: there is nothing in it to look for")
        else:
            patients.append(patient)
    if not patients:
        raise _unusable(file, "there is no patient in it.")
    return PatientList(tuple(patients), tuple(problems), hashlib.sha256(data).hexdigest()[:12])


def _unusable(file: Path, why: str) -> SettingsError:
    return SettingsError(
        f"The list of known patients {file} can't be used: {why}",
        "Correct EPIKRISE_INDEX_KNOWN_PATIENTS or the file.",
    )


@cache
def _roles() -> Mapping[str, str]:
    listed = table("patient_columns")["roles"]
    return {plain(name): role for role, names in listed.items() for name in names}


def _columns(names: tuple[str, ...]) -> dict[str, str]:
    """The part that each known column plays; "Telefon (2)" plays that of "Telefon"."""
    roles = {name: _roles().get(plain(re.sub(r" \(\d+\)$", "", name))) for name in names}
    known = {name: role for name, role in roles.items() if role}
    if "surname" not in known.values() and "given" in known.values():
        # Beside a column of given names, "Name" is the surname.
        known = {c: "surname" if role == "name" else role for c, role in known.items()}
    return known


def _patient(row: Row, columns: Mapping[str, str]) -> tuple[Patient, tuple[str, ...]]:
    cells: dict[str, list[str]] = {}
    for column, role in columns.items():
        if column in row.values:
            cells.setdefault(role, []).append(row.values[column].text)
    wrong: list[str] = []
    births = tuple(day for cell in cells.get("birth", ()) for day in birth_dates(cell))
    if cells.get("birth") and not births:
        wrong.append("its birth date can't be read")
    ids = tuple(_several(cells.get("id", ())))
    kept = tuple(each for each in ids if len(re.sub(r"[\W_]", "", each)) >= SHORTEST_ID)
    if len(kept) < len(ids):
        wrong.append(f"an id of fewer than {SHORTEST_ID} characters is left out")
    patient = Patient(
        given=tuple(cells.get("given", ())),
        surnames=tuple(cells.get("surname", ())),
        names=tuple(_several(cells.get("name", ()))),
        births=births,
        ids=kept,
        phones=tuple(_several(cells.get("phone", ()))),
        mails=tuple(_several(cells.get("mail", ()))),
        addresses=tuple(_addresses(cells)),
        towns=tuple(cells.get("town", ())),
    )
    return patient, tuple(wrong)


def _several(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        yield from (each for each in _BETWEEN.split(cell) if each)


def _addresses(cells: Mapping[str, list[str]]) -> Iterator[str]:
    house = "".join(cells.get("house", ())[:1])
    for street in cells.get("street", ()):
        yield street if re.search(r"\d", street) or not house else f"{street} {house}"
    for postcode in cells.get("postcode", ()):
        yield from (f"{postcode} {town}" for town in cells.get("town", ()))
    for address in cells.get("address", ()):
        yield from (part for part in re.split(r"\s*[,;\n]\s*", address) if part)


_DAY = re.compile(r"(\d{1,4})[./\- ]{1,3}(\d{1,2})[./\- ]{1,3}(\d{4}|\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def birth_dates(cell: str) -> tuple[dt.date, ...]:
    """The days that a cell may mean: two where day and month can be told either way; none where it
    is no date with a year of four digits."""
    found = _COMPACT.fullmatch(cell.strip()) or _DAY.match(cell.strip())
    if not found:
        return ()
    first, second, third = (int(each) for each in found.groups())
    if len(found[1]) == 4:
        orders = [(first, second, third)]
    elif len(found[3]) == 4:
        orders = [(third, second, first), (third, first, second)]
    else:
        return ()
    days: dict[dt.date, None] = {}
    for year, month, day in orders:
        if 1850 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31:
            try:
                days[dt.date(year, month, day)] = None
            except ValueError:
                continue
    return tuple(days)
