"""The demo clinic's log-ins: made at the first start, kept in a file, printed at every start."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from assistant.accounts import Accounts, Role
from index.errors import SettingsError

FILE_NAME = "demo-logins.txt"
_USERS = (("doctor", Role.PHYSICIAN), ("admin", Role.ADMIN))
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True)
class DemoLogin:
    name: str
    role: Role
    password: str


def seed_demo_users(accounts: Accounts, data_dir: Path) -> tuple[DemoLogin, ...]:
    """Creates the demo users that are not there yet, and returns the log-ins to print.

    A user who exists without being in the file is somebody's own: it is left alone, and not
    returned.

    Raises:
        SettingsError: the file can't be read or written.
    """
    path = data_dir / FILE_NAME
    try:
        logins = _read(path)
        if not logins:
            logins = tuple(
                DemoLogin(name, role, readable_password())
                for name, role in _USERS
                if accounts.find(name) is None
            )
            _write(path, logins)
    except OSError as error:
        raise SettingsError(
            f"The file {FILE_NAME} in the data folder can't be used: {error.strerror}."
        ) from None
    # The file first: a start cut short here is made good by the next one.
    for login in logins:
        if accounts.find(login.name) is None:
            accounts.create(login.name, login.password, login.role, by="demo")
    return logins


def readable_password() -> str:
    """Three made-up words and a number, some 60 bits: `tavori-mukelo-dopiza-47`."""
    words = (
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3))
        for _ in range(3)
    )
    return "-".join((*words, str(secrets.randbelow(90) + 10)))


def _read(path: Path) -> tuple[DemoLogin, ...]:
    if not path.exists():
        return ()
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    roles = set(Role)
    return tuple(
        DemoLogin(name, Role(role), password)
        for name, role, password in (line for line in lines if len(line) == 3)
        if role in roles
    )


def _write(path: Path, logins: tuple[DemoLogin, ...]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(f"{login.name} {login.role} {login.password}\n" for login in logins)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(lines)
