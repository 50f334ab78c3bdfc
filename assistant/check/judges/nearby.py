"""Words that stand at once beside a fact: the part of a side, the organ of a metastasis."""

from __future__ import annotations

import re
from bisect import bisect_left

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import Verdict, changed, families, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon

_SHORTEST = 4
"""Letters of a word that names a part."""


def side_beside(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A side against the case's of the very same part: "left paracolic gutter".

    None where the case gives that part no side, or in other words.
    """
    sides = case.of(FactKind.LATERALITY)
    for words in _parts(fact, draft):
        there = [o for o in sides if words in _parts(o, case.reading)]
        if there:
            same = [o for o in there if o.value in (fact.value, "both")]
            return supported(same[0]) if same else changed(there[0])
    return None


def _parts(fact: Fact, reading: Reading) -> list[tuple[str, ...]]:
    """The two words behind a side, the one behind it, the one before it; plain ones left out."""
    words, text = reading.passages.words, reading.text
    first = bisect_left(words, fact.start, key=lambda word: word.start)
    last = bisect_left(words, fact.end, key=lambda word: word.start)
    behind: list[str] = []
    end = fact.end
    for word in words[last : last + 2]:
        if not re.fullmatch(r"[.\s-]*", text[end : word.start]) or "\n" in text[end : word.start]:
            break
        behind.append(word.stem)
        end = word.end
    found: list[tuple[str, ...]] = []
    if len(behind) == 2 and all(map(_tells, behind)):
        found.append(tuple(behind))
    if behind and _tells(behind[0]):
        found.append((behind[0],))
    before = words[first - 1] if first else None
    if before and text[before.end : fact.start] == " " and _tells(before.stem):
        found.append((before.stem,))
    return found


def _tells(word: str) -> bool:
    known = lexicon()
    plain = word in known["plain_words"] or word in known["parts_of_many"]
    return len(word) >= _SHORTEST and not plain and not word.isdigit()


_IN = re.compile(r"^\s(?:in|im|of|to|der|des|within)\b[^.,;:()]{0,40}$")


_OF = re.compile(r"^\s(?:der|des|of|of the)\s\w*$")
_SPREAD = ("metastases", "distant metastases")


def spread_elsewhere(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "Deposits in the lung", "cancer of the cervix", where the case has them elsewhere only."""
    if "lymph" in fact.value or vocabulary().concepts[fact.value].generic:
        return None
    text = draft.text
    general = ""
    for other in draft.facts:
        if other.end >= fact.start:
            break
        gap = text[other.end : fact.start]
        if other.value in _SPREAD and _IN.match(gap):
            general = "metastases"
        elif other.value == "cancer" and _OF.match(gap):
            general = "cancer"
    if not general or (general == "cancer" and fact.value in case.by_concept):
        return None
    there = [p for p in case.by_concept.get(general, ()) if vocabulary().site(p.value)]
    theirs = families(frozenset(vocabulary().site(place.value) for place in there))
    if not there or theirs & vocabulary().family(fact.value):
        return None
    near = any(fact.value in case.around(p) for p in case.by_concept[general])
    return None if near else changed(there[0])
