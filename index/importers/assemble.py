"""Entries as a case: every value goes into the field it has, or into a further finding.

Pure. What a field can't take (a dose in becquerel, 90 fractions, a date without a day) stands as
text beside it, so that nothing is lost for want of a field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from index.case import Appointment, CaseDetails, LabValue, Patient, Report
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

_DATES = ("date", "start", "end", "birth_date")
_STATEMENTS = (
    *(Kind.METASTASIS, Kind.MARKER, Kind.PERFORMANCE, Kind.COURSE),
    *(Kind.RECOMMENDATION, Kind.FINDING),
)
_INTERNAL = ("role",)
"""Names of parts that steer the assembling and are no facts."""


def assemble(reading: Reading) -> Imported:
    """The case of all entries, with the place of every fact and what contradicts itself."""
    entries = reading.entries
    details, items = _details(reading)
    odd_dates = (
        NotUnderstood(value.where, "date", _why_odd(value.text))
        for each in entries
        for name, value in each.fields
        if name in _DATES and not is_dated(value.text)
    )
    facts = (
        Fact(f"{each.kind.value}.{name}", value.text, value.where, item)
        for each, item in zip(entries, items, strict=True)
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


def _details(reading: Reading) -> tuple[CaseDetails, list[str]]:
    """The case, and for each entry the part of it that took the entry."""
    words = Words(reading.language)
    tumours = _tumours(reading.entries)
    main = main_tumour(tumours, Counter(each.about for each in reading.entries))
    others = {key: diagnosis(group, [], words) for key, group in tumours.items() if key != main}
    marked = list(_marked(reading.entries, tumours, main, words))
    made: list[Any] = [
        _MADE[each.kind](each, words) if each.kind in _MADE else None for each in marked
    ]
    lists: dict[Kind, dict[Any, int]] = {kind: {} for kind in _MADE}
    for each, part in zip(marked, made, strict=True):
        if each.kind in lists:
            lists[each.kind].setdefault(part, len(lists[each.kind]))
    further = tuple(dict.fromkeys(others.values()))

    def of(kind: Kind) -> list[Entry]:
        return [each for each in marked if each.kind is kind]

    def item(each: Entry, part: Any) -> str:
        if each.kind in lists:
            return f"{each.kind.value}[{lists[each.kind][part]}]"
        if each.kind is Kind.DIAGNOSIS and each.about in others:
            return f"further_diagnoses[{further.index(others[each.about])}]"
        return each.kind.value

    listed: dict[str, Any] = {kind.value: tuple(parts) for kind, parts in lists.items()}
    own = [each for each in of(Kind.STAGING) if each.about in ("", main)]
    details = CaseDetails(
        language=reading.language,
        patient=_patient(of(Kind.PATIENT)),
        referrer=_first(of(Kind.REFERRER), "name"),
        author=_first(of(Kind.AUTHOR), "name"),
        diagnosis=diagnosis(tumours.get(main, []), own, words),
        further_diagnoses=further,
        death="; ".join(dict.fromkeys(_death(each, words) for each in of(Kind.DEATH))),
        **listed,
    )
    return details, [item(e, m) for e, m in zip(marked, made, strict=True)]


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


_MADE: Mapping[Kind, Callable[[Entry, Words], Any]] = {
    Kind.COMORBIDITY: _comorbidity,
    Kind.STAGING: lambda each, _: staging(each),
    Kind.SURGERY: lambda each, _: surgery(each),
    Kind.SYSTEMIC: systemic,
    Kind.RADIOTHERAPY: radiotherapy,
    Kind.TOXICITY: lambda each, _: toxicity(each),
    Kind.MEDICATION: medication,
    Kind.LABORATORY: lambda each, _: _lab(each),
    Kind.FOLLOW_UP: lambda each, _: _appointment(each),
    Kind.REPORT: lambda each, _: _report(each),
    **dict.fromkeys(_STATEMENTS, lambda each, _: statement(each)),
}
"""What an entry becomes, for the kinds of which a case has a list. Equal ones stand there once."""
