"""A build in a process of its own, to be killed: DATA_DIR ARCHIVE CHROMA_URL.

A line when it begins, a line when it is done.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from index_fakes import PlainStages, WordEncoder

from index.build import build
from index.pipeline import Progress
from index.settings import IndexSettings


def slowly(_: Progress) -> None:
    """So that each step lasts about as long, and a kill meets each of them."""
    time.sleep(0.02)


if __name__ == "__main__":
    data_dir, archive, url = sys.argv[1:]
    settings = IndexSettings(
        data_dir=Path(data_dir), archive=Path(archive), chroma_url=url, build_block=3
    )
    print("begun", flush=True)  # noqa: T201
    build(settings, slowly, encoder=WordEncoder(), stages=PlainStages())
    print("done", flush=True)  # noqa: T201
