"""A run's folder, read: what it is, how far it is, and whether it goes on.

run.json      what was begun, written when the first step begins
log.jsonl     see `finetune.runs.history`
samples.jsonl see `finetune.runs.samples`
card.json     once it is finished
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from finetune import checkpoints
from finetune.card import Card
from finetune.config import TrainingConfig
from finetune.runs.history import History, read_log
from finetune.runs.moment import time_left
from finetune.runs.samples import FILE as SAMPLES
from finetune.runs.samples import Sample, read_samples
from index.errors import TrainingError
from index.locks import is_held

FILE = "run.json"
LOG = "log.jsonl"
_DEPTH = 3
_LATELY_S = 900.0
_Kind = TypeVar("_Kind", bound=BaseModel)


class Begun(BaseModel):
    """What was begun; paths are left out, since they are one machine's.

    Attributes:
        begun: when, with a time zone; of the first sitting.
        base: the base model's name.
        config: every setting.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    task: str
    begun: dt.datetime
    base: str
    precision: str
    config: dict[str, Any]

    @classmethod
    def of(cls, config: TrainingConfig, begun: dt.datetime) -> Begun:
        model = config.model
        quantised = "" if model.quantisation == "none" else f" {model.quantisation}"
        return cls(
            name=config.name,
            task=config.task.value,
            begun=begun,
            base=model.base.name,
            precision=f"{model.dtype}{quantised}",
            config=config.model_dump(
                mode="json", exclude={"output": True, "model": {"base"}, "data": {"pairs"}}
            ),
        )


class State(StrEnum):
    RUNNING = "running"
    STOPPED = "cut off"
    FINISHED = "finished"


@dataclass(frozen=True)
class Run:
    """
    Attributes:
        key: tells it from all others of a search; its path from there.
        begun: None for runs of before there was such a file.
        card: of a finished one.
        changed: when the log was last written, in seconds since 1970.
    """

    key: str
    folder: Path
    state: State
    begun: Begun | None
    card: Card | None
    history: History
    samples: tuple[Sample, ...]
    changed: float

    @property
    def name(self) -> str:
        known = self.begun or self.card
        return known.name if known else self.folder.name

    @property
    def config(self) -> dict[str, Any]:
        known = self.begun or self.card
        return known.config if known else {}

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing says how long it is to be."""
        if self.state is State.FINISHED:
            return 1.0
        run: dict[str, Any] = self.config.get("run", {})
        steps, minutes = run.get("steps"), run.get("minutes")
        parts = [
            *([self.history.step / steps] if steps else []),
            *([self.history.seconds / (minutes * 60)] if minutes else []),
        ]
        return min(1.0, max(parts)) if parts else None

    @property
    def left(self) -> float | None:
        """Seconds to the end of one that runs."""
        if self.state is not State.RUNNING or self.share is None:
            return None
        return time_left(self.share, self.history.seconds)


def read_run(folder: Path, key: str = "") -> Run:
    """
    Raises:
        TrainingError: no training wrote this folder, or it can't be read.
    """
    log = folder / LOG
    try:
        history = read_log(log.read_text(encoding="utf-8"))
        changed = log.stat().st_mtime
        samples = read_samples(folder / SAMPLES)
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(
            f"There is no training in {folder}.",
            f"Name a folder that `epikrise finetune train` has written: {LOG} is in it.",
        ) from error
    card = _read(folder / "card.json", Card)
    state = State.FINISHED if card else _state(folder, changed)
    begun = _read(folder / FILE, Begun)
    return Run(key or folder.name, folder, state, begun, card, history, samples, changed)


def find_runs(root: Path) -> list[Run]:
    """All below a folder, at most three levels deep; those that changed last come first."""
    found: list[Run] = []
    for folder in _folders(root, _DEPTH):
        try:
            found.append(read_run(folder, folder.relative_to(root).as_posix()))
        except TrainingError:
            continue  # gone since, or not ours to read
    return sorted(found, key=lambda run: (run.state is not State.RUNNING, -run.changed))


def any_run(root: Path) -> bool:
    return next(_folders(root, _DEPTH), None) is not None


def _folders(root: Path, depth: int) -> Iterator[Path]:
    try:
        if (root / LOG).is_file():
            yield root
            return
        inner = sorted(each for each in root.iterdir() if each.is_dir()) if depth else []
    except OSError:
        return
    for each in inner:
        yield from _folders(each, depth - 1)


def _state(folder: Path, changed: float) -> State:
    try:
        running = is_held(folder / checkpoints.FOLDER / "lock")
    except OSError:  # another user's lock: then by whether something was written lately
        running = time.time() - changed < _LATELY_S
    return State.RUNNING if running else State.STOPPED


def _read(path: Path, kind: type[_Kind]) -> _Kind | None:
    """None where there is none, and where a newer Epikrise wrote it in another form."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
