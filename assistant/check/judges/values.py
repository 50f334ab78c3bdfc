"""Values: a drug's dose, a laboratory value, a plain number, cycles, a grade."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    age_on,
    changed,
    close,
    families,
    hedged,
    known,
    left,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.source import Source, related


def value(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if not equal:
        about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
        return changed(left(about, draft)) if about else NOT_THERE
    return supported(equal[0])


_PER_DAY = re.compile(
    r"per day|pro tag|daily|täglich|tagesdosis|a day|/d\b|/tag|am tag", re.IGNORECASE
)


_TOGETHER = re.compile(
    r"altogether|total|cumulative|insgesamt|kumulativ|gesamt|in all|in summe", re.IGNORECASE
)


def _computed(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
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
    if _TOGETHER.search(around):
        for value, other in others:
            counts = [f for f in case.of(FactKind.CYCLES)] + [
                f for f in draft.facts if f.kind is FactKind.CYCLES
            ]
            if other.value.endswith(f" {unit}") and any(
                value * int(c.value) == wanted for c in counts
            ):
                return supported(other, f"Several times {other.text}.")
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


def quantity(fact: Fact, draft: Reading, case: Source) -> Verdict:
    amount, _, unit = fact.value.partition(" ")
    if hedged(fact, draft):
        for other in (*case.of(FactKind.QUANTITY), *case.of(FactKind.NUMBER)):
            value, _, its = other.value.partition(" ")
            if (
                (not unit or not its or unit == its)
                and close(value, amount)
                and (
                    not fact.about
                    or not other.about
                    or not known(fact.about)
                    or related(other.about, fact.about)
                )
            ):
                return supported(other)
    others = [o for kind in (FactKind.QUANTITY, FactKind.NUMBER) for o in case.of(kind)]
    about = [o for o in others if fact.about and related(o.about, fact.about)]
    same = [o for o in others if _same_amount(o, amount, unit)]
    for other in same:
        if not fact.about or not other.about or related(other.about, fact.about):
            return supported(other)
        if case.around(other) & fact.about or _mentioned(case, other, fact.about):
            return supported(other)
    if computed := _computed(fact, draft, case):
        return computed
    if fact.kind is FactKind.NUMBER and not about:
        return _number(fact, draft, case)
    if about:
        return changed(left(about, draft))
    if same and not (known(fact.about) and known(same[0].about)):
        return supported(same[0])
    if same:
        what = ", ".join(sorted(same[0].about))
        return Verdict(Status.CHANGED, f"In the case this is of {what}.", same[0])
    return NOT_THERE


def _mentioned(case: Source, fact: Fact, about: frozenset[str]) -> bool:
    sentence = case.reading.passages.sentences[case.reading.sentence_at(fact.start)]
    text = case.text[sentence.start : sentence.end].lower()
    return any(len(name) > 3 and name[: max(4, len(name) - 2)] in text for name in about)


def _tenfold(value: str, amount: str) -> bool:
    try:
        return "." in value and Decimal(value) * 10 == Decimal(amount)
    except ArithmeticError:
        return False


def _same_amount(other: Fact, amount: str, unit: str) -> bool:
    value, _, other_unit = other.value.partition(" ")
    if unit == "mm" and not other_unit and _tenfold(value, amount):
        return True  # "8.2" in a column of centimetres
    if value != amount:
        return False
    return not unit or unit == other_unit or (not other_unit and unit not in ("auc", "mg", "mm"))


def _number(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A number without a unit: any equal number of the case, an age, or a count."""
    for kind in (
        FactKind.NUMBER, FactKind.FRACTIONS, FactKind.CYCLES, FactKind.DOSE, FactKind.AGE,
        FactKind.QUANTITY, FactKind.INTERVAL, FactKind.GRADE,
    ):  # fmt: skip
        for other in case.of(kind):
            if other.value.split()[0] == fact.value:
                return supported(other)
    if age := age_on(fact.value, case):
        return supported(age, f"The age on {age.text}.")
    years = [
        o for o in case.of(FactKind.DATE) if len(fact.value) == 4 and o.value[:4] == fact.value
    ]
    if years:
        return supported(years[0], "The year of a date in the case.")
    if re.search(rf"(?<![\d.,]){re.escape(fact.text)}(?![\d])", case.text):
        return supported(None)
    if len(fact.text) == 1 or (
        re.match(r"\s*[.)]\s", draft.text[fact.end : fact.end + 3])
        and (draft.text[: fact.start].endswith("\n") or not fact.start)
    ):
        return supported(None, "A count of the letter.")
    return NOT_THERE


def cycles(fact: Fact, draft: Reading, case: Source) -> Verdict:
    verdict = attributed(fact, draft, case)
    if verdict.status is Status.UNSUPPORTED:
        for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.FRACTIONS)):
            if other.value == fact.value:
                return supported(other)
        rivals = case.of(FactKind.CYCLES)
        return changed(left(rivals, draft)) if rivals else verdict
    return verdict


def schedule(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """ "1-0-1" against the case's, of the same drug; or against "twice a day"."""
    about = [o for o in case.of(FactKind.SCHEDULE) if related(o.about, fact.about)]
    equal = [o for o in about if o.value == fact.value]
    if equal:
        return supported(equal[0])
    if about:
        return changed(left(about, draft))
    return supported(case.equal(fact)[0]) if case.equal(fact) else None


def _beside(fact: Fact, draft: Reading) -> bool:
    """Whether the side effect stands right beside its grade."""
    return any(
        m.name in fact.about and (0 <= fact.start - m.end <= 14 or 0 <= m.start - fact.end <= 14)
        for m in draft.mentions
    )


def attributed(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A value that belongs to a drug, a target, a toxicity: right only if it belongs there too."""
    equal = case.equal(fact)
    about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
    if not equal and fact.kind is FactKind.GRADE and not about:
        tumour = [o for o in case.of(FactKind.STAGE) if "differentiation" in o.about]
        for other in tumour:
            if other.value == f"G{fact.value}":
                return supported(other)
        if tumour and not fact.about:
            return changed(tumour[0])
    if not equal:
        return changed(left(about, draft)) if about else NOT_THERE
    for other in equal:
        if not fact.about or not other.about or related(other.about, fact.about):
            return supported(other)
    for other in equal:
        if case.around(other) & families(fact.about) and not about:
            return supported(other)
    if about and known(fact.about):
        what = ", ".join(sorted(equal[0].about))
        return changed(
            left(about, draft), f"The case says {about[0].text} here; {fact.text} is of {what}."
        )
    if fact.kind is FactKind.GRADE and known(fact.about) and not about and _beside(fact, draft):
        if not any(name in case.by_concept for name in fact.about):
            return NOT_THERE  # a side effect that the case doesn't have
    if fact.kind is FactKind.GRADE and about:
        return Verdict(
            Status.CHANGED, f"In the case this is of {', '.join(sorted(equal[0].about))}.", equal[0]
        )
    return supported(equal[0])
