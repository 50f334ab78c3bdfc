"""The checkpoints of a run: which one is whole, and what happens when one can't be written.

output/checkpoints/lock               held while a training runs on the folder
output/checkpoints/checkpoint-STEP/   adapter, optimiser, schedule, random states, Trainer's state;
                                      whole: an empty file, made when all of them are on the disk
output/checkpoints/adapter/           the finished adapter, until all of it is on the disk
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from safetensors import SafetensorError

from index.errors import TrainingError
from index.locks import holding

FOLDER = "checkpoints"
WEIGHTS = "adapter_model.safetensors"
_WHOLE = "whole"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# PyTorch's archive writer drops the system's reason; these are its words for a write cut short.
_TORCH_WRITER = ("inline_container", "iostream", "PytorchStreamWriter")


@contextmanager
def claimed(output: Path) -> Generator[None]:
    """Holds the output folder for one training.

    Raises:
        TrainingError: another training holds it, or it can't be made.
    """
    folder = output / FOLDER
    with ExitStack() as held:
        held.callback(_remove_if_empty, folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = held.enter_context(holding(folder / "lock"))
        except OSError as error:
            raise TrainingError(
                f"{output} can't be written: {error.strerror}.", "Choose another output folder."
            ) from error
        if not free:
            raise TrainingError(
                f"Another training is writing {output}.",
                "Wait for it, or choose another output folder.",
            )
        drop_partial(output)
        yield


def last_whole(output: Path) -> Path | None:
    """The latest checkpoint that was written to its end."""
    found = [path.parent for path in (output / FOLDER).glob(f"checkpoint-*/{_WHOLE}")]
    return max(found, key=_step, default=None)


def starting_point(output: Path, *, resume: bool) -> Path | None:
    """The checkpoint to go on from; None starts anew.

    Raises:
        TrainingError: the folder holds a finished adapter, or a run that `resume` wasn't said for.
    """
    checkpoint = last_whole(output)
    # A card without weights beside a checkpoint is what a kill at the very end leaves.
    carded = (output / "card.json").exists() and checkpoint is None
    if (output / WEIGHTS).exists() or carded:
        raise TrainingError(
            f"{output} holds a finished adapter, which is never overwritten.",
            "Choose another output folder.",
        )
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
    _sync(folder)
    (folder / _WHOLE).touch()


@contextmanager
def staged(output: Path) -> Generator[Path]:
    """A folder to write the adapter to; what is in it comes to `output` once it is on the disk.

    The weights come last: where they are, all is.
    """
    stage = output / FOLDER / "adapter"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    yield stage
    _sync(stage)
    # safetensors writes for the owner alone, and a server may be another user.
    mode = (stage.parent / "lock").stat().st_mode
    for path in stage.iterdir():
        path.chmod(mode)
    for path in sorted(stage.iterdir(), key=lambda path: path.name == WEIGHTS):
        os.replace(path, output / path.name)


@contextmanager
def writing(output: Path, what: str) -> Generator[None]:
    """Whatever keeps files from being written becomes one line; half a checkpoint is removed.

    Raises:
        TrainingError: the disk is full, or the files can't be written for another reason.
    """
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        if not (told := unwritten(error, output)):
            raise
        drop_partial(output)
        kept = last_whole(output)
        whole = f"{kept.name} is whole: --resume goes on from it" if kept else "none is there yet"
        reason, do = told
        raise TrainingError(
            f"{what} can't be written to {output}: {reason}.",
            f"{do} and start again. Of the checkpoints, {whole}.",
        ) from error


def unwritten(
    error: OSError | RuntimeError | SafetensorError, folder: Path
) -> tuple[str, str] | None:
    """Why a file was not written to `folder` and what to do; None if this is no such error."""
    said = (str(error).splitlines() or [""])[0]
    if isinstance(error, OSError):
        full, reason = error.errno in _FULL, error.strerror or type(error).__name__
    elif isinstance(error, SafetensorError):
        full = any(f"(os error {number})" in said for number in _FULL)
        reason = said.removeprefix("Error while serializing: ").removeprefix("I/O error: ")
    elif any(words in str(error) for words in _TORCH_WRITER):
        full, reason = True, "the file was cut short"
    else:
        return None
    room = f"Make room on that disk ({shutil.disk_usage(folder).free >> 20} MiB are free)"
    return reason, room if full else "See that it can be written to"


def _sync(folder: Path) -> None:
    """Contents and names reach the disk, so that they survive the power's going."""
    for path in [*sorted(folder.rglob("*")), folder]:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _step(folder: Path) -> int:
    return int(folder.name.removeprefix("checkpoint-"))


def _remove_if_empty(folder: Path) -> None:
    """A refused run leaves nothing behind."""
    if folder.is_dir() and [path.name for path in folder.iterdir()] == ["lock"]:
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
