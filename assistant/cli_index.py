"""`epikrise index`: from a folder of letters to the index, and a look at it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli_deidentify import counts_line, say_remarks
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.build import Progress

app = typer.Typer(help="The index of past letters.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone on standard output")]


@app.command("build")
def build_command(
    archive: Annotated[Path | None, typer.Argument(help="folder of letters")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would change")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with a folder of letters."""
    from assistant.further_detectors import served_detector
    from index.build import build, plan_build
    from index.stages import LetterStages

    settings = IndexSettings.read()
    with served_detector(settings, _say, only_planned=dry_run) as further:
        stages = LetterStages.of(settings, further)
        say_remarks(stages.remarks)
        if dry_run:
            plan = plan_build(settings, archive=archive, stages=stages)
            found: dict[str, Any] = {
                "new": plan.new,
                "changed": plan.changed,
                "removed": plan.removed,
                "unchanged": len(plan.unchanged),
                "duplicates": [(each.id, each.reason) for each in plan.duplicates],
                "failed": plan.failed,
            }
        else:
            found = asdict(build(settings, _show, archive=archive, stages=stages))
    _tell(found, as_json=as_json)
    if found["failed"] or found.get("in_review"):
        raise typer.Exit(1)


@app.command("status")
def status_command(as_json: AsJson = False) -> None:
    """Say what the index holds, and which files are not in it and why."""
    from index.status import status

    _tell(asdict(status(IndexSettings.read())), as_json=as_json)


@app.command("search")
def search_command(
    case: Annotated[str, typer.Argument(help="a file, or - for standard input")],
    as_json: AsJson = False,
) -> None:
    """Show the past letters that would give the style for a case, and why."""
    from assistant.case_input import read_case_argument
    from index.embedding import LocalEncoder
    from retrieval.search import Retriever
    from retrieval.settings import RetrievalSettings

    settings = IndexSettings.read()
    retriever = Retriever(settings, LocalEncoder(settings), RetrievalSettings.read())
    found = retriever.find(read_case_argument(case))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    if found.note:
        typer.echo(found.note)
    for exemplar in found.exemplars:
        reasons = ", ".join(exemplar.reasons)
        typer.echo(f"{exemplar.score:.2f}  {exemplar.letter_id}  {reasons}")


@app.command("rollback")
def rollback_command() -> None:
    """Go back to the index before the last build; a second time undoes the first."""
    from index.build import rollback

    typer.echo(f"The active index is {rollback(IndexSettings.read())}.")


def _show(progress: Progress) -> None:
    end = "\n" if progress.done >= progress.total else "\r"
    print(  # noqa: T201 - progress, on standard error
        f"{progress.step}: {progress.done} of {progress.total}   ",
        end=end,
        file=sys.stderr,
        flush=True,
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress, on standard error


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for name, value in found.items():
        plain = len(value) if isinstance(value, list | tuple) else value
        if name == "spans":
            plain = counts_line(Counter(value))
        typer.echo(f"{name.replace('_', ' ')}: {plain}")
    for name in ("failed", "in_review"):
        for id_, reason in found.get(name, ()):
            typer.echo(f"  {id_}: {reason}")
