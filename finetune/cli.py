"""`epikrise finetune`: from pairs to an adapter and the figures that tell what it is worth.

Heavy imports stand inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.prompt import Kind

if TYPE_CHECKING:
    from finetune.config import TrainingConfig

app = typer.Typer(help="Train and judge adapters.", no_args_is_help=True)

Config = Annotated[str, typer.Argument(help="a TOML file, or the name of a shipped config")]
Base = Annotated[Path | None, typer.Option(help="the base model's folder, instead of the config's")]
Out = Annotated[Path | None, typer.Option(help="the output folder, instead of the config's")]
Minutes = Annotated[float | None, typer.Option(help="time to train, instead of the config's")]


def say(line: str) -> None:
    """Progress goes to standard error, so that standard output holds the result alone."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice


@app.command("pairs")
def pairs_command(
    out: Annotated[Path, typer.Option(help="folder for train.jsonl, dev.jsonl and test.jsonl")],
    task: Annotated[Kind, typer.Option(help="what the answers are")] = Kind.LETTER,
    count: Annotated[int, typer.Option(min=10, help="conversations in all")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="another seed, other patients")] = 0,
) -> None:
    """Write training pairs of the demo clinic, split by patient."""
    from finetune.clinic_pairs import ClinicExamples
    from finetune.pairs import Split, write_pairs

    shares = {Split.TRAIN: count * 8 // 10, Split.DEV: count // 10, Split.TEST: count // 10}
    for split, number in shares.items():
        written = write_pairs(out / f"{split}.jsonl", ClinicExamples(task, split, seed, number))
        say(f"{out / f'{split}.jsonl'}: {written} conversations")


@app.command("preflight")
def preflight_command(config: Config, base: Base = None, out: Out = None) -> None:
    """Check data and base before training; exit code 1 if the run should not be started."""
    from finetune.preflight import preflight

    findings = preflight(_load(config, base, out, None))
    for finding in findings:
        typer.echo(f"{finding.colour:6}  {finding.line}")
    if any(finding.colour == "red" for finding in findings):
        raise typer.Exit(1)


@app.command("train")
def train_command(
    config: Config,
    base: Base = None,
    out: Out = None,
    minutes: Minutes = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with a run cut off")] = False,
) -> None:
    """Train one adapter."""
    # The config is read first: a wrong key should not have to wait for PyTorch.
    loaded = _load(config, base, out, minutes)
    from finetune.train import train

    typer.echo(train(loaded, report=say, resume=resume))


@app.command("evaluate")
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
    import json

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


@app.command("demo")
def demo_command(
    out: Annotated[Path, typer.Option(help="folder for base, letters and summary")],
    share: Annotated[float, typer.Option(min=0.001, help="of the recipe's minutes")] = 1.0,
    cases: Annotated[int, typer.Option(min=1, help="held-out cases per language")] = 20,
) -> None:
    """Make the demo's model anew: tokenizer, base, both adapters, evaluation (some hours)."""
    from finetune.demo_recipe import make_demo

    typer.echo(make_demo(out, share=share, cases=cases, say=say))


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


def _load(
    config: str, base: Path | None, out: Path | None, minutes: float | None
) -> TrainingConfig:
    from finetune.config import load_config

    given: dict[str, Any] = {"model.base": base, "output": out, "run.minutes": minutes}
    return load_config(config, {key: value for key, value in given.items() if value is not None})
