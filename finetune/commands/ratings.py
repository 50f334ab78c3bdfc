"""`epikrise finetune ratings`: physicians rate drafts and do not know the model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from finetune.commands.options import say
from finetune.commands.trail import trail

if TYPE_CHECKING:
    from finetune.ratings.drafts import Answers
    from finetune.ratings.store import Ratings

app = typer.Typer(help="Ratings of drafts by physicians, blind.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="ROUND", help="the round's name")]


@app.command("new")
def new(
    name: Name,
    answers: Annotated[
        list[Path], typer.Option(help="JSONL of answers; may be given several times")
    ],
    pdsqi: Annotated[
        bool, typer.Option("--pdsqi", help="ask for PDSQI-9's attributes too")
    ] = False,
) -> None:
    """Begin a round: physicians who log in see its drafts under Ratings."""
    from finetune.ratings.drafts import read_answers

    read = read_answers(answers)
    with trail("ratings.started", name, read.sha256), _ratings() as ratings:
        round_ = ratings.begin(name, read, pdsqi=pdsqi)
    for line in _uneven(read):
        say(line)
    models = read.cases_by_model
    cases = len({row.case_id for row in read.rows})
    typer.echo(f"{name}: {round_.drafts} drafts of {len(models)} models, {cases} cases.")


@app.command("list")
def list_rounds() -> None:
    """List the rounds: name, when it was begun, drafts, ratings."""
    with _ratings() as ratings:
        for each in ratings.rounds():
            given = len(ratings.ratings(each.name))
            typer.echo(f"{each.name}\t{each.begun[:10]}\t{each.drafts} drafts\t{given} ratings")


@app.command("table")
def table(
    name: Name,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON on standard output")] = False,
) -> None:
    """Print what a round says: means, differences between models, how far raters agree."""
    from finetune.ratings.report import report
    from finetune.ratings.table import markdown

    with _ratings() as ratings:
        round_, given = ratings.round(name), ratings.ratings(name)
        told = report(round_, ratings.cases_by_model(name), given)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(told), indent=2, ensure_ascii=False))
    else:
        typer.echo(markdown(told, round_.items))


@app.command("export")
def export(
    name: Name,
    out: Annotated[Path, typer.Option(help="a CSV file: each rater's scores and comments")],
) -> None:
    """Write the ratings of a round to a file, raters by code."""
    from assistant.audit import sha256_of
    from finetune.ratings.table import csv_text
    from index.errors import TrainingError

    with _ratings() as ratings:
        given = ratings.ratings(name)
        text = csv_text(ratings.round(name), given)
    with trail("ratings.exported", name, sha256_of(text)):
        try:
            # With a mark at the beginning, by which spreadsheets know the encoding.
            out.write_text(text, encoding="utf-8-sig")
        except OSError as error:
            raise TrainingError(f"{out} can't be written: {error.strerror}.") from None
    typer.echo(f"{out}: {len(given)} ratings")


@app.command("delete")
def delete(name: Name) -> None:
    """Delete a round with its cases, drafts and ratings, for good."""
    with trail("ratings.deleted", name), _ratings() as ratings:
        ratings.delete(name)
    typer.echo(f"{name} was deleted.")


@contextmanager
def _ratings() -> Generator[Ratings]:
    from assistant.settings import AssistantSettings
    from finetune.ratings.store import open_ratings

    with open_ratings(AssistantSettings.read().data_dir) as ratings:
        yield ratings


def _uneven(answers: Answers) -> list[str]:
    """A line for each model that lacks cases: differences then hold for the common ones alone."""
    models = answers.cases_by_model
    everything = set[str]().union(*models.values())
    return [
        f"{model} has no draft of {len(everything - cases)} of {len(everything)} cases:"
        " models are compared on the cases they have in common."
        for model, cases in models.items()
        if cases != everything
    ]
