"""What an importer gives: a case, the place of every fact, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.case import Case
from index.letter import Language


class Kind(StrEnum):
    """What an entry is about. Where it says so, the field of `CaseDetails` that takes it."""

    PATIENT = "patient"
    DIAGNOSIS = "diagnosis"
    COMORBIDITY = "comorbidities"
    STAGING = "stagings"
    METASTASIS = "metastases"
    MARKER = "markers"
    SURGERY = "surgeries"
    SYSTEMIC = "systemic"
    RADIOTHERAPY = "radiotherapy"
    TOXICITY = "toxicities"
    MEDICATION = "medication"
    PERFORMANCE = "performance"
    LABORATORY = "laboratory"
    COURSE = "course"
    DEATH = "death"
    RECOMMENDATION = "recommendations"
    FOLLOW_UP = "follow_up"
    FINDING = "findings"
    REPORT = "reports"
    REFERRER = "referrer"
    AUTHOR = "author"


@dataclass(frozen=True)
class Value:
    """One value of the source.

    Attributes:
        text: as it is shown; codes of a list are written out. A full date is `2021-03-12`.
        where: the place in the source, e.g. `Observation/1 valueQuantity`, an element's path and
            line, or `labs.csv row 3 Result`.
    """

    text: str
    where: str


@dataclass(frozen=True)
class Entry:
    """One thing that a source says, e.g. one course of radiotherapy.

    Attributes:
        fields: names of the kind's parts with their values; a name may stand there several times.
        about: which tumour it is about, by the source's own key; empty where the source has one
            tumour, or does not say.
    """

    kind: Kind
    fields: tuple[tuple[str, Value], ...]
    about: str = ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, in order."""
        return tuple(value.text for field, value in self.fields if field == name)

    def get(self, name: str) -> str:
        """The first value of that name; empty where there is none."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True)
class NotUnderstood:
    """Something of the source that the case does not hold, or not as what it is.

    Attributes:
        where: the place in the source.
        what: what kind of thing it is, e.g. `resource`, `element`, `table`, `column`.
        why: why it was not read, in one line.
    """

    where: str
    what: str
    why: str


@dataclass(frozen=True)
class Fact:
    """One value of the case and where it stands in the source.

    Attributes:
        field: what it is, by the kind and the name of the part, e.g. `radiotherapy.total`.
        value: as the source has it.
        where: its place in the source (`Value.where`).
        item: the part of `CaseDetails` that took it, e.g. `radiotherapy[0]` or `patient`; empty
            where the case is a text.
    """

    field: str
    value: str
    where: str
    item: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Values that can't all be true."""

    what: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Reading:
    """What a reader found in one source."""

    entries: tuple[Entry, ...]
    not_understood: tuple[NotUnderstood, ...]
    language: Language


@dataclass(frozen=True)
class Imported:
    """A record as a case."""

    case: Case
    facts: tuple[Fact, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def entry(kind: Kind, about: str = "", /, **fields: Value | Iterable[Value | None] | None) -> Entry:
    """An entry of the fields that have a value, in the order in which they are given."""
    return Entry(kind, tuple(_given(fields)), about)


def grouped(items: Iterable[NotUnderstood]) -> tuple[NotUnderstood, ...]:
    """The same reason for the same kind of thing once, with the first place and the count."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in items:
        places.setdefault((item.what, item.why), []).append(item.where)
    return tuple(
        NotUnderstood(_places(list(dict.fromkeys(found))), what, why)
        for (what, why), found in places.items()
    )


def _places(places: list[str]) -> str:
    more = len(places) - 1
    return f"{places[0]} and {more} more" if more else places[0]


def _given(
    fields: dict[str, Value | Iterable[Value | None] | None],
) -> Iterator[tuple[str, Value]]:
    for name, given in fields.items():
        values = (given,) if given is None or isinstance(given, Value) else given
        for value in values:
            if value is not None and value.text.strip():
                yield name, Value(value.text.strip(), value.where)
