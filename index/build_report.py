"""What a build did, told by what was in the index before and is in it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from index.entries import BuildRecord, Entry, Reasons, State, reasons
from index.plan import Plan


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        new, changed, removed: ids of letters that came into the index, came anew, or left it.
        unchanged: how many letters of the index stayed as they were.
        failed: id and reason of every file that can't be indexed.
        duplicates: id of every file with the content of another, and which.
        in_review: id and reason of every letter that still looks identifying; none is in the index.
        excluded: id of every letter that the review keeps out of it, and who said so.
        passages: how many the index holds now.
        seconds: how long it took.
        spans: how many identifiers of each type this build replaced, the most frequent first.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    failed: Reasons
    in_review: Reasons
    excluded: Reasons
    duplicates: Reasons
    passages: int
    seconds: float
    spans: Mapping[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(
        cls,
        plan: Plan,
        known: Mapping[str, Entry],
        entries: Sequence[Entry],
        spans: Counter[str],
        seconds: float,
    ) -> Self:
        """By what was in the index before and is in it now.

        A letter that changed may have left it for the review, and one that failed before may have
        come in.
        """
        before, after = _indexed(known.values()), _indexed(entries)
        return cls(
            new=tuple(sorted(after - before)),
            changed=tuple(sorted(before & after & set(plan.todo))),
            removed=tuple(sorted(before - after)),
            unchanged=len(plan.unchanged),
            failed=reasons(entries, State.FAILED),
            in_review=reasons(entries, State.IN_REVIEW),
            excluded=reasons(entries, State.EXCLUDED),
            duplicates=reasons(entries, State.DUPLICATE),
            passages=sum(entry.passages for entry in entries),
            seconds=round(seconds, 1),
            spans=dict(spans.most_common()),
        )

    def record(self, collection: str, who: str, folder: Path) -> BuildRecord:
        """For the history of builds."""
        return BuildRecord(
            collection=collection,
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
            new=len(self.new),
            changed=len(self.changed),
            removed=len(self.removed),
            unchanged=self.unchanged,
            failed=len(self.failed),
            in_review=len(self.in_review),
            passages=self.passages,
            seconds=self.seconds,
            who=who,
            archive=str(folder.resolve()),
            spans=dict(self.spans),
        )


def _indexed(entries: Iterable[Entry]) -> set[str]:
    return {entry.id for entry in entries if entry.state is State.INDEXED}
