"""Lock files: one holder at a time on one machine; the lock ends with its holder, killed or not."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

BUILD = "build.lock"
"""In the data folder: held while a build of the index runs."""


@contextmanager
def holding(path: Path, wait_s: float = 0.0) -> Generator[bool]:
    """Holds the lock file `path`; gives False where another holder did not let go in time.

    Raises:
        OSError: the file can't be made.
    """
    deadline = time.monotonic() + wait_s
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.05)
            else:
                yield True
                return


def is_held(path: Path) -> bool:
    """Whether some process holds the lock file `path`."""
    if not path.exists():
        return False
    with holding(path) as free:
        return not free
