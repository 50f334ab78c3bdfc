"""What a build has to do: the archive as it is, against what the active index was built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.catalogue import Entry, State, Versions


@dataclass(frozen=True)
class Plan:
    """Letter ids, each in one of the lists, sorted.

    Attributes:
        new, changed: to be read, de-identified and embedded.
        removed: in the index until now, and their file is gone or can't be opened any more.
        kept: what stands as it is: indexed, failed or in review, and not tried again.
        failed: id and reason of the files that can't be opened now.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[Entry, ...]
    failed: tuple[tuple[str, str], ...]

    @property
    def todo(self) -> tuple[str, ...]:
        return tuple(sorted(self.new + self.changed))

    @property
    def unchanged(self) -> tuple[Entry, ...]:
        """What of the index stays in it."""
        return tuple(entry for entry in self.kept if entry.state is State.INDEXED)


def compare(
    known: Mapping[str, Entry],
    found: Mapping[str, str],
    unread: Mapping[str, str],
    versions: Versions,
) -> Plan:
    """The plan of a build.

    Args:
        known: what the active index was built from, by letter id.
        found: content hash of every file that could be opened, by letter id.
        unread: reason for every file that could not.
        versions: of the stages as they are now; a letter that went through others is done again.
    """
    new: list[str] = []
    changed: list[str] = []
    kept: list[Entry] = []
    for letter_id, content_hash in sorted(found.items()):
        entry = known.get(letter_id)
        if entry is None:
            new.append(letter_id)
        elif (entry.content_hash, entry.versions) == (content_hash, versions):
            kept.append(entry)
        else:
            changed.append(letter_id)
    gone = known.keys() - found.keys()
    removed = sorted(each for each in gone if known[each].state is State.INDEXED)
    failed = tuple(sorted(unread.items()))
    return Plan(tuple(new), tuple(changed), tuple(removed), tuple(kept), failed)
