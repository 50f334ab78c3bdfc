"""The row in the assistant's trail for what a command does."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def trail(action: str, name: str, sha256: str = "") -> Generator[None]:
    """What is done in the block leaves its row in the trail; what fails leaves none."""
    from assistant import audit
    from assistant.accounts import now
    from assistant.cli_acts import acting

    with acting() as act, act.database.write() as session:
        audit.record(session, now(), act.who, action, name, sha256)
        yield
