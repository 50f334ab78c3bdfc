"""Trainings in processes of their own, to be killed; forked from one that has all modules."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from unittest import mock

from finetune.config import TrainingConfig
from finetune.train import train
from index.errors import EpikriseError


def run(tell: Connection, config: TrainingConfig, resume: bool) -> None:
    """Tells every line of the run, then how it ended; exits as the command line does."""
    try:
        train(config, report=tell.send, resume=resume)
    except EpikriseError as error:
        tell.send(str(error))
        sys.exit(error.exit_code)
    tell.send("done")


def begin(config: TrainingConfig, *, resume: bool = False) -> tuple[BaseProcess, Connection]:
    """The process, and what it tells."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(tell, config, resume))
    with mock.patch.dict(os.environ, {"PYTHONPATH": os.pathsep.join(sys.path)}):
        process.start()
    tell.close()
    return process, told


def lines(told: Connection) -> Iterator[str]:
    """What a process tells until its end."""
    with suppress(EOFError):
        while True:
            yield told.recv()
