"""Texts on one patient, joined to be de-identified as one and taken apart again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.replacement import Replaced
from index.spans import Span

_GAP = "\n\n\n"
"""Between two texts: an empty line is the border of a block."""


@dataclass(frozen=True)
class Joined:
    """`text` holds the texts one behind the other; `starts` says where each begins."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Joined:
        ends = [0]
        for text in texts[:-1]:
            ends.append(ends[-1] + len(text) + len(_GAP))
        return cls(_GAP.join(texts), tuple(ends))

    def apart(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """The spans without what of them stands between two texts: a name that ends one text and
        one that begins the next are two."""
        return tuple(part for span in spans for part in self._cut(span))

    def _cut(self, span: Span) -> Iterator[Span]:
        begin = span.start
        for start in self.starts[1:]:
            end = start - len(_GAP)
            if begin < end < span.end:
                yield Span(begin, end, span.label)
            if begin < start and span.end > end:
                begin = max(begin, start)
        if begin < span.end:
            yield Span(begin, span.end, span.label)

    def parted(self, replaced: Replaced) -> tuple[Replaced, tuple[str, ...]]:
        """The first text with its spans, and the others.

        Args:
            replaced: `text` with surrogates, its spans those of `apart`.
        """
        starts = [start + _growth(replaced, start) for start in self.starts]
        ends = [*(start - len(_GAP) for start in starts[1:]), len(replaced.text)]
        written = tuple(span for span in replaced.written if span.end <= ends[0])
        first = Replaced(replaced.text[: ends[0]], replaced.spans[: len(written)], written)
        rest = zip(starts[1:], ends[1:], strict=True)
        return first, tuple(replaced.text[start:end] for start, end in rest)


def _growth(replaced: Replaced, place: int) -> int:
    """How much longer the text has become before a place, which is in no span."""
    pairs = zip(replaced.spans, replaced.written, strict=True)
    before = [new.end - old.end for old, new in pairs if old.end <= place]
    return before[-1] if before else 0
