"""A build's memory and time as the archive grows. Goal: for ten times the letters 1.5 times the MB.

Reading, de-identifying and storing are the real ones; vectors come from a stand-in, so that ten
thousands of letters take minutes. Memory is the largest resident size of the process that builds
and of the largest of those that read for it, each build in a process of its own; the store's grows
with its vectors, and is not in it.

EPIKRISE_BENCH_SIZES    numbers of letters (default 5000,50000)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from measuring import markdown

from finetune.clinic.archive import write_archive

pytestmark = pytest.mark.bench

SIZES = tuple(map(int, os.environ.get("EPIKRISE_BENCH_SIZES", "5000,50000").split(",")))
HEADER = ("letters", "passages", "MB", "times the first", "seconds", "ms a letter")

_BUILD = """
import json, multiprocessing, os, sys, time
from pathlib import Path
from index_fakes import WordEncoder
from index.build import build
from index.settings import IndexSettings

class Forgetful(WordEncoder):
    def encode_passages(self, texts):
        vectors = super().encode_passages(texts)
        self.encoded.clear()
        return vectors

def most(process):
    # Not ru_maxrss: it goes on from the parent's, whose memory has nothing to do with this one's.
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)

if __name__ == "__main__":
    archive, data = map(Path, sys.argv[1:3])
    others = 0

    def look(_):
        global others
        others = max([others, *(most(each.pid) for each in multiprocessing.active_children())])

    began = time.perf_counter()
    settings = IndexSettings(data_dir=data, archive=archive, chroma_url=sys.argv[3])
    report = build(settings, look, encoder=Forgetful())
    seconds = time.perf_counter() - began
    print(json.dumps([report.passages, most(os.getpid()), others, seconds]))
"""


def test_memory_as_the_archive_grows(
    tmp_path: Path, chroma: str, show: Callable[[str], None]
) -> None:
    script = tmp_path / "build.py"
    script.write_text(_BUILD, encoding="utf-8")
    rows: list[list[str]] = []
    first = 0.0
    for letters in SIZES:
        archive = tmp_path / f"letters-{letters}"
        write_archive(archive, seed=12, per_language=letters // 2)
        data = tmp_path / f"data-{letters}"
        passages, own, others, seconds = built(script, archive, data, chroma)
        megabytes = (own + others) / 1024
        first = first or megabytes
        rows.append(
            [
                f"{letters}",
                f"{passages:.0f}",
                f"{own / 1024:.0f} + {others / 1024:.0f}",
                f"{megabytes / first:.2f}",
                f"{seconds:.0f}",
                f"{1000 * seconds / letters:.1f}",
            ]
        )
    show(markdown("A build's memory: its own, and that of one that reads for it", HEADER, rows))


def built(script: Path, archive: Path, data: Path, chroma: str) -> list[float]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, str(script), str(archive), str(data), chroma]
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return [float(each) for each in json.loads(done.stdout.splitlines()[-1])]
