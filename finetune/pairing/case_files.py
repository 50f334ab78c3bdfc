"""Cases that lie in a folder as the letters lie in theirs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from index.errors import TrainingError

_SUFFIXES = (".json", ".xml", ".csv", ".txt", ".docx")
"""FHIR or case details, a registry's message, a table, a text; the first that is there counts."""


def case_files(folder: Path) -> Mapping[str, Path]:
    """Files by their path in the folder without the suffix.

    Raises:
        TrainingError: there is no such folder, or no case in it.
    """
    found: dict[str, Path] = {}
    for parent, _, names in os.walk(folder):
        paths = (Path(parent, name) for name in names if not name.startswith((".", "~$")))
        known = [path for path in paths if path.suffix.lower() in _SUFFIXES]
        for path in sorted(known, key=lambda p: _SUFFIXES.index(p.suffix.lower())):
            found.setdefault(path.relative_to(folder).with_suffix("").as_posix(), path)
    if not found:
        raise TrainingError(
            f"There are no cases in {folder}.",
            "It must hold a .json, .xml, .csv or .txt named as each letter is.",
        )
    return found
