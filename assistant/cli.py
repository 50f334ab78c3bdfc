"""The command `epikrise`. Every subcommand reads its settings, calls one function, and prints.

Heavy imports stand inside the commands, so that `epikrise --help` answers at once. What finetune
adds is found through the entry point `epikrise.commands`.
"""

from __future__ import annotations

import signal
import sys
from importlib.metadata import entry_points
from types import FrameType
from typing import Annotated, NoReturn

import typer

from assistant import cli_deidentify, cli_import, cli_index, cli_texts, cli_users
from assistant.settings import AssistantSettings
from index.errors import EpikriseError
from index.settings import IndexSettings

app = typer.Typer(
    name="epikrise",
    help="Drafts and refines physician letters, and checks every fact against the case.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def say(line: str) -> None:
    """Progress goes to standard error, so that standard output holds the result alone."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice


def _exit(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


@app.command()
def run() -> None:
    """Start the product: model, index and page. Ctrl-C stops everything."""
    from assistant.run import AllSettings, serve
    from retrieval.settings import RetrievalSettings

    settings = AllSettings(AssistantSettings.read(), IndexSettings.read(), RetrievalSettings.read())
    # A service manager ends it so; as with Ctrl-C, what was started has to be ended in order.
    signal.signal(signal.SIGTERM, _exit)
    serve(settings, say)


@app.command()
def draft(
    case: Annotated[str, typer.Argument(help="a file or folder, or - for standard input")],
    kind: Annotated[str, typer.Option(help="letter or summary")] = "letter",
    model: Annotated[str, typer.Option(help="a served model's name, instead of the usual")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="with findings, as JSON")] = False,
    patient: cli_import.Patient = "",
) -> None:
    """Draft a letter or a summary for a case, and check it."""
    cli_texts.draft(case, kind, model, patient, as_json=as_json, say=say)


app.command("check")(cli_texts.check_command)
app.command("import")(cli_import.import_command)
app.command("deidentify")(cli_deidentify.deidentify_command)
app.add_typer(cli_index.app, name="index")
app.add_typer(cli_users.app, name="users")


def main() -> None:
    """The entry point: an error of ours is one line, and its class sets the exit code."""
    for entry in entry_points(group="epikrise.commands"):
        if len(sys.argv) < 2 or sys.argv[1] in (entry.name, "--help"):
            app.add_typer(entry.load(), name=entry.name)
    try:
        app()
    except EpikriseError as error:
        say(f"epikrise: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
