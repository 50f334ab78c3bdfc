"""`epikrise index`: from a folder of letters to the index, and a look at it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.archive_trail import ArchiveAct
from assistant.cli_acts import acting
from assistant.cli_deidentify import counts_line, say_remarks
from assistant.cli_review import review_command
from index.catalogue import Catalogue
from index.errors import EpikriseError
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.build import Progress
    from index.plan import Plan

app = typer.Typer(help="The index of past letters.", no_args_is_help=True)
app.command("review")(review_command)

AsJson = Annotated[bool, typer.Option("--json", help="print JSON alone on standard output")]


@app.command("build")
def build_command(
    archive: Annotated[Path | None, typer.Argument(help="folder of letters")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would change")] = False,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="this machine, or the cluster of RAY_ADDRESS")
    ] = "local",
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with a folder of letters."""
    from assistant.audit import sha256_of
    from assistant.further_detectors import served_detector
    from index.build import archive_folder, build, plan_build
    from index.engine import ray_engine
    from index.stages import LetterStages

    settings = IndexSettings.read()
    folder = archive_folder(settings, archive)
    with acting() as by, served_detector(settings, _say, only_planned=dry_run) as further:
        stages = LetterStages.of(settings, further)
        say_remarks(stages.remarks)
        other = ray_engine(settings, stages) if engine == "ray" else None
        if dry_run:
            found = _plan(plan_build(settings, archive=folder, stages=stages))
            by.note(ArchiveAct.COMPARED, sha256=sha256_of(str(folder)))
        else:
            by.note(ArchiveAct.STARTED, sha256=sha256_of(str(folder)))
            try:
                report = build(
                    settings, _show, archive=folder, stages=stages, engine=other, who=by.who
                )
            except EpikriseError:
                by.note(ArchiveAct.BROKE_OFF)
                raise
            found = asdict(report)
            by.note(ArchiveAct.BUILT, Catalogue(settings.data_dir).active())
    _tell(found, as_json=as_json)
    if found["failed"] or found["in_review"] or found.get("quarantined"):
        raise typer.Exit(1)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "new": plan.new,
        "changed": plan.changed,
        "decided": plan.decided,
        "removed": plan.removed,
        "unchanged": len(plan.unchanged),
        "duplicates": [(each.id, each.reason) for each in plan.duplicates],
        "failed": plan.failed,
        "quarantined": plan.quarantined,
        "in_review": plan.in_review,
        "excluded": plan.excluded,
    }


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

    with acting() as by:
        active = rollback(IndexSettings.read())
        by.note(ArchiveAct.ROLLED_BACK, active)
    typer.echo(f"The active index is {active}.")


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
    for name in _WITH_REASONS:
        for id_, reason in found.get(name, ()):
            typer.echo(f"  {name.replace('_', ' ')}: {id_}: {reason}")
    for build in found.get("builds", ()):
        typer.echo(f"  {_build_line(build)}")


_WITH_REASONS = ("failed", "quarantined", "in_review", "decided", "excluded", "duplicates")


def _build_line(build: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{build[name]} {name.replace('_', ' ')}"
        for name in ("new", "changed", "removed", "unchanged", "failed", "in_review")
    )
    replaced = f"; replaced: {counts_line(Counter(build['spans']))}" if build["spans"] else ""
    by = f" by {build['who']}" if build["who"] else ""
    return f"{build['finished']}{by}: {counts}, {build['seconds']} s{replaced}"
