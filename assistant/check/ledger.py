"""A draft against its case: every fact supported, changed or unsupported, and what was left out.

Rules alone, and each finding says why. A fact is *supported* when the case holds the same value of
the same kind about the same thing, or when it follows from the case by arithmetic. It is *changed*
when the case says otherwise about that thing; else *asked* when the physician's own instruction
brought it in, and *unsupported* otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from assistant.check.attribution import exchanged_lines, misattributed
from assistant.check.belongings import belongings_of
from assistant.check.blamed import blamed
from assistant.check.causes import blames_of
from assistant.check.counts import Count
from assistant.check.courses import courses_of
from assistant.check.dates import order_for
from assistant.check.doses import misplaced_doses
from assistant.check.everyday import families
from assistant.check.exchanges import exchanged
from assistant.check.fact import Fact, FactKind, Finding, Ledger, Status
from assistant.check.judges.appointments import misbooked
from assistant.check.judges.certainty import overstated
from assistant.check.judges.counts import miscounted
from assistant.check.judges.involved import misplaced_nodes
from assistant.check.judges.larger import other_side_larger
from assistant.check.judges.named_values import misnamed
from assistant.check.judges.nearby import misplaced, unknown_levels
from assistant.check.judges.organs import otherwise_of_organs
from assistant.check.judges.plans import otherwise_planned
from assistant.check.judges.relocated import relocated
from assistant.check.judges.verdict import Verdict
from assistant.check.judging import judge
from assistant.check.named_values import Value
from assistant.check.omissions import omitted
from assistant.check.order import misordered
from assistant.check.passages import Sentence
from assistant.check.reading import Reading, read
from assistant.check.source import Source, source_of
from assistant.check.timeline import timeline_of
from assistant.check.wording import differing, repeated
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
    for wrong, right in (misnamed(reading, source), miscounted(reading, source)):
        judged = list(_unless_right(judged, right))
        judged += _unless_marked(wrong, judged)
    judged += misordered(reading)
    judged += misplaced(reading, source)
    judged += unknown_levels(reading, source)
    judged += _unless_marked(relocated(reading, source), judged)
    judged += _unless_marked(misplaced_nodes(reading, source), judged)
    judged += _unless_marked(other_side_larger(reading, source), judged)
    judged += _unless_marked(misplaced_doses(reading, courses_of(source.reading)), judged)
    judged += _unless_marked(exchanged_lines(reading, source.reading), judged)
    judged += _unless_marked(blamed(reading, source, blames_of(source.reading)), judged)
    judged += _unless_marked(exchanged(reading, belongings_of(source.reading)), judged)
    judged += _unless_marked(otherwise_of_organs(reading, source), judged)
    judged += _unless_marked(overstated(reading, source), judged)
    judged += _unless_marked(otherwise_planned(reading, source), judged)
    judged += _unless_marked(misbooked(reading, source), judged)
    apart = _unless_marked(misattributed(reading, timeline_of(source.reading)), judged)
    judged = [*_without_counts_of(apart, judged, reading), *apart]
    judged += _unless_marked(differing(reading, source, same), judged)
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


def _unless_marked(found: Iterable[Finding], judged: Sequence[Finding]) -> list[Finding]:
    """Those that overlap nothing that is marked already."""
    taken = [(f.fact.start, f.fact.end) for f in judged if f.status is not Status.SUPPORTED]
    return [f for f in found if not any(s < f.fact.end and f.fact.start < e for s, e in taken)]


def _unless_right(judged: Sequence[Finding], right: Sequence[Value | Count]) -> Iterator[Finding]:
    """Without what is said against amounts that are the case's by what they are of."""
    spans = [(value.start, value.end) for value in right]
    for finding in judged:
        fact = finding.fact
        amount = fact.kind in (FactKind.QUANTITY, FactKind.NUMBER)
        if (
            finding.status is Status.SUPPORTED
            or not amount
            or not any(s < fact.end and fact.start < e for s, e in spans)
        ):
            yield finding


def _without_counts_of(
    apart: Sequence[Finding], judged: Sequence[Finding], reading: Reading
) -> Iterator[Finding]:
    """Where another course's drug is told, the cycles are right and not of that drug."""
    places = {reading.sentence_at(f.fact.start) for f in apart if f.fact.kind is FactKind.DRUG}
    for finding in judged:
        fact = finding.fact
        if fact.kind is not FactKind.CYCLES or reading.sentence_at(fact.start) not in places:
            yield finding


def _judged(
    reading: Reading,
    source: Source,
    same: Collection[Sentence],
    borrowed: frozenset[Stated],
    asked: Collection[Stated],
) -> Iterator[Finding]:
    statements = {fact: judge(fact, reading, source) for fact in reading.statements}
    facts = ((fact, judge(fact, reading, source)) for fact in reading.facts)
    for fact, verdict in chain(facts, statements.items()):
        if verdict is None:
            continue
        if verdict.status is Status.UNSUPPORTED and fact.kind in _SAID_OTHERWISE:
            verdict = _in_other_words(fact, statements) or verdict
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
