"""The checkpoints of a run: which one is whole, and what happens when one can't be written.

output/checkpoints/lock               held while a training runs on the folder
output/checkpoints/checkpoint-STEP/   adapter, optimiser, schedule, random states, Trainer's state;
                                      whole: an empty file, made when all of them are on the disk
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from index.errors import TrainingError
from index.locks import holding

FOLDER = "checkpoints"
_WHOLE = "whole"


@contextmanager
def claimed(output: Path) -> Generator[None]:
    """Holds the output folder for one training.

    Raises:
        TrainingError: another training holds it, or it can't be made.
    """
    folder = output / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with holding(folder / "lock") as free:
            if not free:
                raise TrainingError(
                    f"Another training is writing {output}.",
                    "Wait for it, or choose another output folder.",
                )
            yield
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise TrainingError(
            f"{output} can't be written: {error.strerror}.", "Choose another output folder."
        ) from error
    finally:
        _remove_if_empty(folder)


def last_whole(output: Path) -> Path | None:
    """The latest checkpoint that was written to its end."""
    found = [path.parent for path in (output / FOLDER).glob(f"checkpoint-*/{_WHOLE}")]
    return max(found, key=_step, default=None)


def starting_point(output: Path, *, resume: bool) -> Path | None:
    """The checkpoint to go on from; None starts anew.

    Raises:
        TrainingError: the folder holds a finished adapter, or a run that `resume` wasn't said for.
    """
    if (output / "card.json").exists() or (output / "adapter_model.safetensors").exists():
        raise TrainingError(
            f"{output} holds a finished adapter, which is never overwritten.",
            "Choose another output folder.",
        )
    checkpoint = last_whole(output)
    if checkpoint is not None and not resume:
        raise TrainingError(
            f"{output} holds a run that was cut off.",
            "Add --resume to go on with it, or choose another output folder.",
        )
    return checkpoint


def drop_partial(output: Path) -> None:
    """Removes what was being written when the run was cut off."""
    for folder in (output / FOLDER).glob("checkpoint-*"):
        if not (folder / _WHOLE).exists():
            shutil.rmtree(folder, ignore_errors=True)


def finish(folder: Path) -> None:
    """Puts a written checkpoint on the disk, and only then calls it whole."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    (folder / _WHOLE).touch()


@contextmanager
def writing(output: Path, what: str) -> Generator[None]:
    """Whatever keeps files from being written becomes one line; half a checkpoint is removed.

    Raises:
        TrainingError: the disk is full, or the files can't be written for another reason.
    """
    try:
        yield
    # PyTorch tells of a full disk by a RuntimeError, safetensors by an error of its own.
    except (OSError, RuntimeError, SafetensorError) as error:
        drop_partial(output)
        kept = last_whole(output)
        whole = f"{kept.name} is whole: --resume goes on from it" if kept else "none is there yet"
        reason = str(error).splitlines()[0][:120]
        raise TrainingError(
            f"{what} can't be written to {output}: {reason}.",
            f"Make room on that disk ({shutil.disk_usage(output).free >> 20} MiB are free) and"
            f" start again. Of the checkpoints, {whole}.",
        ) from error


def _step(folder: Path) -> int:
    return int(folder.name.removeprefix("checkpoint-"))


def _remove_if_empty(folder: Path) -> None:
    """A refused run leaves nothing behind."""
    if folder.is_dir() and [path.name for path in folder.iterdir()] == ["lock"]:
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
