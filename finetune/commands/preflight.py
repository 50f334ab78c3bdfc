"""`epikrise finetune preflight`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from finetune.commands.options import Base, Config, Out, load, say


def preflight_command(
    config: Config,
    base: Base = None,
    out: Out = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="train two steps, to tell time and memory")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Check data and base before training; exit code 1 if the run should not be started."""
    loaded = load(config, base, out, None)
    from finetune.commands.known import known_patients
    from finetune.preflight import Colour, preflight, verdict

    findings = preflight(loaded, known=known_patients(), try_steps=dry_run, report=say)
    colour = verdict(findings)
    reasons = [f.line for f in findings if f.colour is colour and colour is not Colour.GREEN]
    if as_json:
        rows = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"verdict": colour, "findings": rows}, indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.colour:6}  {finding.check:8}  {finding.line}")
            for line in finding.details:
                typer.echo(f"{'':18}{line}")
        typer.echo(f"\n{colour.upper()}{': ' if reasons else ''}{'; '.join(reasons)}")
    if colour is Colour.RED:
        raise typer.Exit(1)
