"""One field made wrong, by kind: which fields, and what stands in their place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from finetune.clinic import tables
from finetune.clinic.people import draw_person, draw_surname
from index.case_text import format_number

from .fields import Leaf
from .sources import (
    Change,
    Source,
    by,
    either,
    foreign,
    free_day,
    from_list,
    moved,
    substituted,
)
from .wordlists import values

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PERIODS = "systemic.*.start|systemic.*.end|radiotherapy.*.start|radiotherapy.*.end"
_DATES = f"patient.birth_date|diagnosis.date|surgeries.*.date|follow_up.*.date|{_PERIODS}"


def _grade(source: Source, leaf: Leaf) -> Leaf | None:
    return source.rng.choice([grade for grade in (1, 2, 3, 4) if grade != leaf])


def _month(source: Source, leaf: Leaf) -> Leaf | None:
    assert isinstance(leaf, dt.date)
    others = [month for month in range(1, 13) if month != leaf.month]
    return free_day(source, [leaf.replace(month=month, day=min(leaf.day, 28)) for month in others])


def _year(source: Source, leaf: Leaf) -> Leaf | None:
    assert isinstance(leaf, dt.date)
    day = min(leaf.day, 28)
    return free_day(source, [leaf.replace(year=leaf.year + n, day=day) for n in (-2, -1, 1, 2, 10)])


def _tnm(source: Source, leaf: Leaf) -> Leaf | None:
    text = str(leaf)
    places = [*re.finditer(r"(?<=[cp])(?:T[1-4]|N[0-3]|M[01])|\b[LVR][01]\b", text)]
    if not places:
        return None
    place = source.rng.choice(places)
    digits = {"T": "1234", "N": "0123"}.get(place[0][0], "01").replace(place[0][1], "")
    return f"{text[: place.start() + 1]}{source.rng.choice(digits)}{text[place.end() :]}"


def _prefix(source: Source, leaf: Leaf) -> Leaf | None:
    text = str(leaf)
    place = source.rng.choice([*re.finditer(r"y?[cp](?=[TNM])", text)] or [None])
    if place is None:
        return None
    wrong = source.rng.choice([p for p in ("c", "p", "yp", "yc") if p != place[0]])
    return f"{text[: place.start()]}{wrong}{text[place.end() :]}"


def _stage(system: str, stages: Sequence[str]) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        match = re.fullmatch(rf"({system}) (\S+)", str(leaf))
        if not match:
            return None
        # "UICC III" says less than "UICC IIIA", and nothing wrong.
        options = [stage for stage in stages if not match[2].startswith(stage)]
        return f"{match[1]} {source.rng.choice(options)}"

    return change


def _differentiation(source: Source, leaf: Leaf) -> Leaf | None:
    match = re.search(r"\bG([1-4])\b|(?<=WHO[ -])[Gg]ra(?:d|de) ([1-4])", str(leaf))
    if not match:
        return None
    wrong = source.rng.choice("1234".replace(match[1] or match[2], ""))
    return f"{str(leaf)[: match.end() - 1]}{wrong}{str(leaf)[match.end() :]}"


def _icd(source: Source, leaf: Leaf) -> Leaf | None:
    text = str(leaf)
    place = source.rng.choice([place for place, char in enumerate(text) if char.isdigit()])
    wrong = source.rng.choice("0123456789".replace(text[place], ""))
    return f"{text[:place]}{wrong}{text[place + 1 :]}"


def _drug(source: Source, leaf: Leaf) -> Leaf | None:
    """Another name, the dose kept."""
    english = source.details.language == "en"
    names = tables.antineoplastics().names
    pool = list(names) if english else list(names.values())
    parts = re.fullmatch(r"(.+?)( (?:AUC )?\d.*)?", str(leaf))
    assert parts
    if parts[2] is None:
        pool = [drug.key if english else drug.name for drug in tables.drugs()]
    wrong = source.among(pool)
    return f"{wrong}{parts[2] or ''}" if wrong else None


def _dose(source: Source, leaf: Leaf) -> Leaf | None:
    """Another first number after the name: of `tilidine 50/4 mg` the 50."""
    text = str(leaf)
    place = re.search(rf"(?:(?<=^)|(?<= )){_NUMBER.pattern}(?=[ /]|$)", text)
    if place is None:
        return None
    value = Decimal(place[0].replace(",", "."))
    options = [
        format_number((value * Decimal(factor)).normalize(), source.details.language)
        for factor in ("0.5", "2", "0.8", "1.2", "1.5", "3", "10")
    ]
    wrong = source.among(options)
    return f"{text[: place.start()]}{wrong}{text[place.end() :]}" if wrong else None


def _surname(source: Source, leaf: Leaf) -> Leaf | None:
    """Another surname, or the same one with a letter wrong."""
    *before, last = str(leaf).split(" ")
    wrong = draw_surname(source.rng, source.details.language)
    if source.rng.random() < 0.4 and len(last) > 4:
        place = source.rng.randrange(1, len(last) - 1)
        letter = source.rng.choice("aeioubdgklmnrst".replace(last[place], ""))
        wrong = last[:place] + letter + last[place + 1 :]
    return None if source.has(wrong) else " ".join([*before, wrong])


def _first_name(source: Source, leaf: Leaf) -> Leaf | None:
    wrong = draw_person(source.rng, source.details.language, source.details.patient.sex)[0]
    return None if source.has(wrong) else wrong


def _sex(source: Source, leaf: Leaf) -> Leaf | None:
    return "male" if leaf == "female" else "female"


def _unit(source: Source, leaf: Leaf) -> Leaf | None:
    return source.rng.choice(
        [unit for unit in ("days", "weeks", "months", "years") if unit != leaf]
    )


def _schedule(source: Source, leaf: Leaf) -> Leaf | None:
    return source.among([schedule for schedule in values("schedules") if schedule != leaf])


def _foreign_or_near(kind: str, pattern: str) -> Change:
    return either(substituted(kind), foreign(pattern))


_SITES = "radiotherapy.*.site"
_NAMED = f"diagnosis.name|surgeries.*.name|{_SITES}"
_MARKERS = "diagnosis.histology|diagnosis.name"
_DAY = moved(-9, -4, -2, -1, 1, 3, 7, 11)
_BOOSTS = (*values("total_gy"), *values("fraction_gy"))

CHANGES: dict[str, tuple[tuple[str, Change], ...]] = {
    "total_dose": (("radiotherapy.0.total_gy", from_list(values("total_gy"))),),
    "boost_dose": (("radiotherapy.1.total_gy", from_list(_BOOSTS)),),
    "fraction_dose": (("radiotherapy.*.fraction_gy", from_list(values("fraction_gy"))),),
    "fractions": (("radiotherapy.*.fractions", by(-5, -3, -2, -1, 1, 2, 3, 5)),),
    "technique": (("radiotherapy.*.technique", substituted("technique")),),
    "target_volume": ((_SITES, _foreign_or_near("target_volume", _SITES)),),
    "date_day": ((_DATES, _DAY),),
    "date_month": ((_DATES, _month),),
    "date_year": ((_DATES, _year),),
    "period": ((_PERIODS, moved(-36, -17, -8, 9, 15, 29, 44)),),
    "interval": (
        ("follow_up.*.after.count", by(-2, -1, 1, 2, 3, 4)),
        ("follow_up.*.after.unit", _unit),
    ),
    "tnm": (("diagnosis.tnm", _tnm),),
    "tnm_prefix": (("diagnosis.tnm", _prefix),),
    "figo": (("diagnosis.stage", _stage("FIGO", values("figo"))),),
    "uicc": (
        ("diagnosis.stage", _stage("UICC", values("uicc"))),
        ("diagnosis.stage", _stage("Ann Arbor", values("ann_arbor"))),
    ),
    "grading": (("diagnosis.tnm|diagnosis.stage", _differentiation),),
    "gleason": ((_MARKERS, substituted("gleason")),),
    "icd10": (("diagnosis.icd10", _icd),),
    "receptor": ((_MARKERS, substituted("receptor")),),
    "mutation": ((_MARKERS, substituted("mutation")),),
    "viral": ((_MARKERS, substituted("viral")),),
    "mgmt": ((_MARKERS, substituted("mgmt")),),
    "pd_l1": ((_MARKERS, substituted("pd_l1")),),
    "laterality": ((_NAMED, substituted("laterality")),),
    "site": (("diagnosis.name", substituted("site")),),
    "drug": (("systemic.*.drugs.*", _drug), ("medication.*.drug", _drug)),
    "drug_dose": (("systemic.*.drugs.*", _dose), ("medication.*.dose", _dose)),
    "schedule": (("medication.*.schedule", _schedule),),
    "cycles": (("systemic.*.cycles", by(-3, -2, -1, 1, 2, 3)),),
    "toxicity": (("toxicities.*.name", foreign("toxicities.*.name")),),
    "toxicity_grade": (("toxicities.*.grade", _grade),),
    "diagnosis": (("diagnosis.name", foreign("diagnosis.name")),),
    "comorbidity": (("comorbidities.*", foreign("comorbidities.*")),),
    "histology": (("diagnosis.histology", _foreign_or_near("histology", "diagnosis.histology")),),
    "procedure": (("surgeries.*.name", _foreign_or_near("procedure", "surgeries.*.name")),),
    "patient_name": (("patient.last_name", _surname), ("patient.first_name", _first_name)),
    "physician_name": (("referrer|author", _surname),),
    "title": (("referrer|author", substituted("title")),),
    "sex": (("patient.sex", _sex),),
    "appointment_what": (("follow_up.*.what", foreign("follow_up.*.what")),),
    "appointment_when": (
        ("follow_up.*.date", either(_DAY, _month)),
        ("follow_up.*.after.count", by(-1, 1, 2, 3)),
    ),
}
"""Kinds that the clinic's own fields have; a kind may be in the statements as well."""
