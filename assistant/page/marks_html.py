"""The letter with its facts marked, and how many of each there are, as HTML. Pure, escaped."""

from __future__ import annotations

from html import escape

from assistant.check import FactKind, Finding, Status
from assistant.review import Review

SIGN = {
    "supported": "",
    "changed": "≠",
    "unsupported": "?",
    "asked": "✎",
    "leaked": "‼",
    "accepted": "✓",
}
"""Beside the colours: the marks are read without them."""
_WORD = {
    "supported": "in the case",
    "changed": "changed",
    "unsupported": "not in the case",
    "asked": "asked for",
    "leaked": "from an example letter",
    "accepted": "accepted",
}
_KIND = {
    FactKind.CODE: "ICD-10 code",
    FactKind.STAGE: "stage",
    FactKind.QUANTITY: "drug or value",
}
NO_LETTER = '<p class="quiet">No letter yet. Give a case, then ask for the letter.</p>'


def letter_html(seen: Review, *, live: bool = False) -> str:
    """The letter with its facts marked by colour, line and sign, so not by colour alone.

    Args:
        live: it is being written still, and a mark opens nothing.
    """
    if not seen.text:
        return NO_LETTER
    pieces: list[str] = []
    position = 0
    for number, finding in enumerate(seen.ledger.findings):
        pieces.append(escape(seen.text[position : finding.fact.start]))
        pieces.append(_mark(seen, finding, number, live=live))
        position = finding.fact.end
    pieces.append(escape(seen.text[position:]))
    return f'<div class="letter">{"".join(pieces)}</div>'


def _mark(seen: Review, finding: Finding, number: int, *, live: bool) -> str:
    name = look_of(seen, finding)
    sign = f"<sup>{SIGN[name]}</sup>" if SIGN[name] else ""
    title = escape(f"{_WORD[name]}: {finding.message}", quote=True)
    opens = "" if live else f' role="button" tabindex="0" data-place="place-{number}"'
    return (
        f'<mark class="{name}" id="fact-{number}" title="{title}"{opens}>'
        f"{escape(finding.fact.text)}{sign}</mark>"
    )


def look_of(seen: Review, finding: Finding) -> str:
    """The class that a finding is shown with."""
    if finding in seen.accepted:
        return "accepted"
    return "leaked" if finding.leaked else finding.status.value


def kind_name(kind: FactKind) -> str:
    return _KIND.get(kind, kind.value)


def counter_html(seen: Review, *, live: bool = False) -> str:
    """`34 facts supported, 1 changed, 2 unsupported, 3 left out`, and what else there is.

    Args:
        live: it is being written still, so that nothing is left out yet.
    """
    leaked = sum(finding.leaked for finding in seen.open)
    supported = seen.count(Status.SUPPORTED)
    counts = (
        (supported, "supported", f"fact{'' if supported == 1 else 's'} supported", True),
        (seen.count(Status.CHANGED), "changed", "changed", True),
        (seen.count(Status.UNSUPPORTED) - leaked, "unsupported", "unsupported", True),
        (leaked, "leaked", "from an example letter", False),
        (seen.count(Status.ASKED), "asked", "asked for", False),
        (len(seen.accepted), "accepted", "accepted", False),
        (len(seen.ledger.omitted), "omitted", "left out", not live),
    )
    cells = (
        f'<span class="{name}"><b>{count}</b> {word}</span>'
        for count, name, word, always in counts
        if always or (count and name != "omitted")
    )
    return f'<p class="tally" role="status">{", ".join(cells)}</p>'
