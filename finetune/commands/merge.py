"""`epikrise finetune merge`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from finetune.commands.options import say


def merge_command(
    adapter: Annotated[Path, typer.Argument(help="the folder of a trained adapter")],
    out: Annotated[Path, typer.Option(help="the folder to write; must not be there yet")],
    base: Annotated[
        Path | None,
        typer.Option(help="the base it was trained on; without it the one that is served"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Add an adapter into its base; exit code 1 where rounding lost much of it."""
    from assistant.settings import AssistantSettings
    from finetune.merging import LOUD, merge
    from index.errors import TrainingError

    base = base or AssistantSettings.read().base_model
    if base is None:
        raise TrainingError("Which base? None is set.", "Give its folder by --base.")
    merged = merge(adapter, base, out, say)
    lost = merged.noise > LOUD
    if as_json:
        told = {"folder": str(merged.folder), "precision": merged.precision, "noise": merged.noise}
        typer.echo(json.dumps(told | {"kept": not lost}, indent=2))
    else:
        typer.echo(f"{merged.folder}  {merged.precision}  noise {merged.noise:.3f}")
    if lost:
        say(
            f"Rounding changed {merged.noise:.0%} of what the adapter changes, more than"
            f" {LOUD:.0%}: serve the adapter beside its base instead."
        )
        raise typer.Exit(1)
