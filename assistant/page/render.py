"""What the page shows, as HTML. Pure; everything that comes from a person or a model is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.context import ContextMeter
from retrieval.exemplar import Exemplar


def exemplars_html(exemplars: Sequence[Exemplar], note: str) -> str:
    """The past letters that gave the style, why, and how near they are."""
    rows = [f'<p class="quiet">{escape(note)}</p>'] if note else []
    for exemplar in exemplars:
        reasons = escape(", ".join(exemplar.reasons))
        rows.append(
            f"<details><summary><b>{_letter_name(exemplar)}</b> "
            f'<span class="score">similarity {exemplar.score:.2f}</span> {reasons}</summary>'
            f'<div class="letter exemplar">{escape(exemplar.text)}</div></details>'
        )
    if exemplars:
        rows.append('<p class="quiet">De-identified past letters. They give style, not facts.</p>')
    return "".join(rows) or '<p class="quiet">No example letters were used.</p>'


def _letter_name(exemplar: Exemplar) -> str:
    """By its code; drafts of an earlier version keep a path instead, which may name a patient."""
    is_code = re.fullmatch(r"[0-9a-f]{16}", exemplar.letter_id)
    return f"Letter {exemplar.letter_id}" if is_code else "Letter"


def meter_html(meter: ContextMeter | None) -> str:
    """How the model's context is filled, in tokens."""
    if meter is None:
        return ""
    parts = (
        ("case", meter.case),
        ("examples", meter.exemplars),
        ("history", meter.history),
        ("answer", meter.answer),
    )
    bars = "".join(
        f'<i class="{name}" style="width:{100 * tokens / meter.limit:.1f}%"></i>'
        for name, tokens in parts
    )
    words = ", ".join(f"{name} {tokens}" for name, tokens in parts)
    dropped = _dropped(meter)
    return (
        f'<div class="meter" title="tokens of the model\'s context">{bars}</div>'
        f'<p class="quiet">Context: {words} of {meter.limit} tokens. {dropped}</p>'
    )


def _dropped(meter: ContextMeter) -> str:
    dropped: list[str] = []
    if meter.dropped_exemplars:
        dropped.append(f"{meter.dropped_exemplars} example letter(s)")
    if meter.dropped_turns:
        dropped.append(f"{meter.dropped_turns} earlier turn(s)")
    return f"Left out for lack of room: {' and '.join(dropped)}." if dropped else ""


def who_html(name: str, role: str) -> str:
    """Who is logged in, and the way out."""
    return (
        f'<form method="post" action="/logout" id="who-form">{escape(name)} ({escape(role)}) '
        '<button type="submit" id="logout">Log out</button></form>'
    )
