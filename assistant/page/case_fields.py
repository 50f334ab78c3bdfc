"""The form of a case: which fields it has, in which order, and what is typed into each.

Fields and their kinds are read off `CaseDetails`, so that the form has all that a case can have.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from index.case import CaseDetails, Interval


class Widget(StrEnum):
    LINE = "line"
    LINES = "lines"
    """Several values, each on a line."""
    TEXT = "text"
    """Many lines."""
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    CHECK = "check"


@dataclass(frozen=True)
class FormField:
    """One thing that is typed in.

    Attributes:
        name: of the attribute; `after.count` for one of a part of it.
        said: how a line about it says the value, e.g. "{} Gy".
        vague: the attribute that takes a date which is not a full one; empty where none does.
        required: nothing can be said without it.
    """

    name: str
    label: str
    widget: Widget
    options: tuple[str, ...] = ()
    said: str = "{}"
    vague: str = ""
    required: bool = False


@dataclass(frozen=True)
class FormSection:
    """A part of the form: a row of fields, or a list of such rows.

    Attributes:
        name: of the attribute of `CaseDetails`; empty for its own plain fields.
        one: what a row of a list is called; empty where there is one row alone.
        of_case: its fields are the case's own, not those of a part of it.
    """

    name: str
    title: str
    one: str
    of_case: bool
    fields: tuple[FormField, ...]


_SECTIONS = (
    ("patient", "Patient", ""),
    ("", "Letter and remarks", ""),
    ("diagnosis", "Diagnosis", ""),
    ("further_diagnoses", "Further tumours", "tumour"),
    ("stagings", "Stagings", "staging"),
    ("metastases", "Distant metastases", "metastasis"),
    ("markers", "Receptors and mutations", "marker"),
    ("comorbidities", "Comorbidities", ""),
    ("surgeries", "Surgery", "surgery"),
    ("systemic", "Systemic therapy", "systemic therapy"),
    ("radiotherapy", "Radiotherapy", "course"),
    ("toxicities", "Toxicity (CTCAE)", "toxicity"),
    ("medication", "Medication", "drug"),
    ("performance", "Performance status", "status"),
    ("laboratory", "Laboratory", "value"),
    ("course", "Course of the disease", "entry"),
    ("findings", "Further findings", "finding"),
    ("recommendations", "Recommendations", "recommendation"),
    ("follow_up", "Plan and follow-up", "appointment"),
    ("reports", "Notes and reports", "report"),
)
_LABELS = {
    "": {
        "referrer": "Referring physician",
        "author": "Signed by",
        "notes": "Remarks",
        "death": "Death",
    },
    "patient": {"gender": "Gender", "birth_date": "Date of birth"},
    "diagnosis": {"date": "Date of diagnosis", "when": "More on its date", "site": "Tumour site"},
    "radiotherapy": {"dose": "Dose in another unit"},
    "follow_up": {"what": "What", "after.count": "In", "after.unit": "Unit"},
}
_ALL_LABELS = {
    "icd10": "ICD-10",
    "tnm": "TNM",
    "when": "Time, where not full dates",
    "birth": "More on the date of birth",
    "drugs": "Drugs, one a line",
    "total_gy": "Total dose (Gy)",
    "fraction_gy": "Dose per fraction (Gy)",
    "laterality": "Side",
    "end_reason": "Why it ended",
    "dose": "Dose",
    "grade": "Grade (0-5)",
    "outcome": "How it ended",
    "comorbidities": "One a line",
}
_LONG = (("", "notes"), ("reports", "text"))
_SAID = {
    "total_gy": "{} Gy",
    "fraction_gy": "{} Gy each",
    "fractions": "{} fractions",
    "cycles": "{} cycles",
    "grade": "grade {}",
    "boost": "boost",
    "after.count": "in {}",
}
_VAGUE = {"date": "when", "birth_date": "birth"}


@cache
def form_sections() -> tuple[FormSection, ...]:
    """All parts of the form, in the order of a letter."""
    return tuple(_sections())


def _sections() -> Iterator[FormSection]:
    named = {name for name, _, _ in _SECTIONS}
    for name, title, one in _SECTIONS:
        hint = CaseDetails.model_fields[name].annotation if name else None
        if one:
            fields = _of_model(get_args(hint)[0], name)
        elif isinstance(hint, type) and issubclass(hint, BaseModel):
            fields = _of_model(hint, name)
        else:
            own = [name] if name else [n for n in CaseDetails.model_fields if n not in named]
            fields = tuple(field for n in own for field in _fields(CaseDetails, n, name))
            yield FormSection(name, title, one, True, fields)
            continue
        yield FormSection(name, title, one, False, fields)


def _of_model(model: type[BaseModel], section: str) -> tuple[FormField, ...]:
    return tuple(f for name in model.model_fields for f in _fields(model, name, section))


def _fields(model: type[BaseModel], name: str, section: str) -> Iterator[FormField]:
    info = model.model_fields[name]
    hint = _bare(info.annotation)
    if hint is Interval:
        for part in Interval.model_fields:
            widget, options = _widget(_bare(Interval.model_fields[part].annotation))
            called = f"{name}.{part}"
            options = ("", *options) if options else ()
            yield FormField(called, _label(called, section), widget, options)
        return
    widget, options = _widget(hint)
    if (section, name) in _LONG:
        widget = Widget.TEXT
    if options and not info.is_required() and info.default is None:
        options = ("", *options)
    vague = _VAGUE.get(name, "") if widget is Widget.DATE else ""
    yield FormField(
        name,
        _label(name, section),
        widget,
        options,
        _SAID.get(name, "{}"),
        vague,
        info.is_required(),
    )


def _widget(hint: Any) -> tuple[Widget, tuple[str, ...]]:
    if get_origin(hint) is Literal:
        return Widget.CHOICE, get_args(hint)
    if get_origin(hint) is tuple:
        return Widget.LINES, ()
    if hint is bool:
        return Widget.CHECK, ()
    if hint is dt.date:
        return Widget.DATE, ()
    if hint is str:
        return Widget.LINE, ()
    return Widget.NUMBER, ()


def _bare(hint: Any) -> Any:
    """What a hint says without its None and its bounds."""
    if get_origin(hint) is types.UnionType or type(None) in get_args(hint):
        hint = next(each for each in get_args(hint) if each is not type(None))
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _label(name: str, section: str) -> str:
    plain = name.rpartition(".")[2].replace("_", " ").capitalize()
    return _LABELS.get(section, {}).get(name) or _ALL_LABELS.get(name) or plain
