"""What the check speaks of: a fact of a text, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    DATE = "date"
    DOSE = "dose"
    """A radiation dose, in Gy."""
    FRACTIONS = "fractions"
    QUANTITY = "quantity"
    """A number with a unit: a drug's dose, a laboratory value."""
    GRADE = "grade"
    CODE = "code"
    """ICD-10."""
    STAGE = "stage"
    """One component of a TNM, or a FIGO or UICC stage."""
    MARKER = "marker"
    """A receptor, a mutation, a virus, with its state."""
    INTERVAL = "interval"
    SCHEDULE = "schedule"
    """When a drug is taken: "1-0-1", or how often a day."""
    CYCLES = "cycles"
    NAME = "name"
    AGE = "age"
    SEX = "sex"
    TITLE = "title"
    DIAGNOSIS = "diagnosis"
    HISTOLOGY = "histology"
    FINDING = "finding"
    """A symptom, a side effect, what an examination showed."""
    PROCEDURE = "procedure"
    TECHNIQUE = "technique"
    SITE = "site"
    LATERALITY = "laterality"
    DRUG = "drug"
    ROUTE = "route"
    TERM = "term"
    """A medical word that is in no lexicon."""
    STATEMENT = "statement"
    """What is said in plain words: a symptom, a habit, a device, a social fact."""
    WORDING = "wording"
    """Words that differ in a sentence which otherwise repeats the case."""
    NUMBER = "number"
    """A number that none of the other kinds explains."""


CONCEPTS = frozenset(
    {
        *(FactKind.DIAGNOSIS, FactKind.HISTOLOGY, FactKind.FINDING, FactKind.PROCEDURE),
        *(FactKind.TECHNIQUE, FactKind.SITE, FactKind.DRUG, FactKind.ROUTE),
    }
)
"""Kinds whose value is the name of a concept, each kind by the concept's own word for it."""


class Assertion(StrEnum):
    """How a statement is made (ConText: Harkema 2009)."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    SUSPECTED = "suspected"
    PLANNED = "planned"
    OF_RELATIVE = "of a relative"


class Stress(StrEnum):
    """What an affirmed statement expressly adds: that it is certain, or that it lies behind."""

    NONE = ""
    PROVEN = "proven"
    DONE = "done"


class Status(StrEnum):
    SUPPORTED = "supported"
    CHANGED = "changed"
    """The case says otherwise."""
    UNSUPPORTED = "unsupported"
    """Nowhere in the case."""
    ASKED = "asked"
    """Nowhere in the case either, but the physician asked for it."""


@dataclass(frozen=True)
class Fact:
    """One checkable statement.

    Attributes:
        kind: its kind.
        value: normalised, so that equal facts have equal values in both languages and all forms.
        about: what it is a fact about, where that can be told (the drug of a dose, the toxicity of
            a grade, the event of a date, the target of a radiation dose); empty where it can't.
        start: offset of its first character in the text.
        end: offset after its last character.
        text: as it stands in the text.
        assertion: whether it is said to be so, or not, or suspected, or planned.
        cue: the place of the words that say so.
        stress: of an affirmed one, whether words call it proven or done.
        also: of a date, what else it can mean ("3/4/2021").
    """

    kind: FactKind
    value: str
    about: frozenset[str]
    start: int
    end: int
    text: str
    assertion: Assertion = Assertion.AFFIRMED
    cue: tuple[int, int] | None = None
    """Where the words stand that negate it, doubt it, plan it or stress it."""
    stress: Stress = Stress.NONE
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A fact of the draft, and what the case says of it.

    `case_start` and `case_end` are None where the case holds nothing to show beside it.
    `leaked` is set when the fact is not in the case but stands in an exemplar.
    """

    fact: Fact
    status: Status
    message: str
    case_start: int | None = None
    case_end: int | None = None
    leaked: bool = False


@dataclass(frozen=True)
class Ledger:
    """All findings in the order of the draft, and the case's facts that the draft leaves out."""

    findings: tuple[Finding, ...]
    omitted: tuple[Fact, ...]

    def count(self, status: Status) -> int:
        return sum(finding.status is status for finding in self.findings)
