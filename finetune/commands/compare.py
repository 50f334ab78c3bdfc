"""`epikrise finetune compare`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from finetune.commands.options import Base, Config, load, say

if TYPE_CHECKING:
    from finetune.compare_run import Evaluate
    from finetune.config import TrainingConfig
    from finetune.evaluate import Plan


def compare_command(
    config: Config,
    lora_vs_qlora: Annotated[
        bool, typer.Option("--lora-vs-qlora", help="the base in bfloat16 against quantised")
    ] = False,
    bits: Annotated[str, typer.Option(help="of the base while training, e.g. 16,8,4")] = "",
    data: Annotated[str, typer.Option(help="numbers of examples, e.g. 1k,5k,10k,20k")] = "",
    institutions: Annotated[
        str, typer.Option(help="train on each and on all, test on each, e.g. A,B,C")
    ] = "",
    steps: Annotated[
        int | None, typer.Option(min=1, help="of every training, instead of the config's")
    ] = None,
    cases: Annotated[
        int, typer.Option(min=1, help="held-out cases per language and institution")
    ] = 20,
    base: Base = None,
    out: Annotated[
        Path | None, typer.Option(help="folder of the comparison; started again, it goes on")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Train one adapter a value of a setting and compare them; exit code 1 where one is missing."""
    from finetune.compare import Question, compared
    from finetune.config import load_config

    asked = {
        Question.LORA_VS_QLORA: "yes" * lora_vs_qlora,
        Question.BITS: bits,
        Question.DATA: data,
        Question.INSTITUTIONS: institutions,
    }
    given = [question for question, values in asked.items() if values]
    if len(given) != 1:
        options = ", ".join(f"--{question}" for question in Question)
        raise typer.BadParameter("Give one of them.", param_hint=options)
    shared = _shared(load(config, base, None, None), base, steps)
    loaded = load_config(config, shared)
    comparison = compared(given[0], asked[given[0]], loaded)
    folder = out or loaded.output.with_name(f"{loaded.output.name}-compare")

    from finetune.compare_cells import train_apart
    from finetune.compare_report import comparison_report, write_comparison
    from finetune.compare_run import compare
    from finetune.evaluate import Plan

    plan = Plan(loaded.task, cases, pairs=loaded.data.pairs, clinics=comparison.tested)
    result = compare(
        comparison, config, shared, folder, train_apart, _evaluation(loaded, plan), say
    )
    write_comparison(result, folder)
    typer.echo(result.model_dump_json(indent=2) if as_json else comparison_report(result))
    if any(cell.left_out for cell in result.cells) or any(
        row.failed for row in result.evaluation.rows
    ):
        raise typer.Exit(1)


def _shared(config: TrainingConfig, base: Path | None, steps: int | None) -> dict[str, Any]:
    """What all cells have instead of the config's own.

    Raises:
        TrainingError: the trainings would end by the clock, each after other steps.
    """
    from index.errors import TrainingError

    wanted = steps or config.run.steps
    if wanted is None:
        raise TrainingError(
            "The config ends by run.minutes: its trainings would differ in steps, too.",
            "Give --steps.",
        )
    shared: dict[str, Any] = {"run.steps": wanted, "run.minutes": None}
    return shared if base is None else {**shared, "model.base": base}


def _evaluation(config: TrainingConfig, plan: Plan) -> Evaluate:
    """One vLLM with all adapters beside the base as its folder has it."""
    from assistant.settings import AssistantSettings
    from finetune.evaluate import evaluate
    from finetune.evaluation import Evaluation

    settings = AssistantSettings.read()

    def ask(adapters: Mapping[str, Path], answers: Path) -> Evaluation:
        served = settings.model_copy(
            update={
                "vllm_url": None,
                "base_model": config.model.base,
                "adapters": dict(adapters),
                "max_lora_rank": max(settings.max_lora_rank, config.adapter.rank),
            }
        )
        return evaluate(served, list(adapters), plan, say, own=True, out=answers)

    return ask
