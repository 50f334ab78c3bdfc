"""What a rewriting did to the facts of a text: lost, added, changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.check import Assertion, Fact, FactKind, facts_of

_Key = tuple[FactKind, str, Assertion]


@dataclass(frozen=True)
class FactChanges:
    """`changed` pairs the fact before with the one that took its place."""

    lost: tuple[Fact, ...] = ()
    added: tuple[Fact, ...] = ()
    changed: tuple[tuple[Fact, Fact], ...] = ()


def fact_changes(before: str, after: str) -> FactChanges:
    """The facts of `before` that `after` has no more, those that are new, and those that differ.

    A fact that is stated more or less often is the same fact. One that went is *changed* rather
    than lost where a new one of its kind speaks of the same thing, or is the only other of its
    kind.
    """
    old, new = _by_key(facts_of(before)), _by_key(facts_of(after))
    lost = [fact for key, fact in old.items() if key not in new]
    added = [fact for key, fact in new.items() if key not in old]
    changed: list[tuple[Fact, Fact]] = []

    def pair(same: Callable[[Fact, Fact], bool]) -> None:
        for one in tuple(lost):
            other = next((fact for fact in added if same(one, fact)), None)
            if other is not None:
                changed.append((one, other))
                lost.remove(one)
                added.remove(other)

    pair(lambda one, other: (one.kind, one.value) == (other.kind, other.value))
    pair(lambda one, other: one.kind is other.kind and bool(one.about & other.about))
    went, came = (Counter(fact.kind for fact in facts) for facts in (lost, added))
    pair(lambda one, other: one.kind is other.kind and went[one.kind] == came[one.kind] == 1)
    changed.sort(key=lambda both: both[0].start)
    return FactChanges(tuple(lost), tuple(added), tuple(changed))


def _by_key(facts: Iterable[Fact]) -> dict[_Key, Fact]:
    """The first of each fact."""
    first: dict[_Key, Fact] = {}
    for fact in facts:
        first.setdefault((fact.kind, fact.value, fact.assertion), fact)
    return first
