"""Concepts: diagnoses, findings, procedures, drugs, sites, and words that no lexicon has."""

from __future__ import annotations

import re

from assistant.check.assertions import cues_of
from assistant.check.fact import Assertion, Fact, FactKind, Status
from assistant.check.judges.stages import bare
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.passages import stem
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary


def concept(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    known = vocabulary()
    concept = known.concepts.get(fact.value)
    places = case.by_concept.get(fact.value, ())
    if concept and concept.generic:
        return None
    if not places and concept and concept.icd10:
        places = tuple(
            code for code in case.of(FactKind.CODE) if code.value.startswith(concept.icd10)
        )
    if not places and (word := _word_place(fact, case)):
        return word
    if not places:
        places = _implied(fact, case)
    if not places:
        if fact.kind is FactKind.SITE or fact.kind is FactKind.TECHNIQUE:
            return _no_site(fact, draft, case)
        if fact.kind is FactKind.DIAGNOSIS and fact.assertion is Assertion.NEGATED:
            return Verdict(Status.UNSUPPORTED, "The case says nothing of it.")
        rival = _rival_concept(fact, draft, case)
        return changed(rival) if rival else NOT_THERE
    return _assertion(fact, places, draft)


def _plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    return any(cue.assertion is Assertion.PLANNED for cue in cues)


def _word_place(fact: Fact, case: Source) -> Verdict | None:
    """The same words stand in the case, read there as something else."""
    words = [stem(w, case.reading.passages.language) for w in re.findall(r"[^\W_]+", fact.text)]
    if words and all(len(w) > 3 for w in words) and set(words) <= case.reading.stems:
        return supported(None)
    return None


def _implied(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """What a stage says of metastases."""
    if "metastases" not in vocabulary().family(fact.value):
        return ()
    wanted = "0" if fact.assertion is Assertion.NEGATED else "123"
    letters = "N" if "lymph node" in fact.value else "MN" if fact.value == "metastases" else "M"
    return tuple(
        o
        for o in case.of(FactKind.STAGE)
        if (short := bare(o.value)) and short[0] in letters and short[1:2] and short[1] in wanted
    )


def _assertion(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> Verdict:
    said = {place.assertion for place in places}
    mine = fact.assertion
    if mine in said or places[0].kind in (FactKind.CODE, FactKind.STAGE):
        return supported(next((p for p in places if p.assertion is mine), places[0]))
    place = places[0]
    if mine is Assertion.AFFIRMED:
        if said == {Assertion.OF_RELATIVE}:
            return changed(place, f"In the case it is a relative's: {place.text}.")
        if said <= {Assertion.NEGATED}:
            return changed(place, f"The case denies it: {place.text}.")
        if said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
            return changed(place, f"The case only suspects it: {place.text}.")
        if said <= {Assertion.PLANNED} and fact.kind in _THERAPY and not _plans(fact, draft):
            return changed(place, f"The case only plans it: {place.text}.")
    if (
        mine is Assertion.NEGATED
        and fact.kind is not FactKind.DRUG
        and said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}
    ):
        return changed(place, f"The case affirms it: {place.text}.")
    if mine is Assertion.PLANNED and said <= {Assertion.AFFIRMED} and fact.kind in _THERAPY:
        return supported(place)
    return supported(place)


_THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}


def _no_site(fact: Fact, draft: Reading, case: Source) -> Verdict:
    rivals = [o for o in case.of(fact.kind) if not any(o.value == f.value for f in draft.facts)]
    generic = vocabulary().concepts
    rivals = [o for o in rivals if not generic[o.value].generic] if rivals else []
    return (
        Verdict(Status.UNSUPPORTED, "Not in the case.")
        if not rivals
        else changed(rivals[0], f"Not in the case, which names {rivals[0].text}.")
    )


def _rival_concept(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    known = vocabulary()
    said = {f.value for f in draft.facts}
    mine = known.concepts.get(fact.value)
    for other in case.of(fact.kind):
        its = known.concepts.get(other.value)
        if other.value in said or (its and its.generic):
            continue
        if mine and its and (mine.site == its.site != "" or mine.implies & its.implies):
            return other
    return None


def term(fact: Fact, draft: Reading, case: Source) -> Verdict:
    stems = case.reading.stems
    if fact.value in stems:
        return supported(None)
    lower = fact.text.lower()
    if any(_cognate(fact.value, other) for other in stems):
        return supported(None)
    if lower in case.text.lower():
        return supported(None)
    return NOT_THERE


def _cognate(one: str, other: str) -> bool:
    """The same word in another form or language: a long common beginning."""
    shorter = min(len(one), len(other))
    return shorter >= 6 and one[: max(6, shorter - 2)] == other[: max(6, shorter - 2)]
