"""What stands around a value in its sentence, so that it can be known again in other words."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary

_LISTED = {FactKind.INTERVAL, FactKind.DATE}
_SHORTEST = 5
"""Letters of a word that tells something."""
_EMPTY = re.compile(
    r"^(?:about|after|again|almost|before|every|first|given|later|months?|patient\w*|please|shall"
    r"|since|their|there|these|three|under|until|weeks?|where|which|while|within|would|years?"
    r"|dann|diese\w*|einem|einen|einer|erste\w*|erfolgte|jahre\w*|monat\w*|nach|seit|sowie|später"
    r"|sollte|tage\w*|unsere\w*|wegen|weiter\w*|wochen?|wurde\w*|zwei\w*|drei\w*|vorgesehen)$"
)


def context(reading: Reading, fact: Fact) -> frozenset[str]:
    """Stems of the telling words and names of the concepts that go with an interval.

    In a list ("CT in 3 months, MRI in 6") only its own item is looked at.
    """
    number = reading.sentence_at(fact.start)
    sentence = reading.passages.sentences[number]
    begin, end = sentence.start, sentence.end
    items = [f for f in reading.by_sentence[number] if f.kind in _LISTED]
    place = items.index(fact) if fact in items else 0
    if len(items) > 1:
        first = items[0]
        lead = reading.text[begin : first.start]
        if re.search(r"\w{4,}", lead) and not reading.text.startswith(":", first.end):
            begin, end = (items[place - 1].end if place else begin), fact.end
        else:
            begin, end = fact.start, items[place + 1].start if place + 1 < len(items) else end
    words = reading.passages.words
    first = bisect_left(words, begin, key=lambda word: word.start)
    last = bisect_left(words, end, key=lambda word: word.start)
    stems = {
        w.stem
        for w in words[first:last]
        if len(w.text) >= _SHORTEST and not w.text.isdigit() and not _EMPTY.match(w.text.lower())
        and not fact.start <= w.start < fact.end
    }  # fmt: skip
    known = vocabulary()
    names = {name for m in reading.mentions_between(begin, end) for name in known.family(m.name)}
    return frozenset(stems | names)


@lru_cache(maxsize=16)
def contexts_of(case: Reading) -> dict[int, frozenset[str]]:
    """Those of a case's intervals, by where they start; kept while the case stays."""
    return {f.start: context(case, f) for f in case.facts if f.kind is FactKind.INTERVAL}
