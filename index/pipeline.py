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

from index.apart import set_apart
from index.decisions import Decision
from index.engine import Embedded, Engine
from index.entries import Entry, Versions
from index.inventory import Inventory
from index.neighbours import ExactNeighbours
from index.preparing import Job
from index.same_text import Copies
from index.stages import Prepared

if TYPE_CHECKING:
    from index.collection import Collection


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
        engine: Engine,
        versions: Versions,
        decisions: Mapping[str, Decision],
        exact: ExactNeighbours,
        copies: Copies,
        block: int,
    ) -> None:
        self._inventory = inventory
        self._engine = engine
        self._versions = versions
        self._decisions = decisions
        self._exact = exact
        self._copies = copies
        self._block = block
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

        size, total = self._block, len(todo)
        blocks = [todo[start : start + size] for start in range(0, total, size)]
        jobs = ([self._job(each) for each in block] for block in blocks)
        progress(Progress("indexing", 0, total))
        with closing(self._engine.embed(jobs, total)) as embedded, ThreadPoolExecutor(1) as storing:
            stored: Future[list[Entry]] | None = None
            try:
                for number, (ids, found) in enumerate(zip(blocks, embedded, strict=True), 1):
                    block = found.holding(self._copies.told(ids, found.letters))
                    if stored:
                        settle(stored)
                    stored = storing.submit(self._store, ids, block, target)
                    progress(Progress("indexing", min(number * size, total), total))
            finally:
                # Also where the build ends here: what is stored need not be done again.
                if stored:
                    settle(stored)
        return entries

    def _job(self, letter_id: str) -> Job:
        decision = self._decisions.get(self._inventory.hashes[letter_id])
        return Job(self._inventory.folder, self._inventory.files[letter_id], decision)

    def _store(self, ids: Sequence[str], block: Embedded, target: Collection) -> list[Entry]:
        letters = [prepared.passages for prepared in block.letters if prepared.passages]
        if letters:
            ids_of = [passage.id for letter in letters for passage in letter]
            vectors = set_apart(ids_of, block.vectors)
            target.add(letters, vectors)
            self._exact.see(vectors)
        for prepared in block.letters:
            self.spans.update(prepared.found)
        return [self._entry(each, found) for each, found in zip(ids, block.letters, strict=True)]

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
