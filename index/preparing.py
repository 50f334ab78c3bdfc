"""Letters prepared block by block: here, or in processes beside this one, ahead of who takes them.

Reading and de-identifying need no state but the key, so that another core can do it while this
process embeds and stores.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from index.errors import BuildBroken

if TYPE_CHECKING:
    from index.decisions import Decision
    from index.stages import Stages

Made = TypeVar("Made")
Made_co = TypeVar("Made_co", covariant=True)

_AHEAD = 2
"""Blocks that are being prepared while one is embedded; a fixed number, so that memory is flat."""
_PARTS = 4
"""Of a block, for each process: so that all are done with it at about the same time."""
_WORTH_PROCESSES = 200
"""Letters. To start a process takes about as long as to prepare them."""
_MOST = 8
"""Processes, where no setting says how many: each holds some 200 MB."""
_NOT_NEEDED = ("torch", "transformers", "tensorflow", "jax")
"""What Presidio's libraries import where it is there, for models that are not ours."""


@dataclass(frozen=True)
class Job:
    """A letter to be prepared: `file` inside `folder`, and what the review has decided on it."""

    folder: Path
    file: str
    decision: Decision | None = None


class Prepares(Protocol[Made_co]):
    """What makes something of a letter: the stages of a build make a `Prepared`."""

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Made_co:
        """Nothing that is wrong with one letter is raised."""
        ...


def processes_for(letters: int, stages: Stages, wanted: int | None) -> int:
    """How many processes beside this one are to prepare the letters; 0: this one does.

    Args:
        wanted: by setting; None for one a core, but for the core that embeds, and 8 at most.
    """
    if not stages.portable or letters < _WORTH_PROCESSES:
        return 0
    return min(len(os.sched_getaffinity(0)) - 1, _MOST) if wanted is None else wanted


def prepare_blocks(
    blocks: Iterable[Sequence[Job]], stages: Prepares[Made], processes: int
) -> Generator[list[Made]]:
    """What became of each letter, block by block.

    To be closed by a caller who leaves before the end: it ends the processes.

    Raises:
        BuildBroken: a process was killed.
    """
    if not processes:
        yield from ([_prepare(stages, job) for job in block] for block in blocks)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (stages,))
    try:
        left = iter(blocks)
        waiting = deque(_submitted(pool, block, processes) for block in islice(left, _AHEAD))
        while waiting:
            yield cast("list[Made]", list(waiting.popleft()))
            waiting.extend(_submitted(pool, block, processes) for block in islice(left, 1))
    except BrokenProcessPool:
        raise BuildBroken from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, block: Sequence[Job], processes: int) -> Iterator[Any]:
    size = -(-len(block) // (_PARTS * processes))
    return pool.map(_prepare_there, block, chunksize=size)


def _prepare(stages: Prepares[Made], job: Job) -> Made:
    return stages.prepare(job.folder, job.file, job.decision)


# --- in the other process

_stages: Prepares[Any]


def _begin(stages: Prepares[Any]) -> None:
    global _stages
    _stages = stages
    # Stages that other processes may do have no model in them: a start takes 2 s then, not 9, and
    # a process a fifth of the memory.
    for library in _NOT_NEEDED:
        sys.modules[library] = None  # pyright: ignore[reportArgumentType]
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """For a thread: ends this process when its parent does.

    A parent that was killed can't tell; a process would wait for its next letter for ever.
    """
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _prepare_there(job: Job) -> Any:
    return _prepare(_stages, job)
