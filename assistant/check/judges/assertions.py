"""Whether the case affirms, denies, suspects or plans a thing as the draft does."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from assistant.check.assertions import cues_of
from assistant.check.fact import Assertion, Fact, FactKind, Stress
from assistant.check.judges.places import PLACES
from assistant.check.judges.telling import telling
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon

_THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}
_TREATS = frozenset(
    {"surgery", "resection", "radiotherapy", "chemotherapy", "systemic therapy", "therapy",
     "transplantation", "transfusion", "stoma formation"}
)  # fmt: skip
_SHOWS = frozenset({"imaging", "endoscopy", "examination", "laboratory test", "histopathology"})


def as_said(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> Verdict:
    """Whether the case affirms, denies, suspects or plans it as the draft does."""
    places = _in_context(fact, places, draft, case)
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
    there = _in_context(fact, places, draft, case)
    if not there or _shown(fact):
        return None
    said = {p.assertion for p in there}
    if fact.kind is FactKind.PROCEDURE:
        named = not any(p.text.endswith(_ADJECTIVES) for p in places)
        planned = {p.assertion for p in places} <= {Assertion.PLANNED}
        if fact.stress is Stress.DONE and planned and named:
            return changed(places[0], f"The case only plans it: {places[0].text}.")
    elif fact.stress is Stress.PROVEN and said <= {Assertion.SUSPECTED}:
        return changed(there[0], f"The case only suspects it: {there[0].text}.")
    return None


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
            behind = said <= {Assertion.AFFIRMED} and _will_be(fact, places, draft, case)
            return "By the case it was done" if behind else ""
        case Assertion.SUSPECTED:
            doubted = _doubts(fact, draft) and not fact.value.endswith(_SEEN)
            if doubted and said <= {Assertion.NEGATED}:
                return "The case excludes it"
            return "The case is certain of it" if doubted and said <= {Assertion.AFFIRMED} else ""
        case Assertion.NEGATED:
            affirmed = said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}
            gone = _gone(fact, draft) and not any(_lasts(p, case) for p in places)
            elsewhere = gone or all(_elsewhere(fact, p, draft, case) for p in places)
            named = fact.kind is not FactKind.DRUG or _not_done(fact, draft)
            denied = affirmed and not elsewhere and named
            return "The case affirms it" if denied else ""
        case Assertion.OF_RELATIVE:
            return _of_another(fact, places, draft, case)


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
    not_done = {Assertion.NEGATED, Assertion.OF_RELATIVE}
    if said <= not_done and plainly:
        return "The case denies it"
    if plainly and Assertion.NEGATED in said and said <= {*not_done, Assertion.PLANNED}:
        return "The case only speaks of it"
    if Assertion.SUSPECTED in said and said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
        # What is seen isn't doubted: "suspected metastasis: lung nodule".
        return "" if fact.value.endswith(_SEEN) else "The case only suspects it"
    if said <= {Assertion.PLANNED} and fact.kind in _THERAPY:
        treats = fact.kind is FactKind.DRUG or vocabulary().family(fact.value) & _TREATS
        open_plan = not treats or _plans(fact, draft) or _under_way(fact, case)
        done = fact.stress is Stress.DONE or not open_plan
        return "The case only plans it" if done else ""
    return ""


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
        or not (concept.generic or concept.implies & _SHOWS)
    }
    shared = [len(context & case.around(place)) for place in places]
    most = max(shared)
    return tuple(p for p, n in zip(places, shared, strict=True) if n == most)


_SEEN = ("nodule", "lesion", "mass", "infiltrate", "fluid")
"""How the names of what an image shows end."""


def _under_way(fact: Fact, case: Source) -> bool:
    """Whether the case tells a therapy of its sort as given: "adjuvant CRT" is, where RT is."""
    if fact.kind is not FactKind.PROCEDURE:
        return False
    kinds = vocabulary().family(fact.value) & {"radiotherapy", "chemotherapy"}
    return any(p.assertion is Assertion.AFFIRMED for k in kinds for p in case.by_concept.get(k, ()))


_DOUBTED = {FactKind.DIAGNOSIS, FactKind.FINDING, FactKind.TERM}
_DOUBTS = (
    *("suspect", "suspic", "is suspected", "was suspected", "possibl", "may ", "probabl"),
    *("not proven", "is possible", "remains possible", "cannot be excluded", "could not be"),
    *("cannot be ruled", "not ruled out", "not excluded"),
    *("verdacht", "der verdacht", "v.a", "v. a", "vermutet", "wird vermutet", "wurde vermutet"),
    *("möglich", "fraglich", "vermutlich", "nicht gesichert", "ungesichert"),
)


@cache
def _again() -> re.Pattern[str]:
    words = "|".join(lexicon()["said_of_more"])
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_NOT_DONE = re.compile(
    r"not (?:done|performed|carried out|given|received)|never"
    r"|nie|nicht (?:durchgef|vorgen|verabr|erfolgt|geg)"
)


def _not_done(fact: Fact, draft: Reading) -> bool:
    """Whether it is plainly said not to have been done at all."""
    if not fact.cue:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    figures = re.search(r"\d", draft.text[sentence.start : sentence.end])
    at_once = fact.cue[1] + 1 == fact.start and not figures and not _shown(fact)
    return at_once or bool(_NOT_DONE.search(draft.text[fact.cue[0] : fact.cue[1]].lower()))


_NO_LONGER = ("free of", "free from", "no longer", "nicht mehr", "frei von", "resolved")


def _gone(fact: Fact, draft: Reading) -> bool:
    """Whether it is only said to be over: it may have been there before."""
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    return cue.startswith(_NO_LONGER)


_LASTING = re.compile(
    r"\b(?:persist|still|ongoing|present\b|current|continu|anhaltend|weiterhin|fortbest|aktuell)",
    re.IGNORECASE,
)


def _lasts(place: Fact, case: Source) -> bool:
    sentence = case.reading.passages.sentences[case.reading.sentence_at(place.start)]
    return bool(_LASTING.search(case.text[sentence.start : sentence.end]))


def _elsewhere(fact: Fact, place: Fact, draft: Reading, case: Source) -> bool:
    """Whether the two are told of different organs: "no nodules in the lungs"."""
    concepts = vocabulary().concepts

    def organs(names: Collection[str]) -> set[str]:
        return {n for n in names if (c := concepts.get(n)) and c.kind == "site" and not c.generic}

    mine, its = organs(draft.around(fact)), organs(case.around(place))
    return bool(mine and its) and not mine & its


def _will_be(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> bool:
    """Whether a therapy that the case tells as done is plainly said to lie ahead."""
    if fact.kind not in _THERAPY or not fact.cue:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    said = draft.text[sentence.start : sentence.end]
    if _shown(fact) and not _OPERATED.search(said):
        return False
    if _again().search(said):
        return False  # "will be continued", "the next one is planned"
    drug = fact.kind is FactKind.DRUG
    behind = any(p.stress is Stress.DONE or (not drug and case.dated(p)) for p in places)
    if not behind and re.search(r"\d", said):
        return False  # figures of its own: another course of it
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower()
    return bool(_AHEAD.search(cue))


_OPERATED = re.compile(r"\b(?:procedure|operation|surgery|Eingriff|OP)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"planned|scheduled|intended|to be|\bbe\b|will|still|outstanding|ahead|yet|pending|to follow"
    r"|geplant|planen|vorgesehen|bevor|künftig|steht|ausstehend|soll|erfolgen|stattfinden|werden"
)


_ARRANGED = re.compile(
    r"planned|scheduled|envisaged|will|to follow|arranged|geplant|vorgesehen|terminiert|vereinbart"
    r"|steht an|bevor|wird"
)
_PERHAPS = re.compile(
    r"\b(?:if|should|could|may|might|consider\w*|would|case of|needed|option\w*|falls|ggf|bei Bedarf"
    r"|sollte|könnte|erw[oä]gen|Fall|sofern|möglich\w*|please|bitte|discuss\w*|besprochen)\b",
    re.IGNORECASE,
)


def arranged(fact: Fact, draft: Reading) -> bool:
    """Whether a treatment is plainly said to be planned, and not for some case that may be."""
    treats = fact.kind is FactKind.DRUG or bool(vocabulary().family(fact.value) & _TREATS)
    if fact.assertion is not Assertion.PLANNED or not treats or not fact.cue:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower()
    perhaps = _PERHAPS.search(draft.text[sentence.start : sentence.end])
    return bool(_ARRANGED.search(cue)) and not perhaps


def _shown(fact: Fact) -> bool:
    """Examinations are done again and again."""
    return bool(vocabulary().family(fact.value) & _SHOWS)


def _close_cue(place: Fact) -> bool:
    """Of drugs in a list, a "no" further off may be of the first alone."""
    return place.cue is not None and 0 <= place.start - place.cue[1] <= 2


def _doubts(fact: Fact, draft: Reading) -> bool:
    """Whether the draft suspects it in so many words; "likely" may be politeness."""
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    if not telling(fact) and not cue.startswith(("suspect", "suspic", "verdacht", "der verdacht")):
        return False
    return fact.kind in _DOUBTED and cue.startswith(_DOUBTS)


def _comparable(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> bool:
    """Whether it is the same thing that both speak of: everyday words need be alike themselves."""
    if fact.kind is FactKind.PROCEDURE:
        return not _shown(fact) or fact.stress is Stress.DONE or _not_done(fact, draft)
    if fact.kind is not FactKind.FINDING or telling(fact):
        return True
    return any(fact.value == place.value for place in places)


def _plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    return any(cue.said is Assertion.PLANNED for cue in cues)
