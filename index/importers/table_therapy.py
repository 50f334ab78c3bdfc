"""Rows of tables about treatment: drugs, operations, radiotherapy, side effects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.data_files import table
from index.importers.csv_tables import Row
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.table_columns import Columns

_NO = ("no", "false", "0", "n", "nein")
_IS_GRAY = re.compile(r"c?gy", re.IGNORECASE)


def medication(columns: Columns, row: Row) -> Iterator[Entry]:
    drug, kind = columns.value(row, "drug"), columns.value(row, "kind")
    dose, unit = columns.value(row, "dose"), columns.value(row, "unit")
    amount = " ".join(each.text for each in (dose, unit) if each)
    given = Value(amount, dose.where) if dose else None
    start, end = columns.date(row, "start"), columns.date(row, "end")
    reason, route = columns.value(row, "end_reason"), columns.value(row, "route")
    status = columns.value(row, "status")
    rest = [status, *columns.remarks(row, "drug", "start", "end")]
    if drug and _treats_tumour(drug, kind):
        named = " ".join(each.text for each in (drug, given) if each)
        schedules = columns.all(row, "schedule")
        own = " ".join([named, *(f"({s.text})" for s in schedules)])
        yield entry(
            Kind.SYSTEMIC,
            drug=Value(own, drug.where),
            kind=kind,
            cycles=columns.value(row, "cycles"),
            start=start,
            end=end,
            intent=columns.value(row, "intent"),
            end_reason=reason,
            remark=[route, *rest],
        )
        return
    yield entry(
        Kind.MEDICATION,
        drug=drug,
        dose=given,
        schedule=columns.all(row, "schedule"),
        route=route,
        start=start,
        end=end,
        end_reason=reason,
        remark=[kind, *rest],
    )


def _treats_tumour(drug: Value, kind: Value | None) -> bool:
    """By its class, where the table has one; else by the stem of its name."""
    signs, stems = table("table_columns")["treatment"], table("fhir_codes")["antineoplastic"]
    if kind:
        named = kind.text.casefold()
        if any(word in named for word in signs["words"]):
            return True
        if any(word in named for word in signs["not_words"]):
            return False
    name = drug.text.casefold()
    is_one = any(stem in name for stem in stems["stems"])
    return is_one and not any(stem in name for stem in stems["not_stems"])


def surgery(columns: Columns, row: Row) -> Iterator[Entry]:
    yield entry(
        Kind.SURGERY,
        name=columns.value(row, "name"),
        date=columns.date(row),
        remark=[*columns.all(row, "code"), *columns.remarks(row, "name", "date")],
    )


def radiotherapy(columns: Columns, row: Row) -> Iterator[Entry]:
    boost = columns.value(row, "boost")
    is_boost = boost and boost.text.casefold() not in _NO
    yield entry(
        Kind.RADIOTHERAPY,
        site=columns.value(row, "site"),
        technique=columns.value(row, "technique"),
        modality=columns.all(row, "modality"),
        total=_dose(columns, row, "total"),
        fraction=_dose(columns, row, "fraction"),
        fractions=columns.value(row, "fractions"),
        start=columns.date(row, "start"),
        end=columns.date(row, "end"),
        intent=columns.value(row, "intent"),
        boost=boost if is_boost else None,
        outcome=columns.value(row, "outcome"),
        remark=columns.remarks(row, "site", "total", "fraction", "start", "end"),
    )


def _dose(columns: Columns, row: Row, role: str) -> Value | None:
    """A dose with its unit: its own, that of the column beside it, that of its column's name."""
    given = columns.value(row, role)
    if not given or _IS_GRAY.search(given.text):
        return given
    unit = columns.value(row, "unit")
    named = next((c for c in columns.roles[role] if c in row.values), "").casefold()
    by_name = "cGy" if "cgy" in named else "Gy"
    return Value(f"{given.text} {unit.text if unit else by_name}", given.where)


def toxicity(columns: Columns, row: Row) -> Iterator[Entry]:
    grade = columns.value(row, "grade")
    digits = re.sub(r"(?i)^(grade|grad|g)\s*", "", grade.text) if grade else ""
    yield entry(
        Kind.TOXICITY,
        name=columns.value(row, "name"),
        grade=Value(digits, grade.where) if grade else None,
        date=columns.date(row),
        remark=columns.remarks(row, "name", "grade", "date"),
    )
