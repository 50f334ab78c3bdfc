"""One training in several processes, as torchrun would start them; forked from one that has all
modules, so that a process costs no import."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from unittest import mock

from finetune.config import TrainingConfig
from finetune.train import train

WAIT_S = 120


def run_together(config: TrainingConfig, count: int = 2, **environment: str) -> list[str]:
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
            args=(tell, config, {"RANK": rank, "LOCAL_RANK": rank, **shared, **environment}),
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


def _one(tell: Connection, config: TrainingConfig, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    try:
        train(config, report=lambda _: None)
    except BaseException:
        tell.send(traceback.format_exc())
        raise
    tell.send("")
