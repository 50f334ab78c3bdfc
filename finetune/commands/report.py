"""`epikrise finetune report`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def report_command(
    adapter: Annotated[Path, typer.Argument(help="the folder of a training, finished or not")],
    evaluation: Annotated[
        Path | None, typer.Option(help="a folder that `evaluate --out` wrote, to be taken up")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Write a training's report.html anew: settings, curves, samples, evaluation."""
    from finetune.runs.folders import read_run
    from finetune.runs.report import write_report

    path = write_report(adapter, evaluation)
    if not as_json:
        typer.echo(path)
        return
    run = read_run(adapter)
    told = {
        "report": str(path),
        "name": run.name,
        "state": run.state,
        "steps": run.history.step,
        "tokens": run.history.tokens,
        "seconds": run.history.seconds,
        "loss": run.history.loss[-1][1] if run.history.loss else None,
        "dev_loss": run.history.dev_loss[-1][1] if run.history.dev_loss else None,
    }
    typer.echo(json.dumps(told, indent=2))
