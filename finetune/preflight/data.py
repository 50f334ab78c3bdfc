"""What is wrong with the pairs themselves: cut letters, duplicates, a patient in two splits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median

from finetune.pairing.duplicates import near_duplicates
from finetune.pairs import Split
from finetune.preflight.rows import Row, places
from finetune.preflight.verdict import Colour, Finding
from index.sections import closing_pattern

_SHORT = 0.25
"""Of the median of its task; a letter below it lost most of itself."""
_MANY_CUT = 0.05
"""The share of cut answers from which on a run teaches to stop in the middle."""
_CLOSING_IS_USUAL = 0.8
_TELLING_WORDS = 80
"""A shorter answer, e.g. a salutation alone, may be the same for two patients."""
_FEWEST = 50
_LONG_LINE = 60
_ENDS = re.compile(r"[.!?:;)\]\"'”“»…\d%]$")
_BROKEN_OFF = re.compile(
    r"(?:[,(\-–/]|\b(?:and|or|of|the|a|an|with|for|to|in|on|at|und|oder|der|die|das|dem|den|des"
    r"|ein|eine|einer|mit|für|von|im|am|zur|zum))$",
    re.IGNORECASE,
)


def check_data(rows: Sequence[Row]) -> Iterator[Finding]:
    """Findings about rows that could be read."""
    counts = Counter(row.split for row in rows)
    line = ", ".join(f"{counts[split]} {split}" for split in Split)
    yield Finding(Colour.GREEN, "data", f"examples: {line}")
    if 0 < counts[Split.TRAIN] < _FEWEST:
        line = f"{counts[Split.TRAIN]} examples are few: the adapter will learn them by heart."
        yield Finding(Colour.YELLOW, "data", line)
    yield from _cut(rows)
    yield from _patients(rows)
    yield from _duplicates(rows)


def _cut(rows: Sequence[Row]) -> Iterator[Finding]:
    """Answers that end in mid-sentence, lack the closing that others have, or are far too short."""
    by_task: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_task[row.task].append(row)
    cut: list[Row] = []
    short: list[Row] = []
    for own in by_task.values():
        texts = [row.answers[-1].rstrip() for row in own]
        closed = [bool(closing_pattern().search(text)) for text in texts]
        closing = sum(closed) >= _CLOSING_IS_USUAL * len(own)
        usual = median(map(len, texts))
        for row, text, has_closing in zip(own, texts, closed, strict=True):
            if (not has_closing and (closing or _stops_short(text))) or _BROKEN_OFF.search(text):
                cut.append(row)
            elif len(text) < _SHORT * usual:
                short.append(row)
    if cut:
        colour = Colour.RED if len(cut) >= _MANY_CUT * len(rows) else Colour.YELLOW
        line = f"{len(cut)} answers are cut: no closing, or an end in mid-sentence"
        yield Finding(colour, "data", line, places(cut))
    if short:
        line = f"{len(short)} answers are far shorter than others of their kind"
        yield Finding(Colour.YELLOW, "data", line, places(short))


def _stops_short(text: str) -> bool:
    """Whether a text without closing ends in prose that is not at its end."""
    last = text.rsplit("\n", 1)[-1]
    return len(last) > _LONG_LINE and not _ENDS.search(last)


def _patients(rows: Sequence[Row]) -> Iterator[Finding]:
    own = {split: {r.example.patient for r in rows if r.split is split} - {""} for split in Split}
    for one, other in combinations(Split, 2):
        if shared := own[one] & own[other]:
            line = (
                f"{len(shared)} patients stand in both {one}.jsonl and {other}.jsonl: every figure"
                " would be too good. Write the pairs anew with `epikrise finetune pairs`."
            )
            yield Finding(Colour.RED, "data", line)
    if nameless := sum(not row.example.patient for row in rows):
        line = f'{nameless} examples have no "patient": whether splits share one can\'t be told'
        yield Finding(Colour.YELLOW, "data", line)


def _duplicates(rows: Sequence[Row]) -> Iterator[Finding]:
    """The same example twice; and letters of two patients that are the same or nearly so."""
    seen: dict[tuple[str, ...], Row] = {}
    doubled: list[Row] = []
    for row in rows:
        key = tuple(message["content"] for message in row.example.messages)
        if seen.setdefault(key, row) is not row and seen[key].split is row.split:
            doubled.append(row)
    if doubled:
        line = f"{len(doubled)} examples stand in the same file twice"
        yield Finding(Colour.YELLOW, "data", line, places(doubled))
    long = [row for row in rows if len(row.answers[-1].split()) >= _TELLING_WORDS]
    within: set[int] = set()
    across: set[int] = set()
    for one, other in near_duplicates([row.answers[-1] for row in long]):
        if long[one].split is not long[other].split:
            across.add(other)
        elif long[one].example.patient != long[other].example.patient:
            within.add(other)
    if across:
        line = (
            f"{len(across)} letters have a near-duplicate in another split: what is learned there"
            " would be measured here. Write the pairs anew with `epikrise finetune pairs`."
        )
        yield Finding(Colour.RED, "data", line, places([long[i] for i in sorted(across)]))
    if within:
        line = f"{len(within)} letters are nearly those of another patient"
        yield Finding(Colour.YELLOW, "data", line, places([long[i] for i in sorted(within)]))
    if not (doubled or across or within):
        yield Finding(Colour.GREEN, "data", "no duplicates")
