"""Commands that take a text and print one: draft, check; and how rows are read."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.check import Finding, Ledger, Status, check
from assistant.settings import AssistantSettings
from index.errors import CaseError, InputError

if TYPE_CHECKING:
    from assistant.second_opinion import Opinion

Jsonl = Annotated[bool, typer.Option("--jsonl", help="a JSON object a line, in and out")]


def draft(
    source: str, kind: str, model: str, patient: str, *, as_json: bool, say: Callable[[str], None]
) -> None:
    """Prints the draft, and what the check found on standard error (or all of it as JSON)."""
    from assistant.case_input import import_argument
    from assistant.cli_draft import drafted_for
    from assistant.cli_import import remark_lines
    from assistant.demo import find_demo_clinic
    from assistant.promoted import Promoted
    from assistant.prompt import Kind

    if kind not in set(Kind):
        raise InputError(f"There is no kind {kind!r}.", f"Known: {', '.join(Kind)}.")
    imported = import_argument(source, patient)
    case = imported.case
    for line in remark_lines(imported):
        say(line)
    settings = AssistantSettings.read()
    if settings.demo:
        clinic = find_demo_clinic()
        settings = settings.with_model(clinic.model_dir, clinic.adapters)
    if model:
        field = "letter_model" if kind == Kind.LETTER else "summary_model"
        settings = settings.model_copy(update={field: model})
    promoted = None if model else Promoted(settings.data_dir)
    drafted = asyncio.run(drafted_for(case, Kind(kind), settings, promoted, say))
    done, ledger, problem = drafted.draft, drafted.ledger, drafted.problem
    if as_json:
        result = {"text": done.text, "cut": done.cut, "model": done.model}
        result |= {"condensed": drafted.condensed} | ledger_json(ledger)
        result |= {"opinions": [opinion_json(each) for each in drafted.opinions]}
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        typer.echo(done.text)
        for line in (*ledger_lines(ledger), *(opinion_line(each) for each in drafted.opinions)):
            say(line)
    if done.cut:
        say("The text is cut off before its end.")
    if problem is not None:
        raise problem
    if done.cut or any(f.status is not Status.SUPPORTED for f in ledger.findings) or ledger.omitted:
        raise typer.Exit(1)


def check_command(jsonl: Jsonl = False) -> None:
    """Check drafts against their cases: {"id","case","draft"} a line on standard input."""
    only_jsonl("check", jsonl)
    for _, row in rows(("case", "draft")):
        ledger = check(row["case"], row["draft"], row.get("exemplars", ()))
        typer.echo(json.dumps({"id": row.get("id")} | ledger_json(ledger), ensure_ascii=False))


def ledger_json(ledger: Ledger) -> dict[str, Any]:
    """`findings` and `omitted` as the command line and its readers exchange them."""
    return {
        "findings": [
            {
                "start": finding.fact.start,
                "end": finding.fact.end,
                "text": finding.fact.text,
                "kind": finding.fact.kind.value,
                "status": finding.status.value,
                "message": finding.message,
                "leaked": finding.leaked,
                "case_start": finding.case_start,
                "case_end": finding.case_end,
            }
            for finding in ledger.findings
        ],
        "omitted": [
            {
                "case_start": fact.start,
                "case_end": fact.end,
                "text": fact.text,
                "kind": fact.kind.value,
            }
            for fact in ledger.omitted
        ],
    }


def opinion_json(opinion: Opinion) -> dict[str, Any]:
    """What the model says of a statement; offsets into the draft and the case."""
    return {
        "start": opinion.statement.start,
        "end": opinion.statement.end,
        "view": opinion.view.value,
        "case_start": opinion.case_start,
        "case_end": opinion.case_end,
    }


def opinion_line(opinion: Opinion) -> str:
    """The model's, so that nobody takes it for the rules'."""
    return f"second opinion, by the model: {opinion.view.value}: {opinion.statement.text}"


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    """A line for everything that a physician should look at, then the counts."""

    def line(finding: Finding) -> str:
        what = "leaked" if finding.leaked else finding.status.value
        return f"{what}: {finding.fact.text} ({finding.fact.kind.value}). {finding.message}"

    yield from (line(f) for f in ledger.findings if f.status is not Status.SUPPORTED)
    yield from (f"left out: {fact.text} ({fact.kind.value})" for fact in ledger.omitted)
    counts = ", ".join(f"{ledger.count(status)} {status.value}" for status in Status)
    yield f"facts: {counts}, {len(ledger.omitted)} left out"


def only_jsonl(command: str, jsonl: bool) -> None:
    if not jsonl:
        raise InputError(
            f"epikrise {command} reads JSON lines.", f"Use epikrise {command} --jsonl."
        )


def rows(required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects on standard input, each with the number of its line.

    Raises:
        InputError: a line is none, or lacks a text that is `required`.
    """
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"Line {number} is not JSON: {error.msg}.") from None
        for name in required:
            if not isinstance(row, dict) or not isinstance(row.get(name), str):
                raise InputError(f"Line {number} has no text {name!r}.")
        yield number, row


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CaseError(f"{file} can't be read: {error.strerror}.") from None
