"""What was done to a patient, and when: the dated events of a case in their order.

Pure. Nothing is made up: a date that lacks its day or month stays the span of days that it can be,
and an event without any date stands beside the line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.case import CaseDetails, Diagnosis, Radiotherapy, SystemicTherapy, Toxicity
from index.case_words import format_number, joined
from index.letter import Language
from index.partial_dates import PartialDate, on_day, read_period


class Lane(StrEnum):
    """What kind of event it is, in the order in which the lanes are shown."""

    DIAGNOSIS = "diagnosis"
    SURGERY = "surgery"
    SYSTEMIC = "systemic therapy"
    RADIOTHERAPY = "radiotherapy"
    TOXICITY = "toxicity"


LASTING = (Lane.SYSTEMIC, Lane.RADIOTHERAPY)
"""Lanes whose events go on: with a start alone, the end is not known."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, or went on from `start` to `end`.

    Attributes:
        what: in the case's words.
        given: what is said of its time where that is no date, e.g. "unter Strahlentherapie".
        item: where in the case it stands, e.g. `radiotherapy[0]`; empty where it is no field.
        place: first and last character in a case that is a text.
        planned: it is said to come.
    """

    lane: Lane
    what: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    given: str = ""
    item: str = ""
    place: tuple[int, int] | None = None
    planned: bool = False

    @property
    def first(self) -> dt.date | None:
        """The first day that it can be of."""
        dates = [date.first for date in (self.start, self.end) if date]
        return min(dates, default=None)

    @property
    def last(self) -> dt.date | None:
        dates = [date.last for date in (self.start, self.end) if date]
        return max(dates, default=None)

    @property
    def is_backwards(self) -> bool:
        """Whether it ends before it begins, as a record with a slip has it."""
        return bool(self.start and self.end and self.end.last < self.start.first)

    def time(self, language: Language = "en") -> str:
        """`3 March 2025 - 4 April 2025`, `since March 2024`, `2019`; empty without a date."""
        start = self.start.text(language) if self.start else ""
        end = self.end.text(language) if self.end else ""
        if start and end:
            return start if self.start == self.end else f"{start} - {end}"
        since, until = {"en": ("since", "until"), "de": ("seit", "bis")}[language]
        if end:
            return f"{until} {end}"
        return f"{since} {start}" if start and self.lane in LASTING else start

    def told_time(self, language: Language = "en") -> str:
        """Its time with what is `given` of it; that alone where it says all of it."""
        time = self.time(language)
        if self.given and all(str(d.first.year) in self.given for d in (self.start, self.end) if d):
            return self.given
        return joined(time, self.given)


@dataclass(frozen=True)
class Timeline:
    """Dated events, the earliest first, and those without a date as the case gives them."""

    dated: tuple[Event, ...]
    undated: tuple[Event, ...]

    @classmethod
    def of(cls, events: Iterable[Event]) -> Timeline:
        known = list(dict.fromkeys(events))
        dated = [event for event in known if event.first]
        dated.sort(key=lambda event: (event.first or dt.date.min, event.last or dt.date.max))
        return cls(tuple(dated), tuple(event for event in known if not event.first))

    def __bool__(self) -> bool:
        return bool(self.dated or self.undated)


def timeline_of(details: CaseDetails) -> Timeline:
    """The events that the fields of a case tell of."""
    return Timeline.of(_events(details))


def _events(details: CaseDetails) -> Iterator[Event]:
    language = details.language

    def at(lane: Lane, what: str, date: dt.date | None, when: str, item: str) -> Event:
        told = read_period(when, language)
        start = on_day(date) if date else told.start or told.end
        given = "" if told.whole and (start or not when) else when
        return Event(lane, what, start, None, given, item)

    def over(lane: Lane, what: str, each: SystemicTherapy | Radiotherapy, item: str) -> Event:
        told = read_period(each.when, language)
        start = on_day(each.start) if each.start else told.start
        end = on_day(each.end) if each.end else told.end
        return Event(lane, what, start, end, "" if told.whole else each.when, item)

    tumours = [("diagnosis", details.diagnosis)]
    tumours += [(f"further_diagnoses[{n}]", d) for n, d in enumerate(details.further_diagnoses)]
    for item, tumour in tumours:
        if name := _tumour(tumour):
            yield at(Lane.DIAGNOSIS, name, tumour.date, tumour.when, item)
    for number, surgery in enumerate(details.surgeries):
        what, item = joined(surgery.name, surgery.remark), f"surgeries[{number}]"
        yield at(Lane.SURGERY, what, surgery.date, surgery.when, item)
    for number, therapy in enumerate(details.systemic):
        yield over(Lane.SYSTEMIC, _drugs(therapy), therapy, f"systemic[{number}]")
    for number, course in enumerate(details.radiotherapy):
        what = _course(course, language)
        yield over(Lane.RADIOTHERAPY, what, course, f"radiotherapy[{number}]")
    for number, toxicity in enumerate(details.toxicities):
        what, item = _toxicity(toxicity, language), f"toxicities[{number}]"
        yield at(Lane.TOXICITY, what, toxicity.date, toxicity.when, item)


def _tumour(tumour: Diagnosis) -> str:
    return tumour.name or tumour.icd10


def _drugs(therapy: SystemicTherapy) -> str:
    cycles = f"{therapy.cycles}x" if therapy.cycles else ""
    return joined(" + ".join(therapy.drugs), cycles, therapy.intent, therapy.end_reason)


def _course(course: Radiotherapy, language: Language) -> str:
    """`Boost: tumour bed, VMAT, 10 Gy in 5 fractions`"""
    dose = f"{format_number(course.total_gy, language)} Gy" if course.total_gy else course.dose
    if course.fractions:
        word = {"en": "fractions", "de": "Fraktionen"}[language]
        dose = f"{dose} in {course.fractions} {word}".strip()
    boost = "Boost: " if course.boost else ""
    return f"{boost}{joined(course.site, course.technique, dose, course.outcome)}"


def _toxicity(toxicity: Toxicity, language: Language) -> str:
    name = toxicity.name
    if toxicity.grade is not None:
        name = f"{name} {'Grad' if language == 'de' else 'grade'} {toxicity.grade}"
    return joined(name, toxicity.remark)


def timeline_lines(timeline: Timeline, language: Language = "en") -> Iterator[str]:
    """One line an event: its time, its kind, what it was. Undated ones last."""
    rows = [(_time(event, language), event) for event in (*timeline.dated, *timeline.undated)]
    width = max((len(time) for time, _ in rows), default=0)
    kinds = max((len(event.lane) for _, event in rows), default=0)
    for time, event in rows:
        yield f"{time:<{width}}  {event.lane:<{kinds}}  {' '.join(event.what.split())}".rstrip()


def _time(event: Event, language: Language) -> str:
    planned = " (planned)" if event.planned else ""
    backwards = " (ends before it begins)" if event.is_backwards else ""
    return f"{event.told_time(language) or 'no date'}{backwards}{planned}"
