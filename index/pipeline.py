"""From files to vectors in a collection, block by block.

While one block is embedded, the next ones are read and de-identified and the one before is stored.
Memory does not grow with the archive: no more blocks than these are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.decisions import Decision
from index.embedding import Encoder, Vectors
from index.entries import Entry, Versions
from index.inventory import Inventory
from index.neighbours import ExactNeighbours
from index.preparing import Job, prepare_blocks, processes_for
from index.same_text import Copies
from index.settings import IndexSettings
from index.stages import Prepared, Stages

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
    """Prepares, embeds and stores the letters of one build."""

    def __init__(
        self,
        inventory: Inventory,
        stages: Stages,
        encoder: Encoder,
        versions: Versions,
        decisions: Mapping[str, Decision],
        settings: IndexSettings,
        exact: ExactNeighbours,
        copies: Copies,
    ) -> None:
        self._inventory = inventory
        self._stages = stages
        self._encoder = encoder
        self._versions = versions
        self._decisions = decisions
        self._settings = settings
        self._exact = exact
        self._copies = copies
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

        def settle(stored: Future[list[Entry]]) -> None:
            added = stored.result()
            note(added)
            entries.extend(added)

        size = self._settings.build_block
        blocks = [todo[start : start + size] for start in range(0, len(todo), size)]
        jobs = ([self._job(each) for each in block] for block in blocks)
        processes = processes_for(len(todo), self._stages, self._settings.build_processes)
        with (
            closing(prepare_blocks(jobs, self._stages, processes)) as prepared,
            ThreadPoolExecutor(1) as storing,
        ):
            stored: Future[list[Entry]] | None = None
            try:
                for number, (ids, found) in enumerate(zip(blocks, prepared, strict=True)):
                    block = self._copies.told(ids, found)
                    progress(Progress("indexing", number * size, len(todo)))
                    vectors = self._encoder.encode_passages(_texts(block))
                    if stored:
                        settle(stored)
                    stored = storing.submit(self._store, ids, block, vectors, target)
            finally:
                # Also where the build ends here: what is stored need not be done again.
                if stored:
                    settle(stored)
        progress(Progress("indexing", len(todo), len(todo)))
        return entries

    def _job(self, letter_id: str) -> Job:
        decision = self._decisions.get(self._inventory.hashes[letter_id])
        return Job(self._inventory.folder, self._inventory.files[letter_id], decision)

    def _store(
        self, ids: Sequence[str], block: Sequence[Prepared], vectors: Vectors, target: Collection
    ) -> list[Entry]:
        letters = [prepared.passages for prepared in block if prepared.passages]
        if letters:
            target.add(letters, vectors)
            self._exact.see(vectors)
        for prepared in block:
            self.spans.update(prepared.found)
        return [self._entry(each, found) for each, found in zip(ids, block, strict=True)]

    def _entry(self, letter_id: str, found: Prepared) -> Entry:
        content_hash = self._inventory.hashes[letter_id]
        decision = self._decisions.get(content_hash)
        return Entry(
            letter_id,
            # Without a hash, so that the next build looks at the file again.
            "" if found.retry else content_hash,
            self._versions,
            found.state,
            found.reason,
            len(found.passages),
            found.code,
            decision.mark if decision else "",
            found.text_code,
        )


def _texts(block: Sequence[Prepared]) -> list[str]:
    return [passage.text for prepared in block for passage in prepared.passages]
