"""How long `epikrise run` takes to be ready, and the memory of all its processes. Goal: 6 GB.

The first run writes and indexes the demo archive, so its processes have loaded all that the product
ever loads. PSS counts a page that several processes share as a part for each; a page that is shared
with a process outside the product is counted too little, so nothing else should use the same
virtual environment meanwhile. RSS counts it for each in full: an upper bound.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil
import pytest
from measuring import Timed, clients, draw_cases, markdown, through_assistant
from product import running_product

from assistant.drafting import Drafter
from assistant.serving import serving
from assistant.settings import AssistantSettings
from finetune.clinic_pairs import draw_exemplars
from finetune.pairs import Split
from index.case import Case

pytestmark = pytest.mark.bench

AT_ONCE = 8
EVERY_S = 0.5
HEADER = (
    *("run", "ready after (s)", "peak PSS while starting (GB)"),
    *(f"peak PSS at {AT_ONCE} drafts (GB)", "RSS then (GB)", "processes"),
)


@dataclass
class Peak:
    """The most that a process tree has held at once, in bytes."""

    pss: int = 0
    rss: int = 0
    processes: int = 0


def test_start_and_memory(
    data_dir: Path, settings: AssistantSettings, show: Callable[[str], None]
) -> None:
    rows: list[list[str]] = []
    for name in ("first", "second"):
        with ExitStack() as life:
            began = time.monotonic()
            with sampled() as starting:
                product = life.enter_context(running_product(data_dir))
            ready_s = time.monotonic() - began
            assert not [line for line in product.lines if line.startswith("problem")]
            with sampled() as drafting:
                asyncio.run(draft_at_once(settings, draw_cases(f"memory/{name}", AT_ONCE)))
        rows.append(
            [
                f"{name} on a data folder",
                f"{ready_s:.0f}",
                f"{starting.pss / 1e9:.2f}",
                f"{drafting.pss / 1e9:.2f}",
                f"{drafting.rss / 1e9:.2f}",
                str(drafting.processes),
            ]
        )
    title = "Start and memory of epikrise run (goals: second start under 60 s, memory under 6 GB)"
    show(markdown(title, HEADER, rows))


async def draft_at_once(settings: AssistantSettings, cases: list[Case]) -> list[Timed]:
    with serving(settings, lambda line: None) as endpoint:
        async with clients(endpoint) as (client, _):
            drafter = Drafter(client, None, settings)
            exemplars = [
                draw_exemplars(Random(number), case.language, Split.TEST, "prose", 2)
                for number, case in enumerate(cases)
            ]
            both = zip(cases, exemplars, strict=True)
            drafts = (through_assistant(drafter, case, examples) for case, examples in both)
            return await asyncio.gather(*drafts)


@contextmanager
def sampled() -> Generator[Peak]:
    """Looks at all that this process has started, while the block lasts."""
    peak, ended = Peak(), threading.Event()

    def look() -> None:
        while not ended.wait(EVERY_S):
            now = held()
            if now.pss > peak.pss:
                peak.pss, peak.rss, peak.processes = now.pss, now.rss, now.processes

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def held() -> Peak:
    now = Peak()
    for process in psutil.Process().children(recursive=True):
        try:
            memory = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        now.pss += memory.pss
        now.rss += memory.rss
        now.processes += 1
    return now
