"""The command `epikrise import`: a record as the case that the model will see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from index.importers.imported import Imported

Patient = Annotated[str, typer.Option(help="the patient's id, where the source is about several")]

_SHOWN = 60
"""Places that are listed; of a long list the rest is in the JSON."""


def import_command(
    source: Annotated[
        str, typer.Argument(help="a file or folder (FHIR .json, .xml, .csv, .pdf, ...), or -")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="all of it, as one object")] = False,
    patient: Patient = "",
) -> None:
    """Read a case; list what was done when, contradictions, and what was not understood."""
    from assistant.case_input import import_argument
    from assistant.timeline_reading import timeline_of_case
    from index.timeline import timeline_lines

    imported = import_argument(source, patient)
    if as_json:
        typer.echo(json.dumps(imported_json(imported), ensure_ascii=False))
        return
    typer.echo(imported.case.text)
    if timeline := timeline_of_case(imported.case):
        typer.echo("\nTimeline:")
        for line in timeline_lines(timeline, imported.case.language):
            typer.echo(f"  {line}")
    for line in remark_lines(imported):
        typer.echo(line)


def imported_json(imported: Imported) -> dict[str, Any]:
    """The case in fields, its text, the place of every fact, and both lists."""
    from index.case import CaseDetails

    case = imported.case
    details = case.details or CaseDetails(language=case.language, notes=case.text)
    return {
        "case": details.model_dump(mode="json", exclude_defaults=True)
        | {"language": case.language},
        "text": case.text,
        "facts": [
            {"field": each.field, "value": each.value, "where": each.where}
            for each in imported.facts
        ],
        "not_understood": [
            {"where": each.where, "what": each.what, "why": each.why}
            for each in imported.not_understood
        ],
        "contradictions": [
            {
                "what": each.what,
                "values": [{"value": v.text, "where": v.where} for v in each.values],
            }
            for each in imported.contradictions
        ],
    }


def remark_lines(imported: Imported) -> Iterator[str]:
    """Both lists, a line for each thing, under a heading with their number."""
    if imported.contradictions:
        yield f"\nContradictions ({len(imported.contradictions)}):"
        for each in imported.contradictions:
            values = "; ".join(f"{v.text} [{v.where}]" for v in each.values)
            yield f"  {each.what}: {values}"
    if imported.not_understood:
        yield f"\nNot understood ({len(imported.not_understood)}):"
        for each in imported.not_understood[:_SHOWN]:
            yield f"  {each.where} ({each.what}): {each.why}"
        if len(imported.not_understood) > _SHOWN:
            yield f"  and {len(imported.not_understood) - _SHOWN} more; --json gives all"
