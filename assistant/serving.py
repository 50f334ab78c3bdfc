"""Which vLLM a command talks to: the one set by URL, a running product's, or one of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.promoted import Promoted
from assistant.settings import AssistantSettings
from index.locks import is_held

RUN_LOCK = "run.lock"
_RECORD = "model.json"


@dataclass(frozen=True)
class Endpoint:
    base_url: str
    key: str


@contextmanager
def recorded(data_dir: Path, base_url: str, key: str) -> Generator[None]:
    """Tells other commands on this data folder, and their user alone, where the model is served."""
    record = data_dir / _RECORD
    with os.fdopen(os.open(record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"base_url": base_url, "key": key}, file)
    try:
        yield
    finally:
        record.unlink(missing_ok=True)


@contextmanager
def serving(
    settings: AssistantSettings, say: Callable[[str], None], *, own: bool = False
) -> Generator[Endpoint]:
    """A vLLM that answers; one that had to be started for it ends with the block.

    Args:
        say: takes a line now and then while it starts.
        own: start one, for other models than those of a running product.

    Raises:
        ModelUnavailable: it did not come up.
        SettingsError: no model is set.
    """
    from assistant.vllm_server import VllmServer

    running = None if own or settings.vllm_url else _running(settings.data_dir)
    if running is not None:
        yield running
        return
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Where others are wanted, the promoted ones need not fit their base.
    promoted = dict if own else Promoted(settings.data_dir).serves
    with VllmServer(settings, promoted) as server:
        server.wait_ready(lambda line: say(f"language model: {line}"))
        yield Endpoint(server.base_url, server.key)


def running(settings: AssistantSettings) -> Endpoint | None:
    """The vLLM set by URL, or that of a running product; None where there is neither."""
    if settings.vllm_url:
        key = settings.vllm_key.get_secret_value() if settings.vllm_key else ""
        return Endpoint(settings.vllm_url, key)
    return _running(settings.data_dir)


def _running(data_dir: Path) -> Endpoint | None:
    # A record without the lock was left by a product that was killed.
    if not is_held(data_dir / RUN_LOCK):
        return None
    try:
        found = json.loads((data_dir / _RECORD).read_text(encoding="utf-8"))
        return Endpoint(str(found["base_url"]), str(found["key"]))
    except (OSError, ValueError, KeyError):
        return None
