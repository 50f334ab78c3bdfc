"""From files to vectors in a collection, block by block.

Memory does not grow with the archive: a block of letters is read, prepared, embedded and stored
before the next one is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.decisions import Decision
from index.embedding import Encoder
from index.entries import Entry, Versions
from index.inventory import Inventory
from index.neighbours import ExactNeighbours
from index.stages import Stages

if TYPE_CHECKING:
    from index.store import Collection


@dataclass(frozen=True)
class Progress:
    """How far a build is: `done` of `total` letters in this step."""

    step: Literal["comparing", "indexing", "copying", "checking"]
    done: int
    total: int


Report = Callable[[Progress], None]
Note = Callable[[Sequence[Entry]], None]


class Pipeline:
    """Prepares and embeds letters block by block, so that memory does not grow with the archive."""

    def __init__(
        self,
        inventory: Inventory,
        stages: Stages,
        encoder: Encoder,
        versions: Versions,
        decisions: Mapping[str, Decision],
        block: int,
        exact: ExactNeighbours,
    ) -> None:
        self._inventory = inventory
        self._stages = stages
        self._encoder = encoder
        self._versions = versions
        self._decisions = decisions
        self._block = block
        self._exact = exact
        self.spans: Counter[str] = Counter()
        """How many identifiers of each type were replaced in the letters of this run."""

    def run(
        self, todo: Sequence[str], target: Collection, progress: Report, note: Note
    ) -> list[Entry]:
        """Adds the letters to `target`; gives what became of each.

        Args:
            note: called with what became of a block, once it is in the collection.
        """
        entries: list[Entry] = []
        for start in range(0, len(todo), self._block):
            progress(Progress("indexing", start, len(todo)))
            added = self._add(todo[start : start + self._block], target)
            note(added)
            entries += added
        progress(Progress("indexing", len(todo), len(todo)))
        return entries

    def _add(self, ids: Sequence[str], target: Collection) -> list[Entry]:
        files, hashes = self._inventory.files, self._inventory.hashes
        decided = [self._decisions.get(hashes[each]) for each in ids]
        block = [
            self._stages.prepare(self._inventory.folder, files[each], decision)
            for each, decision in zip(ids, decided, strict=True)
        ]
        for prepared in block:
            self.spans.update(prepared.found)
        letters = [prepared.passages for prepared in block if prepared.passages]
        texts = [passage.text for letter in letters for passage in letter]
        if texts:
            vectors = self._encoder.encode_passages(texts)
            target.add(letters, vectors)
            self._exact.see(vectors)
        return [
            Entry(
                each,
                # Without a hash, so that the next build looks at the file again.
                "" if found.retry else hashes[each],
                self._versions,
                found.state,
                found.reason,
                len(found.passages),
                found.code,
                decision.mark if decision else "",
            )
            for each, found, decision in zip(ids, block, decided, strict=True)
        ]
