"""Rows of the tables that are known, each kind in its own way, as entries of a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from index.data_files import table
from index.importers.csv_tables import Row
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.table_columns import Columns
from index.importers.table_therapy import medication, radiotherapy, surgery, toxicity

_TUMOUR_WORDS = ("carcinoma", "cancer", "malignant", "karzinom", "bösartige", "sarcoma", "lymphom")
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


def _staging(columns: Columns, row: Row) -> Iterator[Entry]:
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


def _diagnosis(columns: Columns, row: Row) -> Iterator[Entry]:
    signs = table("fhir_codes")["tumours"]
    name, code = columns.value(row, "name"), columns.value(row, "code")
    status, day = columns.value(row, "status"), columns.date(row)
    icd10 = code.text.upper() if code else ""
    remarks = columns.remarks(row, "name", "code", "date")
    if re.fullmatch(signs["secondary_icd10"], icd10):
        shown = f"{name.text} ({icd10})" if name else icd10
        where = (name or code).where  # type: ignore[union-attr]
        yield entry(Kind.METASTASIS, name=Value(shown, where), date=day, remark=[status, *remarks])
        return
    by_name = not code and name and any(word in name.text.casefold() for word in _TUMOUR_WORDS)
    if re.fullmatch(signs["icd10"], icd10) or by_name:
        over = bool(status and status.text.casefold() in ("resolved", "inactive", "history"))
        yield entry(
            Kind.DIAGNOSIS,
            f"{columns.table_name} row {row.number}",
            name=name,
            icd10=code,
            date=day,
            laterality=columns.value(row, "laterality"),
            site=columns.all(row, "site"),
            histology=columns.value(row, "histology"),
            grading=columns.value(row, "grade"),
            remark=[status, *remarks],
            role=Value("earlier" if over else "main", ""),
        )
        return
    extra = [
        v for role in ("laterality", "site", "histology", "grade") for v in columns.all(row, role)
    ]
    yield entry(
        Kind.COMORBIDITY, name=name, icd10=code, date=day, remark=[status, *extra, *remarks]
    )


def _appointment(columns: Columns, row: Row) -> Iterator[Entry]:
    yield entry(
        Kind.FOLLOW_UP,
        what=columns.all(row, "what"),
        date=columns.date(row),
        remark=columns.remarks(row, "date"),
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
    "staging": _staging,
    "diagnoses": _diagnosis,
    "surgeries": surgery,
    "radiotherapy": radiotherapy,
    "toxicities": toxicity,
    "appointments": _appointment,
    "performance": _performance,
}
