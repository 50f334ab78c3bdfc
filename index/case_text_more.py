"""The lines of a case that came from a record: stagings, laboratory, course, findings and reports.

A case that a physician typed has none of them. They are written as `index.case_text` writes all
others, whose lines they never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.case import CaseDetails, Diagnosis, LabValue, Report, Staging, Statement
from index.case_words import LABELS, joined, when_given
from index.letter import Language

Line = tuple[str, str]


def tumour_lines(details: CaseDetails) -> Iterator[Line]:
    """What is further said of the tumour, and of other tumours."""
    language, diagnosis = details.language, details.diagnosis
    label = LABELS[language]
    more = {
        "laterality": diagnosis.laterality,
        "site": diagnosis.site,
        "grading": diagnosis.grading,
        "diagnosis_remark": diagnosis.remark,
    }
    yield from ((label[field], value) for field, value in more.items() if value)
    for staging in details.stagings:
        yield label["staging"], _staging(staging, language)
    if details.metastases:
        yield label["metastases"], _together(details.metastases, language)
    for marker in details.markers:
        yield label["markers"], statement_text(marker, language)
    for other in details.further_diagnoses:
        yield label["further_diagnosis"], _diagnosis(other, language)


def course_lines(details: CaseDetails) -> Iterator[Line]:
    """What was measured and seen over time, and what was advised."""
    language = details.language
    label = LABELS[language]
    if details.performance:
        yield label["performance"], _together(details.performance, language)
    for name in dict.fromkeys(value.name for value in details.laboratory):
        values = [value for value in details.laboratory if value.name == name]
        yield label["laboratory"], f"{name}: " + "; ".join(_lab(v, language) for v in values)
    for each in details.course:
        yield label["course"], statement_text(each, language)
    if details.death:
        yield label["death"], details.death
    for each in details.findings:
        yield label["finding"], statement_text(each, language)
    for each in details.recommendations:
        yield label["recommendation"], statement_text(each, language)


def report_lines(details: CaseDetails) -> Iterator[Line]:
    """Notes and reports in full. Their own lines are set in, so that none looks like a field."""
    for report in details.reports:
        yield LABELS[details.language]["report"], _report(report, details.language)


def statement_text(statement: Statement, language: Language) -> str:
    when = when_given(statement.date, statement.when, language)
    return f"{statement.text} ({when})" if when else statement.text


def _together(statements: Iterable[Statement], language: Language) -> str:
    return "; ".join(statement_text(each, language) for each in statements)


def _staging(staging: Staging, language: Language) -> str:
    when = when_given(staging.date, staging.when, language)
    return joined(staging.tnm, staging.stage, when, staging.remark)


def _diagnosis(diagnosis: Diagnosis, language: Language) -> str:
    code = f"({diagnosis.icd10})" if diagnosis.icd10 else ""
    name = f"{diagnosis.name} {code}".strip()
    when = when_given(diagnosis.date, diagnosis.when, language)
    what = joined(name, diagnosis.laterality, diagnosis.site, diagnosis.tnm, diagnosis.stage)
    return joined(what, diagnosis.histology, diagnosis.grading, when, diagnosis.remark)


def _lab(value: LabValue, language: Language) -> str:
    """`847 U/mL (15 September 2025, reference 0-35, H)`"""
    word = {"en": "reference", "de": "Referenz"}[language]
    reference = f"{word} {value.reference}" if value.reference else ""
    when = when_given(value.date, value.when, language)
    more = joined(when, reference, value.flag, value.remark)
    measured = f"{value.value} {value.unit}".strip()
    return f"{measured} ({more})" if more else measured


def _report(report: Report, language: Language) -> str:
    head = joined(report.title, when_given(report.date, report.when, language))
    lines = [line.strip() for line in report.text.splitlines() if line.strip()]
    body = "\n  ".join(lines)
    if not head:
        return body
    return f"{head}: {body}" if len(lines) == 1 else f"{head}:\n  {body}"
