"""How far apart two things of a sentence are, and which is nearest.

What stands across a comma, a semicolon or an "and" is further away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from assistant.check.fact import Fact
from assistant.check.mentions import Mention
from assistant.check.vocabulary import vocabulary


class Placed(Protocol):
    """What has a place in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_FAR = 90
"""Characters; what is further apart doesn't belong together."""
BARRIERS = (
    (re.compile(r";|(?<!\"):|\. "), 40),  # a key of JSON parts nothing
    (re.compile(r","), 14),
    (re.compile(r"\b(?:and|und|sowie|then|dann|followed|gefolgt|plus)\b|\+|\("), 18),
)
"""What parts two things, and how many characters further apart each makes them."""
_BRACKET = re.compile(r"\s?\($")


def distance(text: str, one: Placed, other: Placed) -> int:
    """Characters between the two, more where something parts them."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    gap = text[first.end : second.start]
    return len(gap) + sum(cost * len(barrier.findall(gap)) for barrier, cost in BARRIERS)


def nearest(
    text: str,
    fact: Fact,
    mentions: Sequence[Mention],
    *,
    before_first: bool = False,
    far: int = _FAR,
) -> Mention | None:
    """The nearest; with `before_first`, one behind counts as 12 characters further away."""
    best: tuple[int, Mention] | None = None
    for mention in mentions:
        if mention.start < fact.end and fact.start < mention.end:
            continue
        away = distance(text, fact, mention)
        behind = before_first and mention.end <= fact.start
        if behind and _BRACKET.match(text, mention.end, fact.start):
            away = 1  # "carboplatin (AUC 5) with paclitaxel"
        if before_first and mention.start > fact.start:
            gap = text[fact.end : mention.start]
            if len(gap) > 14 or any(barrier.search(gap) for barrier, _ in BARRIERS):
                continue
            away += 12
        if away <= far and (best is None or away < best[0]):
            best = away, mention
    return best[1] if best else None


def is_generic(mention: Mention) -> bool:
    """Whether the concept is too general to be a thing of its own."""
    concept = vocabulary().concepts.get(mention.name)
    return bool(concept and concept.generic)
