"""The passages of one build and their vectors, letter by letter.

A collection is written once, by one build, and then only read: its name carries its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from index.chroma import failures
from index.embedding import EmbeddingModel, Vectors
from index.errors import StoreError
from index.letter import Passage
from index.rows import Hit, StoredLetter, from_row, to_hit, to_row

ROWS = 2000
"""Rows in one request; Chroma refuses more than 5,461."""

T = TypeVar("T")

_CACHED_LETTERS = 50_000
_CACHED_TEXTS = 5_000


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
            with failures():
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
            with failures():
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
            with failures():
                rows = self.raw.get(ids=ids, include=["embeddings"])
            yield np.asarray(rows["embeddings"], np.float32)

    def keep(self, passage_ids: frozenset[str]) -> None:
        """Deletes all other passages: what a killed build had added and not noted yet."""
        found: list[str] = []
        with failures():
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
            with failures():
                there = self.raw.get(ids=first, include=[])["ids"]
                if there:
                    its = [each.removesuffix("#0") for each in there]
                    self.raw.delete(where={"letter_id": {"$in": its}})

    def count(self) -> int:
        """How many passages it holds."""
        with failures():
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
        with failures():
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
            with failures():
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
            with failures():
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


def _incomplete(name: str) -> StoreError:
    return StoreError(
        f"The collection {name} lacks passages.",
        "Build the index again: epikrise index build.",
        retry=False,
    )
