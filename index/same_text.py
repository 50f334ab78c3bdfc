"""Two copies of one letter: the same words in another format, or with other white space.

Files that are the same to the byte are told by the plan; these only once they are read. The first
one is taken, and the others are listed as what they are. Kept of each is a keyed code of its text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.entries import Entry, State, same_as

if TYPE_CHECKING:
    from index.stages import Prepared


def without_layout(text: str) -> str:
    """A text without what its format decides: white space, ligatures, bullets, hyphenation.

    Signs stay, since "ER +" and "ER -" are two letters, and so do points within numbers.
    """
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(_HYPHEN.sub("", _BULLET.sub("", bare)).split())


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BULLET = re.compile(r"^[ \t]*[•◦▪‣●○■□·*\uf0b7][ \t]*", re.MULTILINE)
# A PDF breaks words where another file does not; "Radio-Chemotherapie" may lose its hyphen so, too.
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\s*(?=[^\W\d_])")


class Copies:
    """Tells of each letter of a build whether its text has been there before.

    Args:
        known: what stays as it is; what of it is a copy itself, or has no code, counts for nothing.
    """

    def __init__(self, known: Iterable[Entry]) -> None:
        self._first = {
            entry.text_code: entry.id
            for entry in known
            if entry.text_code and entry.state is not State.DUPLICATE
        }

    def told(self, ids: Sequence[str], block: Sequence[Prepared]) -> list[Prepared]:
        """The letters as they were prepared, but for copies, which have no passages."""
        return [self._told(each, found) for each, found in zip(ids, block, strict=True)]

    def _told(self, letter_id: str, found: Prepared) -> Prepared:
        if not found.text_code:
            return found
        first = self._first.setdefault(found.text_code, letter_id)
        if first == letter_id:
            return found
        return replace(found, state=State.DUPLICATE, reason=same_as(first), passages=(), found={})
