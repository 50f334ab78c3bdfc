"""Tags in place of identifiers, for who wants no surrogates: `[PATIENT]`, `[DATE]`."""

from __future__ import annotations

from collections.abc import Sequence

from index.replacement import Replaced
from index.spans import Span


def tagged(text: str, spans: Sequence[Span]) -> Replaced:
    """`text` with the tag of its type in place of each of `spans`, sorted and without overlaps."""
    pieces: list[str] = []
    written: list[Span] = []
    position = length = 0
    for span in spans:
        kept, tag = text[position : span.start], f"[{span.label}]"
        length += len(kept)
        written.append(Span(length, length + len(tag), span.label))
        length += len(tag)
        pieces += [kept, tag]
        position = span.end
    return Replaced("".join((*pieces, text[position:])), tuple(spans), tuple(written))
