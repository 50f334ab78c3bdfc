"""Which adapter writes for whom: what was promoted, kept in the data folder.

    DATA/adapters/NAME/           a promoted adapter, never written to again
    DATA/adapters/history.jsonl   a row an act, only ever added to; of a task and a department the
                                  last one counts

A department without a row of its own has the adapter of the whole institution, and where there is
none, the model of the settings.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.prompt import Kind
from index.errors import SettingsError

FOLDER = "adapters"
AS_THE_WHOLE = "*"
"""In place of a name: a department has again what the whole institution has."""
_HISTORY = "history.jsonl"
_NO_ADAPTER = {"", AS_THE_WHOLE}


class Act(BaseModel):
    """From `at` on `name` writes letters or summaries for a department.

    Attributes:
        at: with a time zone.
        by: who did it.
        department: empty for the whole institution.
        name: of an adapter in the folder; empty for the model of the settings; or `AS_THE_WHOLE`.
        back: it was gone back to, not promoted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: dt.datetime
    by: str
    kind: Kind
    department: str = ""
    name: str = ""
    back: bool = False

    @property
    def is_adapter(self) -> bool:
        """Whether `name` is an adapter's."""
        return self.name not in _NO_ADAPTER

    @property
    def told(self) -> str:
        """What writes, for people."""
        where = {"": "the model of the settings", AS_THE_WHOLE: "as the whole institution"}
        return where.get(self.name, self.name)


class Promoted:
    """The promoted adapters of one data folder; read anew at each use, as commands change them."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self._file = self.folder / _HISTORY

    def history(self) -> tuple[Act, ...]:
        """Every act, oldest first.

        Raises:
            SettingsError: the file can't be read, or a line of it is none of ours.
        """
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
            return tuple(Act.model_validate_json(line) for line in lines)
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise SettingsError(
                f"The history of adapters {self._file} can't be read ({type(error).__name__}).",
                "Restore it from a backup, or move it away: the settings' models write then.",
            ) from error

    def model(self, kind: Kind, department: str = "") -> str:
        """The adapter that writes for a department; empty where it is the settings' model."""
        acts = self.history()
        own = _of(acts, kind, department)
        if own and own[-1].name != AS_THE_WHOLE:
            return own[-1].name
        whole = _of(acts, kind, "")
        return whole[-1].name if whole else ""

    def earlier(self, kind: Kind, department: str) -> str | None:
        """What wrote before the adapter that writes now was promoted; None where none was."""
        acts = _of(self.history(), kind, department)
        if not acts or not acts[-1].is_adapter:
            return None
        now = acts[-1].name
        begun = max(i for i, act in enumerate(acts) if act.name == now and not act.back)
        if begun:
            return acts[begun - 1].name
        return AS_THE_WHOLE if department else ""

    def in_force(self) -> tuple[Act, ...]:
        """The acts that count now: the last one of each task and department."""
        return _last(self.history())

    def serves(self) -> dict[str, Path]:
        """The folders of all adapters that write for somebody now, by name."""
        names = {act.name for act in self.in_force() if act.is_adapter}
        return {name: self.folder / name for name in sorted(names)}

    def add(self, act: Act) -> None:
        """Adds to the history, on disk when this returns.

        Raises:
            SettingsError: the data folder can't be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(act.model_dump_json() + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SettingsError(
                f"The history of adapters {self._file} can't be written: {error.strerror}.",
                "Make the data folder writable.",
            ) from error


def _last(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple({(act.kind, act.department.casefold()): act for act in acts}.values())


def _of(acts: tuple[Act, ...], kind: Kind, department: str) -> list[Act]:
    name = department.casefold()
    return [act for act in acts if act.kind is kind and act.department.casefold() == name]
