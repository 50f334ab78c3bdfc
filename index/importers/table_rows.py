"""Rows of the tables that are known, each kind in its own way, as entries of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from index.data_files import table
from index.importers.csv_tables import Row
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.table_columns import Columns
from index.importers.table_diagnoses import diagnosis, staging
from index.importers.table_therapy import medication, radiotherapy, surgery, toxicity

_SEXES = {
    **dict.fromkeys(("f", "female", "w", "weiblich", "woman"), "female"),
    **dict.fromkeys(("m", "male", "männlich", "man"), "male"),
}


def grouped_rows(columns: Columns, rows: Iterable[Row]) -> Iterator[Entry]:
    """The entries of all rows; drugs that were given together become one."""
    entries = [made for row in rows for made in _READERS[columns.kind](columns, row)]
    together: dict[tuple[str, str], list[Entry]] = {}
    for each in entries:
        if each.kind is Kind.SYSTEMIC and each.get("start"):
            together.setdefault((each.get("start"), each.get("end")), []).append(each)
        else:
            yield each
    for group in together.values():
        fields = {(name, v.text): (name, v) for each in group for name, v in each.fields}
        yield Entry(Kind.SYSTEMIC, tuple(fields.values()))


def _demographics(columns: Columns, row: Row) -> Iterator[Entry]:
    whole = columns.value(row, "name")
    first, last = columns.value(row, "first_name"), columns.value(row, "last_name")
    if whole and not last:
        first, last = _split(whole)
    sex = columns.value(row, "sex")
    known = _SEXES.get(sex.text.casefold(), "") if sex else ""
    yield entry(
        Kind.PATIENT,
        first_name=first,
        last_name=last,
        sex=Value(known, sex.where) if sex and known else None,
        gender=sex if not known else None,
        birth_date=columns.date(row, "birth_date"),
    )
    if died := columns.date(row, "death_date"):
        yield entry(Kind.DEATH, date=died)
    for remark in columns.remarks(row):
        yield entry(Kind.FINDING, value=remark)


def _split(name: Value) -> tuple[Value | None, Value]:
    """`Last, First` or `First Last`."""
    if "," in name.text:
        last, _, first = name.text.partition(",")
    else:
        first, _, last = name.text.rpartition(" ")
    given = Value(first.strip(), name.where) if first.strip() else None
    return given, Value(last.strip() or name.text, name.where)


def _document(columns: Columns, row: Row) -> Iterator[Entry]:
    label = _document_label(columns)
    author = columns.value(row, "author")
    yield entry(
        Kind.REPORT,
        title=[Value(label, columns.table_name), *columns.all(row, "title")],
        text=columns.all(row, "text"),
        date=columns.date(row),
        remark=[author, *columns.remarks(row, "date")],
    )


def _document_label(columns: Columns) -> str:
    for names in table("table_columns")["documents"].values():
        if any(word in columns.table_name.casefold() for word in names["words"]):
            return names[columns.language]
    return ""


def _laboratory(columns: Columns, row: Row) -> Iterator[Entry]:
    ends = [each for role in ("low", "high") for each in columns.all(row, role)[:1]]
    both = Value("-".join(each.text for each in ends), ends[0].where) if ends else None
    reference = columns.value(row, "reference") or both
    yield entry(
        Kind.LABORATORY,
        name=columns.value(row, "name"),
        value=columns.value(row, "value"),
        unit=columns.value(row, "unit"),
        reference=reference,
        flag=columns.value(row, "flag"),
        date=columns.date(row),
        remark=columns.remarks(row, "name", "value", "flag", "date"),
    )


def _biomarker(columns: Columns, row: Row) -> Iterator[Entry]:
    yield entry(
        Kind.MARKER,
        name=columns.value(row, "name"),
        value=[*columns.all(row, "value"), columns.value(row, "unit")],
        date=columns.date(row),
        remark=columns.remarks(row, "name", "date"),
    )


def _appointment(columns: Columns, row: Row) -> Iterator[Entry]:
    yield entry(
        Kind.FOLLOW_UP,
        what=columns.all(row, "what"),
        date=columns.date(row),
        remark=columns.remarks(row, "date"),
    )


def _allergy(columns: Columns, row: Row) -> Iterator[Entry]:
    name = table("import_words")["added"]["allergy"][columns.language]
    yield entry(
        Kind.FINDING,
        name=Value(name, f"{columns.table_name} row {row.number}"),
        value=columns.value(row, "name"),
        date=columns.date(row),
        remark=[*columns.all(row, "reaction"), *columns.remarks(row, "name", "date")],
    )


def _performance(columns: Columns, row: Row) -> Iterator[Entry]:
    for role, label in (("ecog", "ECOG"), ("karnofsky", "Karnofsky")):
        if given := columns.value(row, role):
            shown = (
                given.text if label.casefold() in given.text.casefold() else f"{label} {given.text}"
            )
            yield entry(Kind.PERFORMANCE, value=Value(shown, given.where), date=columns.date(row))
    for remark in columns.remarks(row):
        yield entry(Kind.FINDING, value=remark, date=columns.date(row))


_READERS: dict[str, Callable[[Columns, Row], Iterator[Entry]]] = {
    "demographics": _demographics,
    "documents": _document,
    "laboratory": _laboratory,
    "biomarkers": _biomarker,
    "medications": medication,
    "staging": staging,
    "diagnoses": diagnosis,
    "allergies": _allergy,
    "surgeries": surgery,
    "radiotherapy": radiotherapy,
    "toxicities": toxicity,
    "appointments": _appointment,
    "performance": _performance,
}
