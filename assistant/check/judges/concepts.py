"""Concepts: diagnoses, findings, procedures, drugs; the judge of their places is `places`."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.assertions import as_said, otherwise_told
from assistant.check.judges.kinds import by_marker, cancer_of, other_class, other_histology
from assistant.check.judges.manner import arranged, proposed
from assistant.check.judges.nearby import spread_elsewhere
from assistant.check.judges.places import PLACES, other_place, other_route
from assistant.check.judges.same_day import other_that_day
from assistant.check.judges.stages import bare
from assistant.check.judges.telling import NO_CLAIM, telling
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, cognate, supported
from assistant.check.passages import stem
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_DISEASES = {FactKind.DIAGNOSIS, FactKind.HISTOLOGY, FactKind.FINDING}
"""Kinds that have codes, and of which the case may have the more general word."""
_TOO_GENERAL = {"pain"}
_REMOVES = re.compile(r"ectomy|resection|excision|surgery|operation|debulking")
_WORD = 12
"""Characters of an ellipsis."""
_ELLIPSIS = re.compile(r"\w-\s?(?:/|(?:und|oder|bzw\.|and|or)\s)\s?$")
_THERAPY_WORDS = frozenset(
    {"radiotherapy", "chemotherapy", "systemic therapy", "brachytherapy", "adjuvant", "neoadjuvant",
     "palliative", "curative", "definitive", "whole-breast irradiation", "concurrent"}
)  # fmt: skip


def concept(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A thing has to be in the case, by name, code, stage or kind, and said as the draft says it.

    None where its absence means little: a general word, an examination, what is only denied.
    """
    known = vocabulary()
    mine = known.concepts.get(fact.value)
    places = case.by_concept.get(fact.value, ())
    if mine and mine.generic:
        return otherwise_told(fact, places, draft, case) or other_class(fact, draft, case)
    if fact.kind is FactKind.ROUTE and (other := other_route(fact, case)):
        return changed(other)
    if fact.kind is FactKind.SITE and (other := spread_elsewhere(fact, draft, case)):
        return other
    if not places and mine and mine.icd10:
        codes = case.of(FactKind.CODE)
        meant = [] if _coded_otherwise(fact, mine.icd10, case) else codes
        places = tuple(code for code in meant if code.value.startswith(mine.icd10))
    if not places and fact.kind in _DISEASES:
        places = tuple(code for code, title in case.coded if fact.value in title.concepts)
    if not places and fact.kind is not FactKind.HISTOLOGY and _stands_there(fact, case):
        return supported(None)
    places = places or _by_stage(fact, case) or _composed(fact, case)
    if not places and (kind := by_marker(fact, case) or other_histology(fact, case)):
        return kind
    if places:
        return as_said(fact, places, draft, case)
    if fact.kind in PLACES:
        return other_place(fact, draft, case)
    held = fact.assertion in (Assertion.AFFIRMED, Assertion.SUSPECTED)
    if held and (no := _denied_kind(fact, case)):
        return changed(no, f"The case denies it: {no.text}.")
    regimen = known.regimens.get(fact.value, ())
    if regimen and all(drug in case.by_concept for drug in regimen):
        return supported(case.by_concept[regimen[0]][0], "Its drugs are in the case.")
    parts = mine.implies - {"therapy"} if mine and fact.kind is FactKind.PROCEDURE else frozenset()
    if len(parts) > 1 and parts <= _THERAPY_WORDS and all(p in case.by_concept for p in parts):
        return supported(case.by_concept[min(parts)][0])
    if _general_therapy(fact, case) or _shares_word(fact, draft):
        return None
    graded = fact.kind is FactKind.FINDING and _graded(fact, draft)
    claimed = fact.assertion not in NO_CLAIM or arranged(fact, draft) or proposed(fact, draft)
    if not claimed or not (telling(fact) or graded):
        other = other_that_day(fact, draft, case)
        return changed(other) if other else None
    if _explained(fact, case):
        return None
    rival = _rival(fact, draft, case)
    general = (mine.implies if mine else frozenset()) - {"cancer"}
    general -= vocabulary().concepts.keys() & _TOO_GENERAL
    told = {place.value for g in general for place in case.by_concept.get(g, ())}
    if not rival and fact.kind in _DISEASES and told & general:
        return None  # the case says it in more general words
    return changed(rival) if rival else NOT_THERE


def _graded(fact: Fact, draft: Reading) -> bool:
    """A side effect with its grade is a claim, whatever its words."""
    return any(
        f.kind is FactKind.GRADE
        and fact.value in f.about
        and (0 <= f.start - fact.end <= 2 or 0 <= fact.start - f.end <= 2)
        and "(" not in draft.text[fact.end : f.start]
        for f in draft.facts
    )


def _stands_there(fact: Fact, case: Source) -> bool:
    """The same words stand in the case, or their cognates or initials, not read as this.

    "Leistenhernie" of "Leistenherniotomie", "atrial fibrillation" of "AF".
    """
    texts = re.findall(r"[^\W_]+", fact.text)
    words = [stem(word, case.reading.passages.language) for word in texts]
    if not words:
        return False
    if all(len(w) > 3 for w in words) and case.reading.in_one_sentence(set(words)):
        return True
    if not case.unread.isdisjoint(vocabulary().short.get(fact.value, ())):
        return True
    if len(words) > 1 and "".join(word[0] for word in texts).upper() in case.unread:
        return True
    return all(any(cognate(word, other) for other in case.unread) for word in words)


def _composed(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """ "Brain metastases" of "metastases: brain"; "whole-breast irradiation" of "RT, breast";
    "prostate cancer" of "adenocarcinoma prostate"."""
    known = vocabulary()
    site, family = known.site(fact.value), known.family(fact.value)
    if not site or fact.kind is FactKind.SITE:
        return ()
    if "metastases" in family:
        general = case.by_concept.get("metastases", ())
    elif "radiotherapy" in family:
        general = (*case.by_concept.get("radiotherapy", ()), *case.of(FactKind.DOSE))
    elif "surgery" in family:
        if not _REMOVES.search(fact.value):
            return ()  # a graft, a stent, a biopsy: which operation it was isn't told by "surgery"
        if any(_operates(place.value, site) for place in case.of(FactKind.PROCEDURE)):
            return ()  # and the case tells which it was
        words = ("surgery", "resection")
        general = tuple(o for o in case.of(FactKind.PROCEDURE) if o.value in words)
    elif "cancer" in family and fact.kind is FactKind.DIAGNOSIS:
        return cancer_of(fact, case)
    else:
        return ()
    own = {known.site(place.value) for place in case.of(FactKind.DIAGNOSIS)} - {""} == {site}
    return tuple(
        place
        for place in general
        if site in case.around(place) or (own and not _sites(case.around(place)))
    )


def _operates(name: str, site: str) -> bool:
    concept = vocabulary().concepts.get(name)
    return (
        concept is not None
        and not concept.generic
        and concept.site == site
        and "surgery" in concept.implies
        and bool(_REMOVES.search(name))
    )


def _sites(names: frozenset[str]) -> bool:
    return any(vocabulary().site(name) for name in names)


def _shares_word(fact: Fact, draft: Reading) -> bool:
    """ "Ovarial-/Tubenkarzinom": what stands before the hyphen is a thing of its own."""
    return bool(_ELLIPSIS.search(draft.text, max(0, fact.start - _WORD), fact.start))


def _by_stage(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """What a stage says of metastases."""
    if "metastases" not in vocabulary().family(fact.value):
        return ()
    site = vocabulary().site(fact.value)
    if site and "lymph node" not in fact.value and _spread_elsewhere(site, case):
        return ()
    wanted = "0" if fact.assertion is Assertion.NEGATED else "123"
    letters = "N" if "lymph node" in fact.value else "MN" if fact.value == "metastases" else "M"
    return tuple(
        o
        for o in case.of(FactKind.STAGE)
        if (short := bare(o.value)) and short[0] in letters and short[1:2] and short[1] in wanted
    )


def _spread_elsewhere(site: str, case: Source) -> bool:
    """Whether the case tells of metastases by their organ: an M1 is of those."""
    sites = (vocabulary().site(place.value) for place in case.by_concept.get("metastases", ()))
    return any(other and other != site and "lymph" not in other for other in sites)


def _explained(fact: Fact, case: Source) -> bool:
    """Whether the case tells its kin, or the laboratory value that it puts into words."""
    none = frozenset[str]()
    kin = vocabulary().kin.get(fact.value, none) | vocabulary().alike.get(fact.value, none)
    return bool(kin & (case.by_concept.keys() | case.reading.named | case.counted))


def _coded_otherwise(fact: Fact, codes: tuple[str, ...], case: Source) -> bool:
    """Whether the case names another disease of the code: C71 is of a glioblastoma, too."""
    known = vocabulary()
    for other in (*case.of(FactKind.DIAGNOSIS), *case.of(FactKind.HISTOLOGY)):
        its = known.concepts.get(other.value)
        kin = other.value in known.family(fact.value) or fact.value in known.family(other.value)
        if its and not kin and set(its.icd10) & set(codes):
            return True
    return False


def _denied_kind(fact: Fact, case: Source) -> Fact | None:
    """ "Brain metastases", where the case has no metastases at all."""
    concepts = vocabulary().concepts
    for name in concepts[fact.value].implies if fact.value in concepts else ():
        there = case.by_value.get((fact.kind, name), ())
        if there and not concepts[name].generic:
            every = case.by_concept[name]
            if all(place.assertion is Assertion.NEGATED for place in every):
                return there[0]
    return None


def _general_therapy(fact: Fact, case: Source) -> bool:
    """ "Radiochemotherapy", where the case has doses and drugs but no such word."""
    mine = vocabulary().concepts.get(fact.value)
    if fact.kind is not FactKind.PROCEDURE or mine is None or mine.site:
        return False
    family = mine.implies
    concepts = vocabulary().concepts
    if any(concepts[name].site for name in family if name in concepts):
        return False
    radiation = "radiotherapy" in family
    drugs = bool(family & {"chemotherapy", "systemic therapy"})
    told = bool(case.of(FactKind.DOSE)) >= radiation and bool(case.of(FactKind.DRUG)) >= drugs
    return (radiation or drugs) and told


_LARGER = frozenset({"radical hysterectomy"})
"""Operations that the plain name of their kind doesn't mean."""


def _rival(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """What the case has of the same kind and place, and the draft lacks."""
    known = vocabulary()
    said = {f.value for f in draft.facts}
    mine = known.concepts.get(fact.value)
    for other in case.of(fact.kind):
        its = known.concepts.get(other.value)
        if other.value in said or (its and its.generic):
            continue
        if mine and other.value in mine.implies and fact.value not in _LARGER:
            continue
        if not mine or not its or ("metastases" in mine.implies) != ("metastases" in its.implies):
            continue  # a tumour is no rival of its spread
        if ("cancer" in mine.implies) != ("cancer" in its.implies):
            continue  # nor of what its treatment has done to the organ
        if mine.site == its.site != "" or mine.implies & its.implies:
            return other
    return None
