"""`epikrise finetune evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import Base, say


def evaluate_command(
    model: Annotated[list[str], typer.Option(help="a served name; may be given several times")],
    task: Annotated[Kind, typer.Option(help="what is asked for")] = Kind.LETTER,
    cases: Annotated[int, typer.Option(min=1, help="held-out cases per language")] = 20,
    exemplars: Annotated[
        int,
        typer.Option(min=0, max=4, help="example letters per prompt; the product sends up to two"),
    ] = 0,
    refine: Annotated[bool, typer.Option("--refine", help="ask for a change of a draft")] = False,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    base: Base = None,
    adapter: Annotated[list[str] | None, typer.Option(help="NAME=FOLDER; with --base")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="requests at the same time")] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Measure served models on held-out cases, through the running product, a URL or a folder."""
    from assistant.settings import AssistantSettings
    from finetune.evaluate import Plan, evaluate
    from finetune.scorecard import markdown

    adapters = _adapters(adapter or [], base)
    settings = AssistantSettings.read()
    if base is not None:
        settings = settings.model_copy(
            update={"vllm_url": None, "base_model": base, "adapters": adapters}
        )
    plan = Plan(task, cases, exemplars, refine, seed, at_once)
    rows = evaluate(settings, model, plan, say, own=base is not None)
    if as_json:
        typer.echo(json.dumps([row.model_dump() for row in rows], indent=2))
    else:
        typer.echo(markdown(rows))


def _adapters(given: list[str], base: Path | None) -> dict[str, Path]:
    if given and base is None:
        raise typer.BadParameter("It needs --base too.", param_hint="--adapter")
    adapters: dict[str, Path] = {}
    for item in given:
        name, _, folder = item.partition("=")
        if not name or not folder:
            raise typer.BadParameter(f"{item!r} is not NAME=FOLDER.", param_hint="--adapter")
        adapters[name] = Path(folder)
    return adapters
