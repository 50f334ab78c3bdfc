"""Whether what the draft calls normal is so by the values of the case and their range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.check.everyday import Family
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.verdict import Verdict, changed, supported
from assistant.check.normality import ranges
from assistant.check.reading import Reading
from assistant.check.source import Source

_NUMBER = r"\d+(?:[.,]\d+)?"
_RANGE = re.compile(
    rf"\W{{0,4}}(?:ref\w*|normal|norm\w*|range)?[\s.:]*"
    rf"(?:(?P<low>{_NUMBER})\s*[-–]\s*(?P<high>{_NUMBER})|<\s*(?P<below>{_NUMBER}))\s*\)",
    re.IGNORECASE,
)
_TOLERANCE = 0.05
_EDGE = 0.12
"""Within this share of a limit a value may be called low or high, or neither."""
_NEAR = 90
"""Characters in which "the marker" is that of the value before it."""
_VALUES = (FactKind.QUANTITY, FactKind.NUMBER)


def normality(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """Changed where every value that it may be of is outside its range; None where none tells."""
    if fact.assertion is not Assertion.AFFIRMED:
        return None
    known = [f for kind in _VALUES for f in case.of(kind)]
    own = _behind(fact, draft) or _before(fact, draft)
    if own:
        places = [f for f in known if f.value.split()[0] == own.value.split()[0]]
        analytes = fact.about or own.about or _analytes(places, case)
        return _abnormal(next(iter(analytes)), [own], places, known, case) if analytes else None
    for analyte in sorted(fact.about):
        places = [f for f in known if analyte in f.about]
        if verdict := _abnormal(analyte, places, places, known, case):
            return verdict
    return None


def _abnormal(
    analyte: str,
    values: Sequence[Fact],
    places: Sequence[Fact],
    known: Sequence[Fact],
    case: Source,
) -> Verdict | None:
    limits = _own_range(analyte, known, case)
    sides = [_side(value, analyte, limits) for value in values]
    if places and sides and all(sides):
        return changed(places[-1], f"By the case it is {places[-1].text}, which isn't normal.")
    return None


_AT = re.compile(r"\s*\(?(?:at |with |bei |mit )?\(?(?:a value of |einem Wert von |now |jetzt )?$")


def _behind(fact: Fact, draft: Reading) -> Fact | None:
    """The value told at once behind: "is normal at 1.9"."""
    following = (f for f in draft.facts if f.kind in _VALUES and fact.end < f.start)
    value = next(following, None)
    at_once = value and _AT.fullmatch(draft.text, fact.end, value.start)
    return value if at_once else None


def _before(fact: Fact, draft: Reading) -> Fact | None:
    """The value told just before, of the same analyte if both name one."""
    begin = fact.start - _NEAR
    if fact.about:
        sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
        begin = max(sentence.start, begin)
    near = [
        f
        for f in draft.facts
        if f.kind is FactKind.QUANTITY
        and begin <= f.start < fact.start
        and "\n" not in draft.text[f.end : fact.start]
        and not any(m.name in fact.about for m in draft.mentions_between(f.end, fact.start))
        if not (fact.about and f.about) or fact.about & f.about
    ]
    return near[-1] if near else None


def _analytes(places: Iterable[Fact], case: Source) -> frozenset[str]:
    """Of a value without a name, what its line in the case is about."""
    for place in places:
        sentence = case.reading.sentence_at(place.start)
        named = {
            mention.name
            for mention in case.reading.mentions
            if mention.name in ranges() and case.reading.sentence_at(mention.start) == sentence
        }
        if place.about or len(named) == 1:
            return place.about or frozenset(named)
    return frozenset()


def _own_range(analyte: str, known: Iterable[Fact], case: Source) -> tuple[float, float] | None:
    """The range that the case gives behind a value with its unit: "125 mIU/mL (0-5)"."""
    for fact in known:
        if fact.kind is FactKind.QUANTITY and analyte in fact.about:
            match = _RANGE.match(case.text, fact.end)
            if match:
                low, high = match["low"] or "0", match["high"] or match["below"]
                return float(low.replace(",", ".")), float(high.replace(",", "."))
    return None


def by_value(family: Family, case: Source) -> Verdict | None:
    """Whether a value of the case says what the draft has in words: an Hb of 9.1, "anaemic".

    None where it has no value of which the range is known.
    """
    known = [f for kind in _VALUES for f in case.of(kind)]
    sound: list[Fact] = []
    for analyte in sorted(family.low | family.high):
        limits = _own_range(analyte, known, case)
        for fact in known:
            of_it = analyte in fact.about
            side = _side(fact, analyte, limits, -_EDGE) if of_it else None
            if side == (-1 if analyte in family.low else 1):
                return supported(fact, "By its value.")
            if side is not None:
                sound.append(fact)
    return changed(sound[-1], f"By the case: {_with_name(sound[-1])}.") if sound else None


def _with_name(fact: Fact) -> str:
    return f"{', '.join(sorted(fact.about))} {fact.text}"


def _side(
    value: Fact, analyte: str, limits: tuple[float, float] | None, tolerance: float = _TOLERANCE
) -> int | None:
    """-1 below its range, 1 above, 0 within; None where the range isn't known."""
    number, _, unit = value.value.partition(" ")
    usual = ranges().get(analyte, {}).get(unit)
    if (limits or usual) is None or not re.fullmatch(_NUMBER, number):
        return None  # "120/80"
    low, high = limits or usual or (0.0, 0.0)
    if float(number) < low * (1 - tolerance):
        return -1
    return int(float(number) > high * (1 + tolerance))
