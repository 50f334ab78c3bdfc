"""How much of what identifies a person is removed, and how much else.

python -m tests.deid.measure FILE.jsonl [--show misses|alarms] [--kind date] [--fold 1/4]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.analyzer import shared_analyzer
from index.detectors import find_spans
from index.spans import Span

from .figures import Count, Figures, false_alarms, misses, score
from .gold import INDIRECT, MarkedLetter, read_marked

_BY_SHOWN = {"misses": misses, "alarms": false_alarms}


def fold(letters: Sequence[MarkedLetter], which: str, rest: bool) -> list[MarkedLetter]:
    """The letters of fold "i/k", or all but these: every k-th in the order of the names.

    Raises:
        ValueError: `which` has not the form "i/k".
    """
    number, folds = (int(part) for part in which.split("/"))
    ordered = sorted(letters, key=lambda letter: letter.id)
    return [each for n, each in enumerate(ordered) if (n % folds == number - 1) != rest]


def report(figures: Figures) -> Iterator[str]:
    """The table, line by line."""
    yield f"{'kind':12}{'spans':>7}{'whole':>9}{'characters':>12}{'removed':>9}"
    direct = sorted(set(figures.characters) - set(INDIRECT))
    for kind in (*direct, "ALL DIRECT", *(k for k in INDIRECT if k in figures.characters)):
        counts = (figures.whole, figures.characters)
        whole, characters = (
            figures.direct(each) if kind == "ALL DIRECT" else each[kind] for each in counts
        )
        yield f"{kind:12}{whole.of:7}{_percent(whole)}{characters.of:12}{_percent(characters)}"
    yield f"{'found as':12}{'':7}{'':9}{'characters':>12}{'right':>9}"
    for label in sorted(figures.right):
        yield f"{label:12}{'':16}{figures.right[label].of:12}{_percent(figures.right[label])}"
    yield f"other characters removed: {_percent(figures.other).strip()} of {figures.other.of}"
    if figures.touched.of:
        clean = figures.touched
        yield f"letters without identifiers touched: {clean.done} of {clean.of}"


def _percent(count: Count) -> str:
    return f"{100 * count.share:8.2f}%"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.deid.measure", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", choices=[*_BY_SHOWN], help="print each slip with its context")
    parser.add_argument("--kind", help="of this gold kind or found label only")
    parser.add_argument("--fold", help="i/k: only every k-th letter")
    parser.add_argument("--but-fold", help="i/k: all letters but every k-th")
    parser.add_argument("--ours", action="store_true", help="our detectors without Presidio's")
    options = parser.parse_args(arguments)
    letters = read_marked(options.file)
    if options.fold or options.but_fold:
        letters = fold(letters, options.fold or options.but_fold, rest=not options.fold)
    find = find_spans if options.ours else shared_analyzer().spans
    begun = time.perf_counter()
    found: list[tuple[MarkedLetter, tuple[Span, ...]]] = [
        (letter, find(letter.text, letter.language)) for letter in letters
    ]
    seconds = time.perf_counter() - begun
    if options.show:
        for letter, spans in found:
            for slip in _BY_SHOWN[options.show](letter, spans):
                if options.kind in (None, slip.kind):
                    print(f"{slip.letter:10.10} {slip.kind:10} {slip.shown}")  # noqa: T201
    for line in report(score(found)):
        print(line)  # noqa: T201
    print(f"{len(letters)} letters, {seconds:.1f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
