"""What differs between two versions, word by word, as HTML. Pure; everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

_AROUND = 40
"""Characters shown beside a change, where not all is shown."""
_NOTHING = '<p class="quiet">No word differs.</p>'
_TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A run of words: in both texts (`before` is `after` but for white space), or in one."""

    before: str
    after: str
    same: bool


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The texts side by side. White space alone makes no difference."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(
        None, [token.strip() for token in old], [token.strip() for token in new], autojunk=False
    )
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Piece("".join(old[i1:i2]), "".join(new[j1:j2]), tag == "equal")


def diff_html(before: str, after: str) -> str:
    """`after` with what was added underlined, and what went struck through before it."""
    html = _marked(before, after, around=None)
    return f'<div class="letter diff">{html}</div>' if html else _NOTHING


def changed_words_html(before: str, after: str) -> str:
    """What differs, with a few words before and behind it."""
    html = _marked(before, after, around=_AROUND)
    return f'<div class="diff">{html}</div>' if html else _NOTHING


def _marked(before: str, after: str, *, around: int | None) -> str:
    """Empty where no word differs."""
    parts = list(pieces(before, after))
    if all(piece.same for piece in parts):
        return ""
    html: list[str] = []
    for number, piece in enumerate(parts):
        if piece.same:
            edge = (number == 0, number == len(parts) - 1)
            html.append(escape(piece.after if around is None else _cut(piece.after, around, *edge)))
            continue
        if piece.before:
            html.append(f"<del>{escape(piece.before.rstrip())}</del>{_gap(piece.before)}")
        if piece.after:
            html.append(f"<ins>{escape(piece.after.rstrip())}</ins>{_gap(piece.after)}")
    return "".join(html)


def _cut(text: str, around: int, first: bool, last: bool) -> str:
    """Words that didn't change: only those beside a change."""
    begin, end = ("" if first else text[:around]), ("" if last else text[-around:])
    if len(begin) + len(end) >= len(text):
        return text
    # Whole words: what is cut of one goes.
    begin, end = begin[: begin.rfind(" ") + 1], end[end.find(" ") :] if end else ""
    return f"{begin}…{end}"


def _gap(text: str) -> str:
    """The white space at the end of a run, which is neither struck through nor underlined."""
    return text[len(text.rstrip()) :]
