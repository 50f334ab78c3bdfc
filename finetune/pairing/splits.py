"""Which letters are trained on, and which are kept apart for judging.

All letters of a patient, and all that are nearly the same, are one group; a group is never parted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from finetune.pairs import Split


class Groups:
    """Union-find over numbers from 0."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, item: int) -> int:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first

    def roots(self) -> list[int]:
        return [self.root(item) for item in range(len(self._parent))]


@dataclass(frozen=True)
class Divided:
    """Attributes:
    splits: of each letter.
    groups: of each letter, a number.
    moved: letters whose split a near-duplicate of another patient has changed.
    """

    splits: tuple[Split, ...]
    groups: tuple[int, ...]
    moved: int


def divide(
    keys: Sequence[Sequence[str]],
    days: Sequence[dt.date | None],
    near: Iterable[tuple[int, int]],
    test_from: dt.date | None = None,
) -> Divided:
    """The split of every letter.

    Args:
        keys: of each letter; those that share one are of one patient.
        days: when each was written.
        near: pairs of letters that are nearly the same.
        test_from: letters from then on are test, with all of their group; without it, one group
            of ten is.
    """
    groups = Groups(len(keys))
    for letters in _by_key(keys).values():
        for letter in letters[1:]:
            groups.join(letters[0], letter)
    alone = _splits(groups.roots(), keys, days, test_from)
    for one, other in near:
        groups.join(one, other)
    roots = groups.roots()
    splits = _splits(roots, keys, days, test_from)
    moved = sum(before is not after for before, after in zip(alone, splits, strict=True))
    return Divided(splits, tuple(roots), moved)


def largest_share(groups: Sequence[int]) -> float:
    """Of all letters, those of the largest group."""
    return max(Counter(groups).values()) / len(groups)


def _by_key(keys: Sequence[Sequence[str]]) -> Mapping[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            found[key].append(number)
    return found


def _splits(
    roots: Sequence[int],
    keys: Sequence[Sequence[str]],
    days: Sequence[dt.date | None],
    test_from: dt.date | None,
) -> tuple[Split, ...]:
    late = {root for root, day in zip(roots, days, strict=True) if _is_late(day, test_from)}
    names: dict[int, str] = {}
    for root, own in zip(roots, keys, strict=True):
        names[root] = min((names.get(root, own[0]), *own))
    return tuple(
        Split.TEST if root in late else _split_of(names[root], by_time=test_from is not None)
        for root in roots
    )


def _is_late(day: dt.date | None, test_from: dt.date | None) -> bool:
    return bool(day and test_from and day >= test_from)


def _split_of(name: str, *, by_time: bool) -> Split:
    """By the group's name alone, so that letters that are added later move no other group."""
    bucket = hashlib.sha256(name.encode()).digest()[0] % 10
    if bucket == 0:
        return Split.DEV if by_time else Split.TEST
    return Split.DEV if bucket == 1 and not by_time else Split.TRAIN
