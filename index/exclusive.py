"""Becomes a command that holds a lock file for as long as it lives.

    python -I -S exclusive.py LOCK COMMAND...

The lock belongs to the process itself and not to whoever started it, so it is held exactly as long
as the process has its files open. Where another process holds it, the exit code is 75. It runs
alone, so it imports nothing but the standard library.
"""

from __future__ import annotations

import fcntl
import os
import sys

HELD_ELSEWHERE = 75


def main(lock: str, command: list[str]) -> None:
    file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(HELD_ELSEWHERE)
    os.set_inheritable(file, True)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
