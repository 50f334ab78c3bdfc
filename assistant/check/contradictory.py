"""Statements of one case that can't all be true.

Both are shown and neither is taken away: which is right, only the physician knows. What may well be
true together isn't listed: a staging before and after therapy, two tumours, two tests of two days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.order import misordered
from assistant.check.reading import Reading, read
from assistant.check.targets import is_single
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon
from index.language import detect_language

_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ONE_BREATH = 60
"""Characters in which a dose, its fractions and the total are told together, at most."""
_BESIDE = 30
"""Characters between a tumour and its side."""
_TOLERANCE = Decimal("0.02")
_TNM = frozenset("TNM")
_METASTATIC = ("C77", "C78", "C79")


@dataclass(frozen=True)
class Contradiction:
    """What it is about, in words for the physician, and the places in their order."""

    what: str
    facts: tuple[Fact, ...]


def contradictory(case: str) -> tuple[Contradiction, ...]:
    """Every contradiction of the case's own text, each once; offsets are into `case`."""
    reading = read(case, detect_language(case))
    found = (
        *_one_of_each(reading),
        *_allergies(reading),
        *_doses(reading),
        *_periods(reading),
        *_no_days(reading),
    )
    return tuple(sorted(found, key=lambda each: each.facts[0].start))


def _one_of_each(reading: Reading) -> Iterator[Contradiction]:
    """Of what a patient has one of, two that differ."""
    several = _several_tumours(reading)
    day = _days(reading)
    groups: dict[tuple[str, Hashable], list[Fact]] = {}
    for fact in reading.facts:
        if fact.assertion in (Assertion.SUSPECTED, Assertion.OF_RELATIVE, Assertion.PLANNED):
            continue
        if _is_birth(fact, reading):
            groups.setdefault(("Date of birth", ""), []).append(fact)
        elif fact.kind is FactKind.SEX and fact.text.lower() in _SEXES:
            groups.setdefault(("Sex", ""), []).append(fact)
        elif several:
            continue
        elif fact.kind is FactKind.STAGE and _TNM & fact.about:
            what = fact.value[: fact.value.index(min(fact.about)) + 1]
            groups.setdefault((what, day(fact)), []).append(fact)
        elif fact.kind is FactKind.MARKER:
            name, _, state = fact.value.rpartition(" ")
            if state in ("positive", "negative"):
                groups.setdefault((name, day(fact)), []).append(fact)
        elif fact.kind is FactKind.LATERALITY and (tumour := _tumour_beside(fact, reading)):
            groups.setdefault((f"Side of {tumour}", ""), []).append(fact)
    for (what, _), facts in groups.items():
        values = sorted({f.value: f for f in reversed(facts)}.values(), key=lambda f: f.start)
        if "both" not in {f.value for f in values} and _exclude(values):
            yield Contradiction(what, tuple(values))


def _is_birth(fact: Fact, reading: Reading) -> bool:
    """The date right behind the word; "born 1.2.2000, who was here from 3.5." has one of them."""
    if fact.kind is not FactKind.DATE or not _FULL_DATE.fullmatch(fact.value):
        return False
    before = reading.text[max(0, fact.start - _BESIDE) : fact.start].lower()
    last = re.split(r"\d|\n|,\s", before.rstrip(", "))[-1]
    return any(word in lexicon()["cues"]["birth"] for word in re.findall(r"[\w-]+", last))


_SEXES = ("female", "male", "weiblich", "männlich")


def _exclude(facts: list[Fact]) -> bool:
    """Not where one is the other said more exactly: pT2 and pT2a, 2026-02 and 2026-02-03."""
    return any(
        not one.value.startswith(other.value) and not other.value.startswith(one.value)
        for place, one in enumerate(facts)
        for other in facts[:place]
    )


def _several_tumours(reading: Reading) -> bool:
    codes = {
        fact.value[:3]
        for fact in reading.facts
        if fact.kind is FactKind.CODE and fact.value[0] == "C"
    } - set(_METASTATIC)
    second = re.search(
        r"\bcontralateral|\bkontralateral|\bsecond (?:primary|malignan|cancer|tumou?r)"
        r"|\bzweit(?:karzinom|tumor|malignom)|\bmultifo[ck]al|\bmultizentrisch|\bmulticentric"
        r"|\bsynchron|\bmetachron|\bre[zc]idiv|\brecurren|\brelaps|\bprogress",
        reading.text,
        re.IGNORECASE,
    )
    return len(codes) > 1 or second is not None


def _days(reading: Reading) -> Callable[[Fact], str]:
    """The day of a fact: the last whole date before it in its paragraph, or none."""
    dates = [f for f in reading.facts if f.kind is FactKind.DATE and not _is_birth(f, reading)]

    def day(fact: Fact) -> str:
        paragraph = reading.text.rfind("\n\n", 0, fact.start) + 1
        before = [f.value for f in dates if paragraph <= f.start < fact.start]
        return before[-1] if before else ""

    return day


def _tumour_beside(side: Fact, reading: Reading) -> str:
    """The malignant tumour that a side stands right beside, in one sentence."""
    known = vocabulary().concepts
    number = reading.sentence_at(side.start)
    for fact in reading.facts:
        concept = known.get(fact.value) if fact.kind is FactKind.DIAGNOSIS else None
        if concept is None or not any(code[0] == "C" for code in concept.icd10):
            continue
        gap = max(side.start - fact.end, fact.start - side.end)
        if gap <= _BESIDE and reading.sentence_at(fact.start) == number:
            return concept.name
    return ""


def _allergies(reading: Reading) -> Iterator[Contradiction]:
    """ "No known allergies", and an allergy."""
    known = vocabulary()
    told = [
        f
        for f in reading.facts
        if f.kind is FactKind.DIAGNOSIS and f.assertion is Assertion.AFFIRMED
        and (known.family(f.value) - {f.value} >= {"allergy"} or _names_drug(f, reading))
    ]  # fmt: skip
    # Denied by its own words ("no known allergies"), not by a "no" beside one allergy.
    denied = [
        f
        for f in reading.facts
        if f.value == "allergy" and f.assertion is Assertion.NEGATED and f.cue is None
    ]
    if denied and told:
        yield Contradiction("Allergies", tuple(sorted((denied[0], told[0]), key=_start)))


def _names_drug(allergy: Fact, reading: Reading) -> bool:
    """The heading "Allergies:" alone tells none; "allergic to amoxicillin" does."""
    return allergy.value == "allergy" and any(
        f.kind is FactKind.DRUG and 0 <= f.start - allergy.end <= _BESIDE // 2
        and _same(f, allergy, reading)
        for f in reading.facts
    )  # fmt: skip


def _start(fact: Fact) -> int:
    return fact.start


def _doses(reading: Reading) -> Iterator[Contradiction]:
    """A total that is not its fractions times their dose, told in one breath."""
    doses = [f for f in reading.facts if f.kind is FactKind.DOSE]
    for count in (f for f in reading.facts if f.kind is FactKind.FRACTIONS):
        near = [d for d in doses if _gap(d, count) <= _ONE_BREATH and _same(d, count, reading)]
        singles = [d for d in near if is_single(reading.text, d)]
        totals = [d for d in near if not is_single(reading.text, d)]
        if len(singles) != 1 or len(totals) != 1 or _is_biological(reading, totals[0]):
            continue
        product = Decimal(singles[0].value) * Decimal(count.value)
        total = Decimal(totals[0].value)
        if total and abs(product / total - 1) > _TOLERANCE:
            facts = sorted((count, singles[0], totals[0]), key=_start)
            yield Contradiction("The doses don't add up", tuple(facts))


def _is_biological(reading: Reading, total: Fact) -> bool:
    """EQD2 and BED weigh a dose by its fractions (Fowler 1989): no product of them."""
    around = reading.text[max(0, total.start - _BESIDE) : total.end + _BESIDE]
    return re.search(r"EQD|BED|\bEqui", around) is not None


def _gap(one: Fact, other: Fact) -> int:
    return max(one.start - other.end, other.start - one.end)


def _same(one: Fact, other: Fact, reading: Reading) -> bool:
    return reading.sentence_at(one.start) == reading.sentence_at(other.start)


def _periods(reading: Reading) -> Iterator[Contradiction]:
    dates = [f for f in reading.facts if f.kind is FactKind.DATE]
    for finding in misordered(reading):
        place = dates.index(finding.fact)
        yield Contradiction("A period ends before it begins", tuple(dates[place - 1 : place + 1]))


def _no_days(reading: Reading) -> Iterable[Contradiction]:
    """Dates that no calendar has; where nothing tells which was meant, one is named alone."""
    for fact in reading.facts:
        if fact.kind is FactKind.DATE and not re.match(r"\d{4}-|--\d", fact.value):
            yield Contradiction("No such day", (fact,))
