"""The demo clinic as the assistant sees it: found by name, as nothing here imports finetune."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from index.case import CaseDetails
from index.errors import SettingsError
from index.letter import Language


class DemoClinic(Protocol):
    """What the entry point `epikrise.demo` gives."""

    @property
    def model_dir(self) -> Path:
        """The folder of the small base model."""
        ...

    @property
    def adapters(self) -> Mapping[str, Path]:
        """The folders of its adapters, by the names they are served under."""
        ...

    @property
    def notice(self) -> str:
        """One line: clinic and patients are made up."""
        ...

    def write_archive(self, folder: Path) -> None:
        """Writes the made-up letters into `folder`; the same bytes every time."""
        ...

    def example_cases(self, language: Language) -> Mapping[str, CaseDetails]:
        """Cases to try, by title."""
        ...


def find_demo_clinic() -> DemoClinic:
    """The installed demo clinic.

    Raises:
        SettingsError: none is installed.
    """
    for entry in entry_points(group="epikrise.demo"):
        return cast(DemoClinic, entry.load())
    raise SettingsError(
        "The demo clinic is not installed.",
        "Install the package finetune, or set EPIKRISE_ASSISTANT_DEMO=false and a model.",
    )
