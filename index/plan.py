"""What a build has to do: the archive as it is, against what the active index was built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.decisions import Decision, undone
from index.entries import Entry, Reasons, State, Versions, reasons, same_as


@dataclass(frozen=True)
class Plan:
    """Letter ids, each in one of the lists, sorted.

    Attributes:
        new, changed: to be read, de-identified and embedded.
        removed: in the index until now, and their file is gone or can't be opened any more.
        kept: what stands as it is: indexed, failed, in review or excluded, and not tried again.
        duplicates: files of the same content or text as another, which stands for them.
        failed: id and reason of the files that can't be opened now.
        decided: id and verdict of what is done again only because it was decided on in the review.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[Entry, ...]
    failed: tuple[tuple[str, str], ...]
    duplicates: tuple[Entry, ...] = ()
    decided: Reasons = ()

    @property
    def todo(self) -> tuple[str, ...]:
        """What is known first: of two copies of one letter it is what stays."""
        known = sorted((*self.changed, *(each for each, _ in self.decided)))
        return (*known, *sorted(self.new))

    @property
    def unchanged(self) -> tuple[Entry, ...]:
        """What of the index stays in it."""
        return tuple(entry for entry in self.kept if entry.state is State.INDEXED)

    @property
    def quarantined(self) -> Reasons:
        """Id and reason of what failed before and has not changed."""
        return reasons(self.kept, State.FAILED)

    @property
    def in_review(self) -> Reasons:
        """Id and reason of what still waits for a decision."""
        return reasons(self.kept, State.IN_REVIEW)

    @property
    def excluded(self) -> Reasons:
        """Id and reason of what was decided never to be indexed."""
        return reasons(self.kept, State.EXCLUDED)


def compare(
    known: Mapping[str, Entry],
    found: Mapping[str, str],
    unread: Mapping[str, str],
    versions: Versions,
    decisions: Mapping[str, Decision] | None = None,
) -> Plan:
    """The plan of a build.

    Args:
        known: what the active index was built from, by letter id.
        found: content hash of every file that could be opened, by letter id.
        unread: reason for every file that could not.
        versions: of the stages as they are now; a letter that went through others is done again.
        decisions: of the review, by content hash.
    """
    decided = undone(known.values(), decisions or {})
    again: list[tuple[str, str]] = []
    new: list[str] = []
    changed: list[str] = []
    kept: list[Entry] = []
    chosen = _chosen(known, found)
    texts = _texts(known, found, chosen)
    duplicates: list[Entry] = []
    for letter_id, content_hash in sorted(found.items()):
        entry = known.get(letter_id)
        if chosen[content_hash] != letter_id:
            same = same_as(chosen[content_hash])
            duplicates.append(Entry(letter_id, content_hash, versions, State.DUPLICATE, same))
        elif entry is None:
            new.append(letter_id)
        elif entry.state is State.DUPLICATE:
            as_it_was = (entry.content_hash, entry.versions) == (content_hash, versions)
            if as_it_was and entry.text_code in texts:
                duplicates.append(entry)
            else:
                new.append(letter_id)
        elif (entry.content_hash, entry.versions) != (content_hash, versions):
            changed.append(letter_id)
        elif letter_id in decided:
            again.append((letter_id, decided[letter_id].verdict.value))
        else:
            kept.append(entry)
    gone = known.keys() - {each for each in found if chosen[found[each]] == each}
    removed = sorted(each for each in gone if known[each].state is State.INDEXED)
    failed = tuple(sorted(unread.items()))
    return Plan(
        new=tuple(new),
        changed=tuple(changed),
        removed=tuple(removed),
        kept=tuple(kept),
        failed=failed,
        duplicates=tuple(duplicates),
        decided=tuple(again),
    )


def _chosen(known: Mapping[str, Entry], found: Mapping[str, str]) -> dict[str, str]:
    """Of the files of one content the one that is taken: one that is indexed, else the first."""
    chosen: dict[str, str] = {}
    for letter_id, content_hash in sorted(found.items()):
        first = chosen.setdefault(content_hash, letter_id)
        if _is_indexed(known.get(letter_id), content_hash) and not _is_indexed(
            known.get(first), content_hash
        ):
            chosen[content_hash] = letter_id
    return chosen


def _texts(
    known: Mapping[str, Entry], found: Mapping[str, str], chosen: Mapping[str, str]
) -> set[str]:
    """The codes of the texts whose first copy is there as it was."""
    return {
        entry.text_code
        for entry in known.values()
        if entry.text_code
        and entry.state not in (State.DUPLICATE, State.FAILED)
        and found.get(entry.id) == entry.content_hash
        and chosen[entry.content_hash] == entry.id
    }


def _is_indexed(entry: Entry | None, content_hash: str) -> bool:
    return bool(entry and entry.state is State.INDEXED and entry.content_hash == content_hash)
