"""A true letter by another hand: other sentences, another order, other forms of every fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from finetune.clinic.phrasing import Wording
from finetune.clinic.statements import addressed, full_name
from index.case import CaseDetails, Radiotherapy
from index.letter import Language

from .wordlists import Bank, hand
from .writing import Writing

SECTIONS = ("diagnoses", "history", "recommendations", "schedule")
_AND: dict[Language, str] = {"en": "and", "de": "und"}
_CYCLES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (("cycle", "cycles"), ("cycle", "cycles"), ("course", "courses")),
    "de": (("Zyklus", "Zyklen"), ("Zyklus", "Zyklen"), ("Kurs", "Kurse")),
}


def sex_words(details: CaseDetails, writing: Writing, bank: Bank) -> dict[str, str]:
    """What follows the patient's sex; none where the case doesn't tell it."""
    if not details.patient.sex:
        return {}
    lists = hand(details.language, bank)[f"words_{details.patient.sex}"]
    chosen = (writing.pick("title", lists["any"]), *lists["pronouns"])
    return dict(pair.split("=", 1) for pair in chosen)


def hand_letter(
    details: CaseDetails, seed: str, added: Mapping[str, Sequence[str]], bank: Bank
) -> str:
    """The letter; `added` are sentences by section, each goes to the section's end."""
    writer = _Writer(details, seed, bank)
    sections = {
        "diagnoses": list(writer.diagnoses()),
        "history": list(writer.history()),
        "recommendations": list(writer.medication()),
        "schedule": [*writer.follow_up(), *writer.courtesy()],
    }
    joint = writer.writing.pick("joint", (" ", " ", "\n", "\n- "))
    paragraphs = (
        joint.join(filter(None, [*sections[name], *added.get(name, ())])).removeprefix("\n- ")
        for name in SECTIONS
    )
    text = [*writer.opening(), *(part for part in paragraphs if part), writer.closing()]
    return "\n\n".join(text)


class _Writer:
    def __init__(self, details: CaseDetails, seed: str, bank: Bank) -> None:
        self.details = details
        self.writing = Writing(details.language, f"{seed}/writing")
        words = sex_words(details, self.writing, bank)
        self._wording = Wording(hand(details.language, bank), "any", seed, words)

    def say(self, sentence: str, position: int = 0, /, **facts: str) -> str:
        said = self._wording.say(sentence, position, **facts)
        return said[:1].upper() + said[1:] if sentence not in _IN_LINE else said

    def opening(self) -> Iterator[str]:
        patient = self.details.patient
        greeting = self.say("greeting", referrer=self._doctor("referrer"))
        yield greeting or self._wording.say("salutation")
        yield self._wording.say(
            "opening",
            name=full_name(self.details),
            born=self.writing.date(patient.birth_date, "born"),
        )

    def diagnoses(self) -> Iterator[str]:
        diagnosis, writing = self.details.diagnosis, self.writing
        name = writing.term(diagnosis.name, "diagnosis")
        parts = [
            self.say("diagnosis", diagnosis=name, icd=diagnosis.icd10),
            self.say("staging", tnm=diagnosis.tnm, stage=diagnosis.stage),
            self.say("histology", histology=writing.term(diagnosis.histology, "histology", 0.4)),
            self.say("first_diagnosis", date=writing.date(diagnosis.date, "diagnosed")),
        ]
        # The disease comes first, what is said of it in any order.
        rest = parts[1:]
        writing.stream("order").shuffle(rest)
        yield from (parts[0], *rest)
        items = [
            writing.term(item, f"comorbidity/{place}")
            for place, item in enumerate(self.details.comorbidities)
        ]
        yield self.say("comorbidities", comorbidities=self._all(items))

    def history(self) -> Iterator[str]:
        writing = self.writing
        for place, surgery in enumerate(self.details.surgeries):
            name = writing.term(surgery.name, f"surgery/{place}")
            date = writing.date(surgery.date, f"surgery/{place}")
            yield self.say("surgery", place, surgery=name, date=date)
        for place, therapy in enumerate(self.details.systemic):
            key = f"systemic/{place}"
            drugs = [
                writing.drug(drug, f"{key}/{number}") for number, drug in enumerate(therapy.drugs)
            ]
            yield self.say(
                "systemic",
                place,
                drugs=self._all(drugs),
                cycles=self._cycles(therapy.cycles, key),
                start=writing.date(therapy.start, f"{key}/start"),
                end=writing.date(therapy.end, f"{key}/end"),
            )
        yield from (
            self._course(course, place) for place, course in enumerate(self.details.radiotherapy)
        )
        items = [
            writing.toxicity(item, f"toxicity/{place}")
            for place, item in enumerate(self.details.toxicities)
        ]
        yield self.say("toxicity", toxicities=self._all(items))

    def medication(self) -> Iterator[str]:
        items = [
            self.writing.medication(item, f"medication/{place}")
            for place, item in enumerate(self.details.medication)
        ]
        yield self.say("medication", drugs="; ".join(items))

    def follow_up(self) -> Iterator[str]:
        items = [
            self.say(
                "appointment",
                what=self.writing.term(item.what, f"follow_up/{place}"),
                date=self.writing.date(item.date, f"follow_up/{place}"),
                after=self.writing.interval(item.after, f"follow_up/{place}") if item.after else "",
            )
            for place, item in enumerate(self.details.follow_up)
        ]
        yield self.say("follow_up", appointments=self._all(items))

    def courtesy(self) -> list[str]:
        return self._wording.some("courtesy", 2)

    def closing(self) -> str:
        return self.say("closing", author=self._doctor("author"))

    def _doctor(self, field: Literal["referrer", "author"]) -> str:
        name = addressed(self.details.referrer) if field == "referrer" else self.details.author
        return self.writing.doctor(name, field)

    def _course(self, course: Radiotherapy, place: int) -> str:
        writing, key = self.writing, f"course/{place}"
        said = self.say(
            "dose",
            place,
            total=writing.gray(course.total_gy, f"{key}/total"),
            fractions=str(course.fractions or ""),
            fraction=writing.gray(course.fraction_gy, f"{key}/fraction"),
        )
        # In words where a noun follows: "twelve fractions", but "12 x 3 Gy".
        dose = _FRACTIONS.sub(lambda m: writing.count(int(m[0]), key, 0.3), said)
        return self.say(
            "boost" if course.boost else "radiotherapy",
            place,
            site=writing.term(course.site, f"{key}/site"),
            technique=writing.term(course.technique, f"{key}/technique"),
            dose=dose,
            start=writing.date(course.start, f"{key}/start"),
            end=writing.date(course.end, f"{key}/end"),
        )

    def _cycles(self, cycles: int | None, what: str) -> str:
        if not cycles:
            return ""
        one, many = self.writing.stream(f"{what}/cycles").choice(_CYCLES[self.details.language])
        return f"{self.writing.count(cycles, what)} {many if cycles > 1 else one}"

    def _all(self, items: Sequence[str]) -> str:
        if len(items) < 2 or any("," in item for item in items):
            return "; ".join(items)
        joint = self.writing.pick("list", (", ", "; ", ""))
        if joint:
            return joint.join(items)
        return f"{', '.join(items[:-1])} {_AND[self.details.language]} {items[-1]}"


_FRACTIONS = re.compile(r"\b\d+(?= [fF]ra[ck]tion)")
_IN_LINE = frozenset({"dose", "appointment"})
