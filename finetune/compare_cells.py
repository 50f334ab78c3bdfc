"""The cells of a comparison as folders: each a config, the adapter that came of it, and its log.

    FOLDER/cells/NAME/cell.toml    the settings; `epikrise finetune train` reads it, too
    FOLDER/cells/NAME/train.log    what the training said
    FOLDER/cells/NAME/…            the adapter

Each is trained in a process of its own: what one leaves on a GPU is gone before the next begins,
and one that is killed takes no other with it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from finetune.config import TrainingConfig, load_config
from index.child import ChildProcess
from index.errors import TrainingError

Train = Callable[[Path, Callable[[str], None]], str]
"""Trains the config of a file; returns why not, where it could not."""
_CONFIG = "cell.toml"
_MAIN = "from assistant.cli import main; main()"
_LOOK_S = 1.0
_STOP_S = 120.0
"""A training that is told to end finishes its step and writes a checkpoint."""


def is_trained(folder: Path) -> bool:
    """Whether a cell's adapter is there, whole."""
    return (folder / "card.json").is_file()


def prepared(name: str, changes: Mapping[str, Any], folder: Path) -> Path:
    """The config file of a cell, written where there was none.

    Args:
        name: the config that all cells share, as `load_config` takes it.
        changes: what is the cell's own, by dotted path.
        folder: the cell's.

    Raises:
        TrainingError: the settings don't go together, or are not those that the folder was made of.
    """
    wanted = _table(load_config(name, {**changes, "output": folder, "name": folder.name}))
    path = folder / _CONFIG
    if path.exists():
        _must_agree(tomllib.loads(path.read_text(encoding="utf-8")), wanted, folder)
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(_toml(wanted), encoding="utf-8")
    os.replace(part, path)
    return path


def train_apart(config: Path, say: Callable[[str], None]) -> str:
    """`epikrise finetune train` in a process of its own, going on where one was cut off.

    Args:
        config: the file that `prepared` wrote.
        say: is told what it says.

    Returns:
        Its last words where it failed, else nothing.
    """
    command = [sys.executable, "-P", "-c", _MAIN, "finetune", "train", str(config), "--resume"]
    child = ChildProcess("training", command, os.environ, config.with_name("train.log"))
    child.start()
    told = 0
    try:
        alive = True
        while alive:
            time.sleep(_LOOK_S)
            alive = child.alive
            lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()
            for line in lines[told:]:
                say(f"{config.parent.name}: {line}")
            told = len(lines)
    finally:
        code = child.exit_code
        child.stop(_STOP_S)
    if code == 0:
        return ""
    last = child.log_tail(1).removeprefix("epikrise: ")
    return last or f"The training ended with exit code {code}."


def _must_agree(found: Mapping[str, Any], wanted: Mapping[str, Any], folder: Path) -> None:
    before, now = dict(_flat(found)), dict(_flat(wanted))
    other = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    if other:
        told = ", ".join(f"{key} {before.get(key)!r}, not {now.get(key)!r}" for key in other[:3])
        raise TrainingError(f"{folder} was made with {told}.", "Give another --out.")


def _table(config: TrainingConfig) -> dict[str, Any]:
    """What was set; a path is this machine's."""
    return config.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield f"{above}{key}", value


def _toml(table: Mapping[str, Any]) -> str:
    """Plain keys first, then a section each; what JSON writes of a value is TOML, too."""
    sections = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    plain = {key: value for key, value in table.items() if key not in sections}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    for key, section in sections.items():
        lines += ["", f"[{key}]", _toml(section).rstrip()]
    return "\n".join(lines) + "\n"
