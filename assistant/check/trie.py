"""Wordings as a tree of stems: the longest that begins at a word is found in one walk."""

from __future__ import annotations

from dataclasses import dataclass, field

_CUT_ENDINGS = ("er", "en", "el")
"""Endings of a noun that its stem lacks."""
_INFLECTION = 4
"""Letters that an inflection adds or takes at most."""


@dataclass
class Node:
    """The wordings that begin with the same stems; `concept` is that of those which end here."""

    concept: str = ""
    begins: str = ""
    """What a single word has to begin with: "lebt" has the stem of "Leber", and isn't one."""
    length: int = 0
    """Letters of the single word in the lexicon: "electronically" is no form of "electrons"."""
    forms: dict[str, str] = field(default_factory=lambda: dict[str, str]())
    """Concepts by the single word as it stands in the lexicon: "hepatic" and "hepatitis" have one
    stem."""
    following: dict[str, Node] = field(default_factory=lambda: dict[str, Node]())

    def named(self, word: str) -> str:
        """The concept of a single word, in small letters."""
        return self.forms.get(word, self.concept)


def insert(root: Node, stems: list[str], name: str, words: tuple[str, ...]) -> None:
    """Adds the wording `words` of the concept `name`; the first concept of a wording keeps it."""
    node = root
    for part in stems:
        node = node.following.setdefault(part, Node())
    if len(words) == 1:
        node.forms.setdefault(words[0].lower(), name)
    if not node.concept:
        node.concept = name
        word = words[0].lower()
        cut = len(words) == 1 and word != stems[0] and word.endswith(_CUT_ENDINGS)
        node.begins = word if cut else ""
        node.length = len(word) if len(words) == 1 else 0


def is_form(word: str, node: Node) -> bool:
    """Whether a single word, in small letters, is an inflection of the node's and no homonym."""
    near = not node.length or abs(len(word) - node.length) <= _INFLECTION
    return near and word.startswith(node.begins)
