"""The stages and the encoder of a build on Ray Data: a local cluster, or the one of RAY_ADDRESS.

    blocks of jobs -> actors that read and de-identify -> actors that embed -> here, in order

Every worker opens the archive by the same path and the encoder's model in the same folder; that it
has what this machine has is looked at first. A letter's own text never leaves the worker that reads
it: paths, the stages with their key, de-identified passages and vectors travel.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from index.embedding import Encoder
from index.engine import Embedded, embedded
from index.errors import ArchiveError, BuildBroken, EpikriseError, SettingsError
from index.preparing import Job
from index.stages import Prepared, Stages

if TYPE_CHECKING:
    from ray.data import Dataset

_SHARED_MEMORY = 512 * 2**20
"""Bytes, of a cluster on this machine alone: some hundred blocks of letters."""
_ANSWERS_S = 5.0
_ENDS_S = 30.0
_UNFORESEEN = (ValueError, LookupError, ArithmeticError, RuntimeError, TypeError, AttributeError)

Rows = dict[str, Any]
"""A batch as Ray Data hands it over: the column `block` of pickled values, one a row."""


@dataclass(frozen=True)
class _Refused:
    """An error as a result: raised, it would lie in Ray's logs with the words it may hold."""

    error: type[EpikriseError]
    what: str
    do: str


class RayEngine:
    def __init__(
        self, stages: Stages, make_encoder: Callable[[], Encoder], processes: int | None = None
    ) -> None:
        """
        Args:
            make_encoder: called here for its version, and by each worker that embeds.
            processes: at most so many read and de-identify; None for one a CPU, but for one.
        """
        self._stages = stages
        self._make_encoder = make_encoder
        self._processes = processes

    def embed(self, blocks: Iterable[Sequence[Job]], letters: int) -> Generator[Embedded]:
        """As `Engine`.

        Raises:
            SettingsError: no cluster answers, or a worker has other versions than this machine.
            ArchiveError: a worker does not find the letters.
        """
        rows = [{"block": pickle.dumps([_absolute(job) for job in block])} for block in blocks]
        if not rows:
            return
        with _cluster(), closing(_results(self._dataset(rows))) as results:
            for found in results:
                if isinstance(found, _Refused):
                    raise found.error(found.what, found.do)
                yield found

    def _dataset(self, rows: list[Rows]) -> Dataset:
        import ray.data
        from ray.data import ActorPoolStrategy

        size = ray.cluster_resources()
        cpus, gpus = int(size.get("CPU", 0)), int(size.get("GPU", 0))
        beside = max(1, cpus - 1)
        versions = (self._stages.parser, self._stages.deidentifier)
        with warnings.catch_warnings():
            # In this version there is no other way to do without restarts.
            warnings.filterwarnings("ignore", "`ray_remote_args_fn`", DeprecationWarning)
            # A block a task, so that they come back one by one; Ray holds back who is ahead.
            return (
                ray.data.from_items(rows, override_num_blocks=len(rows))
                .map_batches(
                    _Preparing,
                    fn_constructor_args=(self._stages, versions),
                    batch_size=1,
                    num_cpus=1,
                    compute=ActorPoolStrategy(min_size=1, max_size=self._processes or beside),
                    ray_remote_args_fn=_once,
                )
                .map_batches(
                    _Embedding,
                    fn_constructor_args=(self._make_encoder, self._make_encoder().version),
                    batch_size=1,
                    num_cpus=1,
                    num_gpus=1 if gpus else None,
                    compute=ActorPoolStrategy(min_size=1, max_size=gpus or beside),
                    ray_remote_args_fn=_once,
                )
            )


@contextmanager
def _cluster() -> Generator[None]:
    """This process as Ray's driver; a cluster of its own where RAY_ADDRESS names none."""
    address = os.environ.get("RAY_ADDRESS") or "local"
    own: dict[str, Any] = {}
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == "local":
        # Read when Ray is imported: without it Ray listens on every interface.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        own = {
            "num_cpus": max(2, len(os.sched_getaffinity(0))),
            "object_store_memory": _SHARED_MEMORY,
            "include_dashboard": False,
            "_node_ip_address": "127.0.0.1",
        }
    import ray
    from ray.data import DataContext

    try:
        if address not in ("local", "auto"):
            # Ray itself would try for minutes.
            host, _, port = address.rpartition(":")
            socket.create_connection((host, int(port)), _ANSWERS_S).close()
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"No Ray cluster answers at {address} ({type(error).__name__}).",
            "Start one (ray start), set RAY_ADDRESS to its host:port, or unset it for one here.",
        ) from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    before = set(threading.enumerate())
    try:
        yield
    finally:
        _end(each for each in set(threading.enumerate()) - before if each.daemon)
        ray.shutdown()


def _end(threads: Iterable[threading.Thread]) -> None:
    """Waits for Ray Data's own: it waits two seconds itself, and one that asks Ray for something
    after its end makes Ray end this process without a word."""
    until = time.monotonic() + _ENDS_S
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _results(dataset: Dataset) -> Generator[Embedded | _Refused]:
    import ray
    from ray.exceptions import RayError

    try:
        # Rather than `iter_rows`, whose threads go on asking Ray when nobody takes rows any more.
        for bundle in dataset.iter_internal_ref_bundles():
            blocks: Any = bundle.block_refs
            for table in ray.get(list(blocks)):
                yield from (pickle.loads(each.as_py()) for each in table["block"])
    except RayError as error:
        raise BuildBroken(
            f"A worker of Ray died or could not begin ({type(error).__name__}).",
            "Build again: it goes on where it ended. Each worker needs Epikrise and memory for it; "
            "fewer at a time: EPIKRISE_INDEX_BUILD_PROCESSES.",
        ) from None


def _once() -> dict[str, Any]:
    """No retries: a letter that kills the process that reads it would kill the next one, too."""
    return {"max_restarts": 0, "max_task_retries": 0}


def _absolute(job: Job) -> Job:
    return replace(job, folder=job.folder.absolute())


# --- on a worker


class _Preparing:
    def __init__(self, stages: Stages, versions: tuple[str, str]) -> None:
        self._stages = stages
        self._versions = versions

    def __call__(self, batch: Rows) -> Rows:
        return {"block": [pickle.dumps(self._prepare(pickle.loads(b))) for b in batch["block"]]}

    def _prepare(self, jobs: Sequence[Job]) -> list[Prepared] | _Refused:
        if (self._stages.parser, self._stages.deidentifier) != self._versions:
            return _other("Epikrise")
        # Not each letter: one may be gone since the inventory.
        if not any((job.folder / PurePath(job.file).parts[0]).exists() for job in jobs):
            return _Refused(
                ArchiveError,
                f"A worker of Ray does not find the letters in {jobs[0].folder}.",
                "Mount the archive's folder on every worker at the same path.",
            )
        try:
            return [self._stages.prepare(job.folder, job.file, job.decision) for job in jobs]
        except _UNFORESEEN as error:
            return _Refused(
                BuildBroken,
                f"A letter could not be prepared on a worker of Ray ({type(error).__name__}).",
                "Build without --engine ray to see where.",
            )


class _Embedding:
    def __init__(self, make_encoder: Callable[[], Encoder], version: str) -> None:
        self._encoder = make_encoder()
        self._same = self._encoder.version == version

    def __call__(self, batch: Rows) -> Rows:
        return {"block": [pickle.dumps(self._embed(pickle.loads(b))) for b in batch["block"]]}

    def _embed(self, block: list[Prepared] | _Refused) -> Embedded | _Refused:
        if isinstance(block, _Refused):
            return block
        return embedded(block, self._encoder) if self._same else _other("the embedding model")


def _other(what: str) -> _Refused:
    return _Refused(
        SettingsError,
        f"A worker of Ray has another version of {what} than this machine.",
        "Bring all of them to the same version.",
    )
