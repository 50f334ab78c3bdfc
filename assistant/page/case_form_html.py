"""The form of a case as HTML, with the record's facts beside what they became. Pure, escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape

from assistant.page.case_fields import FormField, FormSection, Widget, form_sections
from assistant.page.case_form import Problem, Row, Values, row_text

_LONG_LINE = 60
"""Characters that a line takes before it is a box of several."""
_FEW = 12
"""Rows of a list that are listed at once."""


def case_form_html(values: Values, facts: Mapping[str, Iterable[str]], token: str) -> str:
    """The form.

    Args:
        facts: the record's facts as HTML, by the part of the case that took them (`Fact.item`).
        token: another one for each form, so that what comes late finds its form gone.
    """
    sections = "".join(
        _section(section, values.get(section.name, []), facts) for section in form_sections()
    )
    return (
        f'<form class="case-form" data-form="{escape(token, quote=True)}" autocomplete="off">'
        '<p class="over-note" role="status">The text was changed by hand, and it counts. '
        '<button type="button" data-again>Use the fields again</button></p>'
        f'<div class="sections">{sections}</div></form>'
    )


def problems_html(problems: Iterable[Problem]) -> str:
    """What can't be taken as it is, each with a button that leads to its field."""
    rows = "".join(
        f'<li><button type="button" data-field="{_path(each)}">{escape(each.label)}</button>: '
        f"{escape(each.message)}</li>"
        for each in problems
    )
    if not rows:
        return ""
    return (
        '<div class="problem" role="alert">The case can’t be used before this is corrected:'
        f"<ul>{rows}</ul></div>"
    )


def _section(section: FormSection, rows: list[Row], facts: Mapping[str, Iterable[str]]) -> str:
    def facts_of(number: int) -> str:
        names = [f"{section.name}[{number}]" if section.one else section.name]
        if section.of_case:
            own = {field.name for field in section.fields}
            names = [item for item in facts if item.partition("[")[0] in own]
        found = "".join(fact for name in names for fact in facts.get(name, ()))
        return f'<p class="facts"><small>In the record:</small> {found}</p>' if found else ""

    name, title = escape(section.name, quote=True), escape(section.title)
    if not section.one:
        row = rows[0] if rows else {}
        body = f"<div data-row>{_fields(section, row)}{facts_of(0)}</div>"
        return f'<section data-section="{name}"><h4>{title}</h4>{body}</section>'
    listed = "".join(_row(section, row, facts_of(number)) for number, row in enumerate(rows))
    if len(rows) > _FEW:
        listed = f"<details><summary>All {len(rows)}</summary>{listed}</details>"
    add = f'<button type="button" data-new>Add: {escape(section.one)}</button>'
    return (
        f'<section data-section="{name}" class="{"" if rows else "empty"}"><h4>{title}</h4>'
        f'<div class="rows">{listed}</div>{add}'
        f"<template>{_row(section, {}, '')}</template></section>"
    )


def _row(section: FormSection, row: Row, facts: str) -> str:
    return (
        f'<details data-row><summary class="said">{escape(row_text(section, row))}</summary>'
        f"{_fields(section, row)}{facts}"
        f'<button type="button" data-remove>Remove this {escape(section.one)}</button></details>'
    )


def _fields(section: FormSection, row: Row) -> str:
    vague = {field.vague for field in section.fields if field.vague}
    shown = [f for f in section.fields if f.name not in vague or row.get(f.name)]
    return f'<div class="fields">{"".join(_field(f, row.get(f.name, "")) for f in shown)}</div>'


def _field(field: FormField, value: str) -> str:
    label = escape(field.label)
    needed = " *" if field.required else ""
    control = _CONTROLS[field.widget](field, value)
    look = "wide" if "<textarea" in control else field.widget.value
    return f'<label class="{look}"><span>{label}{needed}</span>{control}</label>'


def _line(field: FormField, value: str) -> str:
    if len(value) > _LONG_LINE or "\n" in value:
        return _text(field, value)
    return f'<input {_name(field)} value="{escape(value, quote=True)}">'


def _text(field: FormField, value: str) -> str:
    # Line ends as a browser gives them back; the first one behind the tag is dropped.
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    rows = min(max(plain.count("\n") + 1, len(plain) // 70 + 1, 1), 12)
    return f'<textarea {_name(field)} rows="{rows}">\n{escape(plain)}</textarea>'


def _date(field: FormField, value: str) -> str:
    hint = 'placeholder="YYYY-MM-DD"'
    return f'<input {_name(field)} {hint} value="{escape(value, quote=True)}">'


def _number(field: FormField, value: str) -> str:
    return f'<input {_name(field)} inputmode="decimal" value="{escape(value, quote=True)}">'


def _choice(field: FormField, value: str) -> str:
    options = "".join(
        f'<option value="{escape(each, quote=True)}"{" selected" if each == value else ""}>'
        f"{escape(each)}</option>"
        for each in field.options
    )
    return f"<select {_name(field)}>{options}</select>"


def _check(field: FormField, value: str) -> str:
    return f'<input type="checkbox" {_name(field)}{" checked" if value else ""}>'


_CONTROLS: Mapping[Widget, Callable[[FormField, str], str]] = {
    Widget.LINE: _line,
    Widget.LINES: _text,
    Widget.TEXT: _text,
    Widget.DATE: _date,
    Widget.NUMBER: _number,
    Widget.CHOICE: _choice,
    Widget.CHECK: _check,
}


def _name(field: FormField) -> str:
    said = "" if field.said == "{}" else f' data-said="{escape(field.said, quote=True)}"'
    return f'name="{escape(field.name, quote=True)}"{said}'


def _path(problem: Problem) -> str:
    return escape(f"{problem.section}/{problem.row}/{problem.field}", quote=True)
