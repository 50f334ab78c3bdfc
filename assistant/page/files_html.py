"""Files that can't be indexed, and letters in review, page by page, as HTML. Pure; escaped.

`archive.js` hands clicks on the buttons to the server.
"""

from __future__ import annotations

import datetime as dt
from html import escape

from assistant.page.archive_html import when
from index.decisions import Decision, Verdict
from index.overview import PAGE, REVIEW_PAGE, FilePage, InReview, ReviewPage
from index.review import Suspect

_DONE = {
    Verdict.RELEASE: "Released",
    Verdict.REDACT: "To be redacted",
    Verdict.EXCLUDE: "Excluded",
}
_BUTTON = {
    Verdict.RELEASE: ("Release", "What is marked identifies nobody: index the letter as it is"),
    Verdict.REDACT: ("Redact", "Replace what is ticked, release the rest, and index the letter"),
    Verdict.EXCLUDE: ("Exclude", "Never index this letter"),
}


def files_html(seen: FilePage, containing: str) -> str:
    """Files with the reason why they can't be indexed."""
    if not seen.total:
        none = "No such file." if containing.strip() else "Every file could be read."
        return f'<p class="quiet" role="status">{none}</p>'
    rows = "".join(
        f"<li><b>{escape(file.id)}</b> {escape(file.reason)}</li>" for file in seen.files
    )
    pages = _pages(seen.start, len(seen.files), seen.total, PAGE, "files")
    return f'{pages}<ul class="findings">{rows}</ul>'


def review_html(seen: ReviewPage) -> str:
    """Letters that still look identifying: what is suspect, and the buttons that decide on it."""
    if not seen.total:
        return ""
    page = seen.start // REVIEW_PAGE
    letters = "".join(_letter(letter, page) for letter in seen.letters)
    pages = _pages(seen.start, len(seen.letters), seen.total, REVIEW_PAGE, "letters")
    return (
        '<h3>In review</h3><p class="quiet">De-identified letters in which something still looks '
        "identifying. None is in the index. The next build does what is decided here.</p>"
        f'{pages}<ol class="review">{letters}</ol>'
    )


def _letter(letter: InReview, page: int) -> str:
    decision = letter.decision
    if decision:
        hash_, seen, body = decision.content_hash, decision.seen, _decided(decision)
    elif letter.suspects:
        first = letter.suspects[0]
        hash_, seen = first.content_hash, first.seen
        body = f"<ul>{''.join(map(_suspect, letter.suspects))}</ul>"
    else:
        hash_ = seen = ""
        body = '<p class="quiet">It can’t be shown now: the next build says what becomes of it.</p>'
    return (
        f'<li data-letter="{_quoted(letter.file.id)}" data-hash="{_quoted(hash_)}" '
        f'data-seen="{_quoted(seen)}" data-page="{page}">'
        f"<h4>{escape(letter.file.id)}</h4>{body}{_buttons(letter)}</li>"
    )


def _suspect(suspect: Suspect) -> str:
    start, end, text = suspect.start, suspect.end, suspect.passage
    marked = f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
    span = f"{suspect.span.start} {suspect.span.end} {suspect.label.value}"
    return (
        f'<li><label><input type="checkbox" data-span="{_quoted(span)}" checked> '
        f"<b>{suspect.label.value}</b> {escape(suspect.why)}</label>"
        f'<q lang="{suspect.language}">{marked}</q></li>'
    )


def _decided(decision: Decision) -> str:
    at = when(dt.datetime.fromisoformat(decision.at))
    return (
        f'<p role="status"><b>{_DONE[decision.verdict]}</b> by {escape(decision.who)}, {at}. '
        "The next build does it.</p>"
    )


def _buttons(letter: InReview) -> str:
    """After a decision the others, as it may be changed until the next build."""
    if not letter.suspects and not letter.decision:
        return ""
    taken = letter.decision.verdict if letter.decision else None
    buttons = "".join(
        f'<button type="button" data-verdict="{verdict.value}" title="{_quoted(title)}">'
        f"{'Rather ' + words.lower() if taken else words}</button>"
        for verdict, (words, title) in _BUTTON.items()
        if verdict is not taken
    )
    return f'<span class="acts">{buttons}</span>'


def _pages(start: int, shown: int, total: int, size: int, what: str) -> str:
    """Which part is shown, and buttons for the parts before and after it."""
    told = f"{start + 1:,} to {start + shown:,} of {total:,} {what}"
    if total <= size:
        return f'<p class="quiet" role="status">{total:,} {what if total != 1 else what[:-1]}</p>'
    page = start // size
    earlier = _turn(page - 1, "Earlier") if start else ""
    later = _turn(page + 1, "Later") if start + shown < total else ""
    return (
        f'<nav class="pages acts" aria-label="Pages of {what}">'
        f'<span role="status">{told}</span>{earlier}{later}</nav>'
    )


def _turn(page: int, words: str) -> str:
    return f'<button type="button" data-turn="{page}">{words}</button>'


def _quoted(text: str) -> str:
    return escape(text, quote=True)
