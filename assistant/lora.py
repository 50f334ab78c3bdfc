"""Adapters of a vLLM that runs already: which it serves, one more, one less.

A newer form of an adapter has a name of its own: loaded under an old one it could meet the cache of
the old one's prompts (vllm-project/vllm#42125).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from assistant.serving import Endpoint
from index.errors import ModelError, ModelUnavailable

_LOADING_S = 120.0
_NO_SUCH_ROUTE = '"detail":"Not Found"'


def load_missing(endpoint: Endpoint, adapters: Mapping[str, Path]) -> None:
    """Has the server serve `adapters`, folders by name; those that it serves already stay.

    The folders must be where the server can read them.

    Raises:
        ModelUnavailable: it does not answer.
        ModelError: it serves no adapters, or refuses one.
    """
    with client_of(endpoint) as client:
        served = {model["id"] for model in client.get("models").raise_for_status().json()["data"]}
        for name, folder in adapters.items():
            if name not in served:
                _load(client, name, folder)


def unload(endpoint: Endpoint, name: str) -> None:
    """Has the server forget an adapter that it was given while it ran.

    Raises:
        ModelUnavailable: it does not answer, or serves none of that name.
    """
    with client_of(endpoint) as client:
        client.post("unload_lora_adapter", json={"lora_name": name}).raise_for_status()


@contextmanager
def client_of(endpoint: Endpoint) -> Generator[httpx.Client]:
    """For questions that an OpenAI client does not ask; below `/v1`.

    Raises:
        ModelUnavailable: in the block: it does not answer, or not as vLLM does.
    """
    key = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        with httpx.Client(
            base_url=f"{endpoint.base_url}/v1", headers=key, timeout=_LOADING_S, trust_env=False
        ) as client:
            yield client
    except (httpx.HTTPError, LookupError, ValueError) as error:
        raise ModelUnavailable(
            f"The language model at {endpoint.base_url} does not answer.", "Try again."
        ) from error


def _load(client: httpx.Client, name: str, folder: Path) -> None:
    what = {"lora_name": name, "lora_path": str(folder.resolve())}
    answer = client.post("load_lora_adapter", json=what)
    if answer.status_code == 404 and _NO_SUCH_ROUTE in answer.text:
        raise ModelError(
            "The running vLLM takes no further adapters.",
            "Start Epikrise again; a vLLM of your own with --enable-lora and"
            " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True.",
        )
    if answer.is_error:
        raise ModelError(
            f"vLLM can't serve the adapter {name}: {answer.status_code}.",
            f"It must fit the base model, and lie where vLLM can read it: {folder}.",
        )
