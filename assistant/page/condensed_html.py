"""That a letter was written from a condensed record, and what the model saw, as HTML."""

from __future__ import annotations

from html import escape

from assistant.condensing import condensed_note


def condensed_html(record: str, condensed: str) -> str:
    """One line that opens; nothing where the model saw the whole case."""
    if not condensed:
        return ""
    return (
        f'<details class="quiet condensed"><summary>{condensed_note(record, condensed)}.</summary>'
        f'<div class="letter exemplar">{escape(condensed)}</div></details>'
    )
