"""A decision and the build after it, to be killed: DATA_DIR ARCHIVE CHROMA_URL.

A line when it is decided, a line for every step of the build.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from index_fakes import WordEncoder, review_stages

from index.build import build
from index.decisions import Verdict
from index.pipeline import Progress
from index.review import decide, pending
from index.settings import IndexSettings


def slowly(progress: Progress) -> None:
    """So that a kill meets the step that it waits for."""
    print(progress.step, flush=True)  # noqa: T201
    time.sleep(0.5)


if __name__ == "__main__":
    data_dir, archive, url = sys.argv[1:]
    settings = IndexSettings(data_dir=Path(data_dir), archive=Path(archive), chroma_url=url)
    stages = review_stages()
    shown = pending(settings, stages=stages)[0]
    decide(settings, shown.letter_id, shown.content_hash, Verdict.REDACT, "me", stages=stages)
    print("decided", flush=True)  # noqa: T201
    build(settings, slowly, encoder=WordEncoder(), stages=stages)
