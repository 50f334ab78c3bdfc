"""`epikrise finetune safety`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from finetune.commands.options import say
from finetune.safety.plan import FIRST_WORDS, Part


def safety_command(
    adapter: Annotated[list[str], typer.Argument(help="an adapter's folder, or NAME=FOLDER")],
    base: Annotated[
        Path | None,
        typer.Option(help="the base's folder; a vLLM is started with it and the adapters"),
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="the pairs folder that the adapters were trained on")
    ] = None,
    part: Annotated[
        list[Part] | None, typer.Option(help="of the report; may be given several times")
    ] = None,
    letters: Annotated[
        int, typer.Option(min=1, help="letters to be gone on with, learned and held-out each")
    ] = 100,
    words: Annotated[
        int, typer.Option(min=5, help="that such a letter is begun with")
    ] = FIRST_WORDS,
    cases: Annotated[int, typer.Option(min=1, help="cases to be swapped, per language")] = 30,
    edges: Annotated[int, typer.Option(min=1, help="unusual cases of a kind, per language")] = 6,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    at_once: Annotated[int, typer.Option(min=1, help="requests at the same time")] = 32,
    out: Annotated[
        Path | None,
        typer.Option(help="keep answers and report here; started again, it goes on"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Look for what an adapter learned by heart, for bias, and at unusual cases.

    Exit code 1 where a figure is over its bound.
    """
    from assistant.settings import AssistantSettings
    from finetune.safety.plan import Plan
    from finetune.safety.report import report, write_report
    from finetune.safety.run import safety
    from finetune.safety.subject import read_subject

    subjects = [read_subject(given) for given in adapter]
    names = [subject.name for subject in subjects]
    if len(set(names)) < len(names):
        raise typer.BadParameter("Two have one name: give NAME=FOLDER.", param_hint="ADAPTER")
    settings = AssistantSettings.read()
    if base is not None:
        folders = {subject.name: subject.folder for subject in subjects}
        changes = {"vllm_url": None, "base_model": base, "adapters": folders}
        settings = settings.model_copy(update=changes)
    plan = Plan(tuple(part or Part), letters, cases, edges, words, pairs, seed, at_once)
    found = safety(settings, subjects, plan, say, own=base is not None, out=out)
    if out is not None:
        write_report(found, out)
    typer.echo(found.model_dump_json(indent=2) if as_json else report(found))
    if found.over:
        raise typer.Exit(1)
