"""A patient's case: the text the model sees, and, where it came structured, its fields.

`CaseDetails` is the JSON a hospital's system or a form gives. `render_case` turns it into the field
lines that are shown to the model, to the check and to the physician alike.
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
    birth_date: dt.date | None = None


class Diagnosis(_Strict):
    """The tumour disease. `stage` is any further staging, e.g. "FIGO IIB" or "UICC III"."""

    name: str = ""
    icd10: str = ""
    tnm: str = ""
    stage: str = ""
    histology: str = ""
    date: dt.date | None = None


class Surgery(_Strict):
    name: str
    date: dt.date | None = None


class SystemicTherapy(_Strict):
    """Drugs given together, each with its dose where known, e.g. "cisplatin 40 mg/m²"."""

    drugs: tuple[str, ...] = Field(min_length=1)
    cycles: int | None = Field(default=None, ge=1, le=60)
    start: dt.date | None = None
    end: dt.date | None = None


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


class Toxicity(_Strict):
    """An acute side effect with its CTCAE grade."""

    name: str
    grade: int | None = Field(default=None, ge=0, le=5)


class Medication(_Strict):
    drug: str
    dose: str = ""
    """e.g. "5 mg" """
    schedule: str = ""
    """e.g. "1-0-1" """


class Interval(_Strict):
    count: int = Field(ge=1, le=104)
    unit: Literal["days", "weeks", "months", "years"]


class Appointment(_Strict):
    """A planned follow-up, on a date or after an interval."""

    what: str
    date: dt.date | None = None
    after: Interval | None = None


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


@dataclass(frozen=True)
class Case:
    """What a letter is written from: `text` is all that the model and the check ever see of it."""

    text: str
    language: Language
    details: CaseDetails | None = None
