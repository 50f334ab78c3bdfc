"""Whether a treatment goes on, was stopped, was removed, as the case says."""

from __future__ import annotations

from assistant.check.dispositions import NODES, states
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.done import of_other_item
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary


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
    theirs = [
        (other, its)
        for other in case.reading.statements
        if other.value in states() and _same(fact, other) and (its := _state(other, case.text))
    ]
    for other, its in theirs:
        if its == mine or its in state.allies:
            return supported(other)
    for other, its in theirs:
        if its in state.against:
            sentence = case.reading.passages.sentences[case.reading.sentence_at(other.start)]
            return changed(
                other,
                f"The case says otherwise: {case.text[sentence.start : sentence.end].strip()}",
            )
    if mine == "left in place" and (place := _removed(fact, case)):
        return changed(place)
    return None


def _same(one: Fact, other: Fact) -> bool:
    """An organ has to be the very same: "thigh" and "femoral" are two places."""
    if states()[one.value].of == "organ":
        return bool(one.about & other.about)
    if states()[one.value].of in ("all", "whole") and not (one.about and other.about):
        return True
    return related(one.about, other.about)


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
