"""The connection to a Chroma server, and whatever it or the network does wrong as a `StoreError`.

The only importer of chromadb; its client has no types, so it is `Any` from here on.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from index.errors import StoreError


def connect(url: str, timeout_s: float) -> Any:
    """A client of the server at `url`, whose every request may take `timeout_s` seconds.

    Raises:
        StoreError: no Chroma server answers there.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", parts.scheme == "https"
    if host in ("127.0.0.1", "localhost"):
        _bypass_proxy(host)
    with failures():
        # First, because the client itself would wait for an answer for ever.
        httpx.get(f"{url}/api/v2/heartbeat", timeout=5.0).raise_for_status()
        try:
            client: Any = chromadb.HttpClient(
                host=host,
                port=parts.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
        except ValueError as error:  # what the client makes of a refused connection
            raise unreachable() from error
    # It has no setting for this either.
    client._server._session.timeout = timeout_s
    return client


def close(client: Any) -> None:
    """Ends its connections."""
    client.close()
    for part in (client, client._admin_client):
        part._server._session.close()  # which Chroma's own close leaves open


@contextmanager
def failures() -> Generator[None]:
    """Around each request.

    Raises:
        StoreError: with whether to try again.
    """
    try:
        yield
    except NotFoundError as error:
        raise StoreError(
            "The collection is not in the vector store.",
            "Build the index again: epikrise index build.",
            retry=False,
        ) from error
    except httpx.TimeoutException as error:
        raise StoreError("The vector store did not answer in time.", "Try again.") from error
    except httpx.HTTPError as error:
        raise unreachable() from error
    except RuntimeError as error:
        # What httpx says where another thread has closed the connection after a failure of its own.
        if "client has been closed" not in str(error):
            raise
        raise unreachable() from error
    except ChromaError as error:
        raise StoreError(
            f"The vector store refused: {error.name()}.", "Its log says more.", retry=False
        ) from error
    except Exception as error:
        # An answer that Chroma's client does not know comes as a bare Exception.
        if type(error) is not Exception:
            raise
        raise StoreError("The vector store failed.", "Its log says more.") from error


def unreachable() -> StoreError:
    return StoreError(
        "The vector store (Chroma) can't be reached.",
        "Wait until it is up again, or check EPIKRISE_INDEX_CHROMA_URL.",
    )


def _bypass_proxy(host: str) -> None:
    """Keeps requests to this machine off a proxy; the client reads the environment alone."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [part for part in os.environ.get(name, "").split(",") if part]
        if host not in known:
            os.environ[name] = ",".join([*known, host])
