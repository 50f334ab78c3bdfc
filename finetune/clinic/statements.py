"""What a letter or a summary says of a case, one statement a fact group, in a given wording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finetune.clinic.notation import PLAIN, Notation
from finetune.clinic.phrasing import Phrases, Wording
from index.case import CaseDetails, Medication, Radiotherapy
from index.letter import Language

_AND: dict[Language, str] = {"en": "and", "de": "und"}
_NO_ARTICLE = frozenset({"the", "both", "all"})


def dosed(medication: Medication) -> str:
    """`bisoprolol 5 mg`"""
    return f"{medication.drug} {medication.dose}".strip()


def addressed(referrer: str) -> str:
    """The referrer as one speaks to them: `Herrn Dr. X` becomes `Herr Dr. X`."""
    return f"Herr {referrer.removeprefix('Herrn ')}" if referrer.startswith("Herrn ") else referrer


def full_name(details: CaseDetails) -> str:
    return f"{details.patient.first_name} {details.patient.last_name}".strip()


def grammar(phrases: Phrases, details: CaseDetails) -> dict[str, str]:
    """The words that depend on the patient's sex; none where the case doesn't tell it."""
    sex = details.patient.sex
    return {word: form for word, (form,) in phrases[f"words_{sex}"].items()} if sex else {}


@dataclass(frozen=True)
class Statements:
    """The statements of one case in one wording; an empty string says nothing."""

    details: CaseDetails
    wording: Wording
    notation: Notation = PLAIN

    def greeting(self) -> str:
        referrer = addressed(self.details.referrer)
        titles = {"Frau": "greeting_female", "Herr": "greeting_male"}
        sentence = titles.get(referrer.split(" ")[0], "greeting")
        return self.wording.say(sentence, referrer=referrer)

    def opening(self) -> str:
        patient, name = self.details.patient, full_name(self.details)
        sentence = "opening" if patient.sex and name else "opening_untitled"
        return self.wording.say(sentence, name=name, born=self._date(patient.birth_date))

    def diagnosis(self) -> str:
        diagnosis = self.details.diagnosis
        return self.wording.say("diagnosis", diagnosis=diagnosis.name, icd=diagnosis.icd10)

    def staging(self) -> str:
        diagnosis = self.details.diagnosis
        return self.wording.say("staging", tnm=diagnosis.tnm, stage=diagnosis.stage)

    def histology(self) -> str:
        return self.wording.say("histology", histology=self.details.diagnosis.histology)

    def first_diagnosis(self) -> str:
        return self.wording.say("first_diagnosis", date=self._date(self.details.diagnosis.date))

    def comorbidities(self, *, one_by_one: bool = False) -> Iterator[str]:
        items = self.details.comorbidities
        for group in items if one_by_one else [self._all(items)]:
            yield self.wording.say("comorbidities", comorbidities=group)

    def therapies(self) -> list[str]:
        """Surgery, then systemic therapy, then radiotherapy, each in the order of time.

        Sorting the three by date is beyond a model of this size, which then leaves some out.
        """
        return [*self.surgeries(), *self.systemic(), *self.radiotherapy()]

    def surgeries(self) -> Iterator[str]:
        for position, surgery in enumerate(self.details.surgeries):
            yield self.wording.say(
                "surgery", position, surgery=surgery.name, date=self._date(surgery.date)
            )

    def systemic(self) -> Iterator[str]:
        language = self.details.language
        for position, therapy in enumerate(self.details.systemic):
            yield self.wording.say(
                "systemic",
                position,
                drugs=self._combined(therapy.drugs),
                cycles=self.notation.cycles(therapy.cycles, language),
                start=self._date(therapy.start),
                end=self._date(therapy.end),
            )

    def radiotherapy(self) -> Iterator[str]:
        for position, course in enumerate(self.details.radiotherapy):
            yield self.wording.say(
                "boost" if course.boost else "radiotherapy",
                position,
                site=self._site(course.site),
                technique=course.technique,
                dose=self._dose(course, position),
                start=self._date(course.start),
                end=self._date(course.end),
            )

    def toxicities(self) -> str:
        language = self.details.language
        toxicities = [
            self.notation.graded(toxicity, language) for toxicity in self.details.toxicities
        ]
        return self.wording.say("toxicity", toxicities=self._all(toxicities))

    def medication(self, *, one_by_one: bool) -> Iterator[str]:
        items = [
            self.wording.say("drug", drug=dosed(item), schedule=item.schedule)
            for item in self.details.medication
        ]
        for group in items if one_by_one else [self._all(items)]:
            yield self.wording.say("medication", drugs=group)

    def follow_up(self, *, one_by_one: bool) -> Iterator[str]:
        language = self.details.language
        items = [
            self.notation.appointed(appointment, language) for appointment in self.details.follow_up
        ]
        for group in items if one_by_one else [self._all(items)]:
            yield self.wording.say("follow_up", appointments=group)

    def _dose(self, course: Radiotherapy, position: int) -> str:
        language = self.details.language
        return self.wording.say(
            "dose",
            position,
            total=self.notation.gray(course.total_gy, language),
            fractions=self.notation.fractions(course.fractions, language),
            fraction=self.notation.gray(course.fraction_gy, language),
        )

    def _site(self, site: str) -> str:
        """In English running text with what joins it to the sentence: `to the left breast`."""
        if self.details.language != "en" or self.wording.style != "prose":
            return site
        if "," in site:
            return f"(target volume: {site})"
        bare = not site[:1].islower() or site.split(" ")[0] in _NO_ARTICLE
        return f"to {site}" if bare else f"to the {site}"

    def _date(self, date: dt.date | None) -> str:
        return self.notation.date(date, self.details.language)

    def _combined(self, drugs: Sequence[str]) -> str:
        """Drugs given together: `a, b and c` in running text, else `a + b + c`."""
        return self._all(drugs) if self.wording.style == "prose" else " + ".join(drugs)

    def _all(self, items: Sequence[str]) -> str:
        """`a, b and c` in running text, else, or where an item has a comma, `a; b; c`."""
        if self.wording.style != "prose" or len(items) < 2 or any("," in item for item in items):
            return "; ".join(items)
        return f"{', '.join(items[:-1])} {_AND[self.details.language]} {items[-1]}"
