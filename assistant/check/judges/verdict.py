"""What became of one fact of a draft, and what the judges share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon


@dataclass(frozen=True)
class Verdict:
    """What became of a fact, why, and the place in the case, where there is one to show."""

    status: Status
    message: str
    place: Fact | None = None
    end: int | None = None
    """Where the wrong words of the draft end, if not with the fact's."""


NOT_THERE = Verdict(Status.UNSUPPORTED, "Not in the case.")


def supported(place: Fact | None, why: str = "In the case.") -> Verdict:
    """The case says so; `place` is None where no single place of it does."""
    return Verdict(Status.SUPPORTED, why, place)


def changed(place: Fact, why: str = "") -> Verdict:
    """The case says otherwise, at `place`."""
    return Verdict(Status.CHANGED, why or f"The case says {place.text.rstrip('.')}.", place)


def left(others: Iterable[Fact], draft: Reading) -> Fact:
    """The first that the draft doesn't state elsewhere: that is what this one should have been."""
    others = list(others)
    said = {(fact.kind, fact.value) for fact in draft.facts}
    return next((o for o in others if (o.kind, o.value) not in said), others[0])


def known(names: frozenset[str]) -> bool:
    """Whether any is a thing of the vocabulary, and not merely the word before a number."""
    concepts = vocabulary().concepts
    return any(name in concepts or name in vocabulary().drugs for name in names)


def families(names: frozenset[str]) -> frozenset[str]:
    """All of the names, with the more general concepts that they are of."""
    known = vocabulary()
    return frozenset[str]().union(*(known.family(name) for name in names))


def of_tumour(names: frozenset[str]) -> bool:
    """Whether a grade may be of a tumour's differentiation, and is of no side effect."""
    known = vocabulary()
    return all(
        "cancer" in known.family(name) or known.site(name) or name not in known.concepts
        for name in names
    )


_HEDGED = Decimal("0.12")
"""How far a value said to be "about" so much may be from the true one, as a share of it."""


@cache
def _hedge_pattern() -> re.Pattern[str]:
    words = "|".join(lexicon()["hedges"])
    return re.compile(rf"(?:{words})\s*(?:a |an |one |einer? |einem )?$", re.IGNORECASE)


_ROUGH = re.compile(
    r"\b(?:half|quarters?|halbe[sn]?|\w+halb|(?:drei)?vierteljahr)\b", re.IGNORECASE
)


def hedged(fact: Fact, draft: Reading) -> bool:
    """Whether the draft says of a value that it is a rough one; "half a year" always is."""
    if fact.kind is FactKind.INTERVAL and _ROUGH.search(fact.text):
        return True
    return bool(_hedge_pattern().search(draft.text[max(0, fact.start - 24) : fact.start]))


def close(one: str, other: str) -> bool:
    """Whether two numbers are equal, one of them being rounded."""
    try:
        a, b = Decimal(one), Decimal(other)
    except ArithmeticError:
        return False
    return abs(a - b) <= _HEDGED * max(abs(a), abs(b))


def age_on(value: str, case: Source) -> Fact | None:
    """The case's date on which the patient was so many years old."""
    if case.born is None or not value.isdigit():
        return None
    for day, fact in case.days:
        if day <= case.born:
            continue
        years = (
            day.year - case.born.year - ((day.month, day.day) < (case.born.month, case.born.day))
        )
        if years == int(value):
            return fact
    return None


_SPELLED = str.maketrans({"ä": "e", "ö": "e", "ü": "u", "y": "i", "k": "c", "z": "c"})


def cognate(one: str, other: str) -> bool:
    """The same word in another form, spelling or language: a long common beginning."""
    one, other = _folded(one), _folded(other)
    shorter = min(len(one), len(other))
    return shorter >= 6 and one[: max(6, shorter - 2)] == other[: max(6, shorter - 2)]


def _folded(word: str) -> str:
    """ "Haematology", "hematology" and "Hämatologie" begin alike."""
    return word.replace("ae", "e").replace("oe", "e").translate(_SPELLED)
