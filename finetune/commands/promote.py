"""`epikrise finetune promote`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import say
from index.errors import TrainingError

if TYPE_CHECKING:
    from assistant.promoted import Promoted
    from assistant.settings import AssistantSettings
    from finetune.promotion import Outcome, Wanted

Task = Annotated[Kind, typer.Option(help="what it writes")]
Department = Annotated[
    str, typer.Option(help="of the users for whom it writes; the whole institution without one")
]
By = Annotated[str, typer.Option(help="who approves; without it who acts on this command line")]


def promote_command(
    adapter: Annotated[Path | None, typer.Argument(help="the folder that `train` wrote")] = None,
    task: Task = Kind.LETTER,
    department: Department = "",
    by: By = "",
    evaluation: Annotated[
        Path | None, typer.Option(help="the folder that `evaluate --out` wrote for it")
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="your own pairs folder, on which it was evaluated")
    ] = None,
    base: Annotated[
        Path | None, typer.Option(help="the folder of the base that a vLLM set by URL serves")
    ] = None,
    without_server: Annotated[
        bool,
        typer.Option("--without-server", help="do not compare it with the adapter as it is served"),
    ] = False,
    show: Annotated[
        bool, typer.Option("--list", help="show what was promoted, by whom, and what writes now")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Let an adapter write, if its evaluation passes the bars; exit code 1 where it doesn't."""
    from assistant.promoted import Promoted
    from assistant.settings import AssistantSettings

    settings = AssistantSettings.read()
    if show:
        _list(Promoted(settings.data_dir), as_json=as_json)
        return
    if adapter is None or evaluation is None:
        raise TrainingError(
            "It needs the adapter's folder and its evaluation.",
            "`epikrise finetune promote ADAPTER --evaluation FOLDER`, or --list.",
        )
    from assistant.cli_acts import who_acts
    from finetune.commands.trail import trail
    from finetune.promotion import Wanted, promote
    from finetune.settings import FinetuneSettings
    from retrieval.settings import RetrievalSettings

    _say_if_nobodys(department)
    wanted = Wanted(
        adapter=adapter,
        evaluation=evaluation,
        base=_base(settings, base),
        kind=task,
        department=department,
        by=by or who_acts(settings),
        pairs=pairs,
        without_server=without_server,
        examples=RetrievalSettings.read().exemplars > 0,
    )
    outcome = promote(wanted, settings, FinetuneSettings.read(), trail, say)
    _tell(outcome, wanted, as_json=as_json)
    if not outcome.name:
        raise typer.Exit(1)


def _base(settings: AssistantSettings, given: Path | None) -> Path:
    """The folder of the base that is served."""
    if given is not None and settings.vllm_url is None:
        raise TrainingError("The base that is served is that of the settings.", "Leave out --base.")
    base = given or settings.base_model
    if base is None and settings.vllm_url is None and settings.demo:
        from finetune.demo import CLINIC

        base = CLINIC.model_dir
    if base is None:
        raise TrainingError(
            "The vLLM at the URL of the settings does not tell where its base is.",
            "Name the base's folder: --base.",
        )
    return base


def _say_if_nobodys(department: str) -> None:
    """A department that is written in another way than the users' would get no adapter."""
    from assistant.accounts import Accounts
    from assistant.cli_acts import acting

    if department:
        with acting() as act:
            users = Accounts(act.database).everyone()
        known = sorted({user.department for user in users} - {""})
        if department.casefold() not in {each.casefold() for each in known}:
            there = ", ".join(known) or "none"
            say(f"No user is of the department {department} yet; there are: {there}.")


def _tell(outcome: Outcome, wanted: Wanted, *, as_json: bool) -> None:
    if as_json:
        told = asdict(outcome) | {"served": None, "checks": [asdict(c) for c in outcome.checks]}
        if outcome.served is not None:
            told["served"] = outcome.served.model_dump()
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for check in outcome.checks:
        typer.echo(f"{'ok' if check.passed else 'FAILED':7} {check.name:11} {check.line}")
    if not outcome.name:
        typer.echo(f"\nNOT PROMOTED: {len(outcome.failed)} of {len(outcome.checks)} failed")
        return
    if outcome.served is None:
        typer.echo("        served      not compared with a server, which its card says")
    whose = f"for {wanted.department}" if wanted.department else "for the whole institution"
    when = "from now on" if outcome.loaded else "from the next start on"
    typer.echo(f"\nPROMOTED: {outcome.name} writes every {wanted.kind} {whose} {when}")


def _list(promoted: Promoted, *, as_json: bool) -> None:
    acts = promoted.history()
    now = set(promoted.in_force())
    if as_json:
        rows = [act.model_dump(mode="json") | {"active": act in now} for act in acts]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for act in acts:
        typer.echo(
            "\t".join(
                (
                    f"{act.at.astimezone():%Y-%m-%d %H:%M}",
                    act.kind,
                    act.department or "whole institution",
                    act.told,
                    f"{'went back to' if act.back else 'promoted'} by {act.by}",
                    "active" if act in now else "",
                )
            ).rstrip()
        )
