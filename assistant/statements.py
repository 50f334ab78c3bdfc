"""A text as statements: what can be kept or left out alone, and still says the same. Pure.

A sentence is one, and of a line that lists ("Medication: a; b") each item is. What a statement
needs to be read right goes with it: the heading above it, the label its line begins with, and a
label within the line that makes it a plan or a relative's ("Plan: 1) CT. 2) Surgery.").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from assistant.check import Assertion, facts_of
from assistant.sentences import sentences
from index.letter import Language

_LABEL = re.compile(
    r"(?:[-*•–] *|(?:[A-Z]|\d{1,2})[.)] +)?(?:[^\W\d_][^:;.\n]{0,40}(?:: +|:$)){1,2}"
)
SEPARATOR = re.compile(r";\s+(?![^()\n]*\))")
"""Between the items of a list, but not inside brackets."""
_ENDS = (".", "!", "?")


@dataclass(frozen=True)
class Statement:
    """`words` of a text, and the `label` that they need before them.

    `start` and `end` are its place; a label that stands right before the words is in it.
    """

    words: str
    start: int
    end: int
    label: str = ""

    @property
    def text(self) -> str:
        """What it says by itself."""
        return f"{self.label} {self.words}".strip()


def statements(text: str, language: Language) -> Iterator[Statement]:
    """All of `text` in its order, but for headings without a word under them."""
    heading = label = ""
    before = 0
    for start, end in sentences(text, language):
        gap = text[before:start]
        begins = before == 0 or "\n" in gap
        before = end
        if gap.count("\n") > 1:
            heading = ""
        own = _LABEL.match(text, start, end)
        if begins and own and own.end() == end:
            heading, label = own.group(), ""
            continue
        if begins and own and heading.isupper() and _is_peer(own.group()):
            heading = ""
        at = start
        if own and own.end() < end and (begins or qualifies(own.group().rstrip())):
            label, at = own.group().rstrip(), own.end()
        elif begins or (own and qualifies(label)):
            label = ""
        context = f"{heading} {label}".strip()
        if at == start:
            yield Statement(text[start:end], start, end, context)
            continue
        for separator in (*SEPARATOR.finditer(text, at, end), None):
            stop, following = (separator.start(), separator.end()) if separator else (end, end)
            yield Statement(text[at:stop], start, stop, context)
            start = at = following


def _is_peer(label: str) -> bool:
    """Of a heading in capitals: a label in capitals that is no item under it."""
    return label.isupper() and not label.startswith(("-", "*", "•", "–"))


@lru_cache(maxsize=256)
def qualifies(label: str) -> bool:
    """Whether the label makes what follows it more than plainly so: a plan, a relative's."""
    facts = facts_of(f"{label} chemotherapy") if label else ()
    return any(
        fact.value == "chemotherapy" and fact.assertion is not Assertion.AFFIRMED for fact in facts
    )


def joined(kept: Iterable[Statement]) -> str:
    """Statements as a text: those of one label in one sentence or run of sentences again."""
    parts: list[str] = []
    for label, group in groupby(kept, key=lambda statement: statement.label):
        said = ""
        for statement in group:
            if said and not said.endswith(_ENDS):
                said += ";" if label else "."
            said += f" {statement.words}"
        parts.append(f"{label}{said}".strip())
    return " ".join(part if part.endswith(_ENDS) else f"{part.rstrip(':')}." for part in parts)
