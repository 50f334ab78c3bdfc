"""`epikrise finetune evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import Base, say

if TYPE_CHECKING:
    from assistant.settings import AssistantSettings

_EXAMPLES = 2
"""As many as the product sends at most."""


def evaluate_command(
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="a served name; may be given several times; the first one is held against"
        ),
    ] = None,
    task: Annotated[Kind, typer.Option(help="what is asked for")] = Kind.LETTER,
    cases: Annotated[
        int, typer.Option(min=1, help="held-out cases per language and institution")
    ] = 20,
    exemplars: Annotated[
        int,
        typer.Option(min=0, max=4, help="example letters per prompt; the product sends up to two"),
    ] = 0,
    grid: Annotated[
        bool,
        typer.Option("--grid", help="each model without and with example letters, in one table"),
    ] = False,
    refine: Annotated[bool, typer.Option("--refine", help="ask for a change of a draft")] = False,
    pairs: Annotated[
        Path | None, typer.Option(help="your own pairs folder: its test.jsonl is asked for")
    ] = None,
    clinic: Annotated[
        list[str] | None,
        typer.Option(help="without --pairs: a demo clinic; may be given several times"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    base: Base = None,
    adapter: Annotated[list[str] | None, typer.Option(help="NAME=FOLDER; with --base")] = None,
    at_once: Annotated[int | None, typer.Option(min=1, help="requests at the same time")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="keep answers, tables and plot here; started again, it goes on"),
    ] = None,
    rescore_folder: Annotated[
        Path | None,
        typer.Option("--rescore", help="count the answers of an --out folder again; no model"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Measure served models on held-out cases; exit code 1 where some got no whole answer."""
    from assistant.settings import BASE_MODEL_NAME
    from finetune.clinic.clinics import TOWN
    from finetune.evaluate import AT_ONCE, Plan, evaluate, rescore
    from finetune.evaluation_report import report, write_report

    if rescore_folder is not None:
        evaluation = rescore(rescore_folder, say)
        out = rescore_folder
    else:
        settings, own = _served(base, adapter or [])
        wanted = settings.letter_model if task is Kind.LETTER else settings.summary_model
        plan = Plan(
            task,
            cases,
            (0, exemplars or _EXAMPLES) if grid else (exemplars,),
            refine,
            seed,
            at_once or AT_ONCE,
            pairs,
            tuple(clinic or [TOWN.name]),
        )
        models = model or ([BASE_MODEL_NAME, wanted] if grid else [wanted])
        evaluation = evaluate(settings, models, plan, say, own=own, out=out)
    if out is not None:
        write_report(evaluation, out)
    typer.echo(evaluation.model_dump_json(indent=2) if as_json else report(evaluation))
    if any(row.failed for row in evaluation.rows):
        raise typer.Exit(1)


def _served(base: Path | None, given: list[str]) -> tuple[AssistantSettings, bool]:
    """How the models are served, and whether a vLLM of its own is wanted for them."""
    from assistant.settings import AssistantSettings

    adapters = _adapters(given, base)
    settings = AssistantSettings.read()
    if base is None:
        return settings, False
    changes = {"vllm_url": None, "base_model": base, "adapters": adapters}
    return settings.model_copy(update=changes), True


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
