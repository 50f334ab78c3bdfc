"""The facts of a case as the words that a writer puts into their own sentences.

A writer keeps to one way of writing dates, with now and then another one in between.
"""

from __future__ import annotations

import datetime as dt
import random

from finetune.clinic.phrasing import fill, load_phrases
from index.case import CaseDetails, Radiotherapy, SystemicTherapy
from index.case_text import format_interval, format_number
from index.letter import Language

_DATE_FORMS: dict[Language, tuple[str, ...]] = {
    "en": (
        "{day} {month} {date:%Y}",
        "{day} {month} {date:%Y}",
        "{date:%d/%m/%Y}",
        "{date:%d/%m/%Y}",
        "{date:%Y-%m-%d}",
        "{month} {day}, {date:%Y}",
    ),
    "de": (
        "{date:%d.%m.%Y}",
        "{date:%d.%m.%Y}",
        "{date:%d.%m.%Y}",
        "{day}. {month} {date:%Y}",
        "{date:%Y-%m-%d}",
    ),
}
"""As often as a form stands here, so often it is used."""


class FactWriter:
    """One writer's way of saying the facts of one case.

    Each method gives slots for the phrases in `data/surfaces_<language>.toml`; a missing fact is an
    empty string.
    """

    def __init__(self, details: CaseDetails, rng: random.Random) -> None:
        self.details = details
        self.rng = rng
        self.language: Language = details.language
        self.phrases = load_phrases("surfaces", details.language)
        self._usual_date = rng.choice(_DATE_FORMS[details.language])
        self._habits: dict[tuple[str, str], list[str]] = {}

    def say(self, phrase: str, style: str = "any", boost: bool = False, /, **facts: str) -> str:
        """One of the phrasings that say exactly these facts, or nothing where there are none.

        Raises:
            LookupError: no phrasing says exactly these facts.
        """
        if not any(facts.values()):
            return ""
        words = self._words(facts, boost=boost)
        phrasings = self.phrases[phrase][style]
        order = self._habits.setdefault((phrase, style), self.rng.sample(phrasings, len(phrasings)))
        fitting = (
            text for text in (fill(text, facts, words) for text in order) if text is not None
        )
        first = next(fitting, None)
        if first is None:
            raise LookupError(f"No phrasing of {phrase!r} says {sorted(facts)}.")
        # Entries of one list are all written alike; sentences vary now and then.
        alike = phrase.startswith("item_") or self.rng.random() < 0.7
        return first if alike else self.rng.choice([first, *fitting])

    def _words(self, facts: dict[str, str], *, boost: bool) -> dict[str, str]:
        kind = self.phrases["words_boost" if boost else "words_course"]
        number = self.phrases[
            "words_one" if "1" in (facts.get("fractions"), facts.get("count")) else "words_many"
        ]
        return {slot: words[0] for slot, words in (*kind.items(), *number.items())}

    def date(self, date: dt.date | None) -> str:
        if not date:
            return ""
        other = self.rng.random() < 0.1
        form = self.rng.choice(_DATE_FORMS[self.language]) if other else self._usual_date
        month = self.phrases["months"]["names"][date.month - 1]
        return form.format(date=date, day=date.day, month=month)

    def person(self) -> dict[str, str]:
        patient = self.details.patient
        sexes = self.phrases["sexes"]
        return {
            "name": f"{patient.first_name} {patient.last_name}".strip(),
            "sex": self.rng.choice(sexes[patient.sex]) if patient.sex else "",
            "born": self.date(patient.birth_date),
        }

    def disease(self) -> dict[str, str]:
        diagnosis = self.details.diagnosis
        return {
            "diagnosis": diagnosis.name,
            "icd10": diagnosis.icd10,
            "tnm": diagnosis.tnm,
            "stage": diagnosis.stage,
            "histology": diagnosis.histology,
            "date": self.date(diagnosis.date),
        }

    def surgeries(self) -> list[dict[str, str]]:
        return [{"name": s.name, "date": self.date(s.date)} for s in self.details.surgeries]

    def systemic(self) -> list[dict[str, str]]:
        return [
            {**self.drugs(therapy), "period": self.period(therapy.start, therapy.end)}
            for therapy in self.details.systemic
        ]

    def drugs(self, therapy: SystemicTherapy) -> dict[str, str]:
        joint = self.rng.choice((" + ", " + ", ", ", " / "))
        return {"drugs": joint.join(therapy.drugs), "cycles": self.cycles(therapy)}

    def cycles(self, therapy: SystemicTherapy, style: str = "any") -> str:
        """`6 cycles` or `6x`; always in words where the style is "words"."""
        return self.say("cycles", style, count=str(therapy.cycles or ""))

    def course(self, course: Radiotherapy) -> dict[str, str]:
        return {
            "site": course.site,
            "technique": course.technique,
            "dose": self.dose(course),
            "period": self.period(course.start, course.end),
        }

    def dose(self, course: Radiotherapy) -> str:
        def number(value: object) -> str:
            return "" if value is None else str(value)

        total, single = (
            "" if gray is None else format_number(gray, self.language)
            for gray in (course.total_gy, course.fraction_gy)
        )
        return self.say("dose", total=total, single=single, fractions=number(course.fractions))

    def period(self, start: dt.date | None, end: dt.date | None) -> str:
        return self.say("period", start=self.date(start), end=self.date(end))

    def toxicities(self) -> list[str]:
        return [
            self.say("item_toxicity", name=t.name, grade="" if t.grade is None else str(t.grade))
            for t in self.details.toxicities
        ]

    def medication(self) -> list[str]:
        return [
            self.say("item_medication", drug=m.drug, dose=m.dose, schedule=m.schedule)
            for m in self.details.medication
        ]

    def follow_up(self) -> list[str]:
        return [
            self.say(
                "item_follow_up",
                what=a.what,
                date=self.date(a.date),
                after=format_interval(a.after, self.language) if a.after else "",
            )
            for a in self.details.follow_up
        ]
