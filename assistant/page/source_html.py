"""A record beside its facts: the text, and the buttons that show a place in it. Pure, escaped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from assistant.check import Assertion
from assistant.check import Fact as ReadFact
from assistant.page.marks_html import kind_name
from index.importers.imported import Fact
from index.importers.source_text import Place, Source

_LONGEST = 60
"""Characters of a value on its button."""
_FEW = 12
"""Facts of a kind that are shown at once."""
_ALONE = ("referrer", "author")
"""Kinds with one part, which says less than they do."""
_NARROW = "\uffff"
"""Characters behind it are two to a browser."""


@dataclass(frozen=True)
class Shown:
    """A source that is shown, and the buttons that show its places."""

    source: Source
    _wide: dict[int, list[int]] = field(default_factory=dict[int, list[int]], repr=False)

    def shows(self, place: Place) -> str:
        """The attributes of the button for a place, in the browser's count of characters."""
        if place.block not in self._wide:
            text = self.source.blocks[place.block].text
            self._wide[place.block] = [n for n, c in enumerate(text) if c > _NARROW]
        wide = self._wide[place.block]
        start, end = (at + bisect_left(wide, at) for at in (place.start, place.end))
        return f'data-shows="{place.block}" data-start="{start}" data-end="{end}"'


def source_html(source: Source, title: str) -> str:
    """All blocks, under the name of the file."""
    if not source.blocks:
        return ""
    blocks = "".join(
        (f"<h5>{escape(block.title)}</h5>" if block.title else "")
        + f'<pre data-block="{number}"{_look(block.text)}>{_text(block.text)}</pre>'
        for number, block in enumerate(source.blocks)
    )
    left_out = ""
    if source.left_out:
        left_out = f'<p class="quiet">{source.left_out} more parts are not shown: it is long.</p>'
    return (
        f'<div class="source" role="region" aria-label="The record" tabindex="0">'
        f"<h4>{escape(title)} "
        '<button type="button" data-back hidden>Back to the fact (Esc)</button></h4>'
        '<p class="quiet">A click on a fact shows its place here.</p>'
        f"{blocks}{left_out}</div>"
    )


def facts_html(facts: Sequence[Fact], shown: Shown) -> list[str]:
    """Facts as the source has them; buttons where their places are known.

    What the source says again is a number behind it.
    """
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.field, fact.value), []).append(fact)
    return [
        _fact(fact, number, shown)
        for group in groups.values()
        for number, fact in enumerate(group, 1)
    ]


def _fact(fact: Fact, number: int, shown: Shown) -> str:
    kind, _, name = fact.field.rpartition(".")
    called = kind if kind in _ALONE else name.replace("_", " ")
    words = escape(f"{called}: {_short(fact.value)}", quote=True)
    look = f'class="fact" title="{escape(fact.where, quote=True)}"'
    if number > 1:
        look, words = f'{look} aria-label="{words}, again"', f"{number}"
    if (place := shown.source.place(fact)) is None:
        return f"<span {look}>{words}</span>"
    return f'<button type="button" {look} {shown.shows(place)}>{words}</button>'


def read_facts_html(facts: Sequence[ReadFact], shown: Shown) -> str:
    """What the check reads in a case that is a text, by kind, each with its place there."""
    kinds = {fact.kind: [f for f in facts if f.kind is fact.kind] for fact in facts}
    groups = "".join(
        f"<details{' open' if len(group) <= _FEW else ''}><summary>{escape(kind_name(kind))} "
        f"<small>{len(group)}</small></summary>"
        f'<p class="facts">{"".join(_read_fact(fact, shown) for fact in group)}</p></details>'
        for kind, group in sorted(kinds.items(), key=lambda each: each[0].value)
    )
    return (
        '<div class="read"><p class="quiet">This case is a text: it is changed in its box, or '
        '<button type="button" data-begin>in a form with the text as its remarks</button>. '
        f"What the check reads in it:</p>{groups}</div>"
    )


def _read_fact(fact: ReadFact, shown: Shown) -> str:
    said = "" if fact.assertion is Assertion.AFFIRMED else f" ({fact.assertion.value})"
    shows = shown.shows(Place(0, fact.start, fact.end))
    words = escape(f"{_short(fact.text)}{said}")
    return f'<button type="button" class="fact" {shows}>{words}</button>'


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _look(text: str) -> str:
    return "" if text.startswith(("{", "<")) else ' class="prose"'


def _text(text: str) -> str:
    # Of the line ends that HTML takes for one, each stays one character.
    plain = text.replace("\r", " ").replace("\0", "?")
    # The first line end of a <pre> is dropped.
    return escape(f"\n{plain}" if plain.startswith("\n") else plain)
