"""Builds in processes of their own, to be killed: forked from one that has loaded all modules, so
that a kill costs no import."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from unittest import mock

from index_fakes import PlainStages, WordEncoder, review_stages

from index.build import build
from index.decisions import Verdict
from index.pipeline import Progress
from index.review import decide, pending
from index.settings import IndexSettings

Work = Callable[[Connection, IndexSettings], None]


def build_slowly(tell: Connection, settings: IndexSettings) -> None:
    """A word when it begins, a word when it is done."""
    tell.send("begun")
    # So that each step lasts about as long, and a kill meets each of them.
    build(settings, lambda _: time.sleep(0.02), encoder=WordEncoder(), stages=PlainStages())
    tell.send("done")


def decide_and_build(tell: Connection, settings: IndexSettings) -> None:
    """A word when it is decided, a word for every step of the build."""

    def slowly(progress: Progress) -> None:
        tell.send(progress.step)
        time.sleep(0.5)  # so that a kill meets the step that it waits for

    stages = review_stages()
    shown = pending(settings, stages=stages)[0]
    decide(settings, shown.letter_id, shown.content_hash, Verdict.REDACT, "me", stages=stages)
    tell.send("decided")
    build(settings, slowly, encoder=WordEncoder(), stages=stages)


def begin(work: Work, settings: IndexSettings) -> tuple[BaseProcess, Connection]:
    """The process, and what it tells."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(tell, settings))
    with mock.patch.dict(os.environ, {"PYTHONPATH": os.pathsep.join(sys.path)}):
        process.start()
    tell.close()
    return process, told


def words(told: Connection) -> Iterator[str]:
    """What a process tells until its end."""
    with suppress(EOFError):
        while True:
            yield told.recv()
