"""Adapters of a vLLM that runs already: which it serves, and one more.

A newer form of an adapter has a name of its own: loaded under an old one it could meet the cache of
the old one's prompts (vllm-project/vllm#42125).
"""

from __future__ import annotations

from collections.abc import Mapping
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
    key = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        with httpx.Client(
            base_url=f"{endpoint.base_url}/v1", headers=key, timeout=_LOADING_S, trust_env=False
        ) as client:
            served = {
                model["id"] for model in client.get("models").raise_for_status().json()["data"]
            }
            for name, folder in adapters.items():
                if name not in served:
                    _load(client, name, folder)
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
