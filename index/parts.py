"""An index is one collection, or a collection and the one that it adds to.

Copying a million letters to change a hundred would cost hours. So a build that changes little fills
a collection with what changed alone, which is searched together with the one before it. There are
two at most: each such build adds to the same base, and where too much has gathered, or too much of
the base is out of date, the next one is whole again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.embedding import EmbeddingModel, Vectors
from index.entries import Entry
from index.rows import Hit, StoredLetter

if TYPE_CHECKING:
    from index.catalogue import Catalogue
    from index.collection import Collection
    from index.store import Store

_MOST_APART = 0.1
"""Of the letters: in a collection beside its base, or out of date in the base."""


@dataclass(frozen=True)
class Parts:
    """
    Attributes:
        own: the collection that bears the index's name.
        base: the one that it adds to; None where it holds everything.
        replaced: codes of the letters of the base that are removed, or stand anew in `own`.
    """

    own: Collection
    base: Collection | None
    replaced: frozenset[str]

    @property
    def name(self) -> str:
        return self.own.name

    @property
    def model(self) -> EmbeddingModel:
        return self.own.model

    def holding(self, entry: Entry) -> Collection:
        """The collection with an entry's passages."""
        return self.base if self.base and entry.part == self.base.name else self.own

    def nearest(
        self, vector: Vectors, limit: int, where: Mapping[str, str | tuple[str, ...]] | None = None
    ) -> list[Hit]:
        """As `Collection.nearest`, of both."""
        hits = [*self.own.nearest(vector, limit, where), *self._of_base(vector, limit, where)]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _of_base(
        self, vector: Vectors, limit: int, where: Mapping[str, str | tuple[str, ...]] | None
    ) -> list[Hit]:
        asked = limit
        while self.base:
            hits = self.base.nearest(vector, asked, where)
            current = [hit for hit in hits if hit.letter_id not in self.replaced]
            if len(current) >= limit or len(hits) < asked:
                return current
            asked *= 2
        return []

    def letters(self, letter_ids: Iterable[str]) -> dict[str, StoredLetter]:
        """As `Collection.letters`, of both."""
        wanted = list(dict.fromkeys(letter_ids))
        found = self.own.letters(wanted)
        if self.base:
            others = [e for e in wanted if e not in found and e not in self.replaced]
            found |= self.base.letters(others)
        return {each: found[each] for each in wanted if each in found}

    def texts(self, letters: Sequence[StoredLetter]) -> dict[str, str]:
        """As `Collection.texts`, of both."""
        if self.base is None:
            return self.own.texts(letters)
        here = self.own.letters(each.id for each in letters)
        own = self.own.texts([each for each in letters if each.id in here])
        found = own | self.base.texts([each for each in letters if each.id not in here])
        return {each.id: found[each.id] for each in letters}


def open_parts(store: Store, catalogue: Catalogue, name: str) -> Parts:
    """The index of a name.

    Raises:
        StoreError: a collection of it is not in the store.
    """
    own = store.open(name)
    return Parts(own, store.open(own.base) if own.base else None, catalogue.replaced(name))


def forget_replaced(store: Store, catalogue: Catalogue) -> None:
    """Deletes from the active index's base what neither it nor the index before it has.

    So a letter that left the archive, or that the review keeps out, is gone from the store after
    two builds, as it is where each index holds everything.
    """
    active = open_parts(store, catalogue, catalogue.active())
    name = catalogue.previous()
    if active.base is None or name == active.base.name:
        return
    gone = active.replaced
    if name and store.open(name).base == active.base.name:
        gone &= catalogue.replaced(name)
    active.base.forget(gone)


@dataclass(frozen=True)
class Basis:
    """What of the active index the next one need not hold itself.

    Attributes:
        name: of the collection that the next one adds to; empty where it is to hold everything.
        kept: the letters that stay there.
        replaced: codes of the letters that are there and in the next index no more.
    """

    name: str = ""
    kept: tuple[Entry, ...] = ()
    replaced: frozenset[str] = frozenset()

    def moved(self, unchanged: Iterable[Entry]) -> list[Entry]:
        """The letters that the next index holds itself."""
        kept = {entry.id for entry in self.kept}
        return [entry for entry in unchanged if entry.id not in kept]

    def standing(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Entries of the active index as they are to be known of the next."""
        kept = {entry.id: entry for entry in self.kept}
        return (kept.get(entry.id) or replace(entry, part="") for entry in entries)


def basis_of(active: Parts, known: Iterable[Entry], unchanged: Sequence[Entry], todo: int) -> Basis:
    """What the next index adds to, if it can: less than a tenth of it would be apart.

    Args:
        known: what the active index was built from.
        unchanged: of these, the letters that stay as they are.
        todo: how many letters come anew.
    """
    base = active.base or active.own
    kept = [replace(e, part=base.name) for e in unchanged if active.holding(e) is base]
    there = {e.code for e in known if e.code and active.holding(e) is base}
    replaced = active.replaced | (there - {entry.code for entry in kept})
    apart = todo + len(unchanged) - len(kept) + len(replaced)
    if apart > _MOST_APART * (todo + len(unchanged)):
        return Basis()
    return Basis(base.name, tuple(kept), replaced)
