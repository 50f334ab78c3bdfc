"""What differs between two versions, word by word, as HTML. Pure; everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

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
    html: list[str] = []
    differs = False
    for piece in pieces(before, after):
        if piece.same:
            html.append(escape(piece.after))
            continue
        differs = True
        if piece.before:
            html.append(f"<del>{escape(piece.before.rstrip())}</del>{_gap(piece.before)}")
        if piece.after:
            html.append(f"<ins>{escape(piece.after.rstrip())}</ins>{_gap(piece.after)}")
    if not differs:
        return '<p class="quiet">No word differs.</p>'
    return f'<div class="letter diff">{"".join(html)}</div>'


def _gap(text: str) -> str:
    """The white space at the end of a run, which is neither struck through nor underlined."""
    return text[len(text.rstrip()) :]
