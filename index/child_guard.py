"""The process between `index.child.ChildProcess` and the command that it runs.

    python -I -S child_guard.py LOG -- COMMAND...

It writes the command's pid to standard output, its output to LOG, and leaves with its exit code.
When standard input closes, it ends the command's process group; a number written there before says
how many seconds the group has for it. It runs alone, so it imports nothing but the standard
library.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from types import FrameType

_LOG_BYTES = 4 * 1024 * 1024
_GRACE_S = 10.0
_CLEAR_UP_S = 2.0
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SHM = " /dev/shm/"


class RotatingLog:
    """A file of bounded size, readable by its owner alone; one older file is kept as `.1`."""

    def __init__(self, path: str, limit: int = _LOG_BYTES) -> None:
        self._path = path
        self._limit = limit
        self._file = -1
        self._size = 0
        self._rotate()

    def write(self, data: bytes) -> None:
        # A full disk must not stop the server whose log this is.
        with contextlib.suppress(OSError):
            if self._size + len(data) > self._limit:
                self._rotate()
            self._size += os.write(self._file, data)

    def _rotate(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        with contextlib.suppress(FileNotFoundError):
            os.replace(self._path, f"{self._path}.1")
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._size = 0


def main(log_path: str, command: list[str]) -> int:
    # A server's memory holds patients' text: no core dumps.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What the command leaves behind becomes this process's own child.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A handler, not SIG_IGN, which the command would inherit.
        signal.signal(ignored, _do_nothing)
    log = RotatingLog(log_path)
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_die_with_the_guard,
            bufsize=0,
        )
    except OSError as error:
        log.write(f"{command[0]}: {error.strerror}\n".encode())
        return 127
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    shared = _watch(child, log)
    shared |= _shared_memory(child.pid)
    if child.poll() is not None:
        # Its leader has ended; the others may clear up after themselves.
        _signal_group(child, signal.SIGTERM)
        _reap(_CLEAR_UP_S)
    _signal_group(child, signal.SIGKILL)
    code = child.wait()
    _reap(_CLEAR_UP_S)
    for path in shared:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return 128 - code if code < 0 else code


def _do_nothing(number: int, frame: FrameType | None) -> None:
    pass


def _die_with_the_guard() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(child: subprocess.Popen[bytes], log: RotatingLog) -> set[str]:
    """Writes the log until the command has ended, or was told to and has used up its time.

    Returns the group's shared memory at the moment when it was told to end.
    """
    assert child.stdout is not None
    output, orders = child.stdout.fileno(), sys.stdin.fileno()
    # What the command started may hold its output open longer than it lives: ask for its end.
    ended = os.pidfd_open(child.pid)
    os.set_blocking(output, False)
    order = b""
    deadline: float | None = None
    shared: set[str] = set()
    with selectors.DefaultSelector() as selector:
        for source in (output, orders, ended):
            selector.register(source, selectors.EVENT_READ)
        while deadline is None or time.monotonic() < deadline:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready = {key.fd for key, _ in selector.select(left)}
            if output in ready and not _copy(output, log):
                selector.unregister(output)
            if ended in ready:
                break
            if orders in ready:
                data = os.read(orders, 64)
                order += data
                if not data:
                    selector.unregister(orders)
                    deadline = time.monotonic() + (float(order) if order else _GRACE_S)
                    shared = _shared_memory(child.pid)
                    _signal_group(child, signal.SIGTERM)
    return shared


def _copy(output: int, log: RotatingLog) -> bool:
    """Writes what there is to the log; False at the end of the output."""
    with contextlib.suppress(BlockingIOError):
        while data := os.read(output, 65536):
            log.write(data)
        return False
    return True


def _reap(timeout_s: float) -> None:
    """Waits for what the command left behind; in a container there may be no init to do it."""
    deadline = time.monotonic() + timeout_s
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.01)


def _shared_memory(group: int) -> set[str]:
    """The files in /dev/shm that processes of the group have mapped.

    Unlike all other memory they outlive a process that is killed, with what was in them.
    """
    found: set[str] = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process)) == group:
                with open(f"/proc/{process}/maps", encoding="utf-8") as maps:
                    found |= {line.split(None, 5)[5].rstrip() for line in maps if _SHM in line}
    return found


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[3:]))
