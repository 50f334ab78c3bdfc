"""Whether the case affirms, denies, suspects or plans a thing as the draft does."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.check.acts import Deed, acts
from assistant.check.appointments import appointments_of
from assistant.check.fact import Assertion, Fact, FactKind, Stress
from assistant.check.judges.manner import (
    THERAPY,
    TREATS,
    doubts,
    is_booked,
    is_elsewhere,
    is_gone,
    is_operation,
    is_past,
    is_shown,
    lasts,
    not_done,
    plans,
    will_be,
)
from assistant.check.judges.places import PLACES
from assistant.check.judges.telling import SHOWS, telling
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon


def as_said(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> Verdict:
    """Whether the case affirms, denies, suspects or plans it as the draft does."""
    places = _as_booked(_in_context(fact, places, draft, case), case)
    place = next((p for p in places if p.assertion is fact.assertion), places[0])
    plain = fact.kind in PLACES or place.kind in (FactKind.CODE, FactKind.STAGE)
    if plain or not _comparable(fact, places, draft):
        return supported(place)
    why = _otherwise(fact, places, draft, case)
    return changed(place, f"{why}: {place.text}.") if why else supported(place)


def otherwise_told(
    fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source
) -> Verdict | None:
    """Of what is too general to be looked for: only whether it is done or certain, by the case."""
    if fact.kind is FactKind.PROCEDURE:
        places = _as_booked(places or _operations(fact, case), case)
    there = _in_context(fact, places, draft, case)
    if not there or (is_shown(fact) and not is_operation(fact, draft)):
        return None
    said = {p.assertion for p in there}
    if fact.kind is FactKind.PROCEDURE:
        if fact.stress is Stress.DONE and (plan := _only_plan(fact, places, draft, case)):
            return changed(plan, f"The case only plans it: {plan.text}.")
        behind = {p.assertion for p in places} <= {Assertion.AFFIRMED}
        manner = is_operation(fact, draft) and fact.value not in _OPERATIONS
        planned = fact.assertion is Assertion.PLANNED and behind and manner
        if planned and will_be(fact, places, draft, case):
            return changed(places[0], f"By the case it was done: {places[0].text}.")
    elif fact.stress is Stress.PROVEN and said <= {Assertion.SUSPECTED}:
        return changed(there[0], f"The case only suspects it: {there[0].text}.")
    return None


def _only_plan(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> Fact | None:
    """Where the case plans it, if it does nothing else with it."""
    if any(p.text.endswith(_ADJECTIVES) for p in places):
        return None
    others = [p for p in places if not _is_beside(p, fact, draft, case)]
    planned = {p.assertion for p in others} == {Assertion.PLANNED}
    return others[0] if planned and not any(is_past(p, draft, case) for p in others) else None


_OPERATIONS = ("surgery", "resection")
_MINOR = re.compile(r"biops|implant|insert|stent|port|cathet|stomy|scop|drain|extract", re.I)
"""Of names: operations that are none of those by which a tumour is removed."""


def _operations(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """ "Was resected" of a case that has "surgery planned"."""
    return case.by_concept.get("surgery", ()) if fact.value in _OPERATIONS else ()


def _is_beside(place: Fact, fact: Fact, draft: Reading, case: Source) -> bool:
    """A heading, or an operation beside the one that is planned, where the draft names none."""
    if place.assertion is Assertion.PLANNED:
        return False
    named = any(
        f.kind is FactKind.DATE or (f.kind is FactKind.PROCEDURE and f.value not in _OPERATIONS)
        for f in draft.by_sentence[draft.sentence_at(fact.start)]
        if f is not fact
    )
    if named:
        return False
    heading = re.match(r'"?\s*[:=\t]', case.text[place.end : place.end + 3])
    return bool(heading or _MINOR.search(place.value))


def _as_booked(places: tuple[Fact, ...], case: Source) -> tuple[Fact, ...]:
    """A visit or examination that the case has in its appointments is planned, without a word."""
    booked = appointments_of(case.text, case.reading.passages.language)
    return tuple(
        replace(place, assertion=Assertion.PLANNED)
        if (is_shown(place) or place.value == "follow-up care")
        and place.assertion is Assertion.AFFIRMED
        and place.stress is not Stress.DONE
        and is_booked(place, booked)
        else place
        for place in places
    )


_ADJECTIVES = ("al", "ical", "ive", "iv", "isch", "ische", "ischer", "ischen", "iven")


def _otherwise(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> str:
    """What the case does with it, if not what the draft does."""
    said = {p.assertion for p in places}
    # To deny the kind says nothing of the thing, but to deny the thing denies what is of its kind.
    same = all(p.value == fact.value for p in places)
    match fact.assertion:
        case Assertion.AFFIRMED:
            return _affirmed(fact, places, said, draft, case) if same or fact.stress else ""
        case Assertion.PLANNED:
            behind = said <= {Assertion.AFFIRMED} and will_be(fact, places, draft, case)
            return "By the case it was done" if behind else ""
        case Assertion.SUSPECTED:
            doubted = doubts(fact, draft) and not fact.value.endswith(_SEEN)
            if doubted and said <= {Assertion.NEGATED}:
                return "The case excludes it"
            return "The case is certain of it" if doubted and said <= {Assertion.AFFIRMED} else ""
        case Assertion.NEGATED:
            affirmed = said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}
            gone = is_gone(fact, draft) and not any(lasts(p, case) for p in places)
            local = fact.cue is None and bool(_ATTRIBUTE.match(draft.text, fact.start))
            elsewhere = gone or local or all(is_elsewhere(fact, p, draft, case) for p in places)
            named = fact.kind is not FactKind.DRUG or not_done(fact, draft)
            denied = affirmed and not elsewhere and named and not _left_out(fact, draft, case)
            return "The case affirms it" if denied else ""
        case Assertion.OF_RELATIVE:
            return _of_another(fact, places, draft, case)


_AT_ALL = re.compile(r"never|nie", re.IGNORECASE)


def _left_out(fact: Fact, draft: Reading, case: Source) -> bool:
    """ "From the sixth cycle without oxaliplatin", where the case has it omitted at some time."""
    if fact.kind is not FactKind.DRUG or (fact.cue and _AT_ALL.match(draft.text, fact.cue[0])):
        return False
    off = (act for act in acts(case.reading) if act.deed is Deed.OFF)
    return any(related(act.drugs, frozenset({fact.value})) for act in off)


def _of_another(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> str:
    """ "Her mother had ovarian cancer", where the case says it of an aunt."""
    mine = _relative(fact, draft)
    theirs = {_relative(p, case.reading) for p in places if p.assertion is Assertion.OF_RELATIVE}
    known = mine and theirs and "" not in theirs
    return "In the case it is another relative's" if known and mine not in theirs else ""


def _relative(fact: Fact, reading: Reading) -> str:
    """Whose a fact is said to be, in English; empty where the words don't tell."""
    word = reading.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    return lexicon()["relatives"].get(word, "")


def _affirmed(
    fact: Fact, places: tuple[Fact, ...], said: set[Assertion], draft: Reading, case: Source
) -> str:
    if said == {Assertion.OF_RELATIVE}:
        return "In the case it is a relative's"
    plainly = fact.kind is not FactKind.DRUG or _close_cue(places[0])
    none = {Assertion.NEGATED, Assertion.OF_RELATIVE}
    if said <= none and plainly:
        return "The case denies it"
    if plainly and Assertion.NEGATED in said and said <= {*none, Assertion.PLANNED}:
        return "The case only speaks of it"
    if Assertion.SUSPECTED in said and said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
        # What is seen isn't doubted: "suspected metastasis: lung nodule".
        shown = fact.value.endswith(_SEEN) or _is_measured(fact, case)
        return "" if shown else "The case only suspects it"
    if said <= {Assertion.PLANNED} and fact.kind in THERAPY:
        treats = fact.kind is FactKind.DRUG or vocabulary().family(fact.value) & TREATS
        open_plan = not treats or plans(fact, draft) or _under_way(fact, case)
        done = fact.stress is Stress.DONE or not open_plan
        begun = any(is_past(place, draft, case) for place in places)
        return "The case only plans it" if done and not begun else ""
    return ""


def _is_measured(fact: Fact, case: Source) -> bool:
    """Whether the case gives the laboratory value that a finding puts into words."""
    known = vocabulary()
    kin = known.kin.get(fact.value, frozenset[str]())
    values = {name for name in kin if (c := known.concepts.get(name)) and c.kind == "analyte"}
    return any(mention.name in values for mention in case.reading.mentions)


def _in_context(
    fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source
) -> tuple[Fact, ...]:
    """Of several places, those whose sentence speaks most of what the fact's does.

    "The lung nodule is a metastasis" is held against the nodule's, not the liver's.
    """
    if len(places) < 2 or not (fact.stress or fact.cue):
        return places
    known = vocabulary()
    own = known.family(fact.value) | {known.site(fact.value)}
    context = {
        name
        for name in draft.around(fact) - own
        if (concept := known.concepts.get(name)) is None
        or not (concept.generic or concept.implies & SHOWS)
    }
    shared = [len(context & case.around(place)) for place in places]
    most = max(shared)
    return tuple(p for p, n in zip(places, shared, strict=True) if n == most)


_ATTRIBUTE = re.compile(
    r"(?:schmerzl(?:os)?(?:e[rnms]?)?\.?|painless) (?!(?:and|und|on|since|seit|bei|at|now)\b)\w",
    re.IGNORECASE,
)
""" "Painless jaundice" is denied of that alone."""
_SEEN = ("nodule", "lesion", "mass", "infiltrate", "fluid")
"""How the names of what an image shows end."""


def _under_way(fact: Fact, case: Source) -> bool:
    """Whether the case tells a therapy of its sort as given: "adjuvant CRT" is, where RT is."""
    if fact.kind is not FactKind.PROCEDURE:
        return False
    kinds = vocabulary().family(fact.value) & {"radiotherapy", "chemotherapy"}
    return any(p.assertion is Assertion.AFFIRMED for k in kinds for p in case.by_concept.get(k, ()))


def _close_cue(place: Fact) -> bool:
    """Of drugs in a list, a "no" further off may be of the first alone."""
    return place.cue is not None and 0 <= place.start - place.cue[1] <= 2


def _comparable(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> bool:
    """Whether it is the same thing that both speak of: everyday words need be alike themselves."""
    if fact.kind is FactKind.PROCEDURE:
        told = fact.stress is Stress.DONE or not_done(fact, draft)
        planned = fact.assertion is Assertion.PLANNED and is_operation(fact, draft)
        return not is_shown(fact) or told or planned
    if fact.kind is not FactKind.FINDING or telling(fact):
        return True
    return any(fact.value == place.value for place in places)
