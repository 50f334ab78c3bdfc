"""What de-identification removed of what it should: by kind, by span and by character.

Characters are those that are no white space. A span is whole once all of them are removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.spans import Span

from .gold import INDIRECT, MarkedLetter


@dataclass
class Count:
    """Of how many, how many are done."""

    done: int = 0
    of: int = 0

    def add(self, done: int, of: int) -> None:
        self.done += done
        self.of += of

    @property
    def share(self) -> float:
        return self.done / self.of if self.of else 1.0


@dataclass
class Figures:
    """Over a set of letters.

    Attributes:
        characters, whole: by gold kind, characters removed and spans removed whole.
        right: by label found, characters removed that belong to any gold span.
        other: characters removed of those that belong to no gold span.
        touched: letters without an identifier from which something was removed.
    """

    characters: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    whole: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    right: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    other: Count = field(default_factory=Count)
    touched: Count = field(default_factory=Count)

    def direct(self, counts: dict[str, Count]) -> Count:
        """Over all kinds that identify a person by themselves."""
        total = Count()
        for kind, count in counts.items():
            if kind not in INDIRECT:
                total.add(count.done, count.of)
        return total


def score(letters: Iterable[tuple[MarkedLetter, Sequence[Span]]]) -> Figures:
    """The figures for letters and what was found in each."""
    figures = Figures()
    for letter, found in letters:
        ink = {i for i, character in enumerate(letter.text) if not character.isspace()}
        removed = ink & {i for span in found for i in range(span.start, span.end)}
        marked: set[int] = set()
        for gold in letter.gold:
            own = ink & set(range(gold.start, gold.end))
            marked |= own
            figures.characters[gold.kind].add(len(own & removed), len(own))
            figures.whole[gold.kind].add(own <= removed, 1)
        for span in found:
            own = ink & set(range(span.start, span.end))
            figures.right[span.label].add(len(own & marked), len(own))
        figures.other.add(len(removed - marked), len(ink - marked))
        if not letter.gold:
            figures.touched.add(bool(found), 1)
    return figures


@dataclass(frozen=True)
class Slip:
    """A stretch of a letter that was left though marked, or removed though not.

    Attributes:
        kind: the gold kind, or the label that was found.
        shown: the stretch in brackets with the text around it.
    """

    letter: str
    kind: str
    shown: str


def misses(letter: MarkedLetter, found: Sequence[Span]) -> Iterator[Slip]:
    """What is left of the gold spans."""
    removed = {i for span in found for i in range(span.start, span.end)}
    for gold in letter.gold:
        for start, end in _runs(letter.text, set(range(gold.start, gold.end)) - removed):
            yield Slip(letter.id, gold.kind, _around(letter.text, start, end))


def false_alarms(letter: MarkedLetter, found: Sequence[Span]) -> Iterator[Slip]:
    """What was removed and belongs to no gold span."""
    marked = {i for gold in letter.gold for i in range(gold.start, gold.end)}
    for span in found:
        for start, end in _runs(letter.text, set(range(span.start, span.end)) - marked):
            yield Slip(letter.id, span.label, _around(letter.text, start, end))


def _runs(text: str, positions: set[int]) -> Iterator[tuple[int, int]]:
    """Stretches of neighbouring positions that hold more than white space."""
    start = last = -2
    for position in sorted(positions):
        if position != last + 1:
            if start >= 0 and text[start : last + 1].strip():
                yield start, last + 1
            start = position
        last = position
    if start >= 0 and text[start : last + 1].strip():
        yield start, last + 1


def _around(text: str, start: int, end: int, width: int = 40) -> str:
    before, after = text[max(0, start - width) : start], text[end : end + width]
    return f"{before}[[{text[start:end]}]]{after}".replace("\n", "⏎").replace("\t", "→")
