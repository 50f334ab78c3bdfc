"""Current medication and appointments, from the sections that say how things go on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from assistant.check import FactKind
from assistant.check.antineoplastics import is_antineoplastic
from finetune.pairing.units import Unit, days_in, items, unled
from index.case import Appointment, Interval, Medication
from index.letter import Language, SectionKind

_DRUGS_IN = (SectionKind.RECOMMENDATIONS, SectionKind.MEDICATION)
_DOSE = re.compile(
    r"\s*(?P<dose>\d[\d.,/]*\s*(?:mg|µg|mcg|g|ml|IU|IE|%|Hub|Tropfen|drops|puffs)(?:/(?:\d[\d.,]*\s*)?\w+)?)(?!\w)"
)
_TAKEN = re.compile(
    r"\b\d(?:[.,/]\d)?(?:\s?-\s?\d(?:[.,/]\d)?){2,3}\b"
    r"|\b(?:as needed|bei Bedarf|b\. ?B\.|p\.?r\.?n\.?"
    r"|(?:once|twice|three times|einmal|zweimal|dreimal|\d ?x)\s(?:a|per|pro|am|täglich|daily)\s?"
    r"(?:day|week|month|tag|woche|monat)?|(?:every|alle)\s\d+\s\w+|täglich|daily|od|bd|tds|nocte)",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"medi[kc]ation|medi[kc]ament|\bdrugs\b|\btakes\b|derzeit|aktuell|\bnimmt\b", re.IGNORECASE
)
_UNITS = {
    **dict.fromkeys(("day", "days", "tag", "tagen"), "days"),
    **dict.fromkeys(("week", "weeks", "woche", "wochen"), "weeks"),
    **dict.fromkeys(("month", "months", "monat", "monaten"), "months"),
    **dict.fromkeys(("year", "years", "jahr", "jahren"), "years"),
}
_IN = re.compile(rf"\s*\bin\s+(?P<count>\d{{1,3}})\s+(?P<unit>{'|'.join(_UNITS)})\b", re.IGNORECASE)
_ON = re.compile(r"\s*\b(?:on|am)?:?\s*$", re.IGNORECASE)
_JOINING = re.compile(r"^[\s,;.:•–-]*(?:(?:and|und|sowie)\s+)?")


@dataclass(frozen=True)
class Plan:
    medication: tuple[Medication, ...]
    follow_up: tuple[Appointment, ...]


def plan_of(units: Sequence[Unit], language: Language) -> Plan:
    """What the patient takes, and which appointments are planned."""
    takes = [unit for unit in units if unit.kind in _DRUGS_IN and _lists_drugs(unit)]
    visits = [unit for unit in units if unit.kind is SectionKind.SCHEDULE]
    return Plan(
        tuple(drug for unit in takes for drug in _medication(unit)),
        tuple(visit for unit in visits for visit in _appointments(unit, language)),
    )


def _lists_drugs(unit: Unit) -> bool:
    """Whether it says what is taken: a drug alone may be one that is advised or warned of."""
    taken = unit.of(FactKind.SCHEDULE, FactKind.QUANTITY)
    drugs = unit.of(FactKind.DRUG)
    listed = _LISTED.search(unit.text)
    if unit.kind is SectionKind.MEDICATION:
        return bool(drugs)
    return bool(drugs) and bool(taken or listed) and not is_antineoplastic(drugs[0].value)


def _medication(unit: Unit) -> Iterator[Medication]:
    """Each drug of the list with its dose and when it is taken."""
    drugs = [fact.text for fact in unit.of(FactKind.DRUG)]
    for item in _with_their_times(items(unled(unit.text))):
        dose, taken = _DOSE.search(item), _TAKEN.search(item)
        known = [item.find(drug) for drug in drugs if drug in item]
        if not known and not dose:
            continue
        begin = min(known, default=0)
        ends = [match.start() for match in (dose, taken) if match and match.start() > begin]
        drug = item[begin : min(ends, default=len(item))].strip(" ,(:")
        if drug and len(drug.split()) <= 5:
            yield Medication(
                drug=drug,
                dose=dose["dose"].strip() if dose else "",
                schedule=taken[0] if taken else "",
            )


def _with_their_times(listed: Sequence[str]) -> list[str]:
    """ "Salbutamol 100 µg, as needed" is one drug, though a comma stands in it."""
    whole: list[str] = []
    for item in listed:
        if whole and _TAKEN.match(item):
            whole[-1] = f"{whole[-1]}, {item}"
        else:
            whole.append(item)
    return whole


def interval_in(text: str) -> Interval | None:
    """The time of "in 6 weeks"; None where there is none, or one that no case takes."""
    match = _IN.search(text)
    if not match or not 1 <= int(match["count"]) <= 104:
        return None
    unit = cast('Literal["days", "weeks", "months", "years"]', _UNITS[match["unit"].lower()])
    return Interval(count=int(match["count"]), unit=unit)


def _appointments(unit: Unit, language: Language) -> Iterator[Appointment]:
    """What stands before each time, up to the time before it."""
    text = unled(unit.text) if ":" in unit.text else unit.text
    times: list[tuple[int, int, Appointment]] = []
    for day in days_in(text, language):
        before = _ON.search(text, 0, day.start)
        start = before.start() if before else day.start
        times.append((start, day.end, Appointment(what="-", date=day.date)))
    for match in _IN.finditer(text):
        if after := interval_in(match[0]):
            times.append((match.start(), match.end(), Appointment(what="-", after=after)))
    begin = 0
    for start, end, visit in sorted(times, key=lambda time: time[0]):
        what = _JOINING.sub("", text[begin:start]).strip(" ,;:-–")
        begin = end
        if what and len(what.split()) <= 12:
            yield visit.model_copy(update={"what": what})
