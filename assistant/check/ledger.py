"""A draft against its case: every fact supported, changed or unsupported, and what was left out.

Rules alone, and each finding says why. A fact is *supported* when the case holds the same value of
the same kind about the same thing, or when it follows from the case by arithmetic. It is *changed*
when the case holds another value about that thing; else *asked* when the physician's own
instruction brought it in, and *unsupported* otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.check.extract import extract
from assistant.check.fact import Fact, FactKind, Finding, Ledger, Status

_MUST_BE_ABOUT_THE_SAME = {FactKind.QUANTITY, FactKind.GRADE}
_WORTH_LISTING = (
    FactKind.NAME,
    FactKind.CODE,
    FactKind.STAGE,
    FactKind.DOSE,
    FactKind.FRACTIONS,
    FactKind.QUANTITY,
    FactKind.GRADE,
    FactKind.DATE,
    FactKind.CYCLES,
    FactKind.INTERVAL,
)
"""Kinds whose omission is reported, the important first."""


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
    case_facts = extract(case)
    draft_facts = extract(draft)
    borrowed = {(fact.kind, fact.value) for text in exemplars for fact in extract(text)}
    stated = {(fact.kind, fact.value) for fact in draft_facts}
    findings = tuple(
        _judge(fact, case, case_facts, stated, borrowed, asked=_is_asked(fact, asked))
        for fact in draft_facts
    )
    return Ledger(findings, _omitted(case_facts, draft, stated))


def asked_for(text: str, instruction: str) -> frozenset[Stated]:
    """The facts that an instruction wants in a text.

    What stands in `text` already is not wanted anew: it is spoken of to be changed or removed
    ("3 months instead of 6 weeks", "remove Dr. Elwood").
    """
    there = {(fact.kind, fact.value) for fact in extract(text)}
    return frozenset((fact.kind, fact.value) for fact in extract(instruction)) - there


def _is_asked(fact: Fact, asked: Collection[Stated]) -> bool:
    if fact.kind is FactKind.NUMBER:
        return False  # "2 paragraphs" explains no 2 of the letter
    if fact.kind is FactKind.NAME:
        parts = set(fact.value.split())
        return any(parts <= set(value.split()) for kind, value in asked if kind is FactKind.NAME)
    return (fact.kind, fact.value) in asked


def _judge(
    fact: Fact,
    case: str,
    case_facts: tuple[Fact, ...],
    stated: set[Stated],
    borrowed: set[Stated],
    *,
    asked: bool,
) -> Finding:
    source = _source(fact, case, case_facts)
    if source:
        return Finding(fact, Status.SUPPORTED, *source)
    rival = _rival(fact, [other for other in case_facts if other.kind is fact.kind], stated)
    if rival:
        message = f"{'You asked for it. ' if asked else ''}The case says {rival.text}."
        return Finding(fact, Status.CHANGED, message, rival.start, rival.end)
    if asked:
        return Finding(fact, Status.ASKED, "Not in the case: you asked for it.")
    if (fact.kind, fact.value) in borrowed:
        message = "Not in this case: it stands in an example letter."
        return Finding(fact, Status.UNSUPPORTED, message, leaked=True)
    return Finding(fact, Status.UNSUPPORTED, "Not in the case.")


_Place = tuple[str, int | None, int | None]
"""Why a fact is supported, and where in the case."""


def _source(fact: Fact, case: str, case_facts: tuple[Fact, ...]) -> _Place | None:
    same_kind = [other for other in case_facts if other.kind is fact.kind]
    equal = [other for other in same_kind if other.value == fact.value]
    if fact.kind in _MUST_BE_ABOUT_THE_SAME and fact.about:
        named = [other for other in equal if _same_thing(other.about, fact.about)]
        if named:
            return "In the case.", named[0].start, named[0].end
        # The value stands in the case about something else; that is no support, unless the
        # case doesn't say what it is about.
        equal = [other for other in equal if not other.about]
    if equal:
        return "In the case.", equal[0].start, equal[0].end
    if fact.kind is FactKind.NAME:
        return _name_source(fact, case)
    if fact.kind is FactKind.DATE and len(fact.value) == len("2026-02"):
        whole = [other for other in same_kind if other.value.startswith(fact.value)]
        if whole:
            return "The month of a date in the case.", whole[0].start, whole[0].end
    if fact.kind is FactKind.DOSE:
        return _product(fact, case_facts)
    if fact.kind in (FactKind.NUMBER, FactKind.INTERVAL):
        return _plain_number(fact, case_facts)
    return None


def _same_thing(one: str, other: str) -> bool:
    """Equal but for an ending: German inflection, plural."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and longer.startswith(shorter[: max(4, len(shorter) - 2)])


def _name_source(fact: Fact, case: str) -> _Place | None:
    last: re.Match[str] | None = None
    for part in fact.value.split():
        exact = re.search(rf"\b{re.escape(part)}\b", case, re.IGNORECASE)
        genitive = part.endswith("s") and re.search(
            rf"\b{re.escape(part[:-1])}\b", case, re.IGNORECASE
        )
        last = exact or genitive or None
        if last is None:
            return None
        if not exact:
            # "Frau Bergers Therapie": the genitive ends the name, a noun follows.
            break
    return ("In the case.", *last.span()) if last else None


def _product(fact: Fact, case_facts: tuple[Fact, ...]) -> _Place | None:
    """Total dose = fractions x dose per fraction, in either direction."""
    doses = [f for f in case_facts if f.kind is FactKind.DOSE]
    counts = [f for f in case_facts if f.kind is FactKind.FRACTIONS]
    wanted = Decimal(fact.value)
    for dose in doses:
        for count in counts:
            single, fractions = Decimal(dose.value), Decimal(count.value)
            if single * fractions == wanted:
                return f"{count.text} of {dose.text}.", dose.start, dose.end
            if wanted * fractions == single:
                return f"{dose.text} in {count.text}.", dose.start, dose.end
    return None


def _plain_number(fact: Fact, case_facts: tuple[Fact, ...]) -> _Place | None:
    """A number whose unit the draft or the case leaves out; or an age on a date of the case."""
    value = fact.value.split()[0]
    unit = fact.value.split()[1] if fact.kind is FactKind.INTERVAL else ""
    for other in case_facts:
        bare = other.kind in (FactKind.NUMBER, FactKind.FRACTIONS, FactKind.CYCLES, FactKind.DOSE)
        if bare and other.value == value and not unit:
            return "In the case.", other.start, other.end
    births = [f for f in case_facts if f.kind is FactKind.DATE and f.about == "birth"]
    if births and unit in ("", "years"):
        born = births[0]
        for other in case_facts:
            if other.kind is FactKind.DATE and _age(born.value, other.value) == value:
                return f"The age on {other.text}.", born.start, born.end
    return None


def _age(born: str, day: str) -> str:
    try:
        birth, then = dt.date.fromisoformat(born), dt.date.fromisoformat(day)
    except ValueError:
        return ""
    return str(then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day)))


def _days_apart(one: str, other: str) -> int:
    try:
        return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
    except ValueError:
        return 36_500


def _rival(fact: Fact, same_kind: list[Fact], stated: set[Stated]) -> Fact | None:
    """What the case says instead: about the same thing, or the only one that the draft lacks."""
    about = [o for o in same_kind if fact.about and _same_thing(o.about, fact.about)]
    unstated = [other for other in about if (other.kind, other.value) not in stated]
    if fact.kind is FactKind.DATE and unstated:
        return min(unstated, key=lambda other: _days_apart(fact.value, other.value))
    if unstated or about:
        return (unstated or about)[0]
    if fact.kind in (FactKind.DOSE, FactKind.FRACTIONS, FactKind.CYCLES, FactKind.CODE):
        left = [other for other in same_kind if (other.kind, other.value) not in stated]
        return left[0] if left else None
    return None


def _omitted(case_facts: tuple[Fact, ...], draft: str, stated: set[Stated]) -> tuple[Fact, ...]:
    seen: set[tuple[FactKind, str, str]] = set()
    left_out: list[Fact] = []
    for fact in sorted(case_facts, key=lambda f: (_rank(f.kind), f.start)):
        key = (fact.kind, fact.value, fact.about)
        if fact.kind not in _WORTH_LISTING or key in seen:
            continue
        seen.add(key)
        if (fact.kind, fact.value) in stated:
            continue
        # A letter may name a colleague by the surname alone.
        surname = replace(fact, value=fact.value.split()[-1])
        if fact.kind is FactKind.NAME and _name_source(surname, draft):
            continue
        left_out.append(fact)
    return tuple(left_out)


def _rank(kind: FactKind) -> int:
    return _WORTH_LISTING.index(kind) if kind in _WORTH_LISTING else len(_WORTH_LISTING)
