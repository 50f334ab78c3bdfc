"""Whether the case affirms, denies, suspects or plans a thing as the draft does."""

from __future__ import annotations

import re

from assistant.check.assertions import cues_of
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.places import PLACES
from assistant.check.judges.terms import telling
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary

_THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}
_TREATS = frozenset(
    {"surgery", "resection", "radiotherapy", "chemotherapy", "systemic therapy", "therapy",
     "transplantation", "transfusion", "stoma formation"}
)  # fmt: skip


def as_said(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> Verdict:
    """Whether the case affirms, denies, suspects or plans it as the draft does."""
    said = {place.assertion for place in places}
    mine = fact.assertion
    place = next((p for p in places if p.assertion is mine), places[0])
    plain = fact.kind in PLACES or place.kind in (FactKind.CODE, FactKind.STAGE)
    if mine in said or plain or not _comparable(fact, places):
        return supported(place)
    # To deny the kind says nothing of the thing, but to deny the thing denies what is of its kind.
    same = [p for p in places if p.value == fact.value]
    if mine is Assertion.AFFIRMED and len(same) == len(places):
        if said == {Assertion.OF_RELATIVE}:
            return changed(place, f"In the case it is a relative's: {place.text}.")
        plainly = fact.kind is not FactKind.DRUG or _close_cue(place)
        if said <= {Assertion.NEGATED, Assertion.OF_RELATIVE} and plainly:
            return changed(place, f"The case denies it: {place.text}.")
        if said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
            return changed(place, f"The case only suspects it: {place.text}.")
        if said <= {Assertion.PLANNED} and fact.kind in _THERAPY and not _plans(fact, draft):
            return changed(place, f"The case only plans it: {place.text}.")
    if mine is Assertion.PLANNED and _will_be(fact, draft) and said <= {Assertion.AFFIRMED}:
        return changed(place, f"By the case it was done: {place.text}.")
    if mine is Assertion.SUSPECTED and said <= {Assertion.AFFIRMED} and _doubts(fact, draft):
        return changed(place, f"The case is certain of it: {place.text}.")
    affirmed = said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}
    if mine is Assertion.NEGATED and affirmed and fact.kind is not FactKind.DRUG:
        return changed(place, f"The case affirms it: {place.text}.")
    return supported(place)


_WILL_BE = re.compile(
    r"\b(?:is|are) (?:still )?(?:planned|scheduled|intended)\b|\bwill (?:be|undergo|receive)\b"
    r"|\b(?:ist|sind) (?:noch )?(?:geplant|vorgesehen)\b"
    r"|\bwird (?:\w+ ){0,3}(?:erfolgen|erhalten|\w+t werden)\b"
    r"|\b(?:planned|geplant|scheduled|vorgesehen):",
    re.IGNORECASE,
)
_DOUBTS = (
    *("suspect", "suspic", "is suspected", "was suspected"),
    *("verdacht", "v.a", "v. a", "vermutet"),
)


def _will_be(fact: Fact, draft: Reading) -> bool:
    """Whether a therapy is plainly said to lie ahead."""
    family = vocabulary().family(fact.value)
    if fact.kind is not FactKind.DRUG and not family & _TREATS:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    return bool(_WILL_BE.search(draft.text[sentence.start : sentence.end]))


def _close_cue(place: Fact) -> bool:
    """Of drugs in a list, a "no" further off may be of the first alone."""
    return place.cue is not None and 0 <= place.start - place.cue[1] <= 2


def _doubts(fact: Fact, draft: Reading) -> bool:
    """Whether the draft suspects it in so many words; "likely" and "possible" may be politeness."""
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    if "metastases" in vocabulary().family(fact.value) or not telling(fact):
        return False
    return fact.kind in (FactKind.DIAGNOSIS, FactKind.FINDING) and cue.startswith(_DOUBTS)


def _comparable(fact: Fact, places: tuple[Fact, ...]) -> bool:
    """Whether it is the same thing that both speak of: everyday words need be alike themselves."""
    if fact.kind is FactKind.PROCEDURE:
        return bool(vocabulary().family(fact.value) & _TREATS)
    if fact.kind is not FactKind.FINDING or telling(fact):
        return True
    return any(fact.text.lower()[:6] == place.text.lower()[:6] for place in places)


def _plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    return any(cue.assertion is Assertion.PLANNED for cue in cues)
