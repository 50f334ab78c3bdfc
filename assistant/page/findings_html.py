"""What needs a look, beside the letter, as HTML. Pure; everything is escaped.

Each row, like each mark in the letter, opens the panel of its finding (`places_html`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from assistant.check import Fact, Finding, Status
from assistant.page.marks_html import SIGN, kind_name, look_of
from assistant.page.places_html import line_html, marked_html, place_html
from assistant.review import Review
from assistant.sentences import sentence_of

_ORDER = ("leaked", "changed", "unsupported", "accepted")


def findings_html(seen: Review, *, live: bool = False) -> str:
    """Leaked and changed facts first, then unsupported and accepted, then left-out ones.

    A fact that the letter states several times is one line.

    Args:
        live: the text is being written still: nothing opens, and nothing is left out yet.
    """
    findings = seen.ledger.findings
    numbers = {id(finding): number for number, finding in enumerate(findings)}
    listed = [*seen.open, *seen.accepted]
    listed.sort(key=lambda f: (_ORDER.index(look_of(seen, f)), f.fact.start))
    rows: list[str] = []
    told: set[int] = set()
    for finding in listed:
        if numbers[id(finding)] not in told:
            same = seen.alike(finding)
            told |= {numbers[id(each)] for each in same}
            rows.append(_row(seen, finding, numbers[id(finding)], len(same), live=live))
    panels: list[str] = []
    if not live:
        rows += _omissions(seen)
        panels = [place_html(seen, finding, n) for n, finding in enumerate(findings)]
    nothing = "Nothing to look at: every fact is in the case, or you asked for it."
    body = "".join(rows) or ("" if live else f'<li class="quiet">{nothing}</li>')
    return f'<ul class="findings">{body}</ul>{"".join(panels)}'


def _row(seen: Review, finding: Finding, number: int, times: int, *, live: bool) -> str:
    name = look_of(seen, finding)
    often = f" ({times} times)" if times > 1 else ""
    opens = "" if live else f' role="button" tabindex="0" data-place="place-{number}"'
    place = ""
    if finding.case_start is not None and finding.case_end is not None:
        place = f"<q>{line_html(seen.case, finding.case_start, finding.case_end)}</q>"
    return (
        f'<li class="{name}"{opens}><i>{SIGN[name]}</i> <b>{escape(finding.fact.text)}</b> '
        f"<em>{kind_name(finding.fact.kind)}</em>{often} {escape(_why(seen, finding))}{place}</li>"
    )


def _why(seen: Review, finding: Finding) -> str:
    known = seen.accepted.get(finding)
    if known is None:
        return finding.message
    said = "" if finding.status is Status.UNSUPPORTED else f" {finding.message}"
    return f"Accepted by {known.by}, {known.at:%d %b %Y, %H:%M} UTC.{said}"


def _omissions(seen: Review) -> Iterator[str]:
    """A row for each line of the case with facts that the letter leaves out, first fact first."""
    by_line: dict[tuple[int, int], list[Fact]] = {}
    for fact in seen.ledger.omitted:
        line = sentence_of(seen.case, fact.start, fact.end)
        by_line.setdefault(line, []).append(fact)
    for (start, end), facts in by_line.items():
        words = escape(seen.case[start:end], quote=True)
        named = ", ".join(
            f"<b>{escape(fact.text)}</b> <em>{kind_name(fact.kind)}</em>" for fact in facts
        )
        marked = marked_html(seen.case, start, end, [(f.start, f.end) for f in facts])
        yield (
            f'<li class="omitted">{named} In the case, not in the letter.<q>{marked}</q>'
            f'<span class="acts"><button type="button" data-copy="{words}">Copy the line</button>'
            f' <button type="button" data-add="{words}">Ask for it</button></span></li>'
        )
