"""One training in several processes, as torchrun would start them; forked from one that has all
modules, so that a process costs no import."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any
from unittest import mock

from accelerate.state import AcceleratorState
from accelerate.utils import DistributedType

from finetune.config import TrainingConfig
from finetune.runs.moment import Moment
from finetune.train import train

WAIT_S = 120


class Cut(Exception):
    """The training was to end there."""


@dataclass(frozen=True)
class Sitting:
    """
    Attributes:
        resume: goes on from the last checkpoint.
        until: the step after which it is cut off; 0 for none.
    """

    resume: bool = False
    until: int = 0


def run_together(
    config: TrainingConfig,
    environment: Mapping[str, str] = MappingProxyType({}),
    sitting: Sitting = Sitting(),
    count: int = 2,
) -> list[str]:
    """What each process died of; empty where it ended well."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    pipes = [context.Pipe(duplex=False) for _ in range(count)]
    processes = [
        context.Process(
            target=_one,
            args=(
                tell,
                config,
                sitting,
                {"RANK": rank, "LOCAL_RANK": rank, **shared, **environment},
            ),
        )
        for rank, (_, tell) in zip(map(str, range(count)), pipes, strict=True)
    ]
    with mock.patch.dict(os.environ, {"PYTHONPATH": os.pathsep.join(sys.path)}):
        for process in processes:
            process.start()
    for _, tell in pipes:
        tell.close()
    try:
        return [told.recv() if told.poll(WAIT_S) else "it hangs" for told, _ in pipes]
    finally:
        # Where one failed, the others would wait for it for ever.
        for process in processes:
            process.kill()
            process.join()


def _one(
    tell: Connection, config: TrainingConfig, sitting: Sitting, environment: Mapping[str, str]
) -> None:
    def show(moment: Moment) -> None:
        if moment.step == sitting.until:
            raise Cut

    os.environ.update(environment)
    if "ACCELERATE_USE_FSDP" in environment:
        _shard_on_cpus()
    try:
        train(config, report=lambda _: None, show=show, resume=sitting.resume)
    except BaseException:
        tell.send(traceback.format_exc())
        raise
    tell.send("")


def _shard_on_cpus() -> None:
    """accelerate spreads a model over GPUs alone and says nothing on CPUs; PyTorch can do both."""
    made = AcceleratorState.__init__

    def make(state: Any, *args: Any, fsdp_plugin: Any = None, **named: Any) -> None:
        made(state, *args, fsdp_plugin=fsdp_plugin, **named)
        if fsdp_plugin is not None:
            state.distributed_type = DistributedType.FSDP
            if state.mixed_precision != "no":
                fsdp_plugin.set_mixed_precision(state.mixed_precision)
            state.fsdp_plugin = fsdp_plugin

    setattr(AcceleratorState, "__init__", make)  # noqa: B010
