"""A collection filled by a build: gone on with where one was killed, else begun anew.

After each block the catalogue notes what is in the collection. What a killed build had put there
and not noted is deleted before the next one goes on, so that nothing is there twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from index.catalogue import Catalogue
from index.decisions import Decision, undone
from index.embedding import EmbeddingModel
from index.entries import Entry, State, Versions
from index.neighbours import ExactNeighbours
from index.parts import Parts
from index.pipeline import Pipeline, Progress, Report

if TYPE_CHECKING:
    from index.collection import Collection
    from index.store import Store

_COPY_LETTERS = 500


@dataclass(frozen=True)
class Filling:
    """
    Attributes:
        target: the collection.
        done: what it held already when this build began, by letter id.
        exact: has seen every vector that is in the collection.
    """

    target: Collection
    done: Mapping[str, Entry]
    exact: ExactNeighbours
    catalogue: Catalogue
    progress: Report

    @classmethod
    def begin(
        cls,
        store: Store,
        catalogue: Catalogue,
        model: EmbeddingModel,
        hashes: Mapping[str, str],
        versions: Versions,
        decisions: Mapping[str, Decision],
        progress: Report,
        base: str = "",
    ) -> Filling:
        """
        Args:
            hashes: of the content of every file of the archive, by letter id.
            versions: of the stages; a letter that went through others is done again.
            decisions: of the review, by content hash; likewise.
            base: the collection that this one is to add to, if to any.
        """
        exact = ExactNeighbours()
        name = catalogue.unfinished()
        target = store.open(name) if name and name in store.names() else None
        if target and (target.model, target.base) == (model, base):
            noted = catalogue.entries(name)
            waits = undone(noted.values(), decisions)
            done = {
                each: entry
                for each, entry in noted.items()
                if each not in waits
                # What a copy was of may be gone: it is looked at again.
                and entry.state is not State.DUPLICATE
                and (hashes.get(each), versions) == (entry.content_hash, entry.versions)
            }
            catalogue.start(name, done.values())
            passages = passage_ids(list(done.values()))
            target.keep(frozenset(passages))
            for vectors in target.vectors(passages):
                exact.see(vectors)
            return cls(target, done, exact, catalogue, progress)
        name = f"{catalogue.own_prefix()}{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        catalogue.start(name, ())
        return cls(store.create(name, model, base), {}, exact, catalogue, progress)

    def add(self, todo: Sequence[str], pipeline: Pipeline) -> list[Entry]:
        """Letters of the archive; those that are there already are only given back."""
        new = [each for each in todo if each not in self.done]
        there = [self.done[each] for each in todo if each in self.done]
        return [*there, *pipeline.run(new, self.target, self.progress, self._note)]

    def copy(self, letters: Sequence[Entry], source: Parts) -> None:
        """Letters of another index of the same model."""
        todo = [each for each in letters if each.id not in self.done]
        todo.sort(key=lambda entry: source.holding(entry).name)
        for start in range(0, len(todo), _COPY_LETTERS):
            self.progress(Progress("copying", start, len(todo)))
            block = todo[start : start + _COPY_LETTERS]
            for part, its in groupby(block, source.holding):
                self.exact.see(self.target.copy(part, passage_ids(list(its))))
            self._note([replace(entry, part="") for entry in block])
        self.progress(Progress("copying", len(todo), len(todo)))

    def _note(self, entries: Sequence[Entry]) -> None:
        self.catalogue.note(self.target.name, entries)


def passage_ids(letters: Sequence[Entry]) -> list[str]:
    return [f"{letter.code}#{n}" for letter in letters for n in range(letter.passages)]
