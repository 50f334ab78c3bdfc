"""Concepts: diagnoses, findings, procedures, drugs, sites, and words that no lexicon has."""

from __future__ import annotations

import re

from assistant.check.assertions import cues_of
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.stages import bare
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.linking import BOOST
from assistant.check.passages import stem
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.terms import is_medical_word
from assistant.check.vocabulary import vocabulary

_NO_CLAIM = {Assertion.NEGATED, Assertion.PLANNED, Assertion.SUSPECTED}
"""What is denied or only thought of, and which the case doesn't mention, is no claim of its own."""
_THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}
_PLACES = {FactKind.SITE, FactKind.TECHNIQUE, FactKind.ROUTE}
"""Kinds that are not denied or planned by themselves."""
_TREATS = frozenset(
    {"surgery", "resection", "radiotherapy", "chemotherapy", "systemic therapy", "therapy",
     "transplantation", "transfusion", "stoma formation"}
)  # fmt: skip
_SHOWN = frozenset({"imaging", "endoscopy", "examination", "laboratory test", "histopathology"})
"""Kinds of procedures by which something is or isn't seen: a "no" beside them is of what they show."""


def concept(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    known = vocabulary()
    mine = known.concepts.get(fact.value)
    if mine and mine.generic:
        return None
    places = case.by_concept.get(fact.value, ())
    if not places and mine and mine.icd10:
        codes = case.of(FactKind.CODE)
        places = tuple(code for code in codes if code.value.startswith(mine.icd10))
    if not places and fact.kind is not FactKind.HISTOLOGY and _stands_there(fact, case):
        return supported(None)
    places = places or _by_stage(fact, case) or _composed(fact, case)
    if places:
        return _as_said(fact, places, draft)
    if fact.kind in _PLACES:
        return _other_place(fact, draft, case)
    regimen = known.regimens.get(fact.value, ())
    if regimen and all(drug in case.by_concept for drug in regimen):
        return supported(case.by_concept[regimen[0]][0], "Its drugs are in the case.")
    parts = mine.implies - {"therapy"} if mine and fact.kind is FactKind.PROCEDURE else frozenset()
    if len(parts) > 1 and all(part in case.by_concept for part in parts):
        return supported(case.by_concept[next(iter(parts))][0])
    if _general_therapy(fact, case):
        return None
    if fact.assertion in _NO_CLAIM or not _telling(fact):
        return None
    rival = _rival(fact, draft, case)
    return changed(rival) if rival else NOT_THERE


def _telling(fact: Fact) -> bool:
    """Whether its absence from the case means something.

    A finding in everyday words ("sore") or an examination hardly named is not worth an alarm.
    """
    if fact.kind in (FactKind.DRUG, FactKind.DIAGNOSIS, FactKind.HISTOLOGY):
        return not re.search(r"smok|alcohol|healthy|tobacco", fact.value)
    family = vocabulary().family(fact.value)
    if fact.kind is FactKind.PROCEDURE and family & _SHOWN:
        return False
    if fact.kind is FactKind.PROCEDURE and family & {"surgery", "radiotherapy", "resection"}:
        return True
    return any(is_medical_word(word) for word in re.findall(r"[^\W\d_]+", fact.text))


def _stands_there(fact: Fact, case: Source) -> bool:
    """The same words stand in the case, read there as something else."""
    words = [stem(w, case.reading.passages.language) for w in re.findall(r"[^\W_]+", fact.text)]
    return bool(words) and all(len(w) > 3 for w in words) and set(words) <= case.reading.stems


def _composed(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """ "Brain metastases" of "metastases: brain"; "whole-breast irradiation" of "RT, breast"."""
    known = vocabulary()
    site, family = known.site(fact.value), known.family(fact.value)
    if not site or fact.kind is FactKind.SITE:
        return ()
    if "metastases" in family:
        general = case.by_concept.get("metastases", ())
    elif "radiotherapy" in family:
        general = (*case.by_concept.get("radiotherapy", ()), *case.of(FactKind.DOSE))
    else:
        return ()
    return tuple(place for place in general if site in case.around(place))


def _by_stage(fact: Fact, case: Source) -> tuple[Fact, ...]:
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


def _as_said(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> Verdict:
    """Whether the case affirms, denies, suspects or plans it as the draft does."""
    said = {place.assertion for place in places}
    mine = fact.assertion
    place = next((p for p in places if p.assertion is mine), places[0])
    plain = fact.kind in _PLACES or place.kind in (FactKind.CODE, FactKind.STAGE)
    if mine in said or plain or not _comparable(fact, places):
        return supported(place)
    # To deny the kind says nothing of the thing, but to deny the thing denies what is of its kind.
    same = [p for p in places if p.value == fact.value]
    if mine is Assertion.AFFIRMED and len(same) == len(places):
        if said == {Assertion.OF_RELATIVE}:
            return changed(place, f"In the case it is a relative's: {place.text}.")
        if said <= {Assertion.NEGATED, Assertion.OF_RELATIVE}:
            return changed(place, f"The case denies it: {place.text}.")
        if said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
            return changed(place, f"The case only suspects it: {place.text}.")
        if said <= {Assertion.PLANNED} and fact.kind in _THERAPY and not _plans(fact, draft):
            return changed(place, f"The case only plans it: {place.text}.")
    if mine is Assertion.PLANNED and _will_be(fact, draft) and said <= {Assertion.AFFIRMED}:
        return changed(place, f"By the case it was done: {place.text}.")
    affirmed = said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}
    if mine is Assertion.NEGATED and affirmed and fact.kind is not FactKind.DRUG:
        return changed(place, f"The case affirms it: {place.text}.")
    return supported(place)


_WILL_BE = re.compile(
    r"\b(?:is|are) (?:still )?(?:planned|scheduled|intended)\b|\bwill (?:be|undergo|receive)\b|\b(?:ist|sind) (?:noch )?(?:geplant|vorgesehen)\b"
    r"|\bwird (?:\w+ ){0,3}(?:erfolgen|erhalten|durchgeführt werden)\b|\b(?:planned|geplant|scheduled|vorgesehen):",
    re.IGNORECASE,
)


def _will_be(fact: Fact, draft: Reading) -> bool:
    """Whether a therapy is plainly said to lie ahead."""
    family = vocabulary().family(fact.value)
    if fact.kind is not FactKind.DRUG and not family & _TREATS:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    return bool(_WILL_BE.search(draft.text[sentence.start : sentence.end]))


def _comparable(fact: Fact, places: tuple[Fact, ...]) -> bool:
    if fact.kind is FactKind.PROCEDURE:
        return bool(vocabulary().family(fact.value) & _TREATS)
    if fact.kind is not FactKind.FINDING or _telling(fact):
        return True
    return any(fact.text.lower()[:6] == place.text.lower()[:6] for place in places)


def _plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    return any(cue.assertion is Assertion.PLANNED for cue in cues)


def _other_place(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A site, technique or route is worth an alarm where the case has another of the same kind."""
    said = {f.value for f in draft.facts}
    family = vocabulary().family(fact.value)
    general = family - {fact.value}
    if fact.value in _INTENTS:
        return _other_intent(fact, case)
    if fact.value.endswith("boost") and BOOST.search(case.text):
        return None
    for other in case.of(fact.kind):
        if other.value in said or other.value in general or other.value in _INTENTS:
            continue
        if fact.kind is FactKind.ROUTE and not (fact.about and related(fact.about, other.about)):
            continue
        if fact.kind is not FactKind.SITE or general & vocabulary().family(other.value):
            return changed(other)
    if fact.kind is FactKind.SITE and any(name in case.by_concept for name in general):
        return None
    if fact.value == "tumour bed" and BOOST.search(case.text):
        return None
    if fact.kind is FactKind.ROUTE:
        return None
    if fact.kind is FactKind.SITE and _elsewhere(fact, case):
        return NOT_THERE
    number = draft.sentence_at(fact.start)
    aimed_at = fact.kind is not FactKind.SITE or any(
        f.kind is FactKind.DOSE and draft.sentence_at(f.start) == number for f in draft.facts
    )
    return NOT_THERE if aimed_at else None


def _elsewhere(fact: Fact, case: Source) -> bool:
    """ "A fracture of the pelvis", where the case has a fracture of another bone."""
    if fact.assertion is not Assertion.AFFIRMED:
        return False
    concepts = vocabulary().concepts
    around = [case.around(p) for name in fact.about for p in case.by_concept.get(name, ())]
    named = {
        name
        for names in around
        for name in names
        if name in concepts and concepts[name].kind == "site" and not concepts[name].generic
    }
    return bool(named) and len(around) == 1


_INTENTS = frozenset(
    {"adjuvant", "neoadjuvant", "palliative", "curative", "definitive", "primary intent", "salvage",
     "prophylactic", "concurrent", "sequential", "consolidative", "first-line", "second-line",
     "third-line", "dose escalation", "dose reduction", "supine position", "prone position",
     "hypofractionated", "normofractionated", "accelerated", "linear accelerator", "photons"}
)  # fmt: skip


def _other_intent(fact: Fact, case: Source) -> Verdict | None:
    """To palliate and to cure exclude each other; the other words go together."""
    to_cure = {"adjuvant", "neoadjuvant", "curative", "definitive", "primary intent"}
    against = to_cure if fact.value == "palliative" else {"palliative"}
    others = [o for o in case.of(FactKind.TECHNIQUE) if o.value in against]
    if others and (fact.value == "palliative" or fact.value in to_cure):
        return changed(others[0])
    return None


def _general_therapy(fact: Fact, case: Source) -> bool:
    """ "Radiochemotherapy", where the case has doses and drugs but no such word."""
    mine = vocabulary().concepts.get(fact.value)
    if fact.kind is not FactKind.PROCEDURE or mine is None or mine.site:
        return False
    family = mine.implies
    radiation = "radiotherapy" in family and case.of(FactKind.DOSE)
    drugs = family & {"chemotherapy", "systemic therapy"} and case.of(FactKind.DRUG)
    return bool(radiation or drugs)


def _rival(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """What the case has of the same kind and place, and the draft lacks."""
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


def term(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    stems = case.reading.stems
    if fact.value in stems:
        return supported(None)
    lower = fact.text.lower()
    if fact.assertion in _NO_CLAIM:
        return None
    if any(_cognate(fact.value, other) for other in stems):
        return supported(None)
    if lower in case.text.lower():
        return supported(None)
    return NOT_THERE


def _cognate(one: str, other: str) -> bool:
    """The same word in another form or language: a long common beginning."""
    shorter = min(len(one), len(other))
    return shorter >= 6 and one[: max(6, shorter - 2)] == other[: max(6, shorter - 2)]
