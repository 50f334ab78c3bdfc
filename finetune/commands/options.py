"""What several commands are given, and how they speak."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from finetune.config import TrainingConfig

Config = Annotated[str, typer.Argument(help="a TOML file, or the name of a shipped config")]
Base = Annotated[Path | None, typer.Option(help="the base model's folder, instead of the config's")]
Out = Annotated[Path | None, typer.Option(help="the output folder, instead of the config's")]
Minutes = Annotated[float | None, typer.Option(help="time to train, instead of the config's")]


def say(line: str) -> None:
    """Progress goes to standard error, so that standard output holds the result alone."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice


def load(config: str, base: Path | None, out: Path | None, minutes: float | None) -> TrainingConfig:
    """The config of that name or file, with what was said on the command line.

    Raises:
        TrainingError: there is none, or a key in it is wrong.
    """
    from finetune.config import load_config

    given: dict[str, Any] = {"model.base": base, "output": out, "run.minutes": minutes}
    return load_config(config, {key: value for key, value in given.items() if value is not None})
