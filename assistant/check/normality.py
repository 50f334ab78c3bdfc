"""Laboratory values told in words: "within normal limits", "im Normbereich"."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.passages import Passages
from assistant.check.vocabulary import vocabulary

NORMAL = "in the normal range"
_SAYS_NORMAL = re.compile(
    r"\bwithin (?:the )?normal (?:limits|range)|\b(?:with)?in(?: the)? (?:normal|reference) range"
    r"|\b(?:is|are|was|were|stayed|remained|now|again|entirely|all) normal\b"
    r"|\b(?:has|have) normali[sz]ed"
    r"|\b(?:(?:has|have|had) become|became|becoming) normal\b|\bnormali[sz]ed\b(?! (?:by|to \d))"
    r"|\bback to normal|\bim (?:Norm|Referenz)bereich|\bnormwertig\w*|\bim Normalbereich"
    r"|\b(?:ist|war|sind|waren|blieb|bleibt) (?:\w+ )?normal\b"
    r"|\b(?:hat|hatte|haben) sich normalisiert"
    r"|\bnormalisierten? sich\b|\b(?:ist|sind|war|waren) normalisiert\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;.]\s|,\s(?:and|but|while|whereas|und|aber|während)\s|\n")


_TO_COME = re.compile(
    r"\b(?:once|when|until|till|if|after|as soon as|sobald|wenn|bis|falls|nachdem)\b", re.IGNORECASE
)
"""Before a normal value that isn't reached yet."""
_VALUE = re.compile(r"\d[\d.,]*")


@cache
def ranges() -> dict[str, dict[str, tuple[float, float]]]:
    """Of analytes, by unit: the lowest and the highest normal value."""
    source = resources.files("assistant.check") / "lexicon" / "normal_ranges.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def find_normality(passages: Passages, mentions: Sequence[Mention]) -> Iterator[Fact]:
    """What is said to be normal; `about` is its analyte, empty where the clause names none."""
    text = passages.text
    starts = [sentence.start for sentence in passages.sentences]
    for match in _SAYS_NORMAL.finditer(text):
        sentence = passages.sentences[max(0, bisect_right(starts, match.start()) - 1)]
        begin = max(
            (m.end() for m in _CLAUSE.finditer(text, sentence.start, match.start())),
            default=sentence.start,
        )
        if _TO_COME.search(text, begin, match.start()):
            continue
        # "Haemoglobin is 9.8 and calcium is normal": what has its own value isn't meant.
        values = [m.end() for m in _VALUE.finditer(text, begin, match.start())]
        last = values[-1] if values else begin
        if any(last <= m.start < match.start() and _measured(m.name) for m in mentions):
            begin = last
        behind = [m.name for m in mentions if 0 <= m.start - match.end() <= 1 and _measured(m.name)]
        named = behind or [
            m.name for m in mentions if begin <= m.start < match.start() and _measured(m.name)
        ]
        yield Fact(
            FactKind.STATEMENT, NORMAL, frozenset(named), match.start(), match.end(), match.group()
        )


def _measured(name: str) -> bool:
    concept = vocabulary().concepts.get(name)
    return bool(concept and concept.kind == "analyte")
