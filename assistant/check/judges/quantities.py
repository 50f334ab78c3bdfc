"""Amounts: a drug's dose, a laboratory value, a plain number."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.arithmetic import computed, single_for_whole
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    age_on,
    changed,
    close,
    hedged,
    known,
    left,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary


def quantity(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """An amount has to be in the case, and there of the same drug or laboratory value."""
    amount, _, unit = fact.value.partition(" ")
    if unit == "mg" and (part := single_for_whole(fact, draft, case)):
        return changed(part, f"The case gives {part.text} several times a day.")
    if fact.kind is FactKind.NUMBER and _YEAR.fullmatch(fact.text):
        year = _number(fact, draft, case)
        if year.status is Status.SUPPORTED:
            return year
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
                    or not known(other.about)
                    or related(other.about, fact.about)
                )
            ):
                return supported(other)
    others = [o for kind in (FactKind.QUANTITY, FactKind.NUMBER) for o in case.of(kind)]
    about = [o for o in others if fact.about and related(o.about, fact.about)]
    about = [o for o in about if _dimension(o.value) == _dimension(fact.value)]
    same = [o for o in others if _same_amount(o, amount, unit) or _same_figures(fact, o)]
    if unit == "h" and same:
        return supported(same[0])
    for other in same:
        alone = " " in fact.value and " " not in other.value
        if related(other.about, fact.about) or not fact.about:
            return supported(other)
        if not other.about and not (alone and known(fact.about)):
            return supported(other)
        if not known(other.about) and (other.value == fact.value != amount or _rare(amount)):
            return supported(other)
        near = case.around(other) & fact.about or _mentioned(case, other, fact.about)
        if near and (not about or not known(other.about)):
            return supported(other)
    if derived := computed(fact, draft, case):
        return derived
    if known(fact.about) and not about and not case.by_concept.keys() & fact.about:
        drugs = vocabulary().drugs
        if any(name in drugs or name in drugs.values() for name in fact.about):
            return None  # the drug is marked already
    if fact.kind is FactKind.NUMBER and fact.about and not about and same:
        others = frozenset(name for o in same for name in o.about)
        if known(fact.about) and known(others):
            what = ", ".join(sorted(others))
            return Verdict(Status.CHANGED, f"In the case this is of {what}.", same[0])
    if fact.kind is FactKind.NUMBER and not about:
        return _number(fact, draft, case)
    if about:
        return changed(left(about, draft))
    if same and (unit == "h" or not (known(fact.about) and known(same[0].about))):
        return supported(same[0])
    if same:
        what = ", ".join(sorted(same[0].about))
        return Verdict(Status.CHANGED, f"In the case this is of {what}.", same[0])
    return NOT_THERE


_YEAR = re.compile(r"(?:19|20)\d\d")
_APART = {"h", "mm", "°c", "py", "/min", "auc"}


def _dimension(value: str) -> str:
    """A 12-hour infusion isn't another dose; units that are told wrong are compared."""
    unit = value.partition(" ")[2]
    return unit if unit in _APART else ""


def _rare(amount: str) -> bool:
    """Whether a number has so many digits that it isn't met by chance."""
    return len(amount.replace(".", "").strip("0")) > 2


def _mentioned(case: Source, fact: Fact, about: frozenset[str]) -> bool:
    sentence = case.reading.passages.sentences[case.reading.sentence_at(fact.start)]
    text = case.text[sentence.start : sentence.end].lower()
    return any(len(name) > 3 and name[: max(4, len(name) - 2)] in text for name in about)


def _same_amount(other: Fact, amount: str, unit: str) -> bool:
    value, _, other_unit = other.value.partition(" ")
    if unit == "mm" and not other_unit and _tenfold(value, amount):
        return True  # "8.2" in a column of centimetres
    if value != amount:
        return False
    return not unit or unit == other_unit or (not other_unit and unit not in ("auc", "mg", "mm"))


def _same_figures(one: Fact, other: Fact) -> bool:
    """ "Haemoglobin 118", where the other has "118 g/l": one of them goes without its unit."""
    if (" " in one.value) == (" " in other.value):
        return False
    bare, full = (other, one) if " " in one.value else (one, other)
    figures = _FIGURES.match(full.text)
    return bool(figures) and figures[0].replace(",", ".") == bare.value and "/" in full.value


_FIGURES = re.compile(r"\d+(?:[.,]\d+)?")


def _tenfold(value: str, amount: str) -> bool:
    try:
        return "." in value and Decimal(value) * 10 == Decimal(amount)
    except ArithmeticError:
        return False


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
