"""`epikrise finetune preflight`."""

from __future__ import annotations

import typer

from finetune.commands.options import Base, Config, Out, load


def preflight_command(config: Config, base: Base = None, out: Out = None) -> None:
    """Check data and base before training; exit code 1 if the run should not be started."""
    from finetune.preflight import preflight

    findings = preflight(load(config, base, out, None))
    for finding in findings:
        typer.echo(f"{finding.colour:6}  {finding.line}")
    if any(finding.colour == "red" for finding in findings):
        raise typer.Exit(1)
