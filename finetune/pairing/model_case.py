"""Case details from a letter by the served model, held to a schema and then to the letter.

The model copies values; each must stand in the letter, or it is dropped and counted. Numbers and
dates are read here, from the words that were copied.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from assistant.prompt import Message, defuse
from assistant.second_opinion import Answers
from finetune.pairing.plan import interval_in
from finetune.pairing.units import days_in
from index.case import (
    Appointment,
    CaseDetails,
    Diagnosis,
    Medication,
    Radiotherapy,
    Surgery,
    SystemicTherapy,
    Toxicity,
)
from index.letter import Language

ANSWER_TOKENS = 1500
_Made = TypeVar("_Made")


def _form(*fields: str, **lists: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {name: {"type": "string", "maxLength": 200} for name in fields}
    properties |= lists
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": 20}


_TEXT = {"type": "string", "maxLength": 200}
SCHEMA: Mapping[str, Any] = _form(
    diagnosis=_form("name", "icd10", "tnm", "stage", "histology", "date"),
    comorbidities=_list_of(_TEXT),
    surgeries=_list_of(_form("name", "date")),
    systemic=_list_of(_form("cycles", "start", "end", drugs=_list_of(_TEXT))),
    radiotherapy=_list_of(
        _form("site", "technique", "total_dose", "dose_per_fraction", "fractions", "start", "end")
    ),
    boosts=_list_of(
        _form("site", "technique", "total_dose", "dose_per_fraction", "fractions", "start", "end")
    ),
    toxicities=_list_of(_form("name", "grade")),
    medication=_list_of(_form("drug", "dose", "schedule")),
    follow_up=_list_of(_form("what", "when")),
)


def request_for(letter: str, language: Language) -> list[Message]:
    texts = _texts(language)
    shown = re.sub(r"<(?=\s*/?\s*letter\b)", "‹", defuse(letter), flags=re.IGNORECASE)
    return [
        {"role": "system", "content": texts["system"].strip()},
        {"role": "user", "content": f"<letter>\n{shown}\n</letter>\n\n{texts['request']}"},
    ]


async def derive_by_model(
    client: Answers, model: str, letter: str, language: Language, by_rules: CaseDetails
) -> tuple[CaseDetails, int]:
    """The case as the model has it, with the rules' where it has nothing, and how many values were
    dropped that do not stand in the letter.

    Raises:
        ModelError: the model can't be asked.
    """
    messages = request_for(letter, language)
    answer = await client.answer_json(model, messages, SCHEMA, ANSWER_TOKENS)
    return understood(answer, letter, language, by_rules)


def understood(
    answer: str, letter: str, language: Language, by_rules: CaseDetails
) -> tuple[CaseDetails, int]:
    """As `derive_by_model`; an answer that is no JSON (it was cut off) leaves the rules' case."""
    try:
        given: Any = json.loads(answer)
    except ValueError:
        return by_rules, 0
    if not isinstance(given, dict):
        return by_rules, 0
    form = _Form(cast("dict[str, Any]", given), _plain(letter), language)
    found = {
        "diagnosis": form.diagnosis(by_rules.diagnosis),
        "comorbidities": form.texts(form.given.get("comorbidities")),
        "surgeries": form.each("surgeries", form.surgery),
        "systemic": form.each("systemic", form.systemic),
        "radiotherapy": (
            *form.each("radiotherapy", form.course),
            *form.each("boosts", form.boost),
        ),
        "toxicities": form.each("toxicities", form.toxicity),
        "medication": form.each("medication", form.medication),
        "follow_up": form.each("follow_up", form.appointment),
    }
    fields = {name: value for name, value in found.items() if value}
    return by_rules.model_copy(update=fields), form.dropped.count


@dataclass
class _Dropped:
    count: int = 0


@dataclass(frozen=True)
class _Form:
    """The model's answer beside the letter (in small letters, with single spaces)."""

    given: Mapping[str, Any]
    letter: str
    language: Language
    dropped: _Dropped = field(default_factory=_Dropped)

    def text(self, value: Any) -> str:
        """The value where it stands in the letter as a whole word; else empty, and counted."""
        words = _plain(value) if isinstance(value, str) else ""
        if not words:
            return ""
        if re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(words)}(?!\w)(?![.,]\d)", self.letter):
            return " ".join(str(value).split())
        self.dropped.count += 1
        return ""

    def texts(self, values: Any) -> tuple[str, ...]:
        listed = cast("list[Any]", values) if isinstance(values, list) else []
        return tuple(dict.fromkeys(filter(None, map(self.text, listed))))

    def date(self, value: Any) -> Any:
        days = days_in(f"am {written}", self.language) if (written := self.text(value)) else ()
        return days[0].date if days else None

    def number(self, value: Any) -> Decimal | None:
        found = re.search(r"\d+(?:[.,]\d+)?", self.text(value))
        return Decimal(found[0].replace(",", ".")) if found else None

    def count(self, value: Any) -> int | None:
        number = self.number(value)
        return int(number) if number is not None else None

    def each(
        self, name: str, make: Callable[[Mapping[str, Any]], _Made | None]
    ) -> tuple[_Made, ...]:
        return tuple(self._each(self.given.get(name), make))

    def _each(
        self, values: Any, make: Callable[[Mapping[str, Any]], _Made | None]
    ) -> Iterator[_Made]:
        listed = cast("Sequence[Any]", values) if isinstance(values, list) else ()
        for value in listed:
            if isinstance(value, dict):
                with suppress(ValidationError):  # a count or a dose that no case can have
                    made = make(cast("dict[str, Any]", value))
                    if made is not None:
                        yield made

    def diagnosis(self, by_rules: Diagnosis) -> Diagnosis:
        given = self.given.get("diagnosis")
        value = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        names = ("name", "icd10", "tnm", "stage", "histology")
        fields: dict[str, Any] = {name: self.text(value.get(name)) for name in names}
        fields["date"] = self.date(value.get("date"))
        return by_rules.model_copy(update={name: each for name, each in fields.items() if each})

    def surgery(self, value: Mapping[str, Any]) -> Surgery | None:
        name = self.text(value.get("name"))
        return Surgery(name=name, date=self.date(value.get("date"))) if name else None

    def systemic(self, value: Mapping[str, Any]) -> SystemicTherapy | None:
        drugs = self.texts(value.get("drugs"))
        if not drugs:
            return None
        start, end = self.date(value.get("start")), self.date(value.get("end"))
        cycles = self.count(value.get("cycles"))
        return SystemicTherapy(drugs=drugs, cycles=cycles, start=start, end=end)

    def course(self, value: Mapping[str, Any], *, boost: bool = False) -> Radiotherapy | None:
        site = self.text(value.get("site"))
        if not site:
            return None
        return Radiotherapy(
            site=site,
            technique=self.text(value.get("technique")),
            total_gy=self.number(value.get("total_dose")),
            fraction_gy=self.number(value.get("dose_per_fraction")),
            fractions=self.count(value.get("fractions")),
            start=self.date(value.get("start")),
            end=self.date(value.get("end")),
            boost=boost,
        )

    def boost(self, value: Mapping[str, Any]) -> Radiotherapy | None:
        return self.course(value, boost=True)

    def toxicity(self, value: Mapping[str, Any]) -> Toxicity | None:
        name = self.text(value.get("name"))
        return Toxicity(name=name, grade=self.count(value.get("grade"))) if name else None

    def medication(self, value: Mapping[str, Any]) -> Medication | None:
        drug = self.text(value.get("drug"))
        if not drug:
            return None
        dose, schedule = self.text(value.get("dose")), self.text(value.get("schedule"))
        return Medication(drug=drug, dose=dose, schedule=schedule)

    def appointment(self, value: Mapping[str, Any]) -> Appointment | None:
        what, when = self.text(value.get("what")), self.text(value.get("when"))
        if not what:
            return None
        if days := days_in(f"am {when}", self.language):
            return Appointment(what=what, date=days[0].date)
        after = interval_in(when)
        return Appointment(what=what, after=after, when="" if after else when)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _texts(language: Language) -> dict[str, str]:
    source = resources.files("finetune.pairing") / "model_prompt.toml"
    texts: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))[language]
    return texts
