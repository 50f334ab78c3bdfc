"""Nodes and cores with tumour, against the case's counts of so many of so many."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from assistant.check.counts import Count, counts_in
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.number_words import number_words
from assistant.check.reading import Reading
from assistant.check.source import Source

_PAIR = re.compile(r"(?<![\d./])(\d{1,2})\s?/\s?(\d{1,2})(?!\d|[/.]\d)")
_STATIONS = 6
"""Counts of one line at most that are added up."""


def miscounted(draft: Reading, case: Source) -> tuple[list[Finding], list[Count]]:
    """Counts of the draft that the case contradicts, and those that it has.

    It contradicts those of which it has another number of the same total.

    Those of which the case has no total are left alone, unless their total stands nowhere in it.
    """
    theirs = counts_in(case.text)
    loose = _pairs_in(case.text)
    wrong: list[Finding] = []
    right: list[Count] = []
    for count in counts_in(draft.text):
        there = [o for o in theirs if o.of == count.of]
        allowed = loose | {(o.some, o.total) for o in there}
        if not there:
            continue
        if (count.some, count.total) in allowed:
            right.append(count)
            continue
        rivals = [o for o in there if o.total == count.total]
        total_there = any(total == count.total for _, total in allowed)
        if rivals or total_there or (len(there) == 1 and not _stands(count.total, case.text)):
            wrong.append(_finding(count, (rivals or there)[0], draft, case))
    return wrong, right


@lru_cache(maxsize=16)
def _pairs_in(text: str) -> frozenset[tuple[int, int]]:
    """Pairs of figures, and those of several stations of one line together: 0/12, 0/10 and 1/8."""
    found = {(int(m[1]), int(m[2])) for m in _PAIR.finditer(text)}
    for line in text.splitlines():
        pairs = [(int(m[1]), int(m[2])) for m in _PAIR.finditer(line)][:_STATIONS]
        for size in range(2, len(pairs) + 1):
            for some in combinations(pairs, size):
                found.add((sum(k for k, _ in some), sum(n for _, n in some)))
    return frozenset(found)


def _stands(number: int, text: str) -> bool:
    words = [word for word, value in number_words().items() if value == number]
    return bool(re.search(rf"\b(?:{'|'.join([str(number), *words])})\b", text, re.IGNORECASE))


def _finding(count: Count, other: Count, draft: Reading, case: Source) -> Finding:
    text = draft.text[count.start : count.end]
    value = f"{count.some}/{count.total}"
    fact = Fact(FactKind.NUMBER, value, frozenset({count.of}), count.start, count.end, text)
    message = f"The case says {case.text[other.start : other.end]}."
    return Finding(fact, Status.CHANGED, message, other.start, other.end)
