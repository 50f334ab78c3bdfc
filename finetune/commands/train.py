"""`epikrise finetune train`."""

from __future__ import annotations

from typing import Annotated

import typer

from finetune.commands.options import Base, Config, Minutes, Out, load, say


def train_command(
    config: Config,
    base: Base = None,
    out: Out = None,
    minutes: Minutes = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with a run cut off")] = False,
) -> None:
    """Train one adapter."""
    # The config is read first: a wrong key should not have to wait for PyTorch.
    loaded = load(config, base, out, minutes)
    from finetune.commands.known import known_patients
    from finetune.preflight import refuse_red
    from finetune.processes import rank
    from finetune.runs.live import watching
    from finetune.runs.report import write_report
    from finetune.train import train

    refuse_red(loaded, known=known_patients(), report=say)
    with watching(say) as (told, shown):
        folder = train(loaded, report=told, show=shown, resume=resume)
    if rank() == 0:
        say(f"report: {write_report(folder)}")
    typer.echo(folder)
