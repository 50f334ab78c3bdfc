"""A draft against its case: every fact supported, changed or unsupported, and what was left out.

Rules alone, and each finding says why. A fact is *supported* when the case holds the same value of
the same kind about the same thing, or when it follows from the case by arithmetic. It is *changed*
when the case says otherwise about that thing; else *asked* when the physician's own instruction
brought it in, and *unsupported* otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from assistant.check.connections import connected
from assistant.check.dates import order_for
from assistant.check.everyday import families
from assistant.check.fact import CONCEPTS, Fact, FactKind, Finding, Ledger, Status
from assistant.check.judges.verdict import NOT_THERE, Verdict
from assistant.check.judging import judge
from assistant.check.omissions import omitted
from assistant.check.passages import Sentence
from assistant.check.reading import Reading, read
from assistant.check.source import Source, source_of
from assistant.check.wording import repeated
from index.language import detect_language

_SPREAD = 80
"""Characters; with more between, a cue is not marked with what it denies."""
_SAID_OTHERWISE = {FactKind.FINDING, FactKind.DIAGNOSIS, FactKind.PROCEDURE, FactKind.TERM}
Stated = tuple[FactKind, str]
"""A fact without its place: kind and value."""


def check(
    case: str,
    draft: str,
    exemplars: Sequence[str] = (),
    asked: Collection[Stated] = frozenset(),
) -> Ledger:
    """Every checkable fact of `draft` held against `case`.

    Args:
        case: the case's text as the model saw it.
        draft: the letter or summary, perhaps still unfinished.
        exemplars: past letters that were in the prompt; a fact of the draft that stands in one of
            them and not in the case is marked as leaked.
        asked: what the physician asked for (`asked_for`). It needs no place in the case, but where
            the case says otherwise, that is said all the same.

    Returns:
        findings in the order of the draft, offsets into `draft` and `case`.
    """
    language = detect_language(f"{draft}\n{case}")
    source = source_of(case, language, order_for(case, draft, language))
    reading = read(draft, language, order_for(draft, case, language))
    borrowed = frozenset(stated for text in exemplars for stated in _stated(read(text, language)))
    same = repeated(reading, source)
    judged = list(_judged(reading, source, same, borrowed, asked))
    judged = connected(reading, source, judged, same)
    findings = tuple(sorted(_apart(judged), key=lambda finding: finding.fact.start))
    return Ledger(findings, omitted(source, reading))


def facts_of(text: str) -> tuple[Fact, ...]:
    """The facts of `text` in its order."""
    return read(text, detect_language(text)).facts


def asked_for(text: str, instruction: str) -> frozenset[Stated]:
    """The facts that an instruction wants in a text.

    What stands in `text` already is not wanted anew: it is spoken of to be changed or removed
    ("3 months instead of 6 weeks", "remove Dr. Elwood").
    """
    language = detect_language(text)
    return _stated(read(instruction, language)) - _stated(read(text, language))


def _stated(reading: Reading) -> frozenset[Stated]:
    return frozenset((fact.kind, fact.value) for fact in (*reading.facts, *reading.statements))


def _judged(
    reading: Reading,
    source: Source,
    same: Collection[Sentence],
    borrowed: frozenset[Stated],
    asked: Collection[Stated],
) -> Iterator[Finding]:
    statements = {fact: judge(fact, reading, source) for fact in reading.statements}
    facts = {fact: judge(fact, reading, source) for fact in reading.facts}
    for fact, verdict in chain(facts.items(), statements.items()):
        if verdict is None:
            continue
        if verdict.status is Status.UNSUPPORTED and fact.kind in _SAID_OTHERWISE:
            verdict = _in_other_words(fact, statements) or verdict
        elif verdict is NOT_THERE and fact.kind is FactKind.STATEMENT:
            verdict = _by_name(fact, facts) or verdict
        if reading.passages.sentences[reading.sentence_at(fact.start)] in same:
            verdict = Verdict(Status.SUPPORTED, "In the case, word for word.", verdict.place)
        place = verdict.place
        status, message, leaked = verdict.status, verdict.message, False
        if status is not Status.SUPPORTED and _is_asked(fact, asked):
            if status is Status.CHANGED:
                message = f"You asked for it. {message}"
            else:
                status, message = Status.ASKED, "Not in the case: you asked for it."
        elif status is not Status.SUPPORTED and (fact.kind, fact.value) in borrowed:
            leaked = fact.kind is not FactKind.NUMBER and not source.equal(fact)
            if leaked and status is Status.UNSUPPORTED:
                message = "Not in this case: it stands in an example letter."
            elif leaked:
                message = f"It stands in an example letter. {message}"
        yield Finding(
            _widened(fact, verdict, reading.text) if status is Status.CHANGED else fact,
            status,
            message,
            place.start if place else None,
            place.end if place else None,
            leaked,
        )


def _in_other_words(fact: Fact, statements: dict[Fact, Verdict | None]) -> Verdict | None:
    """An "anaemia" of which the case gives the haemoglobin; a "gastrostomy" that is its PEG."""
    for other, verdict in statements.items():
        family = families().get(other.value)
        same = family and family.softens and other.start < fact.end and fact.start < other.end
        if same and verdict and verdict.status is Status.SUPPORTED:
            return verdict
    return None


def _by_name(fact: Fact, facts: dict[Fact, Verdict | None]) -> Verdict | None:
    """ "Dexamethasone", of which the case gives the regimen: a steroid is in the case, too."""
    for other, verdict in facts.items():
        within = other.start <= fact.start and fact.end <= other.end
        if within and verdict and verdict.status is Status.SUPPORTED and other.kind in CONCEPTS:
            return verdict
    return None


def _widened(fact: Fact, verdict: Verdict, text: str) -> Fact:
    """ "does not carry a BRCA1 mutation": what is wrong is said by all of it."""
    start, end = fact.cue or (fact.start, fact.end)
    start, end = min(fact.start, start), max(fact.end, end, verdict.end or 0)
    if end - start > _SPREAD:
        return fact
    return replace(fact, start=start, end=end, text=text[start:end])


def _is_asked(fact: Fact, asked: Collection[Stated]) -> bool:
    if fact.kind is FactKind.NUMBER:
        return False  # "2 paragraphs" explains no 2 of the letter
    if fact.kind is FactKind.NAME:
        parts = set(fact.value.split())
        return any(parts <= set(value.split()) for kind, value in asked if kind is FactKind.NAME)
    return (fact.kind, fact.value) in asked


def _apart(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of findings that overlap, the open ones first, then the longer."""
    order = sorted(
        findings,
        key=lambda f: (
            f.status is Status.SUPPORTED,
            f.status is Status.SUPPORTED and f.fact.kind is FactKind.STATEMENT,
            f.fact.start - f.fact.end,
            f.fact.start,
        ),
    )
    kept: list[tuple[int, int]] = []
    for finding in order:
        start, end = finding.fact.start, finding.fact.end
        if not any(s < end and start < e for s, e in kept):
            kept.append((start, end))
            yield finding
