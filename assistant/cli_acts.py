"""Who acts on the archive from the command line, and the row in the trail for each act."""

from __future__ import annotations

import getpass
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.archive_trail import ArchiveAct, archive_act, review_act
from assistant.settings import AssistantSettings

if TYPE_CHECKING:
    from assistant.database import Database
    from index.decisions import Decision


@dataclass(frozen=True)
class Acting:
    """
    Attributes:
        who: the name of the settings, else that of the operating system.
    """

    database: Database
    who: str

    def note(self, act: ArchiveAct, object_: str = "", sha256: str = "") -> None:
        archive_act(self.database, self.who, act, object_, sha256)

    def note_decision(self, decision: Decision) -> None:
        review_act(self.database, decision)


@contextmanager
def acting() -> Generator[Acting]:
    """The trail is opened before anything is done, so that nothing is done without its row.

    Raises:
        SettingsError: the database can't be used.
    """
    from assistant.database import open_database

    settings = AssistantSettings.read()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(settings.database)
    try:
        yield Acting(database, who_acts(settings))
    finally:
        database.close()


def who_acts(settings: AssistantSettings) -> str:
    """The name of the settings, else that of the operating system."""
    return settings.operator or _system_user()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container a number may have no name
        return f"user {os.getuid()}"
