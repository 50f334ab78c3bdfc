"""From files to vectors in a collection, block by block.

Memory does not grow with the archive: a block of letters is read, prepared, embedded and stored
before the next one is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.catalogue import Entry, Versions
from index.embedding import Encoder, Vectors
from index.inventory import Inventory
from index.stages import Stages

if TYPE_CHECKING:
    from index.store import Collection

_SAMPLES = 8


@dataclass(frozen=True)
class Progress:
    """How far a build is: `done` of `total` letters in this step."""

    step: Literal["comparing", "indexing", "copying", "checking"]
    done: int
    total: int


Report = Callable[[Progress], None]


class Pipeline:
    """Prepares and embeds letters block by block, so that memory does not grow with the archive."""

    def __init__(
        self,
        inventory: Inventory,
        stages: Stages,
        encoder: Encoder,
        versions: Versions,
        block: int,
    ) -> None:
        self._inventory = inventory
        self._stages = stages
        self._encoder = encoder
        self._versions = versions
        self._block = block
        self.samples: list[Vectors] = []

    def run(self, todo: Sequence[str], target: Collection, progress: Report) -> list[Entry]:
        """Adds the letters to `target`; gives what became of each."""
        entries: list[Entry] = []
        for start in range(0, len(todo), self._block):
            progress(Progress("indexing", start, len(todo)))
            entries += self._add(todo[start : start + self._block], target)
        progress(Progress("indexing", len(todo), len(todo)))
        return entries

    def _add(self, ids: Sequence[str], target: Collection) -> list[Entry]:
        files, hashes = self._inventory.files, self._inventory.hashes
        block = [self._stages.prepare(self._inventory.folder, files[each]) for each in ids]
        letters = [prepared.passages for prepared in block if prepared.passages]
        texts = [passage.text for letter in letters for passage in letter]
        if texts:
            vectors = self._encoder.encode_passages(texts)
            target.add(letters, vectors)
            self.samples = [*self.samples, *vectors[: _SAMPLES - len(self.samples)]]
        return [
            Entry(
                each,
                hashes[each],
                self._versions,
                found.state,
                found.reason,
                len(found.passages),
                found.code,
            )
            for each, found in zip(ids, block, strict=True)
        ]
