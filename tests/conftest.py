"""No test reaches the network. Loopback is for tests that say so: `e2e`, or the `loopback` mark."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket
        return True
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = {mark.name for mark in request.node.iter_markers()}
    loopback = bool(marks & {"e2e", "bench", "loopback"})
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        unix = self.family == socket.AF_UNIX
        if not unix and not (loopback and _is_loopback(address)):
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that all tests share: no data folder sees another's collections."""
    from index.chroma_server import ChromaServer

    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield server.start()
    server.stop()
