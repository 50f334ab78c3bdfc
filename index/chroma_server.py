"""The Chroma server that the project runs for itself: one process, and never two, on one folder.

Two processes on one Chroma folder corrupt it silently. So the server holds a lock on its folder for
as long as it lives, and whoever wants the store either finds it running or starts it:

    data/chroma/        Chroma's own files
    data/chroma.lock    held by the server
    data/chroma.start   held by whoever looks for the server or starts it
    data/chroma.json    {"pid", "port"} of the server
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from index import exclusive
from index.child import ChildProcess
from index.errors import StoreError
from index.locks import holding, is_held
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.store import Store

HOST = "127.0.0.1"
READY_S = 60.0


class ChromaServer:
    """The server of one data folder, as seen from this process: its own child, or another's."""

    def __init__(self, data_dir: Path) -> None:
        self._data = data_dir.absolute()
        self._lock = self._data / "chroma.lock"
        self._record = self._data / "chroma.json"
        self._child: ChildProcess | None = None
        self._port = 0

    def start(self, ready_s: float = READY_S) -> str:
        """Its URL, once it answers: that of the running server, else of one started now.

        A server that is started again keeps its port where it can.

        Raises:
            StoreError: it did not come up within `ready_s` seconds, or its folder can't be used.
        """
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
            with holding(self._data / "chroma.start", wait_s=ready_s) as first:
                if not first:
                    raise StoreError("Another process has been starting Chroma for too long.")
                port = self._running()
                if port is None:
                    port = self._launch(ready_s)
        except OSError as error:
            raise StoreError(
                f"The data folder can't be used for Chroma: {error.strerror}.",
                "Check that EPIKRISE_DATA_DIR is writable and that the disk is not full.",
                retry=False,
            ) from error
        self._port = port
        return self.url

    def restart(self) -> str:
        """Starts it anew where this process started it; else as `start`."""
        self.stop()
        return self.start()

    def stop(self) -> None:
        """Ends the server where this process started it; another process's goes on."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    @property
    def url(self) -> str:
        """Where it answers; known after the first start."""
        return f"http://{HOST}:{self._port}"

    @property
    def alive(self) -> bool:
        """Whether it answers now."""
        return self._port > 0 and _answers(self._port)

    @property
    def owned(self) -> bool:
        """Whether it is this process's child."""
        return self._child is not None and self._child.alive

    def _running(self) -> int | None:
        """The port of a server that runs on this folder. Called with the start lock held."""
        if not is_held(self._lock):
            return None
        # Whoever started it wrote the record under the start lock, so it is that server's.
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and is_held(self._lock):
            port = self._recorded()
            if port is not None and _answers(port):
                return port
            time.sleep(0.05)
        return None

    def _recorded(self) -> int | None:
        try:
            return int(json.loads(self._record.read_text())["port"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _launch(self, ready_s: float) -> int:
        self.stop()
        self._record.unlink(missing_ok=True)
        port = _free_port(preferred=self._port)
        child = ChildProcess(
            "Chroma", self._command(port), _environment(), self._data / "chroma.log"
        )
        child.start()
        self._child = child
        self._record.write_text(json.dumps({"pid": child.pid, "port": port}))
        deadline = time.monotonic() + ready_s
        while not _answers(port):
            if not child.alive or time.monotonic() > deadline:
                code = child.exit_code
                self.stop()
                raise _not_started(code, child.log)
            time.sleep(0.05)
        return port

    def _command(self, port: int) -> list[str]:
        chroma = [sys.executable, "-c", "from chromadb.cli.cli import app; app()", "run"]
        where = ["--path", str(self._data / "chroma"), "--host", HOST, "--port", str(port)]
        alone = [sys.executable, "-I", "-S", exclusive.__file__, str(self._lock)]
        return [*alone, *chroma, *where]


@contextmanager
def open_store(settings: IndexSettings, timeout_s: float = 60.0) -> Generator[Store]:
    """The store of the settings; a server that had to be started for it ends with the block.

    Raises:
        StoreError: it can't be reached or started.
    """
    from index.store import Store

    server = None if settings.chroma_url else ChromaServer(settings.data_dir)
    try:
        url = server.start() if server else str(settings.chroma_url)
        with Store.connect(url, timeout_s) as store:
            yield store
    finally:
        if server is not None:
            server.stop()


def _not_started(code: int | None, log: Path) -> StoreError:
    if code == exclusive.HELD_ELSEWHERE:
        return StoreError(
            "A Chroma server holds the data folder but does not answer.",
            f"End it; its process id stands in {log.with_suffix('.json')}.",
        )
    return StoreError(f"Chroma did not start (exit code {code}).", f"See {log}.")


def _answers(port: int) -> bool:
    # Asked every other second: httpx would load the machine's certificates anew each time.
    connection = HTTPConnection(HOST, port, timeout=2.0)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _free_port(preferred: int) -> int:
    """`preferred` where it is free, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StoreError("There is no free port for Chroma.")


def _environment() -> dict[str, str]:
    # At its usual level Chroma logs every query.
    return {**os.environ, "RUST_LOG": "warn", "ANONYMIZED_TELEMETRY": "False"}
