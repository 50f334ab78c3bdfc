"""What a language model says of open statements, as HTML. Pure; everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.page.places_html import line_html
from assistant.second_opinion import Opinion, View

_SAYS = {
    View.CONTRADICTED: ("≠", "The case says otherwise"),
    View.ABSENT: ("?", "Nowhere in the case"),
    View.SUPPORTED: ("", "The case says the same"),
}
_ORDER = tuple(_SAYS)
_WHOSE = (
    "By the language model, on what the rules leave open. It may be wrong, and it changes no mark."
)


def opinions_html(case: str, opinions: Sequence[Opinion], *, left: int, useless: int = 0) -> str:
    """Contradictions first, then what is absent, then agreements, each with its place.

    Args:
        left: statements that are not answered yet.
        useless: answers that showed no place in the case.
    """
    rows = "".join(
        _row(case, each)
        for each in sorted(opinions, key=lambda o: (_ORDER.index(o.view), o.statement.start))
    )
    if left:
        state = f"{left} more to come …"
    elif not opinions and not useless:
        state = "Nothing is open: the rules have read every statement."
    else:
        state = ""
    if useless:
        showed = "answer shows" if useless == 1 else "answers show"
        state = f"{state} {useless} {showed} no place in the case and counts for nothing.".strip()
    end = f'<p class="quiet" role="status">{state}</p>' if state else ""
    return f'<p class="quiet">{_WHOSE}</p><ul class="findings">{rows}</ul>{end}'


def _row(case: str, opinion: Opinion) -> str:
    sign, says = _SAYS[opinion.view]
    doubted = ", ".join(opinion.statement.doubted)
    beside = f" The rules found nowhere: {escape(doubted)}." if doubted else ""
    place = ""
    if opinion.case_start is not None and opinion.case_end is not None:
        place = f"<q>{line_html(case, opinion.case_start, opinion.case_end)}</q>"
    return (
        f'<li class="opinion {opinion.view.value}"><i>{sign}</i> <b>{says}</b>: '
        f"{escape(opinion.statement.text)}{beside}{place}</li>"
    )
