"""Whether a treatment goes on, was stopped, was removed, as the case says."""

from __future__ import annotations

import re

from assistant.check.dispositions import NODES, RESPONSES, UNTROUBLED, State, opposites, states
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.done import of_other_item
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_BEFORE = 40
_SUPPOSED = re.compile(
    r"\b(?:until|till|if|upon|on|at|case of|for|before|after|since|without|risk of|rule out|hoping"
    r"|aim\w*|should|could|bis|zum|zur|bei|falls|fall|vor|nach|seit|ohne|Risiko|Ziel|sollte|ausschlie\w+"
    r"|further|weitere[rnms]?|next|nächste[rnms]?)(?:\s+[^\W\d_]+){0,2}\s+$",
    re.IGNORECASE,
)
"""Before a response that may come, or from which something else is reckoned."""


def disposition(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A state is wrong where the case tells only of states that it excludes.

    None where the case tells nothing of the kind.
    """
    mine = _state(fact, draft.text)
    if not mine or fact.assertion is Assertion.SUSPECTED:
        return None
    if fact.value == NODES and fact.assertion is not Assertion.AFFIRMED:
        return None  # of a node-negative tumour it may be the spread that is denied
    state = states()[mine]
    if mine in opposites() and fact.assertion in _NOT_SO:
        return None
    if mine in RESPONSES and _SUPPOSED.search(draft.text, max(0, fact.start - _BEFORE), fact.start):
        return None
    theirs = [
        (other, its)
        for other in case.reading.statements
        if other.value in states() and _same(fact, other) and (its := _state(other, case.text))
        if its not in opposites() or other.assertion not in _NOT_SO
    ]
    for other, its in theirs:
        if its == mine or its in state.allies:
            return supported(other)
    if _borne_out(state, case):
        return None
    for other, its in theirs:
        if its in state.against:
            sentence = case.reading.passages.sentences[case.reading.sentence_at(other.start)]
            return changed(
                other,
                f"The case says otherwise: {case.text[sentence.start : sentence.end].strip()}",
            )
    if mine == UNTROUBLED and (place := _graded(fact, draft, case)):
        return changed(place, f"The case has side effects: {_told(place)}.")
    if mine == "left in place" and (place := _removed(fact, case)):
        return changed(place)
    return None


_NOT_SO = {Assertion.PLANNED, Assertion.SUSPECTED, Assertion.OF_RELATIVE}
_DENIALS = {"no", "not", "without", "nor", "kein", "keine", "keinen", "keiner", "ohne", "nicht"}


def _borne_out(state: State, case: Source) -> bool:
    """Whether the case has, not denied, what may be said of a state instead."""
    words = case.reading.passages.words
    return any(
        not place.first or words[place.first - 1].text.lower() not in _DENIALS
        for place in case.words.places(state.evidence)
    )


def _same(one: Fact, other: Fact) -> bool:
    """An organ has to be the very same: "thigh" and "femoral" are two places."""
    if states()[one.value].of == "organ":
        return bool(one.about & other.about)
    if states()[one.value].of in ("all", "whole") and not (one.about and other.about):
        return True
    return related(one.about, other.about)


_TREATMENT = re.compile(
    r"\b(?:radiotherap\w+|radiation|irradiation|RT|treatment|therap\w+|\w*bestrahlung|Radiatio"
    r"|\w*therapie|Behandlung|radiochemother\w+|chemoradi\w+)\b",
    re.IGNORECASE,
)
_TROUBLING = "234"
"""Grades (CTCAE) that are more than slight."""


def _graded(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """The side effect of the case that a treatment "without any problems" leaves no room for."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    if not _TREATMENT.search(draft.text, sentence.start, sentence.end):
        return None
    grades = case.of(FactKind.GRADE)
    return next((g for g in grades if g.about and g.value in _TROUBLING), None)


def _told(grade: Fact) -> str:
    return f"{', '.join(sorted(grade.about))} {grade.text}"


def _removed(fact: Fact, case: Source) -> Fact | None:
    """The operation of the case by which the organ went that the draft leaves in place."""
    known = vocabulary()
    for place in case.of(FactKind.PROCEDURE):
        went = place.value.endswith("ectomy") and known.site(place.value) in fact.about
        if went and place.assertion is Assertion.AFFIRMED:
            return place
    return None


def _state(fact: Fact, text: str) -> str:
    """The state meant: what was not stopped goes on."""
    denied = fact.assertion is Assertion.NEGATED and not of_other_item(text, fact.cue, fact)
    return states()[fact.value].denied if denied else fact.value
