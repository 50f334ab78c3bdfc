"""`epikrise finetune demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from finetune.commands.options import say


def demo_command(
    out: Annotated[Path, typer.Option(help="folder for base, letters and summary")],
    share: Annotated[float, typer.Option(min=0.001, help="of the recipe's minutes")] = 1.0,
    cases: Annotated[int, typer.Option(min=1, help="held-out cases per language")] = 20,
) -> None:
    """Make the demo's model anew: tokenizer, base, both adapters, evaluation (some hours)."""
    from finetune.demo_recipe import make_demo

    typer.echo(make_demo(out, share=share, cases=cases, say=say))
