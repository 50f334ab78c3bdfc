"""Passages and their vectors in Chroma.

A collection is written once, by one build, and then only read: its name carries its version. Which
one is active stands in the catalogue. Whatever Chroma or the network does wrong becomes a
`StoreError` here, in `_failures`.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from index.embedding import EmbeddingModel, Vectors
from index.errors import StoreError
from index.letter import Passage
from index.rows import Hit, StoredLetter, from_row, to_hit, to_row

ROWS = 2000
"""Rows in one request; Chroma refuses more than 5,461."""

T = TypeVar("T")

# With less, neighbours are missed: recall@10 was 0.81 at ef_search 10 and 1.0 from 100 on.
_HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 16, "ef_search": 200}
_OPENED = 2
"""Collections of one index."""
_CACHED_LETTERS = 50_000
_CACHED_TEXTS = 5_000


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
        parts = urlsplit(url)
        host, secure = parts.hostname or "localhost", parts.scheme == "https"
        if host in ("127.0.0.1", "localhost"):
            _bypass_proxy(host)
        with _failures():
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
                raise _unreachable() from error
        # It has no setting for this either.
        client._server._session.timeout = timeout_s
        return cls(client)

    def close(self) -> None:
        """Ends the connections to the server."""
        self._client.close()
        for part in (self._client, self._client._admin_client):
            part._server._session.close()  # which Chroma's own close leaves open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create(self, name: str, model: EmbeddingModel, base: str = "") -> Collection:
        """A new, empty collection for vectors of `model`, which adds to `base`, if to any."""
        with _failures():
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
                configuration={"hnsw": _HNSW},
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
            with _failures():
                opened = Collection(self._client.get_collection(name, embedding_function=None))
            # The last few, for what they remember.
            self._opened = dict([*self._opened.items(), (name, opened)][-_OPENED:])
        return opened

    def names(self, prefix: str = "") -> list[str]:
        """The names of the collections that begin with `prefix`, sorted."""
        with _failures():
            names = [str(found.name) for found in self._client.list_collections()]
        return sorted(name for name in names if name.startswith(prefix))

    def drop(self, name: str) -> None:
        """Deletes a collection; does nothing where there is none of that name."""
        with _failures():
            try:
                self._client.delete_collection(name)
            except NotFoundError:
                return


class Collection:
    """The passages of one build, letter by letter."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.name: str = raw.name
        found: Mapping[str, Any] = raw.metadata or {}
        self.base = str(found.get("base", ""))
        """The name of the collection that this one adds to; empty where it holds everything."""
        self.model = EmbeddingModel(
            name=str(found.get("model", "")),
            hash=str(found.get("model_hash", "")),
            dimension=int(found.get("dimension", 0)),
            query_prompt=str(found.get("query_prompt", "")),
            passage_prompt=str(found.get("passage_prompt", "")),
        )
        # What is read again and again while letters are searched; a collection does not change.
        self._letters: dict[str, StoredLetter] = {}
        self._texts: dict[str, str] = {}

    def add(self, letters: Sequence[Sequence[Passage]], vectors: Vectors) -> None:
        """Adds letters, each with all of its passages.

        Args:
            letters: passages, letter by letter.
            vectors: of shape (passages of all letters, dimension), in the same order.
        """
        rows = [(passage, len(letter)) for letter in letters for passage in letter]
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            with _failures():
                self.raw.add(
                    ids=[passage.id for passage, _ in part],
                    embeddings=vectors[start : start + ROWS],
                    documents=[passage.text for passage, _ in part],
                    metadatas=[to_row(passage, count) for passage, count in part],
                )

    def copy(self, source: Collection, passage_ids: Sequence[str]) -> Vectors:
        """Adds passages of another collection of the same model, with their vectors.

        Returns:
            the vectors, of shape (passages, dimension).

        Raises:
            StoreError: the other collection does not hold all of them.
        """
        copied: list[Vectors] = []
        for start in range(0, len(passage_ids), ROWS):
            ids = list(passage_ids[start : start + ROWS])
            with _failures():
                rows = source.raw.get(ids=ids, include=["embeddings", "documents", "metadatas"])
                if len(rows["ids"]) != len(ids):
                    raise _incomplete(source.name)
                self.raw.add(
                    ids=rows["ids"],
                    embeddings=rows["embeddings"],
                    documents=rows["documents"],
                    metadatas=rows["metadatas"],
                )
            copied.append(np.asarray(rows["embeddings"], np.float32))
        return np.concatenate(copied) if copied else np.empty((0, self.model.dimension), np.float32)

    def vectors(self, passage_ids: Sequence[str]) -> Iterator[Vectors]:
        """The vectors of passages, some thousand at a time; in no order."""
        for start in range(0, len(passage_ids), ROWS):
            ids = list(passage_ids[start : start + ROWS])
            with _failures():
                rows = self.raw.get(ids=ids, include=["embeddings"])
            yield np.asarray(rows["embeddings"], np.float32)

    def keep(self, passage_ids: frozenset[str]) -> None:
        """Deletes all other passages: what a killed build had added and not noted yet."""
        found: list[str] = []
        with _failures():
            while page := self.raw.get(limit=ROWS, offset=len(found), include=[])["ids"]:
                found += page
            others = [each for each in found if each not in passage_ids]
            for start in range(0, len(others), ROWS):
                self.raw.delete(ids=others[start : start + ROWS])

    def forget(self, codes: Iterable[str]) -> None:
        """Deletes letters; those that are not there any more are passed over."""
        wanted = sorted(codes)
        for start in range(0, len(wanted), ROWS):
            first = [f"{code}#0" for code in wanted[start : start + ROWS]]
            with _failures():
                there = self.raw.get(ids=first, include=[])["ids"]
                if there:
                    its = [each.removesuffix("#0") for each in there]
                    self.raw.delete(where={"letter_id": {"$in": its}})

    def count(self) -> int:
        """How many passages it holds."""
        with _failures():
            return int(self.raw.count())

    def nearest(
        self, vector: Vectors, limit: int, where: Mapping[str, str | tuple[str, ...]] | None = None
    ) -> list[Hit]:
        """The passages nearest to `vector`, best first.

        Args:
            vector: of shape (dimension,), unit length.
            limit: how many at most.
            where: what their metadata must be, e.g. `{"language": "de"}`, or one of a tuple. Chroma
                looks through all metadata for it: a query takes five times as long then.
        """
        conditions = [
            {key: value if isinstance(value, str) else {"$in": list(value)}}
            for key, value in (where or {}).items()
        ]
        with _failures():
            found = self.raw.query(
                query_embeddings=vector[np.newaxis],
                n_results=limit,
                where={"$and": conditions} if len(conditions) > 1 else next(iter(conditions), None),
                include=["distances"],
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [to_hit(passage_id, float(distance)) for passage_id, distance in pairs]

    def letters(self, letter_ids: Iterable[str]) -> dict[str, StoredLetter]:
        """Letters by their codes, in the order asked for; those that aren't there are left out."""
        wanted = list(dict.fromkeys(letter_ids))
        known = {each: self._letters.get(each) for each in wanted}
        missing = [f"{each}#0" for each, letter in known.items() if letter is None]
        if missing:
            with _failures():
                rows = self.raw.get(ids=missing, include=["metadatas"])["metadatas"]
            fetched = {letter.id: letter for letter in map(from_row, rows)}
            _remember(self._letters, fetched, _CACHED_LETTERS)
            known |= fetched
        return {each: letter for each, letter in known.items() if letter is not None}

    def texts(self, letters: Sequence[StoredLetter]) -> dict[str, str]:
        """Each letter's text by its code, put together from its passages.

        Raises:
            StoreError: a passage is missing.
        """
        known = {each.id: self._texts.get(each.id) for each in letters}
        missing = [each for each in letters if known[each.id] is None]
        ids = [f"{each.id}#{n}" for each in missing for n in range(each.passages)]
        if ids:
            with _failures():
                found = self.raw.get(ids=ids, include=["documents"])
            text: dict[str, str] = dict(zip(found["ids"], found["documents"], strict=True))
            if len(text) != len(ids):
                raise _incomplete(self.name)
            fetched = {
                each.id: "".join(text[f"{each.id}#{n}"] for n in range(each.passages))
                for each in missing
            }
            _remember(self._texts, fetched, _CACHED_TEXTS)
            known |= fetched
        return {each: text for each, text in known.items() if text is not None}


def _remember(cache: dict[str, T], fetched: dict[str, T], limit: int) -> None:
    if len(cache) > limit:
        cache.clear()
    cache.update(fetched)


@contextmanager
def _failures() -> Generator[None]:
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
        raise _unreachable() from error
    except RuntimeError as error:
        # What httpx says where another thread has closed the connection after a failure of its own.
        if "client has been closed" not in str(error):
            raise
        raise _unreachable() from error
    except ChromaError as error:
        raise StoreError(
            f"The vector store refused: {error.name()}.", "Its log says more.", retry=False
        ) from error
    except Exception as error:
        # An answer that Chroma's client does not know comes as a bare Exception.
        if type(error) is not Exception:
            raise
        raise StoreError("The vector store failed.", "Its log says more.") from error


def _unreachable() -> StoreError:
    return StoreError(
        "The vector store (Chroma) can't be reached.",
        "Wait until it is up again, or check EPIKRISE_INDEX_CHROMA_URL.",
    )


def _incomplete(name: str) -> StoreError:
    return StoreError(
        f"The collection {name} lacks passages.",
        "Build the index again: epikrise index build.",
        retry=False,
    )


def _bypass_proxy(host: str) -> None:
    """Keeps requests to this machine off a proxy; the client reads the environment alone."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [part for part in os.environ.get(name, "").split(",") if part]
        if host not in known:
            os.environ[name] = ",".join([*known, host])
