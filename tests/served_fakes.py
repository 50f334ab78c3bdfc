"""What stands in for a vLLM and its client in tests of what asks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import pytest

from assistant.serving import Endpoint


class FakeServing:
    """Is the server and the client of a module that calls `serving` and `patient_client`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, asker: object) -> None:
        monkeypatch.setattr(asker, "serving", self.serving)
        monkeypatch.setattr(asker, "patient_client", lambda *_, **__: self)

    @contextmanager
    def serving(self, *_: object, **__: object) -> Iterator[Endpoint]:
        yield Endpoint("http://127.0.0.1:1", "key")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass
