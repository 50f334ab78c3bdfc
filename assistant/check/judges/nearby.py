"""Words that stand at once beside a fact: the part of a side, the organ of a metastasis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.judges.verdict import Verdict, changed, families, supported
from assistant.check.levels import find_levels
from assistant.check.nodal_levels import nodal_levels
from assistant.check.parts import find_parts
from assistant.check.reading import Reading
from assistant.check.sides import words_beside
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary


def side_beside(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A side against the case's of the very same part: "left paracolic gutter".

    None where the case gives that part no side, or in other words.
    """
    for words in words_beside(fact, draft.passages):
        if there := case.sides.get(words):
            same = [o for o in there if o.value == fact.value]
            if not same and any(o.value == "both" for o in there):
                return None
            return supported(same[0]) if same else changed(there[0])
    return _side_of_device(fact, draft, case)


_DEVICES = frozenset(
    {"port implantation", "pacemaker status", "implanted defibrillator", "hip replacement",
     "knee replacement", "nephrostomy", "ureteral stent insertion", "central venous catheter"}
)  # fmt: skip


def _side_of_device(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """The side of what is implanted, where the sentence speaks of one side only."""
    devices = draft.around(fact) & _DEVICES
    number = draft.sentence_at(fact.start)
    sides = (f for f in draft.facts if f.kind is FactKind.LATERALITY)
    if not devices or sum(draft.sentence_at(side.start) == number for side in sides) > 1:
        return None
    there = [o for o in case.of(FactKind.LATERALITY) if devices & case.around(o)]
    if not there or any(o.value == fact.value for o in there):
        return None
    return changed(there[0])


_IN = re.compile(r"^\s(?:in|im|of|to|der|des|within)\b[^.,;:()]{0,40}$")


_OF = re.compile(r"^\s(?:der|des|of|of the)\s\w*$")
_SPREAD = ("metastases", "distant metastases")


def spread_elsewhere(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "Deposits in the lung", "cancer of the cervix", where the case has them elsewhere only."""
    if "lymph" in fact.value or vocabulary().concepts[fact.value].generic:
        return None
    text = draft.text
    general = ""
    for other in draft.facts:
        if other.end >= fact.start:
            break
        gap = text[other.end : fact.start]
        if other.value in _SPREAD and _IN.match(gap):
            general = "metastases"
        elif other.value == "cancer" and _OF.match(gap):
            general = "cancer"
    if not general or (general == "cancer" and fact.value in case.by_concept):
        return None
    there = [p for p in case.by_concept.get(general, ()) if vocabulary().site(p.value)]
    theirs = families(frozenset(vocabulary().site(place.value) for place in there))
    if not there or theirs & vocabulary().family(fact.value):
        return None
    near = any(fact.value in case.around(p) for p in case.by_concept[general])
    return None if near else changed(there[0])


def misplaced(draft: Reading, case: Source) -> Iterator[Finding]:
    """Every part of an organ that the draft names, where the case names one other part of it."""
    for fact in find_parts(draft.text, draft.passages.language):
        there = case.parts.get(next(iter(fact.about)), ())
        values = {other.value for other in there}
        if len(values) == 1 and fact.value not in values:
            message = f"The case says {there[0].text}."
            yield Finding(fact, Status.CHANGED, message, there[0].start, there[0].end)


def unknown_levels(draft: Reading, case: Source) -> Iterator[Finding]:
    """Vertebrae, levels and stations that a case which names others of their sort lacks."""
    theirs = [("spine", levels.values, levels) for levels in case.levels]
    theirs += [(nodes.axis, nodes.values, nodes) for nodes in nodal_levels(case.text)]
    mine = [("spine", levels.values, levels) for levels in find_levels(draft.text)]
    mine += [(nodes.axis, nodes.values, nodes) for nodes in nodal_levels(draft.text)]
    sacrum = {f"S{n}" for n in range(1, 6)} if "sacrum" in case.by_concept else set[str]()
    for axis, values, place in mine:
        rivals = [(len(values & its), other) for kind, its, other in theirs if kind == axis]
        known = frozenset(sacrum).union(*(its for kind, its, _ in theirs if kind == axis))
        # Of nodes a part that is known will do: their levels are told more roughly.
        unknown = values - known if axis == "spine" else not values & known
        if rivals and unknown:
            rival = max(rivals, key=lambda pair: pair[0])[1]
            value = " ".join(sorted(values))
            fact = Fact(FactKind.SITE, value, frozenset(), place.start, place.end, place.text)
            message = f"The case says {rival.text}."
            yield Finding(fact, Status.CHANGED, message, rival.start, rival.end)
