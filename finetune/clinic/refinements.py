"""What a physician asks for after a draft, in their words, and what the next version is made from.

The next version is `write_letter(refinement.details, style, same seed, refinement.options)`, so
that all that wasn't asked for stays word for word.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from finetune.clinic.clinics import TOWN, Clinic
from finetune.clinic.corrections import (
    correct_birth_date,
    correct_dose,
    correct_grade,
    correct_icd10,
    correct_name,
)
from finetune.clinic.drafts import Draft, Refinement, next_working_day, put
from finetune.clinic.letters import Addition, LetterOptions
from finetune.clinic.notation import PLAIN
from finetune.clinic.people import draw_doctor
from finetune.clinic.phrasing import fill, load_phrases
from index.case import Appointment, CaseDetails, Interval
from index.case_text import format_interval
from index.letter import Language, SectionKind


def draw_refinement(
    details: CaseDetails,
    options: LetterOptions,
    rng: random.Random,
    language: Language,
    clinic: Clinic = TOWN,
) -> Refinement:
    """A refinement that this letter can have: nothing is shortened, left out or corrected twice
    or where it isn't.

    Args:
        details: the case that the letter stands on now.
        options: the options that it was written with.
        rng: the source of chance.
        language: the instruction's language.
        clinic: whose sections the instruction names.
    """
    draft = Draft(details, options, rng, language, clinic)
    kinds = list(KINDS)
    rng.shuffle(kinds)
    return next(change for kind in kinds if (change := KINDS[kind](draft, kind)))


def _short_history(draft: Draft, kind: str) -> Refinement | None:
    details, options = draft.details, draft.options
    if options.short_history or options.brief:
        return None
    if not (details.surgeries or details.systemic or details.radiotherapy):
        return None
    return draft.optioned(kind, draft.words(kind), replace(options, short_history=True))


def _brief(draft: Draft, kind: str) -> Refinement | None:
    if draft.options.brief:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, brief=True))


def _formal(draft: Draft, kind: str) -> Refinement | None:
    if draft.options.formal:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, formal=True))


def _omit_medication(draft: Draft, kind: str) -> Refinement | None:
    if draft.options.omit_medication or not draft.details.medication:
        return None
    return draft.optioned(kind, draft.words(kind), replace(draft.options, omit_medication=True))


def _address(draft: Draft, kind: str) -> Refinement:
    name = draw_doctor(draft.rng, draft.language)
    old = draft.old(draft.details.referrer, 0.25)
    return draft.changed(kind, draft.words(kind, name=name, old=old), referrer=name)


def _sign(draft: Draft, kind: str) -> Refinement:
    name = draw_doctor(draft.rng, draft.language)
    old = draft.old(draft.details.author, 0.25)
    return draft.changed(kind, draft.words(kind, name=name, old=old), author=name)


def _follow_up(draft: Draft, kind: str) -> Refinement | None:
    """Another time for one of the planned appointments."""
    visits, language = draft.details.follow_up, draft.language
    if not visits:
        return None
    position = draft.rng.randrange(len(visits))
    before = visits[position]
    after = _another_time(before, draft.rng)
    old = PLAIN.date(before.date, language)
    if before.after and not old:
        old = format_interval(before.after, language)
    new = PLAIN.appointed(after.model_copy(update={"what": ""}), language).strip()
    if len(visits) > 1 or draft.rng.random() < 0.4:
        instruction = draft.words(kind, what=before.what, new=new, old=draft.old(old))
    else:
        instruction = draft.words("follow_up_single", new=new, old=draft.old(old, 0.7))
    return draft.changed(kind, instruction, follow_up=put(visits, position, after))


def _appointment(draft: Draft, kind: str) -> Refinement:
    rng, details = draft.rng, draft.details
    visit = Appointment(what=draft.words("visit"))
    days = sorted(_days(details))
    if days and rng.random() < 0.4:
        date = next_working_day(days[-1] + dt.timedelta(days=rng.randrange(7, 200)))
        visit = visit.model_copy(update={"date": date})
    else:
        visit = visit.model_copy(update={"after": _interval(rng)})
    instruction = draft.words(kind, appointment=PLAIN.appointed(visit, draft.language))
    return draft.changed(kind, instruction, follow_up=(*details.follow_up, visit))


def _sentence(draft: Draft, kind: str) -> Refinement:
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
    instruction = draft.words(kind, section=draft.section(section), sentence=text)
    additions = (*draft.options.additions, Addition(section, text))
    return draft.optioned(kind, instruction, replace(draft.options, additions=additions))


_VERBATIM_WORDS = ("weeks", "weeks_dative", "alone", "reason", "purpose")

KINDS: dict[str, Callable[[Draft, str], Refinement | None]] = {
    "short_history": _short_history,
    "brief": _brief,
    "formal": _formal,
    "omit_medication": _omit_medication,
    "address": _address,
    "sign": _sign,
    "follow_up": _follow_up,
    "appointment": _appointment,
    "birth_date": correct_birth_date,
    "name": correct_name,
    "icd10": correct_icd10,
    "grade": correct_grade,
    "dose": correct_dose,
    "sentence": _sentence,
}
"""Each kind of refinement; None where it doesn't apply to the letter."""


def _another_time(visit: Appointment, rng: random.Random) -> Appointment:
    if visit.date:
        date = next_working_day(visit.date + dt.timedelta(days=rng.randrange(1, 60)))
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


def _days(details: CaseDetails) -> list[dt.date]:
    """Every date of the disease and its treatment."""
    spans = [*details.systemic, *details.radiotherapy]
    days = [details.diagnosis.date, *(surgery.date for surgery in details.surgeries)]
    days += [day for span in spans for day in (span.start, span.end)]
    days += [visit.date for visit in details.follow_up]
    return [day for day in days if day]
