"""Letters in review, page by page, as HTML. Pure; everything is escaped.

`archive.js` hands clicks on the buttons to the server.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from html import escape

from assistant.page.archive_html import when
from assistant.page.files_html import pages_html
from index.decisions import Decision, Verdict
from index.overview import REVIEW_PAGE, InReview, ReviewPage
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


def review_html(seen: ReviewPage) -> str:
    """Letters that still look identifying: what is suspect, and the buttons that decide on it."""
    if not seen.total:
        return ""
    page = seen.start // REVIEW_PAGE
    letters = "".join(_letter(letter, page) for letter in seen.letters)
    pages = pages_html(seen.start, len(seen.letters), seen.total, REVIEW_PAGE, "letters")
    return (
        '<h3>In review</h3><p class="quiet">De-identified letters in which something still looks '
        "identifying. None is in the index. The next build does what is decided here.</p>"
        f'{pages}<ol class="review" tabindex="0" aria-label="Letters in review">{letters}</ol>'
    )


def _letter(letter: InReview, page: int) -> str:
    decision = letter.decision
    if decision:
        hash_, seen, body = decision.content_hash, decision.seen, _decided(decision)
    elif letter.suspects:
        first = letter.suspects[0]
        hash_, seen = first.content_hash, first.seen
        body = f"<ul>{''.join(map(_suspect, letter.suspects))}</ul>{_passages(letter.suspects)}"
    else:
        hash_ = seen = ""
        body = '<p class="quiet">It can’t be shown now: the next build says what becomes of it.</p>'
    return (
        f'<li data-letter="{_quoted(letter.file.id)}" data-hash="{_quoted(hash_)}" '
        f'data-seen="{_quoted(seen)}" data-page="{page}">'
        f"<h4>{escape(letter.file.id)}</h4>{body}{_buttons(letter)}</li>"
    )


def _suspect(suspect: Suspect) -> str:
    said = suspect.passage[suspect.start : suspect.end]
    span = f"{suspect.span.start} {suspect.span.end} {suspect.label.value}"
    return (
        f'<li><label><input type="checkbox" data-span="{_quoted(span)}" checked> '
        f"<b>{escape(said)}</b> <em>{suspect.label.value}</em> {escape(suspect.why)}</label></li>"
    )


def _passages(suspects: Sequence[Suspect]) -> str:
    """What stands around the suspects; where passages overlap they are one."""
    groups: list[list[Suspect]] = []
    end = -1
    for each in sorted(suspects, key=lambda suspect: suspect.at):
        first = each.at - each.start
        if groups and first <= end:
            groups[-1].append(each)
        else:
            groups.append([each])
        end = max(end, first + len(each.passage))
    lang = suspects[0].language
    return "".join(f'<q lang="{lang}">{"".join(_marked(group))}</q>' for group in groups)


def _marked(group: Sequence[Suspect]) -> Iterable[str]:
    """The text that the passages of a group make together, with each suspect marked."""
    text, first = "", group[0].at - group[0].start
    for each in group:
        text += each.passage[first + len(text) - (each.at - each.start) :]
    position = 0
    for each in group:
        start, end = each.at - first, each.at - first + each.end - each.start
        if start < position:
            continue  # a suspect inside another one
        yield _shown(text[position:start])
        yield f"<mark>{escape(text[start:end])}</mark>"
        position = end
    yield _shown(text[position:])


def _shown(text: str) -> str:
    """Without empty lines, as a passage is short."""
    return escape(re.sub(r"\n\s*\n", "\n", text))


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


def _quoted(text: str) -> str:
    return escape(text, quote=True)
