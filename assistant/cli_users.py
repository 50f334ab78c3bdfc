"""`epikrise users`: who may log in."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.settings import AssistantSettings
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.accounts import Accounts

app = typer.Typer(help="Who may log in.", no_args_is_help=True)

_BY = "command line"


@app.command("add")
def add(
    name: str,
    role: Annotated[str, typer.Option(help="physician or admin")] = "physician",
    department: Annotated[str, typer.Option(help="for letters of the same department")] = "",
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    from assistant.accounts import Role

    if role not in set(Role):
        raise InputError(f"There is no role {role!r}.", f"Known: {', '.join(Role)}.")
    with _accounts() as accounts:
        accounts.create(name, _password(), Role(role), department=department, by=_BY)
    typer.echo(f"{name} was added as {role}.")


@app.command("list")
def list_users() -> None:
    """List the users: name, role, department, whether disabled."""
    with _accounts() as accounts:
        for user in accounts.everyone():
            state = "disabled" if user.disabled else ""
            typer.echo("\t".join((user.name, user.role, user.department, state)).rstrip())


@app.command("passwd")
def passwd(name: str) -> None:
    """Set a user's password; it unlocks the account and ends its sessions."""
    with _accounts() as accounts:
        accounts.set_password(name, _password(), by=_BY)
    typer.echo(f"The password of {name} was changed.")


@app.command("disable")
def disable(name: str) -> None:
    """Take away a user's access; what the user wrote is kept."""
    with _accounts() as accounts:
        accounts.disable(name, by=_BY)
    typer.echo(f"{name} was disabled.")


@app.command("enable")
def enable(name: str) -> None:
    """Give a disabled user access again."""
    with _accounts() as accounts:
        accounts.disable(name, disabled=False, by=_BY)
    typer.echo(f"{name} was enabled.")


@contextmanager
def _accounts() -> Generator[Accounts]:
    from assistant.accounts import Accounts
    from assistant.database import open_database

    settings = AssistantSettings.read()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(settings.database)
    try:
        yield Accounts(database)
    finally:
        database.close()


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise InputError("The two passwords differ.", "Try again.")
    return password
