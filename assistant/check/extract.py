"""All checkable facts of a text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from assistant.check.codes import find_codes
from assistant.check.dates import find_dates
from assistant.check.fact import Fact, FactKind
from assistant.check.names import find_names
from assistant.check.quantities import NUMBER, find_quantities, number

_BARE = re.compile(rf"(?<![\w.,/+-]){NUMBER}(?![\w/+-])")


@lru_cache(maxsize=64)
def extract(text: str) -> tuple[Fact, ...]:
    """The facts of `text` in its order, none overlapping another. Cached: a case is read often."""
    taken = bytearray(len(text))
    facts: list[Fact] = []
    for fact in chain(find_dates(text), find_codes(text), find_quantities(text), find_names(text)):
        if not any(taken[fact.start : fact.end]):
            taken[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
            facts.append(fact)
    for match in _BARE.finditer(text):
        if not any(taken[match.start() : match.end()]):
            value = number(match.group())
            facts.append(
                Fact(FactKind.NUMBER, value, "", match.start(), match.end(), match.group())
            )
    return tuple(sorted(facts, key=lambda fact: fact.start))
