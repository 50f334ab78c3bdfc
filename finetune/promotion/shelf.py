"""Where promoted adapters lie: a folder appears there whole, and is never written to again.

DATA/adapters/.part-…       while it is copied and tried; swept by the next promotion
DATA/adapters/NAME-DATE-HASH/
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from finetune.card import Card
from finetune.promotion.candidate import ADAPTER_CONFIG, CARD, EVALUATION, WEIGHTS, Candidate
from index.errors import Busy, TrainingError
from index.locks import holding

_LOCK = ".lock"
_PART = ".part-"
# Nothing else: samples of a training and answers of an evaluation hold letters.
_COPIED = (WEIGHTS, ADAPTER_CONFIG, "log.jsonl")


@contextmanager
def claimed(shelf: Path) -> Generator[None]:
    """Holds the shelf for one promotion or roll-back.

    Raises:
        Busy: another one is at work.
        TrainingError: it can't be written.
    """
    with _told(shelf):
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        (shelf / _LOCK).touch()
    with holding(shelf / _LOCK) as free:
        if not free:
            raise Busy("Another adapter is being promoted.", "Try again when it is done.")
        yield


@contextmanager
def copied(shelf: Path, candidate: Candidate) -> Generator[Path]:
    """A copy beside the promoted ones, for as long as the block lasts, without card.

    Raises:
        TrainingError: it can't be written, e.g. since the disk is full.
    """
    for left in shelf.glob(f"{_PART}*"):
        shutil.rmtree(left, ignore_errors=True)
    part: Path | None = None
    try:
        with _told(shelf):
            part = Path(tempfile.mkdtemp(prefix=_PART, dir=shelf))
            for name in _COPIED:
                if (candidate.folder / name).is_file():
                    shutil.copyfile(candidate.folder / name, part / name)
            shutil.copyfile(candidate.evaluated, part / EVALUATION)
        yield part
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def free_name(shelf: Path, candidate: Candidate, day: dt.date) -> str:
    """A name that no adapter has had."""
    first = f"{candidate.card.name}-{day.isoformat()}-{candidate.weights[:8]}"
    name, number = first, 1
    while (shelf / name).exists():
        number += 1
        name = f"{first}-{number}"
    return name


def put(part: Path, name: str, card: Card) -> Path:
    """Gives a copy its card and its name: there is all of it afterwards, or nothing.

    Raises:
        TrainingError: it can't be written.
    """
    place = part.parent / name
    with _told(part.parent):
        (part / CARD).write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
        for path in [*part.iterdir(), part]:
            _sync(path)
        part.rename(place)
        _sync(part.parent)
    return place


@contextmanager
def _told(shelf: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{shelf} can't be written: {error.strerror}.",
            "Make room there, or make it writable.",
        ) from error


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
