"""The collections of passages and vectors in a Chroma server.

Which one is active stands in the catalogue.
"""

from __future__ import annotations

from typing import Any, Self

from index.chroma import close, connect, failures
from index.collection import Collection
from index.embedding import EmbeddingModel

HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 1000}
"""Settings of the search (arXiv 1603.09320): with less, neighbours are missed (`docs/log.md`)."""
_OPENED = 2
"""Collections of one index."""


class Store:
    """The connection to a Chroma server; safe to share by threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._opened: dict[str, Collection] = {}

    @classmethod
    def connect(cls, url: str, timeout_s: float = 60.0) -> Store:
        """The store at `url`, whose every request may take `timeout_s` seconds.

        Raises:
            StoreError: no Chroma server answers there.
        """
        return cls(connect(url, timeout_s))

    def close(self) -> None:
        """Ends the connections to the server."""
        close(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create(self, name: str, model: EmbeddingModel, base: str = "") -> Collection:
        """A new, empty collection for vectors of `model`, which adds to `base`, if to any."""
        with failures():
            raw = self._client.create_collection(
                name,
                metadata={
                    "model": model.name,
                    "model_hash": model.hash,
                    "dimension": model.dimension,
                    "query_prompt": model.query_prompt,
                    "passage_prompt": model.passage_prompt,
                    "base": base,
                },
                configuration={"hnsw": HNSW},
                embedding_function=None,
            )
        return Collection(raw)

    def open(self, name: str) -> Collection:
        """A collection that is there.

        Raises:
            StoreError: there is none of that name; trying again does not help.
        """
        opened = self._opened.get(name)
        if opened is None:
            with failures():
                opened = Collection(self._client.get_collection(name, embedding_function=None))
            # The last few, for what they remember.
            self._opened = dict([*self._opened.items(), (name, opened)][-_OPENED:])
        return opened

    def names(self, prefix: str = "") -> list[str]:
        """The names of the collections that begin with `prefix`, sorted."""
        with failures():
            names = [str(found.name) for found in self._client.list_collections()]
        return sorted(name for name in names if name.startswith(prefix))

    def drop(self, name: str) -> None:
        """Deletes a collection; does nothing where there is none of that name."""
        with failures():
            if any(found.name == name for found in self._client.list_collections()):
                self._client.delete_collection(name)
