"""`epikrise finetune rollback`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import say
from finetune.commands.promote import By, Department, Task


def rollback_command(
    name: Annotated[
        str,
        typer.Argument(
            help="an adapter that wrote before, or `settings` for the model of the settings;"
            " the one before this without a name"
        ),
    ] = "",
    task: Task = Kind.LETTER,
    department: Department = "",
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Take an adapter back: an earlier one, or the model of the settings, writes again."""
    from assistant.cli_acts import who_acts
    from assistant.settings import AssistantSettings
    from finetune.commands.trail import trail
    from finetune.promotion.back import Whose, roll_back

    settings = AssistantSettings.read()
    act = roll_back(Whose(task, department, by or who_acts(settings)), name, settings, trail, say)
    if as_json:
        typer.echo(json.dumps(act.model_dump(mode="json"), indent=2, ensure_ascii=False))
    else:
        whose = department or "the whole institution"
        typer.echo(f"{act.told} writes every {task} for {whose} from now on")
