"""A patient's case: the text the model sees, and, where it came structured, its fields.

`CaseDetails` is the JSON a hospital's system or a form gives, or what `index.importers` makes of a
record. `render_case` turns it into the field lines that are shown to the model, to the check and to
the physician alike.

Dates are full ones. What is known of a date that lacks its day or year stands in the field `when`
of the same item, as text: nothing is made up, and nothing is lost.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.letter import Language

Gray = Annotated[Decimal, Field(gt=0, le=200, description="dose in Gy")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Patient(_Strict):
    first_name: str = ""
    last_name: str = ""
    sex: Literal["female", "male"] | None = None
    gender: str = ""
    """What is said of it beyond `sex`, e.g. "divers"."""
    birth_date: dt.date | None = None
    birth: str = ""
    """The date of birth where it is not a full one, e.g. "1961-03"."""


class Diagnosis(_Strict):
    """A tumour disease. `stage` is any further staging, e.g. "FIGO IIB" or "UICC III"."""

    name: str = ""
    icd10: str = ""
    tnm: str = ""
    stage: str = ""
    histology: str = ""
    date: dt.date | None = None
    when: str = ""
    laterality: str = ""
    """e.g. "left" """
    site: str = ""
    """Where the tumour is, e.g. "C50.4, upper outer quadrant"."""
    grading: str = ""
    remark: str = ""


class Staging(_Strict):
    """One classification of the tumour at one time, e.g. the clinical and the pathological TNM."""

    tnm: str = ""
    stage: str = ""
    date: dt.date | None = None
    when: str = ""
    remark: str = ""
    """e.g. the edition of the TNM."""


class Surgery(_Strict):
    name: str
    date: dt.date | None = None
    when: str = ""
    remark: str = ""
    """e.g. intent, code, residual tumour, complications."""


class SystemicTherapy(_Strict):
    """Drugs given together, each with its dose where known, e.g. "cisplatin 40 mg/m²"."""

    drugs: tuple[str, ...] = Field(min_length=1)
    cycles: int | None = Field(default=None, ge=1, le=60)
    start: dt.date | None = None
    end: dt.date | None = None
    when: str = ""
    intent: str = ""
    end_reason: str = ""
    """Why it ended, e.g. "stopped for side effects"."""
    remark: str = ""


class Radiotherapy(_Strict):
    """One course or one boost of a course; a boost is an entry of its own with `boost` set."""

    site: str
    technique: str = ""
    total_gy: Gray | None = None
    fraction_gy: Gray | None = None
    fractions: int | None = Field(default=None, ge=1, le=80)
    start: dt.date | None = None
    end: dt.date | None = None
    boost: bool = False
    when: str = ""
    dose: str = ""
    """A dose in another unit than Gy, or beyond what the fields take, e.g. "7.4 GBq"."""
    intent: str = ""
    route: str = ""
    """How it was given, e.g. "percutaneous"."""
    modality: str = ""
    """e.g. "photons" """
    outcome: str = ""
    """How it ended, e.g. "completed" or "stopped for side effects"."""
    remark: str = ""


class Toxicity(_Strict):
    """An acute side effect with its CTCAE grade."""

    name: str
    grade: int | None = Field(default=None, ge=0, le=5)
    date: dt.date | None = None
    when: str = ""
    remark: str = ""


class Medication(_Strict):
    drug: str
    dose: str = ""
    """e.g. "5 mg" """
    schedule: str = ""
    """e.g. "1-0-1" """
    route: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    when: str = ""
    end_reason: str = ""
    remark: str = ""


class LabValue(_Strict):
    """One measurement, with what the laboratory says of it."""

    name: str
    value: str
    unit: str = ""
    reference: str = ""
    """The range of normal values, e.g. "0-35"."""
    flag: str = ""
    """e.g. "H" """
    date: dt.date | None = None
    when: str = ""
    remark: str = ""


class Statement(_Strict):
    """Something said of the patient, with its date where one is given."""

    text: str
    date: dt.date | None = None
    when: str = ""


class Report(_Strict):
    """A note or a report as it was written."""

    text: str
    title: str = ""
    date: dt.date | None = None
    when: str = ""


class Interval(_Strict):
    count: int = Field(ge=1, le=104)
    unit: Literal["days", "weeks", "months", "years"]


class Appointment(_Strict):
    """A planned follow-up, on a date or after an interval."""

    what: str
    date: dt.date | None = None
    after: Interval | None = None
    when: str = ""


class CaseDetails(_Strict):
    """A case in fields. Every field may be left out; unknown fields are refused by name."""

    language: Language = "en"
    patient: Patient = Patient()
    referrer: str = ""
    """The addressee, with titles, e.g. "Dr. Hanna Weber"."""
    diagnosis: Diagnosis = Diagnosis()
    comorbidities: tuple[str, ...] = ()
    surgeries: tuple[Surgery, ...] = ()
    systemic: tuple[SystemicTherapy, ...] = ()
    radiotherapy: tuple[Radiotherapy, ...] = ()
    toxicities: tuple[Toxicity, ...] = ()
    medication: tuple[Medication, ...] = ()
    follow_up: tuple[Appointment, ...] = ()
    author: str = ""
    """The signing physician, with titles."""
    notes: str = ""
    further_diagnoses: tuple[Diagnosis, ...] = ()
    """Other tumours, of now or before."""
    stagings: tuple[Staging, ...] = ()
    metastases: tuple[Statement, ...] = ()
    markers: tuple[Statement, ...] = ()
    """Receptors, mutations and the like, each with its result."""
    performance: tuple[Statement, ...] = ()
    """e.g. "ECOG 1" """
    laboratory: tuple[LabValue, ...] = ()
    course: tuple[Statement, ...] = ()
    """How the disease went on, e.g. "partial remission"."""
    recommendations: tuple[Statement, ...] = ()
    """What a tumour conference or a physician advised."""
    death: str = ""
    findings: tuple[Statement, ...] = ()
    """All that no other field takes."""
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True)
class Case:
    """What a letter is written from: `text` is all that the model and the check ever see of it."""

    text: str
    language: Language
    details: CaseDetails | None = None
