"""What the case says of one fact of the draft. Each verdict says why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.check.assertions import cues_of
from assistant.check.fact import Assertion, Fact, FactKind, Status
from assistant.check.linking import is_single
from assistant.check.order import PERIOD
from assistant.check.passages import stem
from assistant.check.reading import CONCEPTS, Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary


@dataclass(frozen=True)
class Verdict:
    """What became of a fact, why, and the place in the case, where there is one to show."""

    status: Status
    message: str
    place: Fact | None = None


_NOT_THERE = Verdict(Status.UNSUPPORTED, "Not in the case.")


def judge(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """None: nothing that a physician would want checked (a general word, a side by itself)."""
    if fact.kind in CONCEPTS:
        return _concept(fact, draft, case)
    return _JUDGES.get(fact.kind, _value)(fact, draft, case)


def _supported(place: Fact | None, why: str = "In the case.") -> Verdict:
    return Verdict(Status.SUPPORTED, why, place)


def _changed(place: Fact, why: str = "") -> Verdict:
    return Verdict(Status.CHANGED, why or f"The case says {place.text}.", place)


# Values ------------------------------------------------------------------------------------------


def _value(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if not equal:
        about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
        return _changed(_left(about, draft)) if about else _NOT_THERE
    return _supported(equal[0])


def _left(others: Iterable[Fact], draft: Reading) -> Fact:
    """The first that the draft doesn't state elsewhere: that is what this one should have been."""
    others = list(others)
    said = {(fact.kind, fact.value) for fact in draft.facts}
    return next((o for o in others if (o.kind, o.value) not in said), others[0])


_NUMERIC = (FactKind.QUANTITY, FactKind.NUMBER, FactKind.AGE, FactKind.INTERVAL)


_HEDGE = re.compile(
    r"(?:about|approximately|approx\.?|roughly|around|some|nearly|almost|over|under|below|above|more than|less than|at least|up to|just|good|well over"
    r"|some|~|≈|>|<|etwa|ca\.?|circa|rund|ungefähr|knapp|gut|gute[nr]?|über|unter|mehr als|weniger als|mindestens|fast|annähernd|gegen|bis zu|zirka)\s*(?:a |an |one |einer? |einem )?$",
    re.IGNORECASE,
)
_HEDGED = Decimal("0.12")
"""How far a value said to be "about" so much may be from the true one, as a share of it."""


def _hedged(fact: Fact, draft: Reading) -> bool:
    return bool(_HEDGE.search(draft.text[max(0, fact.start - 24) : fact.start]))


def _close(one: str, other: str) -> bool:
    try:
        a, b = Decimal(one), Decimal(other)
    except ArithmeticError:
        return False
    return abs(a - b) <= _HEDGED * max(abs(a), abs(b))


_PER_DAY = re.compile(r"per day|pro tag|daily|täglich|tagesdosis|a day|/d\b|/tag|am tag", re.IGNORECASE)


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
    if _PER_DAY.search(around) and unit == "mg":
        for value, other in others:
            if other.value.endswith(" mg") and value and wanted / value in (2, 3, 4):
                return _supported(other, f"Several times {other.text} a day.")
    if re.search(r"\b(?:by|um|lost|loss|gain\w*|verl\w+|abnahme|zunahme|difference|zugenommen|abgenommen)\b", around, re.IGNORECASE):
        for i, (one, place) in enumerate(others):
            for two, other in others[i + 1 :]:
                if place.value.partition(" ")[2] != other.value.partition(" ")[2]:
                    continue
                if unit == place.value.partition(" ")[2] and abs(one - two) == wanted:
                    return _supported(place, f"{place.text} and {other.text}.")
                if unit == "%" and max(one, two) and abs(
                    abs(one - two) / max(one, two) * 100 - wanted
                ) <= 1:
                    return _supported(place, f"{place.text} and {other.text}.")
    return None


def _quantity(fact: Fact, draft: Reading, case: Source) -> Verdict:
    amount, _, unit = fact.value.partition(" ")
    if _hedged(fact, draft):
        for other in (*case.of(FactKind.QUANTITY), *case.of(FactKind.NUMBER)):
            value, _, its = other.value.partition(" ")
            if (not unit or not its or unit == its) and _close(value, amount):
                if not fact.about or not other.about or not _known(fact.about) or related(other.about, fact.about):
                    return _supported(other)
    others = [o for kind in (FactKind.QUANTITY, FactKind.NUMBER) for o in case.of(kind)]
    about = [o for o in others if fact.about and related(o.about, fact.about)]
    same = [o for o in others if _same_amount(o, amount, unit)]
    for other in same:
        if not fact.about or not other.about or related(other.about, fact.about):
            return _supported(other)
        if case.around(other) & fact.about or _mentioned(case, other, fact.about):
            return _supported(other)
    if computed := _computed(fact, draft, case):
        return computed
    if fact.kind is FactKind.NUMBER and not about:
        return _number(fact, draft, case)
    if about:
        return _changed(_left(about, draft))
    if same and not (_known(fact.about) and _known(same[0].about)):
        return _supported(same[0])
    if same:
        what = ", ".join(sorted(same[0].about))
        return Verdict(Status.CHANGED, f"In the case this is of {what}.", same[0])
    return _NOT_THERE


def _mentioned(case: Source, fact: Fact, about: frozenset[str]) -> bool:
    sentence = case.reading.passages.sentences[case.reading.sentence_at(fact.start)]
    text = case.text[sentence.start : sentence.end].lower()
    return any(len(name) > 3 and name[: max(4, len(name) - 2)] in text for name in about)


def _known(names: frozenset[str]) -> bool:
    concepts = vocabulary().concepts
    return any(name in concepts or name in vocabulary().drugs for name in names)


def _same_amount(other: Fact, amount: str, unit: str) -> bool:
    value, _, other_unit = other.value.partition(" ")
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
                return _supported(other)
    if age := _age_on(fact.value, case):
        return _supported(age, f"The age on {age.text}.")
    years = [o for o in case.of(FactKind.DATE) if len(fact.value) == 4 and o.value[:4] == fact.value]
    if years:
        return _supported(years[0], "The year of a date in the case.")
    if re.search(rf"(?<![\d.,]){re.escape(fact.text)}(?![\d])", case.text):
        return _supported(None)
    if len(fact.text) == 1 or re.match(r"\s*[.)]\s", draft.text[fact.end : fact.end + 3]) and (
        draft.text[: fact.start].endswith("\n") or not fact.start
    ):
        return _supported(None, "A count of the letter.")
    return _NOT_THERE


def _cycles(fact: Fact, draft: Reading, case: Source) -> Verdict:
    verdict = _attributed(fact, draft, case)
    if verdict.status is Status.UNSUPPORTED:
        for other in (*case.of(FactKind.NUMBER), *case.of(FactKind.FRACTIONS)):
            if other.value == fact.value:
                return _supported(other)
        rivals = case.of(FactKind.CYCLES)
        return _changed(_left(rivals, draft)) if rivals else verdict
    return verdict


def _attributed(fact: Fact, draft: Reading, case: Source) -> Verdict:
    """A value that belongs to a drug, a target, a toxicity: right only if it belongs there too."""
    equal = case.equal(fact)
    about = [o for o in case.of(fact.kind) if fact.about and related(o.about, fact.about)]
    if not equal and fact.kind is FactKind.GRADE and not about:
        tumour = [o for o in case.of(FactKind.STAGE) if "differentiation" in o.about]
        for other in tumour:
            if other.value == f"G{fact.value}":
                return _supported(other)
        if tumour and not fact.about:
            return _changed(tumour[0])
    if not equal:
        return _changed(_left(about, draft)) if about else _NOT_THERE
    for other in equal:
        if not fact.about or not other.about or related(other.about, fact.about):
            return _supported(other)
    for other in equal:
        if case.around(other) & _families(fact.about) and not about:
            return _supported(other)
    if about and _known(fact.about):
        what = ", ".join(sorted(equal[0].about))
        return _changed(_left(about, draft), f"The case says {about[0].text} here; {fact.text} is of {what}.")
    if fact.kind is FactKind.GRADE and _known(fact.about):
        return Verdict(Status.CHANGED, f"In the case this is of {', '.join(sorted(equal[0].about))}.", equal[0])
    return _supported(equal[0])


def _families(names: frozenset[str]) -> frozenset[str]:
    known = vocabulary()
    return frozenset[str]().union(*(known.family(name) for name in names))


# Radiotherapy ------------------------------------------------------------------------------------


def _dose(fact: Fact, draft: Reading, case: Source) -> Verdict:
    single = is_single(draft.text, fact)
    same_role = [o for o in case.of(FactKind.DOSE) if is_single(case.text, o) == single]
    equal = case.equal(fact)
    if not equal and _hedged(fact, draft):
        equal = tuple(o for o in case.of(FactKind.DOSE) if _close(o.value, fact.value))
    if not equal:
        return _product(fact, single, case) or _rival_dose(fact, same_role, draft)
    fitting = [o for o in equal if o in same_role] or list(equal)
    if not fact.about:
        return _supported(fitting[0])
    for other in fitting:
        if not other.about or _same_target(other.about, fact.about):
            return _supported(other)
    about = [o for o in same_role if _same_target(o.about, fact.about) and o.value != fact.value]
    if about:
        return _changed(
            _left(about, draft),
            f"The case gives {about[0].text} there; {fact.text} to {', '.join(sorted(fitting[0].about))}.",
        )
    return _supported(fitting[0])


def _same_target(one: frozenset[str], other: frozenset[str]) -> bool:
    """Where a boost and a whole target share a site, the boost decides."""
    if ("boost" in one) != ("boost" in other) and one - {"boost"} and other - {"boost"}:
        return False
    return related(one, other)


def _rival_dose(fact: Fact, same_role: list[Fact], draft: Reading) -> Verdict:
    about = [o for o in same_role if fact.about and related(o.about, fact.about)]
    rivals = about or same_role
    return _changed(_left(rivals, draft)) if rivals else _NOT_THERE


def _product(fact: Fact, single: bool, case: Source) -> Verdict | None:
    """Total = fractions x dose per fraction, in either direction; totals of a course and a boost."""
    doses = case.of(FactKind.DOSE)
    wanted = Decimal(fact.value)
    for dose in doses:
        value = Decimal(dose.value)
        for count in case.of(FactKind.FRACTIONS):
            if abs(dose.start - count.start) > 160:
                continue
            fractions = Decimal(count.value)
            if value * fractions == wanted:
                return _supported(dose, f"{count.text} of {dose.text}.")
            if fractions and abs(value / fractions - wanted) < Decimal("0.01"):
                return _supported(dose, f"{dose.text} in {count.text}.")
    if not single:
        totals = [d for d in doses if not is_single(case.text, d)]
        for i, one in enumerate(totals):
            for other in totals[i + 1 :]:
                if Decimal(one.value) + Decimal(other.value) == wanted:
                    return _supported(one, f"{one.text} and {other.text} together.")
    return None


def _fractions(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact) or tuple(
        o for o in case.of(FactKind.NUMBER) if o.value == fact.value
    )
    if equal:
        for other in equal:
            if not fact.about or not other.about or _same_target(other.about, fact.about):
                return _supported(other)
        about = [o for o in case.of(fact.kind) if _same_target(o.about, fact.about)]
        return _changed(_left(about, draft)) if about else _supported(equal[0])
    wanted = Decimal(fact.value)
    doses = case.of(FactKind.DOSE)
    for total in doses:
        for part in doses:
            if (
                Decimal(part.value)
                and abs(total.start - part.start) < 120
                and Decimal(total.value) == Decimal(part.value) * wanted
                and total is not part
            ):
                return _supported(total, f"{total.text} in steps of {part.text}.")
    counts = case.of(FactKind.FRACTIONS)
    for i, one in enumerate(counts):
        for other in counts[i + 1 :]:
            if Decimal(one.value) + Decimal(other.value) == wanted:
                return _supported(one, f"{one.text} and {other.text} together.")
    about = [o for o in counts if fact.about and _same_target(o.about, fact.about)]
    rivals = about or list(counts)
    return _changed(_left(rivals, draft)) if rivals else _NOT_THERE


# Time --------------------------------------------------------------------------------------------


def _date(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = list(case.equal(fact))
    if not equal and len(fact.value) == len("2026-02"):
        equal = [o for o in case.of(FactKind.DATE) if o.value.startswith(fact.value)]
    if not equal and fact.value.startswith("--"):
        equal = [o for o in case.of(FactKind.DATE) if o.value[4:] == fact.value[1:]]
    if not equal and len(fact.value) == len("2026-02-01"):
        equal = [o for o in case.of(FactKind.DATE) if o.value == "-" + fact.value[4:]]
    about = [o for o in case.of(FactKind.DATE) if fact.about & o.about]
    if equal:
        if "birth" in fact.about and not any("birth" in o.about for o in equal) and about:
            return _changed(about[0])
        if fact.about and all(o.about and not o.about & fact.about for o in equal):
            other = [o for o in about if o.value not in {e.value for e in equal}]
            if other and not any(case.around(e) & _CUE_CONCEPTS.get(a, frozenset()) for e in equal for a in fact.about):
                return _changed(_nearest_day(fact, other), "")
        return _supported(equal[0])
    if about:
        return _changed(_nearest_day(fact, about))
    near = [o for o in case.of(FactKind.DATE) if _days_apart(fact.value, o.value) < 400]
    return _changed(_nearest_day(fact, near)) if near else _NOT_THERE


_CUE_CONCEPTS = {
    "surgery": frozenset({"surgery"}),
    "radiotherapy": frozenset({"radiotherapy"}),
    "systemic": frozenset({"chemotherapy", "systemic therapy"}),
}


def _nearest_day(fact: Fact, others: list[Fact]) -> Fact:
    return min(others, key=lambda other: _days_apart(fact.value, other.value))


def _days_apart(one: str, other: str) -> int:
    try:
        return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
    except ValueError:
        return 100 if one[:4] == other[:4] else 36_500


def _age_on(value: str, case: Source) -> Fact | None:
    if case.born is None or not value.isdigit():
        return None
    for day, fact in case.days:
        if day <= case.born:
            continue
        years = day.year - case.born.year - ((day.month, day.day) < (case.born.month, case.born.day))
        if years == int(value):
            return fact
    return None


def _age(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return _supported(equal[0])
    if day := _age_on(fact.value, case):
        return _supported(day, f"The age on {day.text}.")
    letters = [o for o in draft.facts if o.kind is FactKind.DATE]
    if case.born and any(
        o.value[:4].isdigit() and int(o.value[:4]) - case.born.year - int(fact.value) in (0, 1)
        for o in letters
        if o.value[:4] != str(case.born.year)
    ):
        return _supported(None, "The age at a date of the letter.")
    numbers = [o for k in (FactKind.NUMBER, FactKind.INTERVAL) for o in case.of(k)]
    for other in numbers:
        if other.value.split()[0] == fact.value:
            return _supported(other)
    rivals = case.of(FactKind.AGE)
    if rivals:
        return _changed(rivals[0])
    births = [f for f in case.of(FactKind.DATE) if "birth" in f.about]
    if births:
        return _changed(births[0], f"The case says born {births[0].text}.")
    return _NOT_THERE


_DAYS = {"days": 1, "weeks": 7, "months": 30.44, "years": 365.25, "fortnights": 14}


def _interval(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    amount, _, unit = fact.value.partition(" ")
    if amount == "1" and unit in ("days", "weeks") and fact.text[0] in "aeAE":
        return None  # "a day", "einen Tag"
    days = float(amount) * _DAYS[unit]
    slack = 0.15 * days if _hedged(fact, draft) else 0.5 if unit == "days" else 1.0 if unit == "weeks" else 0.04 * days
    if broken := _of_period(fact, days, unit, draft):
        return broken
    same = [
        o
        for o in case.of(FactKind.INTERVAL)
        if abs(float(o.value.split()[0]) * _DAYS[o.value.split()[1]] - days) <= slack
    ]
    about = [o for o in case.of(FactKind.INTERVAL) if fact.about and related(o.about, fact.about)]
    for other in same:
        if not fact.about or not other.about or related(other.about, fact.about):
            return _supported(other)
    if same and about:
        return _changed(_left(about, draft))
    if same:
        return _supported(same[0])
    if age := _age(fact_of_age(fact, amount), draft, case) if unit == "years" else None:
        if age.status is Status.SUPPORTED:
            return age
    for other in case.of(FactKind.NUMBER):
        if other.value == amount and unit in ("weeks", "months", "days"):
            after = case.text[other.end : other.end + 14].lower()
            if re.match(r"\s?[-/]?\s?(?:w|d|m|wo|mo|tag|wk)", after):
                return _supported(other)
    if _between_days(days, unit, case):
        return _supported(None, "The time between two dates of the case.")
    rivals = [o for o in case.of(FactKind.INTERVAL) if o.value.endswith(unit)]
    rivals = rivals or list(case.of(FactKind.INTERVAL))
    return _changed(_left(rivals, draft)) if rivals else _NOT_THERE


def _of_period(fact: Fact, days: float, unit: str, draft: Reading) -> Verdict | None:
    """ "From 16 March to 5 May, over five weeks": the sentence's own dates tell."""
    number = draft.sentence_at(fact.start)
    dates = [
        f for f in draft.facts if f.kind is FactKind.DATE and draft.sentence_at(f.start) == number
    ]
    for first, second in zip(dates, dates[1:], strict=False):
        if not PERIOD.match(draft.text[first.end : second.start]):
            continue
        try:
            last = dt.date.fromisoformat(second.value)
            begin = first.value if first.value[:2] != "--" else f"{last.year}{first.value[1:]}"
            length = (last - dt.date.fromisoformat(begin)).days + 1
        except ValueError:
            return None
        if unit in ("weeks", "days") and abs(length - days) > (6 if unit == "weeks" else 1):
            if not re.search(r"\b(?:after|before|nach|vor|later|später|every|alle)\b", draft.text[max(0, fact.start - 12) : fact.end + 12]):
                return _changed(second, f"From {first.text} to {second.text} it is {length} days.")
    return None


def fact_of_age(fact: Fact, amount: str) -> Fact:
    return Fact(FactKind.AGE, amount, frozenset(), fact.start, fact.end, fact.text)


def _between_days(days: float, unit: str, case: Source) -> bool:
    """Only of dates that follow each other closely: among many, some pair fits any interval."""
    slack = {"days": 1, "weeks": 4, "months": 12, "years": 185, "fortnights": 3}[unit]
    known = sorted({day for day, fact in case.days if "birth" not in fact.about and day != case.born})
    return any(
        abs((other - one).days - days) <= slack
        for i, one in enumerate(known)
        for other in known[i + 1 : i + 4]
    )


# Stages, codes, markers --------------------------------------------------------------------------


def _stage(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return _supported(equal[0])
    about = [o for o in case.of(FactKind.STAGE) if _same_system(o, fact)]
    grades = [o for o in case.of(FactKind.GRADE) if "differentiation" in fact.about]
    for other in (*about, *grades):
        if other.value in (fact.value, fact.value.lstrip("G")):
            return _supported(other)
    loose = [o for o in about if _loosely(fact, o)]
    if loose:
        return _supported(loose[0])
    if "gleason" in fact.about:
        for other in about:
            sums = "+" not in other.value or "+" not in fact.value
            if sums and _gleason(other.value) == _gleason(fact.value):
                return _supported(other)
    if about:
        return _changed(_left(about, draft))
    if re.search(rf"(?<![A-Za-z]){re.escape(fact.text)}(?![A-Za-z\d])", case.text):
        return _supported(None)
    said = {"M0": ("metastases", Assertion.NEGATED), "M1": ("metastases", Assertion.AFFIRMED),
            "N0": ("lymph node metastases", Assertion.NEGATED)}.get(fact.value)  # fmt: skip
    if said:
        for other in case.by_concept.get(said[0], ()):
            if other.assertion is said[1]:
                return _supported(other)
    return _NOT_THERE


def _same_system(one: Fact, other: Fact) -> bool:
    if one.about & other.about:
        return True
    a, b = "".join(one.about), "".join(other.about)
    return a.startswith("stage ") and b.startswith("stage ") and "stage stage" in (a, b)


def _loosely(fact: Fact, other: Fact) -> bool:
    """ "node-negative" and "pN0(0/3)" are both N0; "T2" without a prefix is any T2."""
    if "said" in fact.about or "said" in other.about:
        short, long = sorted((_bare(fact.value), _bare(other.value)), key=len)
        return long.startswith(short)
    one, two = fact.value, other.value
    return (_bare(one) == _bare(two)) and (one[0].isupper() or two[0].isupper())


def _bare(value: str) -> str:
    return value.lstrip("ycprsu").split("(")[0]


def _gleason(value: str) -> str:
    """The sum, where either text gives no more."""
    return str(sum(int(n) for n in value.split("+")))


def _code(fact: Fact, draft: Reading, case: Source) -> Verdict:
    equal = case.equal(fact)
    if equal:
        return _supported(equal[0])
    codes = case.of(FactKind.CODE)
    for other in codes:
        if other.value.startswith(fact.value) or fact.value.rstrip("0.") == other.value.rstrip("0."):
            return _supported(other)
    return _changed(_left(codes, draft)) if codes else _NOT_THERE


def _marker(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    equal = case.equal(fact)
    if equal:
        return _supported(equal[0])
    about = [o for o in case.of(FactKind.MARKER) if o.about & fact.about]
    if about:
        same = [o for o in about if _same_state(o.value, fact.value)]
        return _supported(same[0]) if same else _changed(_left(about, draft))
    name = next(iter(fact.about))
    concept = vocabulary().concepts.get(name)
    named = [m for m in case.reading.mentions if m.name == name]
    if named:
        return None
    if concept and concept.implies & {m.name for m in case.reading.mentions}:
        return None
    return _NOT_THERE


_STATES = ({"positive", "mutated", "amplified", "high", "deficient"}, {"negative", "wild type", "low", "stable", "proficient"}, {"methylated"}, {"unmethylated"})  # noqa: E501


def _same_state(one: str, other: str) -> bool:
    a = next((s for s in sorted({w for g in _STATES for w in g}, key=len, reverse=True) if one.endswith(s)), one)
    b = next((s for s in sorted({w for g in _STATES for w in g}, key=len, reverse=True) if other.endswith(s)), other)
    return any(a in group and b in group for group in _STATES)


# Sides, persons ----------------------------------------------------------------------------------


def _laterality(fact: Fact, draft: Reading, case: Source) -> Verdict:
    sides = case.of(FactKind.LATERALITY)
    about = [o for o in sides if fact.about and related(o.about, fact.about)]
    for group in (about, [] if about else [o for o in sides if not o.about or not fact.about]):
        same = [o for o in group if o.value == fact.value]
        if same:
            return _supported(same[0])
    if about:
        if fact.value == "both" and {o.value for o in about} >= {"left", "right"}:
            return _supported(about[0])
        if any(o.value == "both" for o in about):
            return _supported(about[0])
        return _changed(_left(about, draft))
    same = [o for o in sides if o.value == fact.value]
    if same:
        return _supported(same[0])
    return _changed(sides[0]) if sides else _NOT_THERE


def _sex(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    word = fact.text.lower()
    if word in ("herr", "herrn", "frau", "mr", "ms", "mrs", "miss"):
        if not _is_patient(draft, fact, case):
            return None
    if case.sex is None:
        return None
    if case.sex.value == fact.value:
        return None if word in _PRONOUNS else _supported(case.sex)
    if any(o.value == fact.value for o in case.of(FactKind.SEX)) or _of_relative(fact, draft):
        return None  # the case speaks of a man and a woman
    return _changed(case.sex, f"The patient is {case.sex.value}, by the case.")


_PRONOUNS = {"she", "her", "hers", "he", "his", "him", "himself", "herself", "er", "sie"}


def _of_relative(fact: Fact, draft: Reading) -> bool:
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    words = draft.text[sentence.start : sentence.end].lower()
    return bool(
        re.search(
            r"\b(?:mother|father|sister|brother|husband|wife|daughter|son|partner|dr|mutter|vater|schwester|bruder|ehemann"
            r"|ehefrau|tochter|sohn|hausarzt|kolleg\w+|colleague|physician|dr\.)\b",
            words,
        )
    )


def _is_patient(draft: Reading, fact: Fact, case: Source) -> bool:
    after = re.match(r"\.?\s+(?:[A-ZÄÖÜ][\w’'-]+\s+)?([A-ZÄÖÜ][\w’'-]+)", draft.text[fact.end : fact.end + 60])
    if not after:
        return False
    names = [f for f in case.of(FactKind.NAME)]
    first = names[0].value.split() if names else []
    words = [w.lower().rstrip("s") for w in after.group().split() if w[0].isalpha()]
    return any(w in {p.rstrip("s") for p in first} for w in words)


def _title(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    about = [o for o in case.of(FactKind.TITLE) if o.about & fact.about]
    if not about:
        return None
    if any(o.value == fact.value for o in about):
        return None
    return _changed(about[0])


def _name(fact: Fact, draft: Reading, case: Source) -> Verdict:
    last: re.Match[str] | None = None
    for part in fact.value.split():
        exact = re.search(rf"\b{re.escape(part)}\b", case.text, re.IGNORECASE)
        genitive = part.endswith("s") and re.search(
            rf"\b{re.escape(part[:-1].rstrip(chr(39) + chr(8217)))}\b", case.text, re.IGNORECASE
        )
        last = exact or genitive or None
        if last is None:
            rival = _similar_name(fact, draft, case)
            return _changed(rival) if rival else _NOT_THERE
        if not exact:
            # "Frau Bergers Therapie": the genitive ends the name, a noun follows.
            break
    place = Fact(FactKind.NAME, fact.value, frozenset(), *last.span(), last.group()) if last else None
    return _supported(place)


def _similar_name(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    """A name of the case that shares a part or is spelt much alike."""
    parts = fact.value.split()
    for other in case.of(FactKind.NAME):
        theirs = other.value.split()
        if set(parts) & set(theirs) or any(_alike(a, b) for a in parts for b in theirs):
            return other
    return None


def _alike(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 1 and one[:2] == other[:2] and one[-1:] == other[-1:]


# Concepts ----------------------------------------------------------------------------------------


def _concept(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    known = vocabulary()
    concept = known.concepts.get(fact.value)
    places = case.by_concept.get(fact.value, ())
    if concept and concept.generic:
        return _generic(fact, places)
    if not places and concept and concept.icd10:
        places = tuple(
            code for code in case.of(FactKind.CODE) if code.value.startswith(concept.icd10)
        )
    if not places and (word := _word_place(fact, case)):
        return word
    if not places:
        places = _implied(fact, case)
    if not places:
        if fact.kind is FactKind.SITE or fact.kind is FactKind.TECHNIQUE:
            return _no_site(fact, draft, case)
        if fact.kind is FactKind.DIAGNOSIS and fact.assertion is Assertion.NEGATED:
            return Verdict(Status.UNSUPPORTED, "The case says nothing of it.")
        rival = _rival_concept(fact, draft, case)
        return _changed(rival) if rival else _NOT_THERE
    return _assertion(fact, places, draft)


def _plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    return any(cue.assertion is Assertion.PLANNED for cue in cues)


def _word_place(fact: Fact, case: Source) -> Verdict | None:
    """The same words stand in the case, read there as something else."""
    words = [stem(w, case.reading.passages.language) for w in re.findall(r"[^\W_]+", fact.text)]
    if words and all(len(w) > 3 for w in words) and set(words) <= case.reading.stems:
        return _supported(None)
    return None


def _implied(fact: Fact, case: Source) -> tuple[Fact, ...]:
    """What a stage says of metastases."""
    if "metastases" not in vocabulary().family(fact.value):
        return ()
    wanted = "0" if fact.assertion is Assertion.NEGATED else "123"
    letters = "N" if "lymph node" in fact.value else "MN" if fact.value == "metastases" else "M"
    return tuple(
        o
        for o in case.of(FactKind.STAGE)
        if (bare := _bare(o.value)) and bare[0] in letters and bare[1:2] and bare[1] in wanted
    )


def _generic(fact: Fact, places: tuple[Fact, ...]) -> Verdict | None:
    return None


_DONE = {Assertion.AFFIRMED}


def _assertion(fact: Fact, places: tuple[Fact, ...], draft: Reading) -> Verdict:
    said = {place.assertion for place in places}
    mine = fact.assertion
    if mine in said or places[0].kind in (FactKind.CODE, FactKind.STAGE):
        return _supported(next((p for p in places if p.assertion is mine), places[0]))
    place = places[0]
    if mine is Assertion.AFFIRMED:
        if said == {Assertion.OF_RELATIVE}:
            return _changed(place, f"In the case it is a relative's: {place.text}.")
        if said <= {Assertion.NEGATED}:
            return _changed(place, f"The case denies it: {place.text}.")
        if said <= {Assertion.SUSPECTED, Assertion.NEGATED}:
            return _changed(place, f"The case only suspects it: {place.text}.")
        if said <= {Assertion.PLANNED} and fact.kind in _THERAPY and not _plans(fact, draft):
            return _changed(place, f"The case only plans it: {place.text}.")
    if mine is Assertion.NEGATED and fact.kind is not FactKind.DRUG and said <= {Assertion.AFFIRMED, Assertion.SUSPECTED}:
        return _changed(place, f"The case affirms it: {place.text}.")
    if mine is Assertion.PLANNED and said <= {Assertion.AFFIRMED} and fact.kind in _THERAPY:
        return _supported(place)
    return _supported(place)


_THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}


def _no_site(fact: Fact, draft: Reading, case: Source) -> Verdict:
    rivals = [o for o in case.of(fact.kind) if not any(o.value == f.value for f in draft.facts)]
    generic = vocabulary().concepts
    rivals = [o for o in rivals if not generic[o.value].generic] if rivals else []
    return Verdict(Status.UNSUPPORTED, "Not in the case.") if not rivals else _changed(rivals[0], f"Not in the case, which names {rivals[0].text}.")


def _rival_concept(fact: Fact, draft: Reading, case: Source) -> Fact | None:
    known = vocabulary()
    said = {f.value for f in draft.facts}
    mine = known.concepts.get(fact.value)
    for other in case.of(fact.kind):
        its = known.concepts.get(other.value)
        if other.value in said or (its and its.generic):
            continue
        if mine and its and (mine.site == its.site != "" or mine.implies & its.implies):
            return other
    return None


def _term(fact: Fact, draft: Reading, case: Source) -> Verdict:
    stems = case.reading.stems
    if fact.value in stems:
        return _supported(None)
    lower = fact.text.lower()
    if any(_cognate(fact.value, other) for other in stems):
        return _supported(None)
    if lower in case.text.lower():
        return _supported(None)
    return _NOT_THERE


def _cognate(one: str, other: str) -> bool:
    """The same word in another form or language: a long common beginning."""
    shorter = min(len(one), len(other))
    return shorter >= 6 and one[: max(6, shorter - 2)] == other[: max(6, shorter - 2)]


_JUDGES: dict[FactKind, Callable[[Fact, Reading, Source], Verdict | None]] = {
    FactKind.QUANTITY: _quantity,
    FactKind.NUMBER: _quantity,
    FactKind.CYCLES: _cycles,
    FactKind.GRADE: _attributed,
    FactKind.DOSE: _dose,
    FactKind.FRACTIONS: _fractions,
    FactKind.DATE: _date,
    FactKind.AGE: _age,
    FactKind.INTERVAL: _interval,
    FactKind.STAGE: _stage,
    FactKind.CODE: _code,
    FactKind.MARKER: _marker,
    FactKind.LATERALITY: _laterality,
    FactKind.SEX: _sex,
    FactKind.TITLE: _title,
    FactKind.NAME: _name,
    FactKind.TERM: _term,
}
