"""Facts beyond the clinic's letters, put into a case and in other words into its letter."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random

from finetune.clinic.statements import full_name
from index.case import CaseDetails, Radiotherapy, SystemicTherapy
from index.letter import Language

from .hand import sex_words
from .template import Said, SlotText, kinds_of, say, slots_of
from .wordlists import Bank, StatementEntry, statements
from .writing import Writing

Value = str | Decimal | dt.date

_DOSE = re.compile(r",? (?:AUC )?\d.*| \(.*")
_CYTOTOXIC = re.compile(r"platin|uracil|mitomycin|capecitabin|temozolomid|etoposid", re.IGNORECASE)
"""Drugs that make a radiotherapy a radiochemotherapy."""
_RANGE = re.compile(r"([\d.]+)\.\.([\d.]+)")


@dataclass(frozen=True)
class Statement:
    """An entry with its values drawn for one patient; `others` are what a wrong letter has."""

    entry: StatementEntry
    values: Mapping[str, Value]
    others: Mapping[str, Value]
    seed: str

    def in_letter(self, writing: Writing, broken: str = "") -> Said:
        rng = Random(f"{self.seed}/letter")
        fitting = [text for text in self.entry.letter if not broken or broken in kinds_of(text)]
        template = rng.choice([text for text in fitting if slots_of(text) <= self.values.keys()])
        said = say(template, self._slots(writing), rng, broken)
        return Said(said.text[:1].upper() + said.text[1:], said.spans, said.change)

    def in_case(self, writing: Writing) -> str:
        """The note of the fact; empty where it follows from the fields."""
        if not self.entry.case:
            return ""
        rng = Random(f"{self.seed}/case")
        template = rng.choice(self.entry.case)
        return say(template, self._slots(writing), rng).text

    def _slots(self, writing: Writing) -> SlotText:
        return lambda name, form, other: self._slot(writing, name, form, other=other)

    def _slot(self, writing: Writing, name: str, form: str, *, other: bool) -> str:
        value = (self.others if other else self.values)[name]
        what = f"{self.seed}/{name}"
        if isinstance(value, dt.date):
            return writing.month(value) if form == "month" else writing.date(value, what)
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            if form == "word" and whole:
                return writing.count(int(value), what, 1.0)
            return (
                writing.count(int(value), what, 0.4) if form == "count" else writing.number(value)
            )
        return value


def applicable(details: CaseDetails, case: str, bank: Bank, kind: str = "") -> list[StatementEntry]:
    """The entries that suit the patient, each with the phrasings whose slots can be filled.

    Args:
        details: whose case it is.
        case: the text that must not speak of the topic yet.
        bank: whose wording.
        kind: only phrasings that have a place of this kind; all without.
    """
    known = facts_of(details, bank).keys()
    there = case.casefold()
    found: list[StatementEntry] = []
    for entry in _of_kind(details.language, bank, kind):
        if not _suits(entry, details, there):
            continue
        slots = known | {name for name, spec in entry.slots.items() if _can_draw(spec, known)}
        usable = tuple(
            text
            for text in entry.letter
            if (not kind or kind in kinds_of(text)) and slots_of(text) <= slots
        )
        if usable and all(slots_of(text) <= slots for text in entry.case):
            whole = len(usable) == len(entry.letter)
            found.append(entry if whole else entry.model_copy(update={"letter": usable}))
    return found


@cache
def _of_kind(language: Language, bank: Bank, kind: str) -> tuple[StatementEntry, ...]:
    return tuple(
        entry
        for entry in statements(language, bank)
        if not kind or any(kind in kinds_of(text) for text in entry.letter)
    )


def settled(entry: StatementEntry, details: CaseDetails, seed: str, bank: Bank) -> Statement:
    """The entry with its values drawn."""
    rng = Random(f"{seed}/values")
    values = facts_of(details, bank)
    others: dict[str, Value] = {
        name: _another(value, rng) for name, value in values.items() if not isinstance(value, str)
    }
    others |= _opposite(details, bank)
    for name, spec in entry.slots.items():
        if _can_draw(spec, values.keys()):
            values[name], others[name] = _draw(spec, values, rng)
    return Statement(entry, values, others, seed)


def facts_of(details: CaseDetails, bank: Bank) -> dict[str, Value]:
    """What sentences may take from the fields."""
    patient, courses = details.patient, details.radiotherapy
    known: dict[str, Value] = {**sex_words(details, Writing(details.language, "words"), bank)}
    known |= {"name": full_name(details), "last": patient.last_name}
    known |= {name: text for name, text in _texts(details) if text}
    days = [day for course in courses for day in (course.start, course.end) if day]
    if len(days) == 2 * len(courses) and days:
        known |= {"start": min(days), "end": max(days)}
        weeks = Decimal((max(days) - min(days)).days + 3) / 7
        if abs(weeks - round(weeks)) <= Decimal("0.3") and 2 <= round(weeks) <= 9:
            known["weeks"] = Decimal(round(weeks))
        if patient.birth_date:
            born, end = patient.birth_date, max(days)
            age = end.year - born.year - ((end.month, end.day) < (born.month, born.day))
            known["age"] = Decimal(age)
    totals = [course.total_gy for course in courses if course.total_gy]
    if len(totals) == len(courses) == 2:
        known |= {"sum": sum(totals, Decimal()), "total": totals[0], "boost": totals[1]}
    if details.diagnosis.date:
        known["diagnosed"] = details.diagnosis.date
    operated = [surgery.date for surgery in details.surgeries if surgery.date]
    if len(operated) == len(details.surgeries) and operated:
        known["operated"] = max(operated)
    if any(_overlap(therapy, course) for therapy in details.systemic for course in courses):
        known["concurrent"] = ""
    return known


def _overlap(therapy: SystemicTherapy, course: Radiotherapy) -> bool:
    """Whether chemotherapy was given during the course."""
    days = (therapy.start, therapy.end, course.start, course.end)
    if not _CYTOTOXIC.search(" ".join(therapy.drugs)) or not all(days):
        return False
    return max(filter(None, days[::2])) <= min(filter(None, days[1::2]))


def _texts(details: CaseDetails) -> Iterator[tuple[str, str]]:
    yield "referrer", details.referrer
    yield "author", details.author
    if details.radiotherapy:
        yield "site", details.radiotherapy[0].site
    yield "disease", details.diagnosis.name
    # The first of each, without the numbers that belong to it.
    for name, texts in (
        ("toxicity", [toxicity.name for toxicity in details.toxicities]),
        ("comorbidity", details.comorbidities),
        ("drug_name", [drug for therapy in details.systemic for drug in therapy.drugs]),
        ("surgery", [surgery.name for surgery in details.surgeries]),
        ("visit", [appointment.what for appointment in details.follow_up]),
    ):
        yield from ((name, _DOSE.sub("", text)) for text in texts[:1])


def _opposite(details: CaseDetails, bank: Bank) -> dict[str, str]:
    sex = {"female": "male", "male": "female"}.get(details.patient.sex or "")
    turned = details.patient.model_copy(update={"sex": sex})
    turned_details = details.model_copy(update={"patient": turned})
    return sex_words(turned_details, Writing(details.language, "words"), bank)


def _suits(entry: StatementEntry, details: CaseDetails, there: str) -> bool:
    diagnosis = details.diagnosis
    return (
        (not entry.icd or diagnosis.icd10.startswith(entry.icd))
        and (not entry.tnm or re.search(entry.tnm, diagnosis.tnm) is not None)
        and entry.sex in ("", details.patient.sex)
        and not any(word.casefold() in there for word in entry.absent)
    )


_NEEDED = {"after": "end", "before": "diagnosed"}


def _can_draw(spec: str | tuple[str, ...], known: Collection[str]) -> bool:
    return not isinstance(spec, str) or _NEEDED.get(spec, "name") in known


def _draw(
    spec: str | tuple[str, ...], known: Mapping[str, Value], rng: Random
) -> tuple[Value, Value]:
    """A value and another one."""
    if not isinstance(spec, str):
        one, other = rng.sample(spec, 2)
        return one, other
    if spec in _NEEDED:
        reference = known[_NEEDED[spec]]
        assert isinstance(reference, dt.date)
        days = rng.randint(8, 70) if spec == "after" else -rng.randint(3, 50)
        day = reference + dt.timedelta(days=days)
        return day, _another_day(day, rng)
    bounds = _RANGE.fullmatch(spec)
    assert bounds, f"{spec!r} is no range"
    one = other = _number(bounds[1], bounds[2], rng)
    while one == other or (abs(one - other) * 5 < one and rng.random() < 0.95):
        other = _number(bounds[1], bounds[2], rng)
    return one, other


def _number(low: str, high: str, rng: Random) -> Decimal:
    exponent = Decimal(low).as_tuple().exponent
    step = Decimal(1).scaleb(int(exponent))
    count = int((Decimal(high) - Decimal(low)) / step)
    return Decimal(low) + step * rng.randint(0, count)


def _another(value: Decimal | dt.date, rng: Random) -> Value:
    if isinstance(value, dt.date):
        return _another_day(value, rng)
    by = rng.choice([n for n in (-9, -7, -5, -3, -2, 2, 3, 4, 6, 8, 10) if value + n > 1])
    return value + by


def _another_day(day: dt.date, rng: Random) -> dt.date:
    return day + dt.timedelta(days=rng.choice((-61, -31, -9, -4, 3, 6, 11, 31, 62, 365)))
