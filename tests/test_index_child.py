"""The child process is started for real: a Python that sleeps, forks or prints."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.child import ChildProcess
from index.child_guard import RotatingLog

SLEEP = "import time; time.sleep(60)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)"
)
# Starts a grandchild that is deaf to SIGTERM, says its pid, and ends when told to.
FAMILY = (
    "import subprocess, sys, time; "
    f"p = subprocess.Popen([sys.executable, '-S', '-c', {DEAF!r}]); "
    "print('grandchild', p.pid, flush=True); time.sleep(60)"
)

Start = Callable[[str], ChildProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children: list[ChildProcess] = []

    def start(code: str) -> ChildProcess:
        command = [sys.executable, "-S", "-c", code]
        child = ChildProcess("test", command, os.environ, tmp_path / "log" / "test.log")
        children.append(child)
        child.start()
        return child

    yield start
    for child in children:
        child.stop(0)


def wait_for(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def grandchild_of(child: ChildProcess) -> int:
    wait_for(lambda: "deaf" in child.log_tail())
    words = child.log_tail().split()
    return int(words[words.index("grandchild") + 1])


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)],
)
def test_the_exit_code_is_the_commands(start: Start, code: str, exit_code: int) -> None:
    child = start(code)
    wait_for(lambda: not child.alive)
    assert child.exit_code == exit_code


def test_the_exit_code_is_127_when_there_is_no_such_program(tmp_path: Path) -> None:
    child = ChildProcess("test", ["/no/such/program"], {}, tmp_path / "test.log")
    child.start()
    wait_for(lambda: not child.alive)
    assert child.exit_code == 127
    assert child.pid is None
    assert "No such file" in child.log_tail()
    child.stop()


def test_stop_ends_a_child_that_listens_at_once(start: Start) -> None:
    child = start(SLEEP)
    assert child.alive
    assert child.exit_code is None
    pid = child.pid
    assert pid is not None
    before = time.monotonic()
    child.stop(30)
    assert time.monotonic() - before < 5
    assert not child.alive
    assert child.exit_code == 128 + signal.SIGTERM
    assert not running(pid)


def test_stop_kills_a_child_that_does_not_listen(start: Start) -> None:
    child = start(DEAF)
    wait_for(lambda: "deaf" in child.log_tail())
    child.stop(0.1)
    assert child.exit_code == 128 + signal.SIGKILL


def test_stop_ends_what_the_child_started(start: Start) -> None:
    child = start(FAMILY)
    grandchild = grandchild_of(child)
    assert running(grandchild)
    child.stop(5)
    wait_for(lambda: not running(grandchild))


def test_the_childs_death_is_noticed_and_takes_its_own_children_along(start: Start) -> None:
    child = start(FAMILY)
    grandchild = grandchild_of(child)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    wait_for(lambda: not child.alive)
    assert child.exit_code == 128 + signal.SIGKILL
    wait_for(lambda: not running(grandchild))


def test_the_guards_death_leaves_nothing_after_stop(start: Start) -> None:
    child = start(FAMILY)
    grandchild = grandchild_of(child)
    assert child.pid is not None
    guard = int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(guard, signal.SIGKILL)
    pid = child.pid
    wait_for(lambda: not running(pid))
    child.stop(1)
    wait_for(lambda: not running(grandchild))


def test_no_shared_memory_is_left_when_the_child_is_killed(start: Start) -> None:
    child = start(
        "import mmap, os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "path = f'/dev/shm/epikrise-test-{os.getpid()}'; "
        "file = os.open(path, os.O_RDWR | os.O_CREAT); os.truncate(file, 4096); "
        "memory = mmap.mmap(file, 4096); print('mapped', flush=True); time.sleep(60)"
    )
    wait_for(lambda: "mapped" in child.log_tail())
    path = Path(f"/dev/shm/epikrise-test-{child.pid}")
    assert path.exists()
    child.stop(0.1)
    assert not path.exists()


def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "test.log"
    code = (
        "import os, pathlib, sys, time; from index.child import ChildProcess; "
        f"c = ChildProcess('test', [sys.executable, '-S', '-c', {SLEEP!r}], os.environ, "
        f"pathlib.Path({str(log)!r})); c.start(); print(c.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert running(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not running(pid))


def test_it_outlives_the_thread_that_started_it(start: Start) -> None:
    import threading

    children: list[ChildProcess] = []
    thread = threading.Thread(target=lambda: children.append(start(SLEEP)))
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert children[0].alive


def test_it_can_be_started_again(start: Start) -> None:
    child = start("print('hello')")
    wait_for(lambda: not child.alive)
    first = child.pid
    child.start()
    assert child.pid != first
    wait_for(lambda: not child.alive)
    assert child.exit_code == 0
    assert child.log.with_name("test.log.1").read_text() == "hello\n"


def test_it_is_not_started_twice(start: Start) -> None:
    child = start(SLEEP)
    with pytest.raises(RuntimeError, match="running already"):
        child.start()


def test_the_log_holds_both_outputs_and_is_the_owners_alone(start: Start) -> None:
    child = start("import sys; print('out', flush=True); print('err', file=sys.stderr)")
    wait_for(lambda: not child.alive)
    assert child.log_tail() == "out\nerr"
    assert stat.S_IMODE(child.log.stat().st_mode) == 0o600


def test_the_log_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "test.log"
    log = RotatingLog(str(path), limit=100)
    for number in range(50):
        log.write(b"%08d\n" % number)
    older = tmp_path / "test.log.1"
    assert path.stat().st_size <= 100
    assert older.stat().st_size <= 100
    assert (older.read_text() + path.read_text()).endswith("00000048\n00000049\n")


def test_stop_before_start_does_nothing(tmp_path: Path) -> None:
    child = ChildProcess("test", ["true"], {}, tmp_path / "test.log")
    child.stop()
    assert not child.alive
    assert child.exit_code is None
