"""What the page shows, as HTML. Pure; everything that comes from a person or a model is escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from assistant.check import Fact, FactKind, Finding, Ledger, Status
from assistant.context import ContextMeter
from retrieval.exemplar import Exemplar

_SIGN = {Status.SUPPORTED: "", Status.CHANGED: "≠", Status.UNSUPPORTED: "?", Status.ASKED: "✎"}
_WORD = {
    Status.SUPPORTED: "in the case",
    Status.CHANGED: "changed",
    Status.UNSUPPORTED: "not in the case",
    Status.ASKED: "asked for",
}
_KIND = {
    FactKind.CODE: "ICD-10 code",
    FactKind.STAGE: "stage",
    FactKind.QUANTITY: "drug or value",
}


def letter_html(text: str, ledger: Ledger | None) -> str:
    """The letter with its facts marked by colour, line and sign, so not by colour alone."""
    if not text:
        return '<p class="quiet">No letter yet. Give a case, then ask for the letter.</p>'
    pieces: list[str] = []
    position = 0
    for number, finding in enumerate(ledger.findings if ledger else ()):
        fact = finding.fact
        pieces.append(escape(text[position : fact.start]))
        pieces.append(_mark(finding, number))
        position = fact.end
    pieces.append(escape(text[position:]))
    return f'<div class="letter">{"".join(pieces)}</div>'


def _mark(finding: Finding, number: int) -> str:
    name = "leaked" if finding.leaked else finding.status.value
    sign = "‼" if finding.leaked else _SIGN[finding.status]
    sign = f"<sup>{sign}</sup>" if sign else ""
    title = escape(f"{_WORD[finding.status]}: {finding.message}", quote=True)
    return (
        f'<mark class="{name}" id="fact-{number}" title="{title}">'
        f"{escape(finding.fact.text)}{sign}</mark>"
    )


def counter_html(ledger: Ledger) -> str:
    """`34 facts in the case, 1 changed, 2 not in the case, 3 left out`"""
    counts = (
        (ledger.count(Status.SUPPORTED), "supported", "in the case"),
        (ledger.count(Status.CHANGED), "changed", "changed"),
        (ledger.count(Status.UNSUPPORTED), "unsupported", "not in the case"),
        (ledger.count(Status.ASKED), "asked", "asked for"),
        (len(ledger.omitted), "omitted", "left out"),
    )
    cells = (
        f'<span class="{name}"><b>{count}</b> {word}</span>'
        for count, name, word in counts
        if count or name != Status.ASKED
    )
    return f'<div class="counter" role="status">{"".join(cells)}</div>'


def findings_html(ledger: Ledger | None, case: str) -> str:
    """What needs a look: leaked and changed facts first, then unsupported, then left-out ones.

    A fact that the letter states several times is one line.
    """
    if ledger is None:
        return ""
    order = (Status.CHANGED, Status.UNSUPPORTED)
    open_findings = [finding for finding in ledger.findings if finding.status in order]
    open_findings.sort(key=lambda f: (not f.leaked, order.index(f.status), f.fact.start))
    times = Counter(map(_statement, open_findings))
    first = {_statement(finding): finding for finding in reversed(open_findings)}
    rows = [_finding_row(first[said], count, case) for said, count in times.items()]
    rows += [_omission_row(fact, case) for fact in ledger.omitted]
    nothing = "Nothing to look at: every fact is in the case, or you asked for it."
    body = "".join(rows) or f'<li class="quiet">{nothing}</li>'
    return f'<ul class="findings">{body}</ul>'


def _statement(finding: Finding) -> Finding:
    """The finding without its place in the letter."""
    return replace(finding, fact=replace(finding.fact, start=0, end=0))


def _finding_row(finding: Finding, times: int, case: str) -> str:
    name = "leaked" if finding.leaked else finding.status.value
    place = ""
    if finding.case_start is not None and finding.case_end is not None:
        place = _place(case, finding.case_start, finding.case_end)
    often = f" ({times} times)" if times > 1 else ""
    return (
        f'<li class="{name}"><b>{escape(finding.fact.text)}</b> '
        f"<em>{_kind(finding.fact.kind)}</em>{often} {escape(finding.message)}{place}</li>"
    )


def _omission_row(fact: Fact, case: str) -> str:
    return (
        f'<li class="omitted"><b>{escape(fact.text)}</b> <em>{_kind(fact.kind)}</em> '
        f"In the case, not in the letter.{_place(case, fact.start, fact.end)}</li>"
    )


def _kind(kind: FactKind) -> str:
    return _KIND.get(kind, kind.value)


def _place(case: str, start: int, end: int) -> str:
    """The line of the case around a fact, with the fact marked."""
    line_start = max(case.rfind("\n", 0, start) + 1, start - 80)
    line_end = case.find("\n", end)
    line_end = min(len(case) if line_end < 0 else line_end, end + 80)
    before, fact, after = case[line_start:start], case[start:end], case[end:line_end]
    return f"<q>{escape(before)}<mark>{escape(fact)}</mark>{escape(after)}</q>"


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
