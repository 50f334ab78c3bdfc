"""One field made wrong, by kind: which fields, and what stands in their place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from finetune.clinic import tables
from finetune.clinic.cases import draw_case
from finetune.clinic.people import draw_person, draw_surname
from index.case import CaseDetails
from index.case_text import format_number
from tests.ledger.fields import Leaf, leaves, matching
from tests.ledger.wordlists import substitutions

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_TOTALS = (
    "20",
    "25",
    "30",
    "36",
    "39",
    "40.05",
    "43.2",
    "45",
    "46",
    "48.6",
    "50",
    "50.4",
    "54",
    "56",
    "59.4",
    "60",
    "61.2",
    "64",
    "66",
    "70",
    "74",
    "76",
    "78",
)
_SINGLES = (
    "1.5",
    "1.8",
    "2",
    "2.2",
    "2.4",
    "2.67",
    "3",
    "3.5",
    "4",
    "5",
    "5.2",
    "6",
    "7",
    "8",
    "9",
    "12",
)
_FIGO = (
    "IA1",
    "IA2",
    "IB1",
    "IB2",
    "IB3",
    "IIA1",
    "IIA2",
    "IIB",
    "IIIA",
    "IIIB",
    "IIIC1",
    "IIIC2",
    "IVA",
    "IVB",
)
_UICC = ("I", "IA", "IB", "II", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC", "IV", "IVA", "IVB")
_ANN_ARBOR = ("IA", "IB", "IIA", "IIB", "IIIA", "IIIB", "IVA", "IVB")
_SCHEDULES = ("1-0-0", "0-0-1", "1-0-1", "1-1-1", "0-1-0", "2-0-2", "1-0-0-1")
_DATES = (
    "patient.birth_date|diagnosis.date|surgeries.*.date|follow_up.*.date"
    "|systemic.*.start|systemic.*.end|radiotherapy.*.start|radiotherapy.*.end"
)


@dataclass(frozen=True)
class Source:
    """What a wrong value may be made of; `stranger` is another patient's case."""

    details: CaseDetails
    case: str
    rng: Random

    def stranger(self) -> CaseDetails:
        own = self.details.diagnosis.icd10[:3]
        while True:
            other = draw_case(self.rng, self.details.language, complete=True)
            if other.diagnosis.icd10[:3] != own:
                return other

    def among(self, options: Sequence[str]) -> str | None:
        """One that the case nowhere has, as a word or a number of its own."""
        free = [text for text in options if not self.has(text)]
        return self.rng.choice(free) if free else None

    def has(self, text: str) -> bool:
        return bool(re.search(rf"(?<![\w.,]){re.escape(text)}(?!\w|[.,]\d)", self.case, re.I))


Change = Callable[[Source, Leaf], Leaf | None]


def _from_list(options: Sequence[str]) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        texts = [format_number(Decimal(text), source.details.language) for text in options]
        drawn = source.among([t for t in texts if Decimal(t.replace(",", ".")) != leaf])
        return Decimal(drawn.replace(",", ".")) if drawn else None

    return change


def _by(*steps: int, low: int = 1, high: int = 60) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        assert isinstance(leaf, int)
        options = [str(leaf + step) for step in steps if low <= leaf + step <= high]
        drawn = source.among(options) or (source.rng.choice(options) if options else None)
        return int(drawn) if drawn else None

    return change


def _grade(source: Source, leaf: Leaf) -> Leaf | None:
    return source.rng.choice([grade for grade in (1, 2, 3, 4) if grade != leaf])


def _day(source: Source, leaf: Leaf) -> Leaf | None:
    return _moved(source, leaf, [dt.timedelta(days=days) for days in (-9, -4, -2, -1, 1, 3, 7, 11)])


def _weeks(source: Source, leaf: Leaf) -> Leaf | None:
    return _moved(source, leaf, [dt.timedelta(days=days) for days in (-36, -17, -8, 9, 15, 29, 44)])


def _moved(source: Source, leaf: Leaf, steps: Sequence[dt.timedelta]) -> Leaf | None:
    assert isinstance(leaf, dt.date)
    return _free_day(source, [leaf + step for step in steps])


def _month(source: Source, leaf: Leaf) -> Leaf | None:
    assert isinstance(leaf, dt.date)
    others = [month for month in range(1, 13) if month != leaf.month]
    return _free_day(source, [leaf.replace(month=month, day=min(leaf.day, 28)) for month in others])


def _year(source: Source, leaf: Leaf) -> Leaf | None:
    assert isinstance(leaf, dt.date)
    day = min(leaf.day, 28)
    return _free_day(
        source, [leaf.replace(year=leaf.year + n, day=day) for n in (-2, -1, 1, 2, 10)]
    )


def _free_day(source: Source, options: Sequence[dt.date]) -> dt.date | None:
    taken = {leaf for _, leaf in leaves(source.details) if isinstance(leaf, dt.date)}
    free = [day for day in options if day not in taken]
    return source.rng.choice(free) if free else None


def _substituted(kind: str) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        assert isinstance(leaf, str)
        rows = [r for r in substitutions(source.details.language)[kind] if re.search(r[0], leaf)]
        if not rows:
            return None
        pattern, *options = source.rng.choice(rows)
        wrong = re.sub(pattern, source.rng.choice(options), leaf, count=1)
        return wrong if wrong.casefold() != leaf.casefold() else None

    return change


def _foreign(pattern: str) -> Change:
    """What another patient has in the same field."""

    def change(source: Source, leaf: Leaf) -> Leaf | None:
        found = [str(other) for _, other in matching(source.stranger(), pattern)]
        return source.among(found)

    return change


def _either(*changes: Change) -> Change:
    def change(source: Source, leaf: Leaf) -> Leaf | None:
        order = source.rng.sample(changes, len(changes))
        return next((wrong for one in order if (wrong := one(source, leaf)) is not None), None)

    return change


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
        return f"{match[1]} {source.rng.choice([s for s in stages if s != match[2]])}"

    return change


def _differentiation(source: Source, leaf: Leaf) -> Leaf | None:
    match = re.search(r"\bG([1-4])\b|(?<=WHO[ -])[Gg]ra(?:d|de) ([1-4])", str(leaf))
    if not match:
        return None
    right = match[1] or match[2]
    wrong = source.rng.choice("1234".replace(right, ""))
    return f"{str(leaf)[: match.end() - 1]}{wrong}{str(leaf)[match.end() :]}"


def _icd(source: Source, leaf: Leaf) -> Leaf | None:
    text = str(leaf)
    place = source.rng.choice([place for place, char in enumerate(text) if char.isdigit()])
    wrong = source.rng.choice("0123456789".replace(text[place], ""))
    return f"{text[:place]}{wrong}{text[place + 1 :]}"


def _drug(source: Source, leaf: Leaf) -> Leaf | None:
    """Another name, the dose kept."""
    language = source.details.language
    names = tables.antineoplastics().names
    pool = list(names) if language == "en" else list(names.values())
    parts = re.fullmatch(r"(.+?)( (?:AUC )?\d.*)?", str(leaf))
    assert parts
    if parts[2] is None:
        pool = [drug.key if language == "en" else drug.name for drug in tables.drugs()]
    wrong = source.among(pool)
    return f"{wrong}{parts[2] or ''}" if wrong else None


def _dose(source: Source, leaf: Leaf) -> Leaf | None:
    text = str(leaf)
    places = [*_NUMBER.finditer(text)]
    place = next((p for p in places if p.start() == 0 or text[p.start() - 1] in " C"), None)
    if place is None or (" " in text and place.start() == 0 and text[place.end()] != " "):
        return None
    value = Decimal(place[0].replace(",", "."))
    factors = ("0.5", "2", "0.8", "1.2", "1.5", "3", "10")
    options = [
        format_number((value * Decimal(factor)).normalize(), source.details.language)
        for factor in factors
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
    return " ".join([*before, wrong]) if not source.has(wrong) else None


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
    return source.among([schedule for schedule in _SCHEDULES if schedule != leaf])


_SITES = "radiotherapy.*.site"
_NAMED = "diagnosis.name|surgeries.*.name|radiotherapy.*.site"
_MARKERS = "diagnosis.histology|diagnosis.name"

CHANGES: dict[str, tuple[tuple[str, Change], ...]] = {
    "total_dose": (("radiotherapy.0.total_gy", _from_list(_TOTALS)),),
    "boost_dose": (("radiotherapy.1.total_gy", _from_list(_TOTALS + _SINGLES)),),
    "fraction_dose": (("radiotherapy.*.fraction_gy", _from_list(_SINGLES)),),
    "fractions": (("radiotherapy.*.fractions", _by(-5, -3, -2, -1, 1, 2, 3, 5)),),
    "technique": (("radiotherapy.*.technique", _substituted("technique")),),
    "target_volume": ((_SITES, _either(_substituted("target_volume"), _foreign(_SITES))),),
    "date_day": ((_DATES, _day),),
    "date_month": ((_DATES, _month),),
    "date_year": ((_DATES, _year),),
    "period": (
        ("radiotherapy.*.start|radiotherapy.*.end", _weeks),
        ("systemic.*.start|systemic.*.end", _weeks),
    ),
    "interval": (
        ("follow_up.*.after.count", _by(-2, -1, 1, 2, 3, 4)),
        ("follow_up.*.after.unit", _unit),
    ),
    "tnm": (("diagnosis.tnm", _tnm),),
    "tnm_prefix": (("diagnosis.tnm", _prefix),),
    "figo": (("diagnosis.stage", _stage("FIGO", _FIGO)),),
    "uicc": (
        ("diagnosis.stage", _stage("UICC", _UICC)),
        ("diagnosis.stage", _stage("Ann Arbor", _ANN_ARBOR)),
    ),
    "grading": (("diagnosis.tnm|diagnosis.stage", _differentiation),),
    "gleason": ((_MARKERS, _substituted("gleason")),),
    "icd10": (("diagnosis.icd10", _icd),),
    "receptor": ((_MARKERS, _substituted("receptor")),),
    "mutation": ((_MARKERS, _substituted("mutation")),),
    "viral": ((_MARKERS, _substituted("viral")),),
    "mgmt": ((_MARKERS, _substituted("mgmt")),),
    "pd_l1": ((_MARKERS, _substituted("pd_l1")),),
    "laterality": ((_NAMED, _substituted("laterality")),),
    "site": (("diagnosis.name", _substituted("site")),),
    "drug": (("systemic.*.drugs.*", _drug), ("medication.*.drug", _drug)),
    "drug_dose": (("systemic.*.drugs.*", _dose), ("medication.*.dose", _dose)),
    "schedule": (("medication.*.schedule", _schedule),),
    "cycles": (("systemic.*.cycles", _by(-3, -2, -1, 1, 2, 3)),),
    "toxicity": (("toxicities.*.name", _foreign("toxicities.*.name")),),
    "toxicity_grade": (("toxicities.*.grade", _grade),),
    "diagnosis": (("diagnosis.name", _foreign("diagnosis.name")),),
    "comorbidity": (("comorbidities.*", _foreign("comorbidities.*")),),
    "histology": (
        (
            "diagnosis.histology",
            _either(_substituted("histology"), _foreign("diagnosis.histology")),
        ),
    ),
    "procedure": (
        ("surgeries.*.name", _either(_substituted("procedure"), _foreign("surgeries.*.name"))),
    ),
    "patient_name": (("patient.last_name", _surname), ("patient.first_name", _first_name)),
    "physician_name": (("referrer|author", _surname),),
    "title": (("referrer|author", _substituted("title")),),
    "sex": (("patient.sex", _sex),),
    "appointment_what": (("follow_up.*.what", _foreign("follow_up.*.what")),),
    "appointment_when": (
        ("follow_up.*.date", _either(_day, _month)),
        ("follow_up.*.after.count", _by(-1, 1, 2, 3)),
    ),
}
"""Kinds that the clinic's own fields have; a kind may be in the statements as well."""
