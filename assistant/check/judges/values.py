"""Values that belong to a drug or a toxicity: cycles, schedules, grades."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.check.deliveries import deliveries
from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.arithmetic import added
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    changed,
    families,
    known,
    left,
    of_tumour,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.schedules import agree
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary


def cycles(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A number of cycles, of the same drug where both texts name one."""
    if place := added(fact, draft, case):
        return supported(place, "Together with the others of the sentence.")
    if told := _of_planned(fact, draft, case):
        return told
    verdict = attributed(fact, draft, case)
    if verdict and verdict.status is Status.UNSUPPORTED:
        rivals = case.of(FactKind.CYCLES)
        for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.FRACTIONS)):
            if other.value == fact.value and not (
                _beyond(fact, rivals) and _is_of_else(other, case)
            ):
                return supported(other)
        return changed(left(rivals, draft)) if rivals else verdict
    return verdict


_COUNTED = re.compile(
    r"(?:\b(?:cycles?|courses?|doses?|zykl\w+|kurse?|gaben?|infusion\w*|c|z)\W{0,2}|#|[x×]\s?)$",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:planned|scheduled|intended|prescribed|of the|omit\w*|withh\w+|missed|only|instead"
    r"|vorgesehen\w*|geplant\w*|von den|statt|nur|entfiel\w*|weggelassen|verzichte\w+)\b",
    re.IGNORECASE,
)
"""Beside a number of cycles: not all of them need have been given."""


def _beyond(fact: Fact, counts: Sequence[Fact]) -> bool:
    """Whether cycles are more than the case has anywhere, and no sum of what it has."""
    values = [int(count.value) for count in counts if count.value.isdigit()]
    sums = {one + other for i, one in enumerate(values) for other in values[i:]}
    wanted = int(fact.value) if fact.value.isdigit() else 0
    return bool(values) and wanted > max(values) and wanted not in sums


def _is_of_else(number: Fact, case: Source) -> bool:
    """Whether a bare number of the case is no count of cycles: no such word, no drug is near."""
    if number.kind is not FactKind.NUMBER:
        return False
    drugs = vocabulary().drugs
    if known(number.about) and not any(name.lower() in drugs for name in number.about):
        return True
    sentence = case.reading.passages.sentences[case.reading.sentence_at(number.start)]
    near = case.reading.mentions_between(sentence.start, sentence.end)
    names = frozenset(name.lower() for m in near for name in vocabulary().family(m.name))
    before = case.text[max(0, number.start - 14) : number.start]
    return not (_COUNTED.search(before) or names & {"chemotherapy"} or names & drugs.keys())


def _of_planned(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "All six doses", where the case has five of six given; five are supported."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    short = any(sentence.start <= d.start < sentence.end for d in deliveries(draft.text))
    for told in deliveries(case.text):
        facts = case.reading.by_sentence[case.reading.sentence_at(told.start)]
        drugs = frozenset(f.value for f in facts if f.kind is FactKind.DRUG)
        if not fact.about or not related(fact.about, drugs):
            continue
        place = Fact(fact.kind, told.given, drugs, told.start, told.end,
                     case.text[told.start : told.end])  # fmt: skip
        if fact.value == told.given:
            return supported(place)
        planned = short or _PLAN.search(draft.text, sentence.start, sentence.end)
        if fact.value == told.planned and not planned:
            return changed(place)
    return None


def schedule(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "1-0-1" against the case's, of the same drug; or against "twice a day"."""
    about = [o for o in case.of(FactKind.SCHEDULE) if related(o.about, fact.about)]
    equal = [o for o in about if agree(fact.value, o.value)]
    if equal:
        return supported(equal[0])
    if about:
        return changed(left(about, draft))
    return supported(case.equal(fact)[0]) if case.equal(fact) else None


def attributed(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A value that belongs to a drug, a target, a toxicity: right only if it belongs there too."""
    equal = case.equal(fact)
    about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
    if not equal and fact.kind is FactKind.GRADE and (place := _of_who(fact, case)):
        return supported(place)
    if not equal and fact.kind is FactKind.GRADE and not about:
        tumour = [o for o in case.of(FactKind.STAGE) if "differentiation" in o.about]
        for other in tumour:
            if other.value == f"G{fact.value}":
                return supported(other)
        if tumour and not fact.about:
            return changed(tumour[0])
    if not equal:
        return changed(left(about, draft)) if about else NOT_THERE
    for other in equal:
        if not fact.about or not other.about or related(other.about, fact.about):
            return supported(other)
    for other in equal:
        if case.around(other) & families(fact.about) and not about:
            return supported(other)
    if about and known(fact.about):
        what = ", ".join(sorted(equal[0].about))
        return changed(
            left(about, draft), f"The case says {about[0].text} here; {fact.text} is of {what}."
        )
    if (
        fact.kind is FactKind.GRADE
        and known(fact.about)
        and not about
        and _beside(fact, draft)
        and not any(name in case.by_concept for name in fact.about)
    ):
        return None  # the side effect is marked already
    if fact.kind is FactKind.GRADE and about:
        return Verdict(
            Status.CHANGED, f"In the case this is of {', '.join(sorted(equal[0].about))}.", equal[0]
        )
    return supported(equal[0])


_WHO = re.compile(
    r"\bWHO(?:[\s:°-]*(?:CNS|ZNS|Grad|grade|Gr\.))*[\s:°-]*(?:(?P<n>[1-4])(?!\d)|(?P<r>I{1,3}|IV)\b)"
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_FOURTH = ("glioblastoma", "gliosarcoma")
"""Tumours of the central nervous system that are of grade 4 by their name (WHO 2021)."""


def _of_who(fact: Fact, case: Source) -> Fact | None:
    """ "Meningioma of grade 1" of the case's "WHO 1"; a glioblastoma's grade 4."""
    if not of_tumour(fact.about):
        return None
    for told in _WHO.finditer(case.text):
        if (told["n"] or _ROMAN[told["r"]]) == fact.value:
            return Fact(fact.kind, fact.value, fact.about, *told.span(), told.group())
    fourth = (case.by_concept.get(name, ()) for name in _FOURTH if fact.value == "4")
    return next((places[0] for places in fourth if places), None)


def _beside(fact: Fact, draft: Reading) -> bool:
    """Whether the side effect stands right beside its grade."""
    return any(
        m.name in fact.about and (0 <= fact.start - m.end <= 14 or 0 <= m.start - fact.end <= 14)
        for m in draft.mentions
    )
