"""Statements in plain words: a symptom, a habit, a device, which the case has to tell of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.check.dispositions import states
from assistant.check.everyday import Family, families
from assistant.check.fact import Assertion, Fact, FactKind, Status
from assistant.check.judges.dispositions import disposition
from assistant.check.judges.done import clause, of_other_item, otherwise_in_time, phrase
from assistant.check.judges.normality import by_value, normality
from assistant.check.judges.telling import addressed
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.normality import NORMAL
from assistant.check.plain_words import Place, Wording
from assistant.check.reading import Reading, asserted
from assistant.check.source import Meaning, Source
from assistant.check.vocabulary import vocabulary

_NO_CLAIM = {Assertion.NEGATED, Assertion.SUSPECTED, Assertion.OF_RELATIVE}
_DENIES = {Assertion.NEGATED, Assertion.OF_RELATIVE}
_GONE = re.compile(
    r"\b(?:fehl(?:t|te|en|ten)|bl(?:ieb|ieben|eibt|eiben) aus|ausgeblieben"
    r"|tr(?:at|aten|itt|eten)\b.{0,30}\bnicht(?:\s+\w+)?\s+auf|nicht (?:auf|vor|erfolgt|statt)"
    r"|(?:schloss(?:en)?|schließ\w+)\b.{0,80}\baus|ruled out|excluded|(?:clear|free) of|free from"
    r"|spared|frei von|resolved|settled|disappeared|gone|better|improved|(?:er)?folgte nicht"
    r"|returned|recover\w+|rückläufig|abgeklungen|\w*gebessert|wiedergekehrt|ausbl(?:ieb|ieben)"
    r"|verzicht\w*|untersagt|verboten|meiden|refrain\w*|abstain\w*|avoid\w*|forbidden|must not"
    r"|not (?:to|be|allowed|permitted)|banned)\b"
    r"|\b\w+[- ]free\b|\b\w*frei\b"
    r"|\b(?:nicht|not) (?:nachweisbar|nachgewiesen|detect\w+|seen|found|erkennbar)\b"
    r"|\bim raum\b|\bunder suspicion\b|\bnicht$",
    re.IGNORECASE,
)
"""That something didn't happen or is over, further off than a "no" reaches."""
_WITHOUT = re.compile(
    r"\b(?:without|no|not|never|ohne|kein\w*|nicht|nie)\s+(?:\w+\s+)?$|\bnon[- ]$", re.IGNORECASE
)
"""Right before, also where it is no cue for others ("without interruption")."""
_MARKED = 80
"""Characters that are marked at most."""
_BEFORE = 30
"""Characters."""


def statement(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """Whether the case tells of it too: the words of `everyday`, a state, a value that is normal.

    None where the draft claims nothing, or the case says too little to tell.
    """
    if fact.value == NORMAL:
        return normality(fact, draft, case)
    if fact.value in states():
        return _with_verb(disposition(fact, draft, case), fact, draft)
    family = families()[fact.value]
    if family.name.startswith("specialist") and addressed(fact, draft):
        return None
    return _of_family(fact, family, draft, case) if _claims(fact, family, draft) else None


def _claims(fact: Fact, family: Family, draft: Reading) -> bool:
    """Not where it is denied, doubted or over, nor of a symptom that may come ("call us if")."""
    if family.kind == "relative":
        return True
    if fact.assertion in _NO_CLAIM:
        return False
    if fact.assertion is Assertion.PLANNED and family.kind != "measure":
        return False
    if _WITHOUT.search(draft.text[max(0, fact.start - _BEFORE) : fact.start]):
        return False
    return not _GONE.search(draft.text, *clause(fact, draft))


def _of_family(fact: Fact, family: Family, draft: Reading, case: Source) -> Verdict | None:
    places, same = _told(family, case)
    if not same and (family.low or family.high) and (verdict := by_value(family, case)):
        treated = next((place for place in places if place.kind is FactKind.DRUG), None)
        normal = treated and verdict.status is Status.CHANGED
        return supported(treated, "It is treated.") if normal else verdict
    if not places:
        short = (vocabulary().short.get(name, frozenset[str]()) for name in family.concepts)
        return None if any(case.unread & words for words in short) else NOT_THERE
    if other := otherwise_in_time(fact, family, places, draft, case):
        return _with_verb(other, fact, draft)
    doubted = all(place.assertion is Assertion.SUSPECTED for place in places)
    if doubted and (valued := by_value(family, case)) and valued.status is Status.SUPPORTED:
        return valued
    if doubted and same and fact.assertion is Assertion.AFFIRMED and _is_disease(family):
        return changed(places[0], f"The case only suspects it: {places[0].text}.")
    for place in places:
        shown = family.kind == "measure" and _is_result(place, case)
        if place.assertion not in _DENIES or family.kind == "relative" or shown:
            return supported(place)
    if all(place.assertion is Assertion.OF_RELATIVE for place in places):
        return changed(places[0], f"In the case it is a relative's: {places[0].text}.")
    if family.kind == "measure" and not same:
        return None  # "no neurological deficit" denies no visit to the neurologist
    return _with_verb(changed(places[0], f"The case denies it: {places[0].text}."), fact, draft)


def _is_disease(family: Family) -> bool:
    """A symptom may be doubted; a region only stands beside what is."""
    return family.kind == "symptom" and not family.name.startswith("region: ")


_RESULTS = re.compile(r"negativ|unremarkable|unauffällig|clear|normal", re.IGNORECASE)


def _is_result(place: Fact, case: Source) -> bool:
    """ "Bone scan negative": what it showed is denied, not that it was done."""
    return bool(place.cue and _RESULTS.search(case.text, *place.cue))


def _told(family: Family, case: Source) -> tuple[tuple[Fact, ...], bool]:
    """Where the case speaks of it, and whether in words that say the same."""
    if family.name not in case.told:
        said = tuple(_said(family, case))
        case.told[family.name] = said or tuple(_hinted(family, case)), bool(said)
    return case.told[family.name]


def _with_verb(verdict: Verdict | None, fact: Fact, draft: Reading) -> Verdict | None:
    """ "A tracheostomy had to be performed": its verb is as wrong as the word."""
    if verdict and verdict.status is Status.CHANGED:
        ends = clause(fact, draft)[1], phrase(fact, draft)[1]
        near = next((end for end in ends if end - fact.start <= _MARKED), None)
        return replace(verdict, end=near)
    return verdict


def _said(family: Family, case: Source) -> Iterator[Fact]:
    """Where the case says the same thing, or denies it."""
    for name in sorted(family.concepts):
        yield from case.by_concept.get(name, ())
    denied = list(case.words.places(family.denied))
    for place in denied:
        yield _fact(family, place, case, Assertion.NEGATED)
    words = (*family.words["en"], *family.words["de"])
    yield from _asserted(family, words, case, denied)


def _hinted(family: Family, case: Source) -> Iterator[Fact]:
    """Where the case says what it may mean."""
    for name in sorted(family.hints):
        yield from case.by_concept.get(name, ())
    yield from _asserted(family, family.evidence, case)
    yield from (code for code, meant in case.coded if _means(meant, family))


def _means(meant: Meaning, family: Family) -> bool:
    """Whether a code's title speaks of it."""
    words = (*family.words["en"], *family.evidence)
    single = [wording[0] for wording in words if len(wording) == 1]
    return bool(meant.concepts & family.concepts) or any(
        token.fits(stem) for token in single for stem in meant.stems
    )


def _asserted(
    family: Family, wordings: Sequence[Wording], case: Source, denied: Iterable[Place] = ()
) -> Iterator[Fact]:
    taken = {word for place in denied for word in range(place.first, place.last)}
    for place in case.words.places(wordings):
        if not taken.intersection(range(place.first, place.last)):
            yield _fact(family, place, case)


def _fact(family: Family, place: Place, case: Source, known: Assertion | None = None) -> Fact:
    passages = case.reading.passages
    words = passages.words[place.first : place.last]
    start, end = words[0].start, words[-1].end
    fact = Fact(
        FactKind.STATEMENT, family.name, frozenset(), start, end, passages.text[start:end],
        known or Assertion.AFFIRMED,
    )  # fmt: skip
    if known:
        return fact
    (told,) = asserted(passages, (), [fact])
    return fact if of_other_item(passages.text, told.cue, fact) else told
