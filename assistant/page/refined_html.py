"""What a refine turn did to the letter's facts, as a line of the chat. Pure; escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from assistant.check import Fact
from assistant.fact_changes import fact_changes
from assistant.page.diff_html import changed_words_html
from assistant.page.marks_html import kind_name


def refined_html(before: str, after: str) -> str:
    """`facts lost 2, added 0, changed 1`; what there is opens, and so do the words that differ."""
    changes = fact_changes(before, after)
    changed = [
        f"<li><s>{escape(one.text)}</s> → <b>{escape(other.text)}</b> "
        f"<em>{kind_name(one.kind)}</em></li>"
        for one, other in changes.changed
    ]
    parts = (
        ("facts lost", _items(changes.lost)),
        ("added", _items(changes.added)),
        ("changed", changed),
    )
    body = "".join(_part(name, items) for name, items in parts)
    words = f"<details><summary>words</summary>{changed_words_html(before, after)}</details>"
    return f'<div class="safety" role="note">{body}{words}</div>'


def _part(name: str, items: list[str]) -> str:
    if not items:
        return f"<span>{name} 0</span>"
    return f"<details><summary>{name} {len(items)}</summary><ul>{''.join(items)}</ul></details>"


def _items(facts: Iterable[Fact]) -> list[str]:
    return [f"<li><b>{escape(f.text)}</b> <em>{kind_name(f.kind)}</em></li>" for f in facts]
