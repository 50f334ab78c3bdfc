"""What is typed into the form of a case, as a case, and back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.page.case_fields import FormField, FormSection, Widget, form_sections
from index.case import CaseDetails
from index.errors import InputError
from index.importers.given_dates import full_date, read_date

Row = dict[str, str]
Values = Mapping[str, list[Row]]
"""By section its rows, by field what is typed in; a section that is no list has one row."""

_VALUES: TypeAdapter[Values] = TypeAdapter(Values)
_CHECKED = "true"


@dataclass(frozen=True)
class Problem:
    """A field that can't be taken as it is; `row` counts the form's rows."""

    section: str
    row: int
    field: str
    label: str
    message: str


@dataclass(frozen=True)
class Filled:
    """
    Attributes:
        details: the case; None where a field has a problem.
    """

    details: CaseDetails | None
    problems: tuple[Problem, ...]


def read_values(text: str) -> Values:
    """What a browser sends of the form, as JSON.

    Raises:
        InputError: it is nothing that the form sends.
    """
    try:
        return _VALUES.validate_json(text)
    except ValidationError:
        raise InputError("The form can't be read.", "Load the page anew.") from None


def values_of(details: CaseDetails) -> Values:
    """What the form shows for a case."""
    values: dict[str, list[Row]] = {}
    for section in form_sections():
        part = details if section.of_case else getattr(details, section.name)
        items = part if section.one else [part]
        values[section.name] = [
            {field.name: _shown(item, field) for field in section.fields} for item in items
        ]
    for section in form_sections():
        for row in values[section.name]:
            _shown_together(row, section)
    return values


def filled(values: Values) -> Filled:
    """The case that the form says."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    rows: dict[str, list[int]] = {}
    for section in form_sections():
        given = values.get(section.name, [])
        kept = [n for n, row in enumerate(given) if any(v.strip() for v in row.values())]
        rows[section.name] = kept
        items: list[dict[str, Any]] = []
        for number in kept:
            item, odd = _item(section, given[number])
            items.append(item)
            problems += [_problem(section, number, field, message) for field, message in odd]
        if section.one:
            data[section.name] = items
        elif items and section.of_case:
            data |= items[0]
        elif items:
            data[section.name] = items[0]
    try:
        details = CaseDetails.model_validate(data)
    except ValidationError as error:
        problems += _told(error, rows)
        return Filled(None, tuple(problems))
    return Filled(None if problems else details, tuple(problems))


def row_text(section: FormSection, row: Row) -> str:
    """A row in a line: what is typed into it, the names of fields left out."""
    given = ((field, " ".join(row.get(field.name, "").split())) for field in section.fields)
    return ", ".join(field.said.replace("{}", value) for field, value in given if value)


def _shown(item: Any, field: FormField) -> str:
    value = reduce(lambda each, name: getattr(each, name, None), field.name.split("."), item)
    if value is None or value is False:
        return ""
    if value is True:
        return _CHECKED
    if isinstance(value, tuple):
        return "\n".join(" ".join(str(each).split()) for each in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _shown_together(row: Row, section: FormSection) -> None:
    """A date that is not a full one stands where a date is typed, not in a field of its own."""
    for field in section.fields:
        vague = row.get(field.vague, "")
        if field.vague and vague and not row[field.name] and not full_date(read_date(vague)):
            row[field.name], row[field.vague] = vague, ""


def _item(section: FormSection, row: Row) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What a row says, and which of its fields it says in a way that can't be taken."""
    item: dict[str, Any] = {}
    odd: list[tuple[str, str]] = []
    for field in section.fields:
        text = row.get(field.name, "").strip()
        if not text:
            continue
        value: Any = text
        if field.widget is Widget.DATE:
            value = full_date(read_date(text))
            if value is None and field.vague and not row.get(field.vague, "").strip():
                item[field.vague] = text
                continue
            if value is None:
                odd.append((field.name, "no full date, such as 2024-05-14"))
        elif field.widget is Widget.NUMBER:
            value = text.replace(",", ".")
        elif field.widget is Widget.LINES:
            value = tuple(line.strip() for line in text.splitlines() if line.strip())
        elif field.widget is Widget.CHECK:
            value = text == _CHECKED
        name, _, part = field.name.partition(".")
        if part:
            item.setdefault(name, {})[part] = value
        else:
            item[name] = value
    return item, odd


def _told(error: ValidationError, rows: Mapping[str, list[int]]) -> Iterator[Problem]:
    """What does not fit, by the form's fields."""
    for each in error.errors(include_input=False, include_url=False, include_context=False):
        name, *rest = each["loc"]
        section = _section(str(name))
        number = 0
        if section.one:
            number = rows[section.name][int(rest.pop(0))]
        path = [str(name)] if section.of_case else map(str, rest)
        field = ".".join(part for part in path if not part.isdecimal())
        message = "it is missing" if each["type"] == "missing" else each["msg"]
        yield _problem(section, number, field, message.replace("Input should", "it should"))


def _section(name: str) -> FormSection:
    sections = {section.name: section for section in form_sections()}
    return sections.get(name, sections[""])


def _problem(section: FormSection, row: int, name: str, message: str) -> Problem:
    labels = {field.name: field.label for field in section.fields}
    of = f" {row + 1}" if section.one else ""
    label = f"{section.title}{of}, {labels.get(name, name)}"
    return Problem(section.name, row, name, label, message)
