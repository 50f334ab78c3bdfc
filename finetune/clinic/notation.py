"""How a clinic writes dates, doses and counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from finetune.clinic.phrasing import load_phrases
from index.case import Appointment, Toxicity
from index.case_text import format_date, format_interval, format_number
from index.letter import Language

CYCLES: dict[Language, tuple[str, str]] = {"en": ("cycle", "cycles"), "de": ("Zyklus", "Zyklen")}
FRACTIONS: dict[Language, tuple[str, str]] = {
    "en": ("fraction", "fractions"),
    "de": ("Fraktion", "Fraktionen"),
}
_ON: dict[Language, str] = {"en": "on", "de": "am"}


def counted(count: int | None, forms: tuple[str, str]) -> str:
    """`1 cycle`, `6 cycles`; empty without a count."""
    return f"{count} {forms[count != 1]}" if count is not None else ""


@dataclass(frozen=True)
class Notation:
    """A house's way of writing; what it doesn't set is written as the case text has it.

    Attributes:
        days: a date by language, from `day`, `month` (its name) and `year`.
        grades: a side effect's grade by language, from `grade`.
    """

    days: Mapping[Language, str] = field(default_factory=dict[Language, str])
    grades: Mapping[Language, str] = field(
        default_factory=lambda: {"en": "grade {grade}", "de": "Grad {grade}"}
    )

    def date(self, day: dt.date | None, language: Language) -> str:
        """Empty without a date."""
        if day is None:
            return ""
        if language not in self.days:
            return format_date(day, language)
        month = load_phrases("surfaces", language)["months"]["names"][day.month - 1]
        return self.days[language].format(day=day.day, month=month, year=day.year)

    def gray(self, dose: Decimal | None, language: Language) -> str:
        """`50.4 Gy`, `50,4 Gy`; empty without a dose."""
        return f"{format_number(dose, language)} Gy" if dose is not None else ""

    def cycles(self, count: int | None, language: Language) -> str:
        return counted(count, CYCLES[language])

    def fractions(self, count: int | None, language: Language) -> str:
        return counted(count, FRACTIONS[language])

    def graded(self, toxicity: Toxicity, language: Language) -> str:
        """`radiodermatitis grade 2`; the name alone without a grade."""
        if toxicity.grade is None:
            return toxicity.name
        return f"{toxicity.name} {self.grades[language].format(grade=toxicity.grade)}"

    def appointed(self, appointment: Appointment, language: Language) -> str:
        """`CT thorax on 14 May 2025`, `CT Thorax in 6 Wochen`."""
        if appointment.date:
            return f"{appointment.what} {_ON[language]} {self.date(appointment.date, language)}"
        if appointment.after:
            return f"{appointment.what} in {format_interval(appointment.after, language)}"
        return appointment.what


PLAIN = Notation()
"""As the case text has it."""
