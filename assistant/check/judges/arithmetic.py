"""Values that the case doesn't state and that follow from it by arithmetic."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import Verdict, known, supported
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_PER_DAY = re.compile(
    r"per day|pro tag|daily|täglich|tagesdosis|a day|/d\b|/tag|am tag", re.IGNORECASE
)
_MORE = re.compile(
    r"\b(?:more|further|another|additional|then|followed|before|after|remaining|outstanding|plus"
    r"|weitere\w*|zusätzlich\w*|noch|gefolgt|dann|anschließend|danach|vorher|restliche\w*)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"altogether|total|cumulative|overall|\bsum\b|summ?ed|aggregate|insgesamt|kumulativ|gesamt"
    r"|in all|\bsumm\w+|=",
    re.IGNORECASE,
)


def computed(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A difference of two values of the case, a share of them, or a day's doses together."""
    amount, _, unit = fact.value.partition(" ")
    try:
        wanted = Decimal(amount)
    except ArithmeticError:
        return None
    around = draft.text[max(0, fact.start - 40) : fact.end + 40]
    others = [
        (Decimal(v), o)
        for o in case.of(FactKind.QUANTITY)
        if (v := o.value.partition(" ")[0]) and re.fullmatch(r"[\d.]+", v)
    ]
    if _TOGETHER.search(around) and (sum_of := _cumulative(fact, wanted, unit, draft, case)):
        return sum_of
    if _PER_DAY.search(around) and unit == "mg":
        for value, other in others:
            if other.value.endswith(" mg") and value and wanted / value in (2, 3, 4):
                return supported(other, f"Several times {other.text} a day.")
    if re.search(
        r"\b(?:by|um|lost|loss|gain\w*|verl\w+|abnahme|zunahme|difference|zugenommen|abgenommen)\b",
        around,
        re.IGNORECASE,
    ):
        for i, (one, place) in enumerate(others):
            for two, other in others[i + 1 :]:
                if place.value.partition(" ")[2] != other.value.partition(" ")[2]:
                    continue
                if unit == place.value.partition(" ")[2] and abs(one - two) == wanted:
                    return supported(place, f"{place.text} and {other.text}.")
                if (
                    unit == "%"
                    and max(one, two)
                    and abs(abs(one - two) / max(one, two) * 100 - wanted) <= 1
                ):
                    return supported(place, f"{place.text} and {other.text}.")
    return None


def _cumulative(
    fact: Fact, wanted: Decimal, unit: str, draft: Reading, case: Source
) -> Verdict | None:
    """A drug's dose times its cycles; of several courses of the drug, all of them together."""
    doses = [o for o in case.of(FactKind.QUANTITY) if _is_of(o, fact) and o.value.endswith(unit)]
    mine = (f for f in draft.facts if f.kind is FactKind.CYCLES)
    counts = [c for c in (*case.of(FactKind.CYCLES), *mine) if _is_of(c, fact)]
    courses: list[Decimal] = []
    for dose in doses:
        value = Decimal(dose.value.partition(" ")[0])
        if any(value * int(count.value) == wanted for count in counts):
            return supported(dose, f"Several times {dose.text}.")
        number = case.reading.sentence_at(dose.start)
        beside = (
            c for c in case.of(FactKind.CYCLES) if case.reading.sentence_at(c.start) == number
        )
        courses += [value * int(c.value) for c in beside if _is_of(c, fact)][:1]
    if len(courses) > 1 and sum(courses) == wanted:
        return supported(doses[0], "The courses of the case together.")
    return None


def _is_of(other: Fact, fact: Fact) -> bool:
    """Whether both are of one drug, as far as they tell."""
    mine, its = _drugs(fact.about), _drugs(other.about)
    return not known(mine) or not known(its) or related(its, mine)


def _drugs(about: frozenset[str]) -> frozenset[str]:
    """Without a mere "chemotherapy" that stands beside them."""
    concepts = vocabulary().concepts
    kinds = ((name, concepts.get(name)) for name in about)
    return frozenset(name for name, its in kinds if its is None or its.kind != "procedure")


def added(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """ "Three more, after the three she had": two counts of the sentence make the case's."""
    number = draft.sentence_at(fact.start)
    sentence = draft.passages.sentences[number]
    if not _MORE.search(draft.text, sentence.start, sentence.end):
        return None
    others = [
        int(f.value)
        for f in draft.facts
        if f.kind in (FactKind.CYCLES, FactKind.NUMBER)
        and draft.sentence_at(f.start) == number
        and f.value.isdigit()
    ]
    for place in case.of(FactKind.CYCLES):
        if any(str(int(fact.value) + other) == place.value for other in others):
            return place
    return None
