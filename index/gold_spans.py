"""How well spans found in letters agree with those that people marked.

By type and by character. White space does not count: whether a street and a town are marked as one
is a matter of taste. Recall goes by the types of the gold spans, which may have names of their own;
precision by ours. A character counts as found whatever type it was found as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from index.errors import InputError
from index.spans import Span


@dataclass(frozen=True)
class GoldSpan:
    """`text[start:end]`, which a person marked as of type `label`."""

    start: int
    end: int
    label: str


@dataclass
class Tally:
    """
    Attributes:
        spans: how many there are.
        whole: how many of them the other side covers to the last character.
        touched: how many it covers a part of, the whole ones among them.
        characters: how many the spans have.
        covered: how many of these the other side covers.
    """

    spans: int = 0
    whole: int = 0
    touched: int = 0
    characters: int = 0
    covered: int = 0

    def add(self, span: Span | GoldSpan, counted: frozenset[int], other: frozenset[int]) -> None:
        """
        Args:
            counted: positions in the text that count.
            other: those of them that the other side covers.
        """
        own = counted.intersection(range(span.start, span.end))
        both = len(own & other)
        self.spans += 1
        self.whole += both == len(own)
        self.touched += both > 0
        self.characters += len(own)
        self.covered += both


@dataclass
class Agreement:
    """Sums over letters.

    Attributes:
        recall: of the gold spans, by their types.
        precision: of the found spans, by their types.
        other: characters that nobody marked.
        removed: how many of these were found all the same.
    """

    letters: int = 0
    recall: dict[str, Tally] = field(default_factory=dict[str, Tally])
    precision: dict[str, Tally] = field(default_factory=dict[str, Tally])
    other: int = 0
    removed: int = 0

    def add(self, text: str, gold: Sequence[GoldSpan], found: Sequence[Span]) -> None:
        """One letter. Found spans don't overlap."""
        counted = frozenset(i for i, character in enumerate(text) if not character.isspace())
        marked, hit = _covered(gold) & counted, _covered(found) & counted
        self.letters += 1
        for span in gold:
            self.recall.setdefault(span.label, Tally()).add(span, counted, hit)
        for span in found:
            self.precision.setdefault(span.label.value, Tally()).add(span, counted, marked)
        self.other += len(counted - marked)
        self.removed += len(hit - marked)

    def as_json(self) -> dict[str, Any]:
        """Shares from 0 to 1, None where there is nothing to take a share of."""
        return {
            "letters": self.letters,
            "recall": {name: _recall(each) for name, each in _with_all(self.recall)},
            "precision": {name: _precision(each) for name, each in _with_all(self.precision)},
            "other_characters": self.other,
            "other_characters_removed": _share(self.removed, self.other),
        }

    def lines(self) -> Iterator[str]:
        """The same as a table."""
        yield f"{'marked':<24}{'spans':>8}{'whole':>8}{'touched':>9}{'characters':>12}{'found':>8}"
        for name, tally in _with_all(self.recall):
            yield (
                f"{name:<24}{tally.spans:>8}{_percent(tally.whole, tally.spans):>8}"
                f"{_percent(tally.touched, tally.spans):>9}{tally.characters:>12}"
                f"{_percent(tally.covered, tally.characters):>8}"
            )
        yield ""
        yield f"{'found':<24}{'spans':>8}{'':>8}{'right':>9}{'characters':>12}{'right':>8}"
        for name, tally in _with_all(self.precision):
            yield (
                f"{name:<24}{tally.spans:>8}{'':>8}{_percent(tally.touched, tally.spans):>9}"
                f"{tally.characters:>12}{_percent(tally.covered, tally.characters):>8}"
            )
        yield ""
        share = _percent(self.removed, self.other)
        yield f"of the other {self.other} characters removed: {share}"


def gold_spans(row: Mapping[str, Any], text: str, line: int) -> tuple[GoldSpan, ...]:
    """The spans that a row gives for its text.

    Raises:
        InputError: there are none, or one that is none; by the row's line.
    """
    given: object = row.get("spans")
    if not isinstance(given, list):
        raise InputError(f'Line {line} has no list "spans".', "Leave out --gold, or mark the row.")
    return tuple(_gold(each, text, line) for each in cast("list[object]", given))


def _gold(given: object, text: str, line: int) -> GoldSpan:
    what = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    start, end, label = what.get("start"), what.get("end"), what.get("label")
    if (
        not isinstance(start, int)
        or not isinstance(end, int)
        or not isinstance(label, str)
        or not 0 <= start < end <= len(text)
    ):
        raise InputError(
            f"Line {line} has a span that is none of its text.",
            'It must be {"start": 0, "end": 4, "label": "NAME"}, offsets in characters.',
        )
    if what.get("text", text[start:end]) != text[start:end]:
        raise InputError(
            f"Line {line}: other words stand at {start} to {end} than the span says.",
            "Offsets count characters of the text as it is given, not bytes.",
        )
    return GoldSpan(start, end, label)


def _covered(spans: Iterable[Span | GoldSpan]) -> frozenset[int]:
    return frozenset(i for span in spans for i in range(span.start, span.end))


def _with_all(tallies: Mapping[str, Tally]) -> Iterator[tuple[str, Tally]]:
    yield from sorted(tallies.items(), key=lambda item: (-item[1].spans, item[0]))
    total = Tally()
    for each in tallies.values():
        total.spans += each.spans
        total.whole += each.whole
        total.touched += each.touched
        total.characters += each.characters
        total.covered += each.covered
    yield "all", total


def _recall(tally: Tally) -> dict[str, int | float | None]:
    return {
        "spans": tally.spans,
        "whole": _share(tally.whole, tally.spans),
        "touched": _share(tally.touched, tally.spans),
        "characters": tally.characters,
        "character_recall": _share(tally.covered, tally.characters),
    }


def _precision(tally: Tally) -> dict[str, int | float | None]:
    return {
        "spans": tally.spans,
        "span_precision": _share(tally.touched, tally.spans),
        "characters": tally.characters,
        "character_precision": _share(tally.covered, tally.characters),
    }


def _share(part: int, of: int) -> float | None:
    return round(part / of, 5) if of else None


def _percent(part: int, of: int) -> str:
    return f"{part / of:.2%}" if of else "-"
