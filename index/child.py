"""A server that runs as this process's child and never outlives it.

    ChildProcess -- pipe --> index/child_guard.py --> command and all that it starts
                                     └── log file

Between the two stands a guard, a small Python process of its own. It watches a pipe that only this
process holds open; when this process ends, killed or not, the pipe closes and the guard ends the
whole process group. A death signal alone would not do: it is tied to the thread that started the
child, and it does not reach what the child started in turn.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_GUARD = Path(__file__).with_name("child_guard.py")
_GUARD_SLACK_S = 5.0


class ChildProcess:
    """One command, started and stopped any number of times.

    Args:
        name: for messages, e.g. "vLLM".
        command: program and arguments.
        env: the child's whole environment.
        log: where its output goes, mode 0600. The output of the start before is kept beside it
            under the same name with ".1"; each of the two files stays under 4 MiB.
    """

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.command = tuple(command)
        self.log = log
        self._env = dict(env)
        self._guard: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None

    def start(self) -> None:
        """Starts the command and returns at once; whether it came up is the caller's to ask.

        A program that does not exist is an exit code 127 with a line in the log.

        Raises:
            OSError: the log's folder can't be made, or no process can be started.
            RuntimeError: it is running already.
        """
        if self.alive:
            raise RuntimeError(f"{self.name} is running already")
        self.stop()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._guard = subprocess.Popen(
            # -I and -S: the guard starts in 20 ms and takes nothing from the environment.
            [sys.executable, "-I", "-S", str(_GUARD), str(self.log), "--", *self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._env,
            start_new_session=True,
        )
        assert self._guard.stdout is not None
        # The guard says the command's pid, or says nothing when it could not be started.
        line = self._guard.stdout.readline().strip()
        self._pid = int(line) if line else None

    def stop(self, timeout_s: float = 10.0) -> None:
        """SIGTERM to the command's whole process group, SIGKILL after `timeout_s` seconds.

        Returns when nothing of it is left. Does nothing when it isn't running.
        """
        guard = self._guard
        if guard is None or guard.stdin is None or guard.stdout is None:
            return
        if not guard.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                guard.stdin.write(f"{timeout_s}\n".encode())
                guard.stdin.flush()
            with contextlib.suppress(BrokenPipeError):
                guard.stdin.close()
        try:
            guard.wait(timeout_s + _GUARD_SLACK_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()
        guard.stdout.close()
        if guard.returncode < 0 and self._pid is not None:
            # The guard itself was killed and could not clear up.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)

    @property
    def alive(self) -> bool:
        return self._guard is not None and self._guard.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None before the first start and while it runs; 128 + n when signal n ended it."""
        if self._guard is None:
            return None
        code = self._guard.poll()
        return 128 - code if code is not None and code < 0 else code

    @property
    def pid(self) -> int | None:
        """The command's process id, which is its process group's too; None when never started."""
        return self._pid

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of the log, or nothing where there is none yet."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])
