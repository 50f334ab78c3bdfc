"""The panel of a finding: the letter's words and the case's side by side, and what can be done.

It is a popover of the browser's own: it lies over the page, and Escape or a click beside it closes
it. `marks.js` opens it, and hands clicks on its buttons to the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from assistant.check import Finding, Status
from assistant.corrections import correction
from assistant.deletions import deletion
from assistant.page.marks_html import kind_name, look_of
from assistant.review import Review
from assistant.sentences import sentence_of

_AROUND = 160
"""Characters shown before and behind the words, at most."""
_NAMED = 48
"""Characters of a deleted part that its button names."""


def place_html(seen: Review, finding: Finding, number: int) -> str:
    fact = finding.fact
    name = look_of(seen, finding)
    what = f"<b>{escape(fact.text)}</b> <em>{kind_name(fact.kind)}</em> {escape(finding.message)}"
    letter = (
        f"<section><h4>The letter</h4><p>{_sentence(seen.text, fact.start, fact.end)}</p></section>"
    )
    if finding.case_start is not None and finding.case_end is not None:
        line = line_html(seen.case, finding.case_start, finding.case_end)
    else:
        nowhere = finding.status in (Status.UNSUPPORTED, Status.ASKED)
        why = "It stands nowhere in the case." if nowhere else "No single line says it."
        line = f'<span class="quiet">{why}</span>'
    return (
        f'<div popover class="place {name}" id="place-{number}" role="dialog" '
        f'aria-label="{escape(fact.text, quote=True)}"><p>{what}</p>'
        f'<div class="sides">{letter}<section><h4>The case</h4><p>{line}</p></section></div>'
        f"{_acts(seen, finding)}</div>"
    )


def _acts(seen: Review, finding: Finding) -> str:
    if finding in seen.accepted:
        known = seen.accepted[finding]
        return (
            f'<p class="quiet">Accepted by {escape(known.by)}, {known.at:%d %b %Y, %H:%M} UTC.</p>'
            f'<div class="acts">{_button(finding, "take_back", "Take it back")}</div>'
        )
    if finding.status not in (Status.CHANGED, Status.UNSUPPORTED):
        return ""
    buttons: list[str] = []
    if words := correction(seen.case, seen.text, finding):
        places = len(seen.alike(finding))
        where = f" in {places} places" if places > 1 else ""
        buttons.append(_button(finding, "correct", f"Correct{where}: {words}"))
    gone = deletion(seen.text, finding.fact.start, finding.fact.end)
    part = gone.deleted if len(gone.deleted) <= _NAMED else f"{gone.deleted[:_NAMED]} …"
    buttons.append(
        _button(finding, "delete", f"Delete “{part}”" if gone.part else "Delete the sentence")
    )
    buttons.append(_button(finding, "accept", "I know this"))
    return f'<div class="acts">{"".join(buttons)}</div>'


def _button(finding: Finding, act: str, words: str) -> str:
    fact = finding.fact
    return (
        f'<button type="button" data-act="{act}" data-start="{fact.start}" data-end="{fact.end}" '
        f'data-said="{escape(fact.text, quote=True)}">{escape(words)}</button>'
    )


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence, which is what would be deleted, with the words marked."""
    return marked_html(text, *sentence_of(text, start, end), [(start, end)])


def line_html(text: str, start: int, end: int) -> str:
    """The line around a place, with the words there marked."""
    first = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + _AROUND)
    return marked_html(text, first, last, [(start, end)])


def marked_html(text: str, first: int, last: int, places: Iterable[tuple[int, int]]) -> str:
    """A part of the text, with the words at these places in it marked."""
    html: list[str] = []
    for start, end in sorted(places):
        html.append(f"{escape(text[first:start])}<mark>{escape(text[start:end])}</mark>")
        first = max(first, end)
    return "".join(html) + escape(text[first:last])
