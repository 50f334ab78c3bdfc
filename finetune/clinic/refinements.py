"""What a physician asks for after a draft, in their words, and what the next version is made from.

The next version is `write_letter(refinement.details, style, same seed, refinement.options)`, so
that all that wasn't asked for stays word for word.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from finetune.clinic.letters import Addition, LetterOptions
from finetune.clinic.people import draw_doctor, draw_surname
from finetune.clinic.phrasing import fill, load_phrases
from finetune.clinic.statements import FRACTIONS, appointed, counted, full_name, gray
from index.case import Appointment, CaseDetails, Interval, Radiotherapy
from index.case_text import format_date, format_interval
from index.letter import Language, SectionKind


@dataclass(frozen=True)
class Refinement:
    """One refine turn.

    Attributes:
        instruction: what the physician types.
        details: the case as it is after the instruction.
        options: the letter's options after the instruction.
        kind: what sort of change it is, e.g. `short_history`.
    """

    instruction: str
    details: CaseDetails
    options: LetterOptions
    kind: str


def draw_refinement(
    details: CaseDetails, options: LetterOptions, rng: random.Random, language: Language
) -> Refinement:
    """A refinement that this letter can have: nothing is shortened, left out or corrected twice
    or where it isn't.

    Args:
        details: the case that the letter stands on now.
        options: the options that it was written with.
        rng: the source of chance.
        language: the instruction's language.
    """
    draft = _Draft(details, options, rng, language)
    kinds = list(KINDS)
    rng.shuffle(kinds)
    return next(change for kind in kinds if (change := KINDS[kind](draft, kind)))


@dataclass(frozen=True)
class _Draft:
    """The letter to be refined, and where its refinement's words come from."""

    details: CaseDetails
    options: LetterOptions
    rng: random.Random
    language: Language

    def words(self, sentence: str, /, **facts: str) -> str:
        phrasings = load_phrases("refinements", self.language)[sentence]["any"]
        fitting = [text for phrasing in phrasings if (text := fill(phrasing, facts, {}))]
        return self.rng.choice(fitting)

    def old(self, text: str, share: float = 0.5) -> str:
        """The old value, for instructions that name it; physicians often don't."""
        return text if self.rng.random() < share else ""

    def changed(self, kind: str, instruction: str, **fields: object) -> Refinement:
        details = self.details.model_copy(update=fields)
        return Refinement(instruction, details, self.options, kind)

    def optioned(self, kind: str, instruction: str, options: LetterOptions) -> Refinement:
        return Refinement(instruction, self.details, options, kind)


def _short_history(draft: _Draft, kind: str) -> Refinement | None:
    details, options = draft.details, draft.options
    if options.short_history or options.brief:
        return None
    if not (details.surgeries or details.systemic or details.radiotherapy):
        return None
    return draft.optioned(kind, draft.words(kind), replace(options, short_history=True))


def _brief(draft: _Draft, kind: str) -> Refinement | None:
    if draft.options.brief:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, brief=True))


def _formal(draft: _Draft, kind: str) -> Refinement | None:
    if draft.options.formal:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, formal=True))


def _omit_medication(draft: _Draft, kind: str) -> Refinement | None:
    if draft.options.omit_medication or not draft.details.medication:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, omit_medication=True))


def _address(draft: _Draft, kind: str) -> Refinement:
    name = draw_doctor(draft.rng, draft.language)
    old = draft.old(draft.details.referrer, 0.25)
    return draft.changed(kind, draft.words(kind, name=name, old=old), referrer=name)


def _sign(draft: _Draft, kind: str) -> Refinement:
    name = draw_doctor(draft.rng, draft.language)
    old = draft.old(draft.details.author, 0.25)
    return draft.changed(kind, draft.words(kind, name=name, old=old), author=name)


def _follow_up(draft: _Draft, kind: str) -> Refinement | None:
    """Another time for one of the planned appointments."""
    visits, language = draft.details.follow_up, draft.language
    if not visits:
        return None
    position = draft.rng.randrange(len(visits))
    before = visits[position]
    after = _another_time(before, draft.rng)
    old = format_date(before.date, language) if before.date else ""
    if before.after and not old:
        old = format_interval(before.after, language)
    new = appointed(after.model_copy(update={"what": ""}), language).strip()
    if len(visits) > 1 or draft.rng.random() < 0.4:
        instruction = draft.words(kind, what=before.what, new=new, old=draft.old(old))
    else:
        instruction = draft.words("follow_up_single", new=new, old=draft.old(old, 0.7))
    return draft.changed(kind, instruction, follow_up=_put(visits, position, after))


def _appointment(draft: _Draft, kind: str) -> Refinement:
    rng, details = draft.rng, draft.details
    visit = Appointment(what=draft.words("visit"))
    days = sorted(_days(details))
    if days and rng.random() < 0.4:
        date = _working_day(days[-1] + dt.timedelta(days=rng.randrange(7, 200)))
        visit = visit.model_copy(update={"date": date})
    else:
        visit = visit.model_copy(update={"after": _interval(rng)})
    instruction = draft.words(kind, appointment=appointed(visit, draft.language))
    return draft.changed(kind, instruction, follow_up=(*details.follow_up, visit))


def _birth_date(draft: _Draft, kind: str) -> Refinement | None:
    patient, language, rng = draft.details.patient, draft.language, draft.rng
    if not patient.birth_date:
        return None
    date = patient.birth_date + dt.timedelta(days=rng.choice((-1, 1)) * rng.randrange(1, 1500))
    old = draft.old(format_date(patient.birth_date, language))
    instruction = draft.words(kind, new=format_date(date, language), old=old)
    return draft.changed(kind, instruction, patient=patient.model_copy(update={"birth_date": date}))


def _name(draft: _Draft, kind: str) -> Refinement | None:
    patient = draft.details.patient
    if not patient.last_name:
        return None
    update = {"last_name": draw_surname(draft.rng, draft.language)}
    corrected = draft.details.model_copy(update={"patient": patient.model_copy(update=update)})
    old = draft.old(full_name(draft.details))
    instruction = draft.words(kind, new=full_name(corrected), old=old)
    return draft.changed(kind, instruction, patient=corrected.patient)


def _icd10(draft: _Draft, kind: str) -> Refinement | None:
    """Another subcategory of the same category."""
    diagnosis = draft.details.diagnosis
    category, dot, subcategory = diagnosis.icd10.partition(".")
    if not dot:
        return None
    code = f"{category}.{draft.rng.choice([n for n in '0123456789' if n != subcategory])}"
    instruction = draft.words(kind, new=code, old=draft.old(diagnosis.icd10))
    corrected = diagnosis.model_copy(update={"icd10": code})
    return draft.changed(kind, instruction, diagnosis=corrected)


def _grade(draft: _Draft, kind: str) -> Refinement | None:
    toxicities = draft.details.toxicities
    graded = [n for n, toxicity in enumerate(toxicities) if toxicity.grade is not None]
    if not graded:
        return None
    position = draft.rng.choice(graded)
    before = toxicities[position]
    grade = draft.rng.choice([n for n in (1, 2, 3) if n != before.grade])
    instruction = draft.words(
        kind, what=before.name, new=str(grade), old=draft.old(str(before.grade))
    )
    after = before.model_copy(update={"grade": grade})
    return draft.changed(kind, instruction, toxicities=_put(toxicities, position, after))


def _dose(draft: _Draft, kind: str) -> Refinement | None:
    """Another number of fractions, and the total dose that goes with it."""
    courses = draft.details.radiotherapy
    whole = [n for n, course in enumerate(courses) if _is_whole(course)]
    if not whole:
        return None
    position = draft.rng.choice(whole)
    before = courses[position]
    count, single = before.fractions or 1, before.fraction_gy or 0
    fractions = draft.rng.choice([n for n in range(max(1, count - 4), count + 4) if n != count])
    after = before.model_copy(update={"fractions": fractions, "total_gy": single * fractions})
    # Without the old dose nobody could tell which of several courses is meant.
    old = draft.old(_dose_words(draft, before), 1.0 if len(courses) > 1 else 0.5)
    instruction = draft.words(kind, new=_dose_words(draft, after), old=old)
    return draft.changed(kind, instruction, radiotherapy=_put(courses, position, after))


def _sentence(draft: _Draft, kind: str) -> Refinement:
    """A sentence dictated word for word, under one of the headings."""
    rng = draft.rng
    sections = [SectionKind.RECOMMENDATIONS, SectionKind.SCHEDULE]
    if draft.details.radiotherapy or draft.details.surgeries or draft.details.systemic:
        sections.append(SectionKind.HISTORY)
    section = rng.choice(sections)
    pool = load_phrases("refinements", draft.language)["verbatim"]["any"]
    words = {slot: draft.words(slot) for slot in _VERBATIM_WORDS}
    words |= {"n": str(rng.randrange(2, 13)), "name": draw_doctor(rng, draft.language)}
    text = fill(rng.choice(pool), {}, words) or ""
    instruction = draft.words(kind, section=draft.words(f"section_{section}"), sentence=text)
    additions = (*draft.options.additions, Addition(section, text))
    return draft.optioned(kind, instruction, replace(draft.options, additions=additions))


_VERBATIM_WORDS = ("weeks", "weeks_dative", "alone", "reason", "purpose")

KINDS: dict[str, Callable[[_Draft, str], Refinement | None]] = {
    "short_history": _short_history,
    "brief": _brief,
    "formal": _formal,
    "omit_medication": _omit_medication,
    "address": _address,
    "sign": _sign,
    "follow_up": _follow_up,
    "appointment": _appointment,
    "birth_date": _birth_date,
    "name": _name,
    "icd10": _icd10,
    "grade": _grade,
    "dose": _dose,
    "sentence": _sentence,
}
"""Each kind of refinement; None where it doesn't apply to the letter."""

_Item = TypeVar("_Item")


def _put(items: Sequence[_Item], position: int, item: _Item) -> tuple[_Item, ...]:
    return (*items[:position], item, *items[position + 1 :])


def _is_whole(course: Radiotherapy) -> bool:
    return None not in (course.total_gy, course.fractions, course.fraction_gy)


def _dose_words(draft: _Draft, course: Radiotherapy) -> str:
    fractions = counted(course.fractions, FRACTIONS[draft.language])
    total = gray(course.total_gy, draft.language)
    return draft.words("dose_in_fractions", total=total, fractions=fractions)


def _another_time(visit: Appointment, rng: random.Random) -> Appointment:
    if visit.date:
        date = _working_day(visit.date + dt.timedelta(days=rng.randrange(1, 60)))
        return visit.model_copy(update={"date": date})
    after = _interval(rng)
    while after == visit.after:
        after = _interval(rng)
    return visit.model_copy(update={"after": after})


_LONGEST: dict[Literal["days", "weeks", "months", "years"], int] = {
    "days": 10,
    "weeks": 12,
    "months": 12,
    "years": 2,
}


def _interval(rng: random.Random) -> Interval:
    (unit,) = rng.choices(list(_LONGEST), weights=(1, 5, 5, 1))
    return Interval(count=rng.randint(1, _LONGEST[unit]), unit=unit)


def _working_day(date: dt.date) -> dt.date:
    return date + dt.timedelta(days=max(0, 7 - date.weekday()) if date.weekday() > 4 else 0)


def _days(details: CaseDetails) -> list[dt.date]:
    """Every date of the disease and its treatment."""
    spans = [*details.systemic, *details.radiotherapy]
    days = [details.diagnosis.date, *(surgery.date for surgery in details.surgeries)]
    days += [day for span in spans for day in (span.start, span.end)]
    days += [visit.date for visit in details.follow_up]
    return [day for day in days if day]
