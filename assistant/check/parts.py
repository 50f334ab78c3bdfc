"""Parts of an organ that exclude one another: lobes, thirds, quadrants."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.wordlists import lexicon

_FOR_SURE = 1
"""Of how many parts a case may speak, so that another is wrong: of one."""


def misplaced(draft: Reading, case: Source) -> Iterator[Finding]:
    """Every part of an organ that the draft names, where the case names one other part of it."""
    theirs: dict[str, list[Fact]] = defaultdict(list)
    for fact in find_parts(case.text):
        theirs[_organ(fact)].append(fact)
    for fact in find_parts(draft.text):
        there = theirs.get(_organ(fact), [])
        values = {other.value for other in there}
        if fact.value not in values and len(values) == _FOR_SURE:
            message = f"The case says {there[0].text}."
            yield Finding(fact, Status.CHANGED, message, there[0].start, there[0].end)


def find_parts(text: str) -> Iterator[Fact]:
    """Every part by its organ and its place in it, in the words of both languages."""
    pattern, names = _patterns()
    for match in pattern.finditer(text):
        organ, part = names[match.lastgroup or ""]
        yield Fact(
            FactKind.SITE, f"{organ} {part}", frozenset({organ}), *match.span(), match.group()
        )


def _organ(fact: Fact) -> str:
    return next(iter(fact.about))


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    forms: list[str] = []
    for organ, parts in lexicon()["parts"].items():
        for part, words in parts.items():
            group = f"g{len(names)}"
            names[group] = organ, part
            forms.append(rf"(?P<{group}>{'|'.join(words)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE), names
