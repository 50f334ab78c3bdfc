"""The data folder while the product runs: held by one process, and no patient's file left in it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from assistant.serving import RUN_LOCK
from index.errors import AlreadyRunning, SettingsError
from index.locks import holding

_UPLOAD_S = 600.0
"""An upload is read and removed within seconds; what is older was broken off."""


@contextmanager
def only_one(data_dir: Path) -> Generator[None]:
    """Holds the data folder for this process alone.

    Raises:
        AlreadyRunning: another process has it.
        SettingsError: it can't be written, or the disk is full.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / ".writable"
        probe.write_bytes(bytes(65536))
        probe.unlink()
        lock = data_dir / RUN_LOCK
        lock.touch()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data_dir} can't be used: {error.strerror}.",
            "Make room or make it writable, or set EPIKRISE_DATA_DIR to another.",
        ) from error
    with holding(lock) as free:
        if not free:
            raise AlreadyRunning(
                f"Epikrise is running on the data folder {data_dir} already.",
                "Use that one, or set EPIKRISE_DATA_DIR to another folder.",
            )
        yield


@contextmanager
def private_uploads(data_dir: Path) -> Generator[None]:
    """Uploads pass through Gradio's temporary folder: ours alone, emptied at the start, and swept
    for as long as the block lasts, since Gradio leaves behind what a lost connection broke off."""
    folder = data_dir / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    sweep(folder, older_than=0)
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    ended = threading.Event()

    def keep_swept() -> None:
        while not ended.wait(_UPLOAD_S):
            sweep(folder, older_than=_UPLOAD_S)

    threading.Thread(target=keep_swept, name="upload-sweeper", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def sweep(folder: Path, *, older_than: float) -> None:
    """Removes the files under `folder` that were last written more than so many seconds ago."""
    for file in list(folder.rglob("*")):
        try:
            if file.is_file() and time.time() - file.stat().st_mtime >= older_than:
                file.unlink()
        except FileNotFoundError:
            continue  # its reader removed it
