"""Who a de-identified letter is about, who it goes to and who signs it.

The de-identifier knows: where it wrote a surrogate it knew a name for a patient's or a physician's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.check import FactKind
from finetune.pairing.units import Unit, days_in
from index.case import Patient
from index.letter import Language
from index.name_words import name_parts, without_title
from index.sections import closing_pattern, salutation_pattern
from index.spans import Label, Span

_BORN = re.compile(
    r"(?:\bborn(?:\s+on)?|\bgeb(?:\.|oren)?(?:\s+am)?|\bd\.?o\.?b\.?|\bdate of birth|\bgeburtsdatum"
    r"|\*)\s*:?\s*$",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:\b(?:PD|Prof|Dr|med|Univ|Dipl|Priv|Doz|apl|h\.\s?c|rer|nat|dent)\b[.\s-]*)+$"
)
_FEMALE = re.compile(r"\b(?:Ms|Mrs|Miss|Frau)\.?\s*$")
_MALE = re.compile(r"\b(?:Mr|Herrn?)\.?\s*$")
_SIGNERS = 4


def patient_of_letter(
    text: str, language: Language, written: Sequence[Span], units: Iterable[Unit]
) -> Patient:
    """What the letter tells of the patient's person; `written` says where names stand."""
    name = _full_name(text, written)
    return Patient(
        first_name=" ".join(name[:-1]),
        last_name="".join(name[-1:]),
        sex=_sex(text, written, units),
        birth_date=_birth_date(text, language),
    )


def addressee(text: str, written: Sequence[Span]) -> str:
    """The physician in the line of the salutation, with titles; or empty."""
    spoken = salutation_pattern().search(text)
    if not spoken:
        return ""
    line_end = text.find("\n", spoken.end())
    there = range(spoken.start(), line_end if line_end >= 0 else len(text))
    return next((_titled(text, s) for s in written if _is_doctor(s) and s.start in there), "")


def signers(text: str, written: Sequence[Span]) -> str:
    """The physicians below the last closing formula, with titles."""
    closings = [match.end() for match in closing_pattern().finditer(text)]
    if not closings:
        return ""
    signed = [_titled(text, s) for s in written if _is_doctor(s) and s.start >= closings[-1]]
    return ", ".join(dict.fromkeys(signed[:_SIGNERS]))


def _is_doctor(span: Span) -> bool:
    return span.label is Label.DOCTOR


def _titled(text: str, span: Span) -> str:
    before = _TITLES.search(text[max(0, span.start - 40) : span.start])
    title = before[0] if before else ""
    return " ".join(f"{title}{span.of(text)}".split()).strip(" ,")


def _full_name(text: str, written: Sequence[Span]) -> list[str]:
    """The words of the patient's name, the surname last."""
    names = [without_title(s.of(text)).strip(" ,.") for s in written if s.label is Label.PATIENT]
    full = next((name for name in names if len(name_parts(name)) > 1), "".join(names[:1]))
    last, comma, first = full.partition(",")
    return (f"{first} {last}" if comma else full).split()


def _sex(
    text: str, written: Sequence[Span], units: Iterable[Unit]
) -> Literal["female", "male"] | None:
    for span in written:
        before = text[max(0, span.start - 12) : span.start]
        if span.label is Label.PATIENT and _FEMALE.search(before):
            return "female"
        if span.label is Label.PATIENT and _MALE.search(before):
            return "male"
    said = Counter(fact.value for unit in units for fact in unit.of(FactKind.SEX))
    if said["female"] == said["male"]:
        return None
    return "female" if said["female"] > said["male"] else "male"


def _birth_date(text: str, language: Language) -> dt.date | None:
    born = (
        d for d in days_in(text, language) if _BORN.search(text[max(0, d.start - 20) : d.start])
    )
    return next((day.date for day in born), None)
