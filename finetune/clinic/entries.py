"""The entries of the clinical tables in `data/`, typed: what a tumour group's cases can be made of.

Every text is a pair (English, German). `treatments` of a group are whole treatment situations, so
that stage, surgery, drugs and doses of one case fit together; what a treatment leaves out, it
takes from its group.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Sex = Literal["female", "male"]
Timing = Literal[
    "before", "neoadjuvant", "adjuvant", "concurrent", "radiation", "hormone", "ongoing"
]
"""When drugs are given: `before`, `neoadjuvant` and `adjuvant` before the radiotherapy (the last
two before and after the surgery), `concurrent` in cycles and `radiation` daily during it,
`hormone` from months and `ongoing` from days before it on."""


def _pair(value: object) -> object:
    return (value, value) if isinstance(value, str) else value


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str | list | tuple) else value


Text = Annotated[tuple[str, str], BeforeValidator(_pair)]
Stage = tuple[str, Text]
"""TNM and stage"""


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HistologyEntry(Table):
    name: Text
    grades: tuple[int, ...] = (1, 2, 2, 3)
    """of differentiation, each as often as it stands here"""


Histologies = tuple[Annotated[HistologyEntry, BeforeValidator(_named)], ...]
"""A text alone is the name of a tumour of any grade."""


class DiagnosisEntry(Table):
    """A diagnosis, and what of its treatment holds for it alone; all else is the treatment's."""

    name: Text
    icd10: tuple[str, ...]
    histologies: Histologies = ()
    sites: tuple[Text, ...] = ()
    stages: tuple[Stage, ...] = ()
    biopsies: tuple[Text, ...] = ()
    procedures: tuple[Text, ...] = ()
    surgeries: tuple[Text, ...] = ()


class ToxicityEntry(Table):
    name: Text
    grades: tuple[int, ...]
    systemic: bool = False
    """Comes from drugs rather than from the radiation."""


class FollowUpEntry(Table):
    what: Text
    after: tuple[str, ...]
    """e.g. `6 weeks`"""


class Regimen(Table):
    drugs: tuple[str, ...]
    """English names with doses"""
    timing: Timing
    cycles: tuple[int, int] | None = None
    """fewest and most"""
    requires: str = ""
    """what the English histology has to say"""
    unless: str = ""
    """what the English histology must not say"""
    min_age: int = 0
    max_age: int = 120
    swaps: bool = True
    """A drug may give way to another of its class, or to another usual dose."""
    reduces: bool = True
    """A dose by body surface may be lowered."""
    every: int = 21
    """days from one cycle to the next"""


class BoostEntry(Table):
    share: float
    """how often the treatment has a boost"""
    sites: tuple[Text, ...]
    techniques: tuple[Text, ...]
    schemes: tuple[str, ...]
    max_total: int = 90
    """in Gy, of course and boost together"""
    step: int = 1
    """working days from one fraction to the next"""


class Treatment(Table):
    weight: int = 1
    age: tuple[int, int] | None = None
    """youngest and oldest, where not the group's"""
    stages: tuple[Stage, ...] = ()
    """may be left out where every diagnosis has its own"""
    sites: tuple[Text, ...] = ()
    """may be left out where every diagnosis has its own"""
    techniques: tuple[Text, ...]
    schemes: tuple[str, ...]
    """`25x2`: fractions and dose per fraction in Gy"""
    step: int = 1
    """working days from one fraction to the next"""
    exact_scheme: bool = False
    """The scheme is a standard that nobody varies."""
    surgeries: tuple[Text, ...] = ()
    second_surgeries: tuple[Text, ...] = ()
    biopsies: tuple[Text, ...] = ()
    """How the diagnosis was made, on its date."""
    procedures: tuple[Text, ...] = ()
    """Small operations around the treatment, e.g. a port."""
    gap: tuple[int, int] = (30, 56)
    """days from the surgery to what follows it"""
    regimens: tuple[Regimen, ...] = ()
    systemic: float = 0.0
    """how often the treatment has one of the regimens"""
    boosts: tuple[BoostEntry, ...] = ()
    diagnoses: tuple[DiagnosisEntry, ...] = ()
    histologies: Histologies = ()
    toxicities: tuple[ToxicityEntry, ...] = ()
    follow_up: tuple[FollowUpEntry, ...] = ()
    supportive: tuple[str, ...] = ()


class Spread(Table):
    """What a group brings to the treatment of its metastases."""

    kinds: tuple[str, ...]
    stages: tuple[Stage, ...]
    kind_stages: dict[str, tuple[Stage, ...]] = {}
    """of the kinds for which `stages` would be wrong"""
    regimens: tuple[Regimen, ...]
    diagnoses: tuple[DiagnosisEntry, ...] = ()
    histologies: Histologies = ()


class Group(Table):
    age: tuple[int, int]
    female: float
    """share of women"""
    grades: bool = False
    """The TNM carries a grading."""
    diagnoses: tuple[DiagnosisEntry, ...]
    histologies: Histologies
    toxicities: tuple[ToxicityEntry, ...]
    follow_up: tuple[FollowUpEntry, ...]
    supportive: tuple[str, ...]
    treatments: tuple[Treatment, ...]
    metastatic: Spread | None = None


class MetastasisKind(Table):
    name: Text
    sites: tuple[Text, ...]
    toxicities: tuple[ToxicityEntry, ...] = ()
    supportive: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    techniques: tuple[Text, ...] = ()
    stereotactic: bool = False


class Metastases(Table):
    techniques: tuple[Text, ...]
    schemes: tuple[str, ...]
    stereotactic_techniques: tuple[Text, ...]
    stereotactic_schemes: tuple[str, ...]
    biopsies: tuple[Text, ...]
    procedures: tuple[Text, ...]
    toxicities: tuple[ToxicityEntry, ...]
    follow_up: tuple[FollowUpEntry, ...]
    supportive: tuple[str, ...]
    kinds: dict[str, MetastasisKind]


class ComorbidityEntry(Table):
    name: Text
    weight: int = 1
    sex: Sex | None = None
    kind: str = ""
    """At most one of a kind in a case."""
    min_age: int = 0
    excludes: tuple[str, ...] = ()
    """Parts of the names of antineoplastic drugs that nobody with the disease is given."""
    drugs: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    """Home medication that nobody with the disease is given."""


class DrugEntry(Table):
    key: str
    name: str
    """in German; the key is the English name"""
    doses: tuple[str, ...]
    schedules: tuple[str, ...]
    sex: Sex | None = None
    kind: str = ""
    """At most one of a kind in a case."""
    common: bool = False
    """Often taken without a disease that the case names."""


class Doses(Table):
    """The usual doses by how often the drug is given; none where that is not usual."""

    continuous: tuple[str, ...] = ()
    """daily, or as a depot"""
    weekly: tuple[str, ...] = ()
    """during radiation"""
    cycle: tuple[str, ...] = ()
    """every two weeks or less often"""


class Antineoplastics(Table):
    names: dict[str, str]
    """English to German"""
    classes: dict[str, dict[str, Doses]]
    """drugs that may stand in for one another"""
