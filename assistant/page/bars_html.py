"""Counts as bars, as HTML. Pure: the text says all of it, the bars are for the eye alone."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape


def bars_html(title: str, counts: Mapping[str, int]) -> str:
    """A bar for each count, the longest first; empty where nothing was counted."""
    rows = sorted(((name, count) for name, count in counts.items() if count), key=lambda r: -r[1])
    if not rows:
        return ""
    most = rows[0][1]
    bars = "".join(
        f'<li><span class="what">{escape(name)}</span><span class="many">{count:,}</span>'
        f'<span class="bar" aria-hidden="true"><i style="width:{100 * count / most:.2f}%"></i>'
        "</span></li>"
        for name, count in rows
    )
    return f'<figure class="bars"><figcaption>{escape(title)}</figcaption><ul>{bars}</ul></figure>'
