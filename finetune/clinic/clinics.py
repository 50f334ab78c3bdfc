"""The demo clinics: who writes their letters, and what the house has them look like.

town         English and German, three styles; the demo model's own
university   German, long prose under the headings of a history and an assessment
centre       British English, problems and plan first, lists or notes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from finetune.clinic.notation import PLAIN, Notation
from finetune.clinic.people import Author, Style
from finetune.clinic.phrasing import Phrases, load_phrases, over
from index.errors import TrainingError
from index.letter import Language, SectionKind

ClinicName = Literal["town", "university", "centre"]


@dataclass(frozen=True)
class Part:
    """A section of the house's letters: which, and what it says (`finetune.clinic.letters`)."""

    kind: SectionKind
    says: tuple[str, ...]
    numbered: bool = False
    """In an author's letters that are lists: numbers rather than dashes."""


@dataclass(frozen=True)
class Clinic:
    """A house and its authors.

    Attributes:
        name: as the command line has it.
        authors: by language; the languages are those of its letters.
        parts: the sections of a letter, in the house's order.
        advice: how many stock sentences of advice a letter of a style has.
        phrases: the phrase file that says what this house says otherwise than the town's.
        notation: of dates and grades.
    """

    name: ClinicName
    authors: Mapping[Language, tuple[Author, ...]]
    parts: tuple[Part, ...]
    advice: Mapping[Style, int]
    phrases: str = ""
    notation: Notation = PLAIN

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self.authors)

    @property
    def styles(self) -> tuple[Style, ...]:
        return tuple(self.advice)

    def wording(self, language: Language) -> Phrases:
        """What the house's letters and summaries say, by sentence and style."""
        town = load_phrases("phrases", language)
        return over(town, load_phrases(self.phrases, language)) if self.phrases else town

    def seeded(self, seed: str) -> str:
        """A seed for this clinic's patients. The town's is as it was when it was the only one."""
        return seed if self.name == "town" else f"{self.name}/{seed}"


def clinic_named(name: str) -> Clinic:
    """
    Raises:
        TrainingError: there is none of that name.
    """
    for clinic in CLINICS:
        if clinic.name == name:
            return clinic
    known = ", ".join(clinic.name for clinic in CLINICS)
    raise TrainingError(f"No demo clinic {name!r}.", f"Give one of: {known}.")


TOWN = Clinic(
    name="town",
    authors={
        "en": (
            Author("Dr. Miriam Talbot", "female", "Department of Radiation Oncology", "prose"),
            Author("Prof. Edmund Harcastle", "male", "Department of Radiation Oncology", "list"),
            Author("Dr. Priya Venning", "female", "Radiotherapy Outpatient Clinic", "terse"),
        ),
        "de": (
            Author("Dr. med. Henrike Ostermoor", "female", "Klinik für Strahlentherapie", "prose"),
            Author(
                "Prof. Dr. med. Joachim Lindwedel", "male", "Klinik für Strahlentherapie", "list"
            ),
            Author("Dr. med. Karsten Brühlau", "male", "Ambulanz für Strahlentherapie", "terse"),
        ),
    },
    parts=(
        Part(SectionKind.SALUTATION, ("greeting", "opening")),
        Part(SectionKind.DIAGNOSES, ("diagnosis", "findings", "comorbidities")),
        Part(SectionKind.HISTORY, ("course", "toxicities")),
        Part(SectionKind.RECOMMENDATIONS, ("medication", "advice")),
        Part(SectionKind.SCHEDULE, ("appointments", "visit", "contact")),
        Part(SectionKind.CLOSING, ("closing",)),
    ),
    advice={"prose": 3, "list": 3, "terse": 2},
)

UNIVERSITY = Clinic(
    name="university",
    authors={
        "de": (
            Author("PD Dr. med. Annegret Sielhorst", "female", "Poliklinik", "prose"),
            Author("Dr. med. Volker Tannweiler", "male", "Poliklinik", "prose"),
            Author("Prof. Dr. med. Ruprecht Hallgrund", "male", "Klinikdirektion", "prose"),
        ),
    },
    parts=(
        Part(SectionKind.SALUTATION, ("letterhead", "greeting", "opening")),
        Part(SectionKind.DIAGNOSES, ("diagnosis", "findings", "comorbidities")),
        Part(SectionKind.HISTORY, ("course",)),
        Part(SectionKind.FINDINGS, ("toxicities",)),
        Part(SectionKind.ASSESSMENT, ("advice",)),
        Part(SectionKind.RECOMMENDATIONS, ("medication", "care")),
        Part(SectionKind.SCHEDULE, ("appointments", "visit", "contact")),
        Part(SectionKind.CLOSING, ("closing",)),
    ),
    advice={"prose": 4},
    phrases="phrases_university",
    notation=Notation(days={"de": "{day}. {month} {year}"}, grades={"de": "(CTCAE Grad {grade})"}),
)

CENTRE = Clinic(
    name="centre",
    authors={
        "en": (
            Author("Dr Rhiannon Aldwick", "female", "Clinical Oncology", "list"),
            Author("Dr Callum Strathern", "male", "Clinical Oncology", "list"),
            Author("Professor Imelda Farrow", "female", "Clinical Oncology", "terse"),
        ),
    },
    parts=(
        Part(SectionKind.SALUTATION, ("letterhead", "greeting", "opening")),
        Part(SectionKind.DIAGNOSES, ("problem", "further_problems"), numbered=True),
        Part(SectionKind.RECOMMENDATIONS, ("advice",)),
        Part(SectionKind.SCHEDULE, ("appointments", "contact")),
        Part(SectionKind.HISTORY, ("course",)),
        Part(SectionKind.TREATMENT, ("toxicities",)),
        Part(SectionKind.MEDICATION, ("medication",)),
        Part(SectionKind.CLOSING, ("closing",)),
    ),
    advice={"list": 2, "terse": 2},
    phrases="phrases_centre",
    notation=Notation(days={"en": "{day:02} {month} {year}"}, grades={"en": "(grade {grade})"}),
)

CLINICS = (TOWN, UNIVERSITY, CENTRE)
