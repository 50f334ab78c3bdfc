"""Entries as a case: every value goes into the field it has, or into a further finding.

Pure. What a field can't take (a dose in becquerel, 90 fractions, a date without a day) stands as
text beside it, so that nothing is lost for want of a field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar

from pydantic import BaseModel

from index.case import Appointment, CaseDetails, LabValue, Patient, Report, Statement
from index.case_text import render_case
from index.case_words import joined
from index.importers.assemble_therapy import medication, radiotherapy, surgery, systemic, toxicity
from index.importers.assembling import Words, dated, statement
from index.importers.contradictions import contradictions
from index.importers.given_dates import is_ambiguous, is_dated
from index.importers.imported import (
    Entry,
    Fact,
    Imported,
    Kind,
    NotUnderstood,
    Reading,
    Value,
    grouped,
)
from index.importers.tumours import diagnosis, main_tumour, staging

_Model = TypeVar("_Model", bound=BaseModel)
_DATES = ("date", "start", "end", "birth_date")
_INTERNAL = ("role",)
"""Names of parts that steer the assembling and are no facts."""


def assemble(reading: Reading) -> Imported:
    """The case of all entries, with the place of every fact and what contradicts itself."""
    entries = reading.entries
    details = _details(reading)
    odd_dates = (
        NotUnderstood(value.where, "date", _why_odd(value.text))
        for each in entries
        for name, value in each.fields
        if name in _DATES and not is_dated(value.text)
    )
    facts = (
        Fact(f"{each.kind.value}.{name}", value.text, value.where)
        for each in entries
        for name, value in each.fields
        if name not in _INTERNAL
    )
    return Imported(
        render_case(details),
        tuple(facts),
        grouped(chain(reading.not_understood, odd_dates)),
        contradictions(entries),
    )


def _why_odd(date: str) -> str:
    if is_ambiguous(date):
        return "day and month can't be told apart; it is kept as it is written"
    return "there is no such date; it is kept as it is written"


def _details(reading: Reading) -> CaseDetails:
    language = reading.language
    tumours = _tumours(reading.entries)
    main = main_tumour(tumours, Counter(each.about for each in reading.entries))
    others = {key: group for key, group in tumours.items() if key != main}
    marked = list(_marked(reading.entries, tumours, main, Words(language)))

    def of(kind: Kind) -> list[Entry]:
        return [each for each in marked if each.kind is kind]

    def statements(kind: Kind) -> tuple[Statement, ...]:
        return _once(statement(each) for each in of(kind))

    words = Words(language)
    own = [each for each in of(Kind.STAGING) if each.about in ("", main)]
    return CaseDetails(
        language=language,
        patient=_patient(of(Kind.PATIENT)),
        referrer=_first(of(Kind.REFERRER), "name"),
        author=_first(of(Kind.AUTHOR), "name"),
        diagnosis=diagnosis(tumours.get(main, []), own, words),
        further_diagnoses=_once(diagnosis(group, [], words) for group in others.values()),
        comorbidities=tuple(
            dict.fromkeys(_comorbidity(each, words) for each in of(Kind.COMORBIDITY))
        ),
        stagings=_once(staging(each) for each in of(Kind.STAGING)),
        metastases=statements(Kind.METASTASIS),
        markers=statements(Kind.MARKER),
        surgeries=_once(surgery(each) for each in of(Kind.SURGERY)),
        systemic=_once(systemic(each, words) for each in of(Kind.SYSTEMIC)),
        radiotherapy=_once(radiotherapy(each, words) for each in of(Kind.RADIOTHERAPY)),
        toxicities=_once(toxicity(each) for each in of(Kind.TOXICITY)),
        medication=_once(medication(each, words) for each in of(Kind.MEDICATION)),
        performance=statements(Kind.PERFORMANCE),
        laboratory=_once(_lab(each) for each in of(Kind.LABORATORY)),
        course=statements(Kind.COURSE),
        recommendations=statements(Kind.RECOMMENDATION),
        death="; ".join(dict.fromkeys(_death(each, words) for each in of(Kind.DEATH))),
        findings=statements(Kind.FINDING),
        follow_up=_once(_appointment(each) for each in of(Kind.FOLLOW_UP)),
        reports=_once(_report(each) for each in of(Kind.REPORT)),
    )


def _tumours(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    tumours: dict[str, list[Entry]] = {}
    for each in entries:
        if each.kind is Kind.DIAGNOSIS:
            tumours.setdefault(each.about, []).append(each)
    return tumours


def _marked(
    entries: Iterable[Entry], tumours: dict[str, list[Entry]], main: str, words: Words
) -> Iterator[Entry]:
    """The entries, those about another tumour than the main one with its name."""
    names = {
        key: next((e.get("icd10") or e.get("name") for e in group if e.fields), "")
        for key, group in tumours.items()
        if key != main
    }
    for each in entries:
        name = names.get(each.about)
        if name and each.kind is not Kind.DIAGNOSIS:
            remark = Value(f"{words.of('concerns')} {name}", "")
            yield Entry(each.kind, (*each.fields, ("remark", remark)), each.about)
        else:
            yield each


def _once(items: Iterable[_Model]) -> tuple[_Model, ...]:
    return tuple(dict.fromkeys(items))


def _first(entries: list[Entry], name: str) -> str:
    return next((each.get(name) for each in entries if each.get(name)), "")


def _patient(entries: list[Entry]) -> Patient:
    sex = _first(entries, "sex")
    birth_date, birth = dated(_first(entries, "birth_date"))
    return Patient(
        first_name=_first(entries, "first_name"),
        last_name=_first(entries, "last_name"),
        sex="female" if sex == "female" else "male" if sex == "male" else None,
        gender=_first(entries, "gender"),
        birth_date=birth_date,
        birth=birth,
    )


def _comorbidity(each: Entry, words: Words) -> str:
    code = each.get("icd10")
    name = each.get("name") or code
    code = f"({code})" if code and code not in name else ""
    when = words.date_text(each.get("date"))
    return joined(f"{name} {code}".strip(), when, *each.all("remark"))


def _lab(each: Entry) -> LabValue:
    date, when = dated(each.get("date"))
    return LabValue(
        name=each.get("name") or "?",
        value=each.get("value") or "?",
        unit=each.get("unit"),
        reference=each.get("reference"),
        flag=each.get("flag"),
        date=date,
        when=when,
        remark=joined(*each.all("remark")),
    )


def _death(each: Entry, words: Words) -> str:
    causes = ", ".join(each.all("cause"))
    cause = f"{words.of('cause')}: {causes}" if causes else ""
    return joined(words.date_text(each.get("date")), *each.all("remark"), cause)


def _appointment(each: Entry) -> Appointment:
    date, when = dated(each.get("date"))
    what = joined(*each.all("what"), *each.all("remark")) or "?"
    return Appointment(what=what, date=date, when=when)


def _report(each: Entry) -> Report:
    date, when = dated(each.get("date"))
    title = joined(*each.all("title"), *each.all("remark"))
    return Report(title=title, text="\n".join(each.all("text")), date=date, when=when)
