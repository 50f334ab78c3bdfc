"""What a thing is a kind of, by the markers, histologies and drugs that the case tells."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.manner import is_perhaps
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.passages import cut
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary

_CLOSED = frozenset(
    {"taxane", "anthracycline", "platinum", "fluoropyrimidine", "vinca alkaloid", "PARP inhibitor",
     "checkpoint inhibitor", "aromatase inhibitor", "CDK4/6 inhibitor", "BRAF inhibitor",
     "MEK inhibitor", "bisphosphonate"}
)  # fmt: skip
"""Classes of drugs of which the lexicon has every member."""


def by_marker(fact: Fact, case: Source) -> Verdict | None:
    """ "HPV-associated squamous cell carcinoma", by the p16 of the case's squamous cell carcinoma.

    None of what isn't a kind by its marker, or where the case has not the more general thing.
    """
    known = vocabulary()
    mine = known.concepts.get(fact.value)
    if not mine or not mine.markers or not (mine.implies - {"cancer"}) & case.by_concept.keys():
        return None
    markers = [
        marker
        for marker in case.of(FactKind.MARKER)
        if marker.value.endswith((" positive", " negative"))
        and any(name in known.family(about) for about in marker.about for name in mine.markers)
    ]
    positive = [marker for marker in markers if marker.value.endswith(" positive")]
    if positive:
        return supported(positive[0])
    return changed(markers[0]) if markers else None


def other_histology(fact: Fact, case: Source) -> Verdict | None:
    """ "Squamous cell carcinoma of the lung", where the case has an adenocarcinoma alone."""
    known = vocabulary().concepts
    mine = known.get(fact.value)
    if fact.kind is not FactKind.DIAGNOSIS or mine is None or fact.assertion in _NO_CLAIM:
        return None
    types = {name for name in mine.implies if name in known and known[name].kind == "histology"}
    if not types or types & case.by_concept.keys():
        return None
    theirs = [
        other
        for other in case.of(FactKind.HISTOLOGY)
        if other.assertion is Assertion.AFFIRMED
        and (its := known.get(other.value))
        and "cancer" in its.implies
        and not types & its.implies
    ]
    return changed(theirs[0]) if theirs else None


def cancer_of(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """ "Lung cancer" of "nodule right upper lobe. Biopsy: adenocarcinoma": the malignant things
    that the case tells beside the organ, if no other organ's cancer is its diagnosis."""
    known = vocabulary()
    mine = known.concepts[fact.value]
    types = {name for name in mine.implies if _is_histology(name)}
    if types and not types & case.by_concept.keys():
        return ()
    family = known.family(fact.value)
    others = (place.value for place in case.of(FactKind.DIAGNOSIS) if _organ_cancer(place.value))
    if any(other not in family for other in others):
        return ()
    places = case.by_concept.get(mine.site, ())
    organ = {case.reading.sentence_at(place.start) for place in places}
    word = cut(fact.text, case.reading.passages.language).words[0]
    if len(word.stem) > _SHORT and not _MALIGNANT.search(word.text):
        organ |= case.reading.sentences_with(word.stem)  # the "cervical" of a "cervical mass"
    malignant = [
        place
        for place in (*case.of(FactKind.HISTOLOGY), *case.by_concept.get("cancer", ()))
        if "cancer" in known.family(place.value)
        and place.assertion is Assertion.AFFIRMED
        and known.site(place.value) in ("", *known.family(mine.site))
    ]
    if not any(_names_cancer(place) for place in malignant):
        return ()
    beside = {number + step for number in organ for step in (-1, 0, 1)}
    return tuple(p for p in malignant if case.reading.sentence_at(p.start) in beside)


_SHORT = 4
_MALIGNANT = re.compile(r"ca$|carc|karz|canc|krebs|malig|sark|sarc|blast|bösart", re.IGNORECASE)


def _names_cancer(place: Fact) -> bool:
    """A "mass" or a "lesion" may be anything."""
    return place.kind is FactKind.HISTOLOGY or bool(_MALIGNANT.search(place.text))


def _is_histology(name: str) -> bool:
    concept = vocabulary().concepts.get(name)
    return concept is not None and concept.kind == "histology"


def _organ_cancer(name: str) -> bool:
    family = vocabulary().family(name)
    return "cancer" in family and "metastases" not in family and bool(vocabulary().site(name))


def other_class(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "An anthracycline", where the case names its drugs and none of them is one."""
    told = fact.value in case.by_concept or "immunotherapy" in case.by_concept
    drugs = [drug for drug in case.of(FactKind.DRUG) if drug.assertion is Assertion.AFFIRMED]
    if fact.value not in _CLOSED or told or not drugs:
        return None
    if fact.assertion in _NO_CLAIM or is_perhaps(fact, draft):
        return None
    return changed(drugs[0], f"None of the case's drugs is of this class: {drugs[0].text}.")


_NO_CLAIM = {Assertion.NEGATED, Assertion.SUSPECTED, Assertion.OF_RELATIVE}
