"""The search: from a case to the past letters that show how such a letter is written here.

`LetterRetriever` is LangChain's retriever over the index: a query in, whole letters out as
Documents. `Retriever` is what the assistant uses: it makes the query from a case, connects to the
store, and turns Documents into exemplars.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from index.case import Case
from index.case_text import signer
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.deidentify import Deidentifier
from index.embedding import Encoder
from index.errors import StoreError
from index.key import load_key
from index.parts import open_parts
from index.rows import Hit, StoredLetter
from index.settings import IndexSettings
from index.tumour_groups import tumour_group
from retrieval.exemplar import Exemplar
from retrieval.query import build_query, build_words
from retrieval.rank import Ranked, Wish, best_scores, choose, rank, rank_by_words
from retrieval.settings import RetrievalSettings
from retrieval.words import match_words

if TYPE_CHECKING:
    from index.parts import Parts
    from index.store import Store

HITS = 100
"""Passages looked at: so many that the right language is among them without a filter, which would
make the query five times slower."""
LETTERS = 32
"""Letters of those passages that are ranked, counted after the other languages and types are out:
else these take the places, and a German case loses the most."""
NOTHING_GOOD = "No good exemplar found."
NO_INDEX = "The archive is not indexed yet."


@dataclass(frozen=True)
class Retrieved:
    """Exemplars, best first; `note` says why there is none, and is empty else."""

    exemplars: tuple[Exemplar, ...]
    note: str = ""


class LetterRetriever(BaseRetriever):
    """Whole de-identified letters near a query, best first.

    A Document's `id` is the letter's code, its text the letter; its metadata holds `score`
    (cosine), `reasons` and `metadata` (a LetterMetadata). A StoreError says that the store can't be
    asked.
    """

    collection: Any
    """The passages of an index: `index.parts.Parts`."""
    encoder: Any
    """An `index.embedding.Encoder`."""
    wish: Wish
    settings: RetrievalSettings
    limit: int = 4
    words: str = ""
    """What letters should say; without it the query."""
    exclude: frozenset[str] = frozenset()

    def search(self, query: str) -> list[Document]:
        """What `invoke` does, without LangChain's tracing: a variable in the environment can turn
        that on, and it would send the case out of the house."""
        collection: Parts = self.collection
        vector = self.encoder.encode_query(query)
        hits = collection.nearest(vector, HITS)
        letters = self._allowed(collection, hits)
        least = self.settings.threshold - self.settings.tumour_group_bonus
        more_may_be_good = len(hits) == HITS and hits[-1].score >= least
        if len(letters) < self.limit and more_may_be_good:
            hits = collection.nearest(vector, HITS, self.wish.where)
            letters = self._allowed(collection, hits)
        ranked = rank(letters, best_scores(hits), self.wish, self.settings)
        if self.settings.word_bonus:
            ranked = self._by_words(collection, self.words or query, ranked)
        ranked = ranked[: self.limit]
        texts = collection.texts([each.letter for each in ranked])
        return [
            Document(
                id=each.letter.id,
                page_content=texts[each.letter.id],
                metadata={
                    "score": each.score,
                    "reasons": each.reasons,
                    "metadata": each.letter.metadata,
                },
            )
            for each in ranked
        ]

    def _allowed(self, collection: Parts, hits: Sequence[Hit]) -> list[StoredLetter]:
        near = [each for each in best_scores(hits) if each not in self.exclude]
        found = collection.letters(near).values()
        return [each for each in found if self.wish.allows(each.metadata)][:LETTERS]

    def _by_words(self, collection: Parts, words: str, ranked: Sequence[Ranked]) -> list[Ranked]:
        texts = collection.texts([each.letter for each in ranked])
        return rank_by_words(ranked, match_words(words, texts), self.settings)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.search(query)


class Retriever:
    """Finds exemplars for a case. Safe to share by threads; connects when it is first asked.

    Args:
        index: where the store and the catalogue are.
        encoder: the one that the index was built with.
        settings: how many exemplars, and how good.
    """

    def __init__(self, index: IndexSettings, encoder: Encoder, settings: RetrievalSettings) -> None:
        self._index = index
        self._encoder = encoder
        self._settings = settings
        self._catalogue = Catalogue(index.data_dir)
        self._connecting = threading.Lock()
        self._connection = ExitStack()
        self._store: Store | None = None
        self._opened: Parts | None = None

    def find(
        self,
        case: Case,
        *,
        letter_type: Literal["letter", "summary"] = "letter",
        author: str | None = None,
        department: str | None = None,
        exclude: Sequence[str] = (),
        pinned: Sequence[str] = (),
    ) -> Retrieved:
        """The past letters whose style fits the case.

        Args:
            letter_type: what is to be written.
            author: the signing physician's name, with or without titles; without it the case's.
            department: as letters write it.
            exclude: letters that must not be taken, e.g. the patient's own; paths in the archive,
                or codes.
            pinned: letters that are taken first, whatever their similarity; likewise.

        Raises:
            StoreError: the store can't be asked, or was built with another embedding model.
        """
        name = self._catalogue.active()
        query = build_query(case)
        if not name:
            return Retrieved((), NO_INDEX)
        if not query or not self._settings.exemplars:
            return Retrieved((), NOTHING_GOOD if not query else "")
        signed = author or signer(case)
        try:
            collection = self._open(name)
            first = self._catalogue.codes(name, pinned)
            search = LetterRetriever(
                collection=collection,
                encoder=self._encoder,
                wish=Wish(
                    language=case.language,
                    letter_type=letter_type,
                    # A summary is told by its form alone.
                    document_types=self._settings.document_types if letter_type == "letter" else (),
                    tumour_group=tumour_group(case.text),
                    author=self._names.pseudonym(signed) if signed else "",
                    department=department or "",
                ),
                settings=self._settings,
                words=build_words(case),
                # Twice as many as are wanted, since some may be copies of others.
                limit=2 * self._settings.exemplars,
                exclude=frozenset([*self._catalogue.codes(name, exclude), *first]),
            )
            found = [_exemplar(document) for document in search.search(query)]
            chosen = choose([*_pinned(collection, first), *found], self._settings)
        except StoreError:
            self.close()
            raise
        return Retrieved(chosen, "" if chosen else NOTHING_GOOD)

    def warm_up(self) -> None:
        """Loads the model and connects, so that the first search is as fast as the next.

        Raises:
            StoreError: as `find`.
        """
        self._encoder.warm_up()
        if name := self._catalogue.active():
            self._open(name)

    def close(self) -> None:
        """Ends the connection, and the server where it had to be started for it; `find` connects
        anew."""
        with self._connecting:
            self._store = self._opened = None
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, name: str) -> Parts:
        with self._connecting:
            if self._store is None:
                self._store = self._connection.enter_context(
                    open_store(self._index, self._settings.timeout_s)
                )
            store = self._store
        collection = self._opened
        if collection is None or collection.name != name:
            collection = self._opened = open_parts(store, self._catalogue, name)
        if why := collection.model.differs(self._encoder.model):
            raise StoreError(
                f"The index was built for another embedding model ({why}).",
                "Build it again with the one of the settings: epikrise index build.",
                retry=False,
            )
        return collection

    @cached_property
    def _names(self) -> Deidentifier:
        return Deidentifier(load_key(self._index.data_dir))


def _exemplar(document: Document) -> Exemplar:
    return Exemplar(
        letter_id=str(document.id),
        text=document.page_content,
        score=document.metadata["score"],
        reasons=document.metadata["reasons"],
        metadata=document.metadata["metadata"],
    )


def _pinned(collection: Parts, codes: Sequence[str]) -> list[Exemplar]:
    """The letters as exemplars, whose score is not known; those that aren't there are left out."""
    letters = list(collection.letters(codes).values())
    texts = collection.texts(letters)
    return [
        Exemplar(each.id, texts[each.id], 0.0, ("chosen by hand",), each.metadata)
        for each in letters
    ]
