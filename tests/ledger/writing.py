"""The ways in which one writer writes dates, numbers and drugs: true in every form.

Each choice has a random stream of its own, named by what it is for, so that a change of one fact
leaves the rest of a letter as it was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from random import Random

from index.case import Interval, Medication, Toxicity
from index.case_text import format_interval, format_number
from index.letter import Language

from .wordlists import forms, synonyms

_DATES: dict[Language, tuple[str, ...]] = {
    "en": (
        "{d} {month} {y}",
        "{d} {month} {y}",
        "{month} {d}, {y}",
        "{d:02}/{m:02}/{y}",
        "{d} {mon} {y}",
        "{y}-{m:02}-{d:02}",
        "{d:02}.{m:02}.{y}",
        "{d}{th} of {month} {y}",
    ),
    "de": (
        "{d:02}.{m:02}.{y}",
        "{d:02}.{m:02}.{y}",
        "{d}. {month} {y}",
        "{d}.{m}.{y}",
        "{d:02}.{m:02}.{yy}",
        "{d}. {mon} {y}",
        "{d}. {mon} {yy}",
    ),
}
_AREA: dict[Language, str] = {"en": "mg/sqm", "de": "mg/qm"}
_DOCTOR = re.compile(r"((?:(?:Prof|PD|Dr|med)\.? )*)(.*?)((?:von )?\S+)")
_ROMAN = ("0", "I", "II", "III", "IV", "V")
_DOSE = re.compile(r"(.+?) ((?:AUC )?\d.*)")


@cache
def _patterns(language: Language) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple(
        (re.compile(rf"(?<![\w-]){re.escape(base)}(?![\w-])"), others)
        for base, others in synonyms(language).items()
    )


class Writing:
    """One writer's habits; the same seed writes alike."""

    def __init__(self, language: Language, seed: str) -> None:
        self.language: Language = language
        self._seed = seed
        self._lists = forms(language)
        self._date = self.pick("date", _DATES[language])

    def pick(self, what: str, options: Sequence[str]) -> str:
        return self.stream(what).choice(options)

    def stream(self, what: str) -> Random:
        return Random(f"{self._seed}/{what}")

    def date(self, day: dt.date | None, what: str) -> str:
        if day is None:
            return ""
        rng = self.stream(f"{what}/date")
        form = rng.choice(_DATES[self.language]) if rng.random() < 0.15 else self._date
        if "yy" in form and not 1940 <= day.year <= 2030:
            form = _DATES[self.language][0]  # two digits would leave the century open
        month, mon = (self._lists[name][day.month - 1] for name in ("months", "months_short"))
        suffix = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
        return form.format(
            d=day.day, m=day.month, y=day.year, yy=f"{day:%y}", month=month, mon=mon, th=suffix
        )

    def month(self, day: dt.date) -> str:
        return f"{self._lists['months'][day.month - 1]} {day.year}"

    def number(self, value: Decimal) -> str:
        return format_number(value, self.language)

    def count(self, value: int, what: str, words: float = 0.4) -> str:
        """`5` or `five`."""
        named = self._lists["numbers"]
        if 2 <= value <= len(named) and self.stream(f"{what}/count").random() < words:
            return named[value - 1]
        return str(value)

    def gray(self, dose: Decimal | None, what: str) -> str:
        if dose is None:
            return ""
        way = self.stream(f"{what}/gray").random()
        if way < 0.12:
            return f"{format_number(dose * 100, self.language)} cGy"
        if way < 0.24 and dose == dose.to_integral_value():
            return f"{dose:.1f} Gy".replace(".", "," if self.language == "de" else ".")
        space = self.pick("gray", (" ", " ", " ", "\N{NO-BREAK SPACE}", ""))
        return f"{self.number(dose)}{space}Gy"

    def term(self, text: str, what: str, share: float = 0.5) -> str:
        """Another name for what the text names, e.g. `Keytruda` for `pembrolizumab`."""
        rng = self.stream(f"{what}/term")
        for base, others in _patterns(self.language):
            found = base.search(text)
            if found and rng.random() < share:
                return text[: found.start()] + rng.choice(others) + text[found.end() :]
        return text

    def drug(self, drug: str, what: str) -> str:
        """`cisplatin 40 mg/m²`, `cisplatin (40 mg/m²)`, `40 mg/m² cisplatin`."""
        named = self.term(drug, what, 0.4)
        unit = self.pick("area", ("mg/m²", "mg/m²", "mg/m²", "mg/m2", _AREA[self.language]))
        parts = _DOSE.fullmatch(named.replace("mg/m²", unit))
        if not parts:
            return named
        forms_of_dose = ("{0} {1}", "{0} {1}", "{0} ({1})", "{1} {0}", "{0} à {1}")
        return self.pick(
            f"{what}/dosed", forms_of_dose[: 5 if self.language == "de" else 4]
        ).format(parts[1], parts[2])

    def toxicity(self, toxicity: Toxicity, what: str) -> str:
        name = self.term(toxicity.name, what, 0.3)
        if toxicity.grade is None:
            return name
        form = self.pick("grades", self._lists["grades"])
        return form.format(name=name, grade=toxicity.grade, roman=_ROMAN[toxicity.grade])

    def medication(self, item: Medication, what: str) -> str:
        schedules = dict(pair.split("=", 1) for pair in self._lists["schedules"])
        spoken = self.stream("schedules").random() < 0.3
        schedule = schedules.get(item.schedule, item.schedule) if spoken else item.schedule
        dosed = f"{self.term(item.drug, what, 0.3)} {item.dose}".strip()
        form = self.pick("medication", ("{0} {1}", "{0} ({1})", "{0}, {1}", "{0}: {1}"))
        return form.format(dosed, schedule) if schedule else dosed

    def doctor(self, name: str, what: str) -> str:
        """`Dr. med. Paul Keller`, `Dr. Paul Keller`, `Dr. Keller`."""
        parts = _DOCTOR.fullmatch(name)
        if not parts:
            return name
        titles, first, last = parts.groups()
        short = titles.replace("med. ", "")
        options = (name, name, f"{short}{first}{last}", f"{short}{last}", f"{titles}{last}")
        return self.pick(f"{what}/doctor", options)

    def interval(self, interval: Interval, what: str) -> str:
        text = format_interval(interval, self.language)
        count, unit = text.split(" ")
        named = self.count(int(count), what)
        if count == "1":
            named = self.pick(f"{what}/one", self._lists[f"one_{interval.unit}"])
        return f"{named} {unit}"
