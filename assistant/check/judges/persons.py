"""Sides, and persons: sex and title."""

from __future__ import annotations

import re
from functools import cache

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.names import is_addressed
from assistant.check.judges.nearby import side_beside
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, left, supported
from assistant.check.patient import ADDRESSES, addressed_names, any_among
from assistant.check.people import TITLED
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.wordlists import lexicon


def laterality(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A side against the case's of the same organ; a side alone against any of the case."""
    if (beside := side_beside(fact, draft, case)) is not None:
        return beside
    sides = case.of(FactKind.LATERALITY)
    about = [o for o in sides if fact.about and related(o.about, fact.about)]
    for group in (about, [] if about else [o for o in sides if not o.about or not fact.about]):
        same = [o for o in group if o.value == fact.value]
        if same:
            return supported(same[0])
    if about:
        if fact.value == "both" and _both_there(about, case):
            return supported(about[0])
        both = next((o for o in about if o.value == "both"), None)
        if both and _other_side_too(fact, draft):
            return supported(both)
        return None if _in_a_row(fact, case) else changed(both or left(about, draft))
    same = [o for o in sides if o.value == fact.value]
    if same:
        return supported(same[0])
    loose = sides if not fact.about else [o for o in sides if not o.about]
    if not sides:
        return NOT_THERE
    return changed(loose[0]) if loose else None


def _in_a_row(fact: Fact, case: Source) -> bool:
    """ "Vision right 6/12, left 6/5": the case tells this side of what it doesn't name again."""
    groups = (
        [f for f in group if f.kind is FactKind.LATERALITY] for group in case.reading.by_sentence
    )
    return any(
        any(side.value == fact.value and not side.about for side in sides)
        and any(side.value != fact.value and not side.about for side in sides)
        for sides in groups
    )


def _both_there(about: list[Fact], case: Source) -> bool:
    """Whether the case tells both sides, of the organ or in a sentence that speaks of it."""
    where = {case.reading.sentence_at(side.start) for side in about}
    sides = {
        side.value
        for side in case.of(FactKind.LATERALITY)
        if case.reading.sentence_at(side.start) in where
    }
    return "both" in sides or {"left", "right"} <= sides


def _other_side_too(fact: Fact, draft: Reading) -> bool:
    """Whether the draft tells the other side of the same organ, or both, elsewhere."""
    return any(
        other.kind is FactKind.LATERALITY
        and other.value != fact.value
        and related(other.about, fact.about)
        for other in draft.facts
    )


def sex(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A word that tells a sex, if not a colleague's or a relative's, against the patient's."""
    word = fact.text.lower()
    if case.is_other(fact, draft) or (word in ADDRESSES and _to_colleague(fact, draft, case)):
        return _untitled(fact, draft, case)
    if case.sex is None:
        return _odd_one(fact, draft, case)
    if word in ADDRESSES and not case.patient and not _is_patient(draft, fact, case):
        return None
    if case.sex.value == fact.value:
        return None if word in _PRONOUNS else supported(case.sex)
    said = [o.value for o in case.of(FactKind.SEX)]
    if 2 * said.count(fact.value) >= said.count(case.sex.value) or _of_relative(fact, draft):
        return None  # the case speaks of a man and a woman
    return changed(case.sex, f"The patient is {case.sex.value}, by the case.")


def _untitled(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A colleague addressed without the title that the case gives."""
    names = addressed_names(draft.text, fact)
    titles = [o for o in case.of(FactKind.TITLE) if o.value in _KEPT and any_among(names, o.about)]
    if not titles or TITLED in fact.about or any_among(names, case.patient):
        return None
    return changed(titles[0])


_KEPT = {"professor", "lecturer", "doctor"}


def _to_colleague(fact: Fact, draft: Reading, case: Source) -> bool:
    """Of the salutation, where that isn't the patient's name."""
    names = addressed_names(draft.text, fact)
    return is_addressed(fact, draft) and not any_among(names, case.patient)


def _odd_one(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """Where the case doesn't tell: one word against the others of the letter."""
    said = [f for f in draft.facts if f.kind is FactKind.SEX and not case.is_other(f, draft)]
    said = [f for f in said if not _to_colleague(f, draft, case)]
    mine = [f for f in said if f.value == fact.value]
    others = [f for f in said if f.value != fact.value]
    even = bool(others) and len(mine) == len(others)
    fewer = len(mine) < len(others) or (even and others[0] is said[0])
    if len(mine) > 1 or not fewer or _of_relative(fact, draft):
        return None
    return Verdict(Status.CHANGED, "Elsewhere the letter speaks of the other sex.")


_PRONOUNS = {"she", "her", "hers", "he", "his", "him", "himself", "herself", "er", "sie"}


def _of_relative(fact: Fact, draft: Reading) -> bool:
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    words = draft.text[sentence.start : sentence.end].lower()
    return bool(_other_persons().search(words))


@cache
def _other_persons() -> re.Pattern[str]:
    persons = "|".join(lexicon()["other_persons"])
    return re.compile(rf"\b(?:{persons})\b")


def _is_patient(draft: Reading, fact: Fact, case: Source) -> bool:
    """Whether the name behind an address is in the case, and no titled person's."""
    after = re.match(
        r"\.?\s+(?:[A-ZÄÖÜ][\w’'-]+\s+)?([A-ZÄÖÜ][\w’'-]+)", draft.text[fact.end : fact.end + 60]
    )
    if not after:
        return False
    titled = {name for f in case.of(FactKind.TITLE) for name in f.about}
    surname = after[1].lower().removesuffix("s")
    if any(name.removesuffix("s") == surname for name in titled):
        return False
    return bool(re.search(rf"\b{re.escape(surname)}s?\b", case.text, re.IGNORECASE))


def title(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A title only against the same person's: to give one that the case lacks is courtesy."""
    about = [o for o in case.of(FactKind.TITLE) if o.about & fact.about]
    if any(o.value == fact.value for o in about):
        return None
    if not about and fact.value == "professor":
        return _plain_person(fact, case)
    return changed(about[0]) if about else None


def _plain_person(fact: Fact, case: Source) -> Verdict | None:
    """Who is a Mr or a Miss in the case is no professor."""
    for other in case.of(FactKind.SEX):
        plain = other.text.lower() in ADDRESSES and TITLED not in other.about
        if plain and any_among(addressed_names(case.text, other), fact.about):
            return changed(other)
    return None
