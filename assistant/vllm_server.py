"""The vLLM server behind the assistant: started and watched as a child, or given by URL.

    starting -> ready -> down -> (after a pause) starting -> …

A thread of its own watches it, so that the page, the command line and the tests need not. A child
that ends is started again, after 1, 2, 4 … 60 seconds; a server given by URL is only asked.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import secrets
import shutil
import socket
import ssl
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from assistant.lora import load_missing
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from assistant.vllm_command import vllm_command, vllm_environment
from index.child import ChildProcess
from index.errors import EpikriseError, ModelUnavailable

_LOOK_S = 0.2
_ASK_EVERY_S = 5.0
_ASK_TIMEOUT_S = 5.0
_MISSED_ANSWERS = 6
"""After so many a child that still runs is taken for stuck."""
_STEADY_S = 60.0
"""A child that was ready for so long starts its pauses anew."""
_LONGEST_PAUSE_S = 60.0
_STOP_S = 12.0


class ServerState(StrEnum):
    STARTING = "starting"
    READY = "ready"
    DOWN = "down"


@dataclass(frozen=True)
class ServerStatus:
    """How the server is, for the page to show.

    Attributes:
        since: when it got into this state.
        restarts: how often the child has been started again.
        detail: one phrase on why it is down, or which promoted adapter it can't serve; else empty.
    """

    state: ServerState
    since: dt.datetime
    restarts: int = 0
    detail: str = ""


class VllmServer:
    """One vLLM server. `base_url` and `key` are what a client needs; they stay the same."""

    def __init__(
        self, settings: AssistantSettings, promoted: Callable[[], Mapping[str, Path]] = dict
    ) -> None:
        """Chooses port and key; nothing is started yet.

        Args:
            promoted: adapters to be served beside those of the settings, by name. Asked each time
                that the server comes up, since vLLM forgets what it was given while it ran.

        Raises:
            SettingsError: no model is set, or its folder or an adapter's holds none.
        """
        self._settings = settings
        self._promoted = promoted
        self._timeout_s = settings.start_timeout
        self._child: ChildProcess | None = None
        self._scratch: Path | None = None
        self._command: list[str] = []
        if settings.vllm_url is not None:
            self.base_url = settings.vllm_url
            self.key = settings.vllm_key.get_secret_value() if settings.vllm_key else ""
        else:
            port = _free_port()
            self._command = vllm_command(settings, port, promoted())
            self.base_url = f"http://127.0.0.1:{port}"
            self.key = secrets.token_urlsafe(32)
        self._opener = _opener(self.base_url)
        self._status = ServerStatus(ServerState.STARTING, dt.datetime.now(dt.UTC))
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def status(self) -> ServerStatus:
        return self._status

    def start(self) -> None:
        """Starts the server, or to watch it, and returns at once.

        Raises:
            OSError: its log can't be written, or no process can be started.
        """
        watch = self._watch_url
        if self._command:
            self._scratch = Path(tempfile.mkdtemp(prefix="vllm-"))
            cpus = len(os.sched_getaffinity(0))
            env = vllm_environment(self._settings, os.environ, self.key, self._scratch, cpus)
            log = self._settings.logs / "vllm.log"
            self._child = ChildProcess("vLLM", self._command, env, log)
            self._child.start()
            watch = self._watch_child
        self._watcher = threading.Thread(target=watch, name="vllm-watcher", daemon=True)
        self._watcher.start()

    def wait_ready(
        self, progress: Callable[[str], None] = lambda line: None, every_s: float = 4.0
    ) -> None:
        """Returns when the server answers.

        Args:
            progress: is given a line every `every_s` seconds: what is waited for, how long by now.

        Raises:
            ModelUnavailable: it ended while starting, or its time is up.
        """
        doing = "loading the model" if self._child else f"waiting for {self.base_url}"
        began = time.monotonic()
        with self._changed:
            while self._status.state is not ServerState.READY:
                if self._child is not None and self._status.state is ServerState.DOWN:
                    raise ModelUnavailable(f"{self._status.detail}.", self._advice())
                waited = time.monotonic() - began
                if waited >= self._timeout_s:
                    raise ModelUnavailable(
                        f"vLLM did not come up in {waited:.0f} s.", self._advice()
                    )
                if not self._changed.wait(every_s):
                    progress(f"{doing} … {time.monotonic() - began:.0f} s")

    def stop(self) -> None:
        """Ends the child and all that it started; a server given by URL is left alone."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._child is not None:
            self._child.stop(_STOP_S)
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._set(ServerState.DOWN, "it was stopped")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _watch_url(self) -> None:
        while not self._stopping.is_set():
            wrong = self._ask("/v1/models")
            if not wrong and self._status.state is not ServerState.READY:
                wrong = self._give_promoted()
            self._set(ServerState.DOWN if wrong else ServerState.READY, wrong)
            self._stopping.wait(1.0 if wrong else _ASK_EVERY_S)

    def _watch_child(self) -> None:
        child = self._child
        assert child is not None
        pause_s = 1.0
        while True:
            ready_s, why = self._until_down(child)
            if self._stopping.is_set():
                return
            self._set(ServerState.DOWN, why)
            child.stop(_STOP_S)
            pause_s = 1.0 if ready_s >= _STEADY_S else pause_s
            if self._stopping.wait(pause_s):
                return
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            self._set(ServerState.STARTING, restarts=self._status.restarts + 1)
            try:
                child.start()
            except OSError as error:
                self._set(ServerState.DOWN, f"vLLM can't be started: {error.strerror}")

    def _until_down(self, child: ChildProcess) -> tuple[float, str]:
        """Watches one run of the child: for how many seconds it was ready, and why it no longer is.

        Returns on `stop` too, with the child still running.
        """
        started = time.monotonic()
        ready: float | None = None
        asked = missed = 0.0
        while not self._stopping.wait(_LOOK_S):
            now = time.monotonic()
            ready_s = now - ready if ready is not None else 0.0
            if not child.alive:
                when = "" if ready is not None else " while it was starting"
                return ready_s, f"vLLM ended with exit code {child.exit_code}{when}"
            if ready is None and now - started > self._timeout_s:
                return 0.0, f"vLLM did not come up in {self._timeout_s:.0f} s"
            if now - asked < (_ASK_EVERY_S if ready is not None else 3 * _LOOK_S):
                continue
            asked = now
            if not self._ask("/health"):
                missed = 0
                if ready is None:
                    ready = now
                    self._set(ServerState.READY, self._give_promoted())
            elif ready is not None:
                missed += 1
                if missed >= _MISSED_ANSWERS:
                    return ready_s, "vLLM no longer answers"
        return 0.0, ""

    def _ask(self, path: str) -> str:
        """Empty when the server answers well, else what is wrong in one phrase."""
        request = urllib.request.Request(
            f"{self.base_url}{path}", headers={"Authorization": f"Bearer {self.key}"}
        )
        try:
            with self._opener.open(request, timeout=_ASK_TIMEOUT_S):
                return ""
        except urllib.error.HTTPError as error:
            error.close()
            return "it refuses the key" if error.code in (401, 403) else f"it answers {error.code}"
        except (OSError, http.client.HTTPException):
            return "it does not answer"

    def _give_promoted(self) -> str:
        """Empty where all promoted adapters are served, else what is wrong with one."""
        try:
            if adapters := self._promoted():
                load_missing(Endpoint(self.base_url, self.key), adapters)
        except EpikriseError as error:
            return str(error)
        return ""

    def _set(self, state: ServerState, detail: str = "", restarts: int | None = None) -> None:
        with self._changed:
            status = self._status
            since = status.since if status.state is state else dt.datetime.now(dt.UTC)
            restarts = status.restarts if restarts is None else restarts
            self._status = replace(
                status, state=state, since=since, restarts=restarts, detail=detail
            )
            self._changed.notify_all()

    def _advice(self) -> str:
        if self._child is not None:
            return f"What it said is in {self._child.log}."
        return f"{self._status.detail.capitalize()}; check the server at {self.base_url}."


def _opener(base_url: str) -> urllib.request.OpenerDirector:
    # Without ProxyHandler({}) the environment's proxy would be asked for a hospital's own server.
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if base_url.startswith("https"):
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    return urllib.request.build_opener(*handlers)


def _free_port() -> int:
    """A free port under the range from which outgoing connections take theirs.

    It must still be free when a child is started again, minutes or days later.
    """
    while True:
        port = 20000 + secrets.randbelow(12000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
