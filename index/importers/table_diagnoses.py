"""Rows of tables of diagnoses and of stagings."""

from __future__ import annotations

from collections.abc import Iterator

from index.data_files import table
from index.importers.assembling import Words
from index.importers.csv_tables import Row
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.table_columns import Columns
from index.importers.tumour_kinds import is_icd10, role_of

_STAGES = ("t", "n", "m", "tnm", "stage")
_OVER = ("resolved", "inactive", "history", "abgeschlossen")


def staging(columns: Columns, row: Row) -> Iterator[Entry]:
    stage, figo = columns.value(row, "stage"), columns.value(row, "figo")
    yield entry(
        Kind.STAGING,
        t=columns.value(row, "t"),
        n=columns.value(row, "n"),
        m=columns.value(row, "m"),
        tnm=columns.value(row, "tnm"),
        stage=[stage, _called("FIGO", figo)],
        date=columns.date(row),
        remark=[
            columns.value(row, "grade"),
            columns.value(row, "system"),
            columns.value(row, "kind"),
            *columns.remarks(row, "t", "n", "m", "stage", "date"),
        ],
    )


def _called(name: str, given: Value | None) -> Value | None:
    """A value with its name before it, unless it says the name itself."""
    if not given or name.casefold() in given.text.casefold():
        return given
    return Value(f"{name} {given.text}", given.where)


def diagnosis(columns: Columns, row: Row) -> Iterator[Entry]:
    name, code = columns.value(row, "name"), columns.value(row, "code")
    status, day = columns.value(row, "status"), columns.date(row)
    other = Value(f"Code {code.text}", code.where) if code and not is_icd10(code.text) else None
    code = None if other else code
    icd10 = code.text.upper() if code else ""
    remarks = [
        status,
        other,
        _until(columns, row),
        *columns.remarks(row, "name", "code", "date", "end"),
    ]
    role = role_of(name.text if name else "", icd10)
    if role == "secondary":
        shown = f"{name.text} ({icd10})" if name and icd10 else name.text if name else icd10
        where = (name or code or Value("", "")).where
        yield entry(Kind.METASTASIS, name=Value(shown, where), date=day, remark=remarks)
        return
    if not role:
        extra = [
            each
            for part in ("laterality", "site", "histology", "grade", *_STAGES)
            for each in columns.all(row, part)
        ]
        yield entry(Kind.COMORBIDITY, name=name, icd10=code, date=day, remark=[*extra, *remarks])
        return
    over = bool(status and status.text.casefold() in _OVER)
    about = f"{columns.table_name} row {row.number}"
    yield entry(
        Kind.DIAGNOSIS,
        about,
        name=name,
        icd10=code,
        date=day,
        laterality=_side(columns, row),
        site=columns.all(row, "site"),
        histology=columns.value(row, "histology"),
        grading=columns.value(row, "grade"),
        remark=remarks,
        role=Value("earlier" if over else role, ""),
    )
    stages = {part: columns.value(row, part) for part in _STAGES}
    if any(stages.values()):
        yield entry(Kind.STAGING, about, date=day, **stages)


def _until(columns: Columns, row: Row) -> Value | None:
    end = columns.date(row, "end")
    word = table("import_words")["added"]["until"][columns.language]
    return (
        Value(f"{word} {Words(columns.language).date_text(end.text)}", end.where) if end else None
    )


def _side(columns: Columns, row: Row) -> Value | None:
    """Right, left or both, where the table has only a letter for it."""
    given = columns.value(row, "laterality")
    words = table("import_words")["sides"].get(given.text.casefold()) if given else None
    return Value(words[columns.language], given.where) if given and words else given
