"""The form of a case: it says what the case says, and what can't be taken is told by its field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import importer_records as records
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.page.case_fields import form_sections
from assistant.page.case_form import filled, read_values, values_of
from assistant.page.given_case import GivenCase
from index.case import (
    Appointment,
    Case,
    CaseDetails,
    Interval,
    Patient,
    Radiotherapy,
    Report,
    Surgery,
    SystemicTherapy,
    Toxicity,
)
from index.case_text import render_case
from index.errors import CaseError, InputError
from index.importers.folder import import_path
from index.importers.source import import_source

CASE = CaseDetails(
    patient=Patient(last_name="Berger", sex="female", birth="1961-03"),
    comorbidities=("COPD", "gastritis"),
    surgeries=(Surgery(name="Lumpectomy", when="2024"),),
    systemic=(SystemicTherapy(drugs=("EC", "paclitaxel"), cycles=4, when="since 07/2024"),),
    radiotherapy=(Radiotherapy(site="breast", total_gy="50.4", boost=True),),
    toxicities=(Toxicity(name="dermatitis", grade=0, date=dt.date(2024, 5, 1), when="evening"),),
    follow_up=(Appointment(what="visit", after=Interval(count=6, unit="weeks")),),
    reports=(Report(text="One.\nTwo."),),
)


def test_the_form_has_every_field_of_a_case() -> None:
    shown = {section.name for section in form_sections() if not section.of_case}
    shown |= {field.name for s in form_sections() if s.of_case for field in s.fields}
    assert shown == set(CaseDetails.model_fields)


def imported_cases(folder: Path) -> list[CaseDetails]:
    sources = {"b.json": records.mcode_bundle().encode(), "o.xml": records.obds()}
    read = [import_source(data, name) for name, data in sources.items()]
    read += [import_source(records.ADT.encode(), "a.xml")]
    read += [import_path(records.write_tables(folder))]
    return [each.case.details for each in read if each.case.details]


def test_an_untouched_form_says_the_case(tmp_path: Path) -> None:
    for details in (CASE, CaseDetails(), *imported_cases(tmp_path)):
        sent = read_values(json.dumps(values_of(details)))
        assert filled(sent).details == details


words = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)
dates = st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
cases = st.builds(
    CaseDetails,
    language=st.sampled_from(("en", "de")),
    patient=st.builds(Patient, last_name=words, birth_date=dates, birth=words),
    surgeries=st.lists(
        st.builds(Surgery, name=words.filter(str.strip), date=dates, when=words, remark=words),
        max_size=2,
    ).map(tuple),
    radiotherapy=st.lists(
        st.builds(
            Radiotherapy,
            site=words.filter(str.strip),
            total_gy=st.none() | st.decimals("0.01", "200", places=2),
            fractions=st.none() | st.integers(1, 80),
            start=dates,
            boost=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    reports=st.lists(st.builds(Report, text=words.filter(str.strip)), max_size=2).map(tuple),
)


@given(cases)
@settings(max_examples=150)
def test_any_untouched_form_says_its_case(details: CaseDetails) -> None:
    assert filled(values_of(details)).details == details


def changed(change: Callable[[dict[str, Any]], object]) -> Any:
    values = json.loads(json.dumps(values_of(CASE)))
    change(values)
    return filled(values)


@pytest.mark.parametrize(
    ("section", "field", "typed", "expected"),
    [
        ("radiotherapy", "total_gy", "50,4", {"total_gy": "50.4"}),
        ("radiotherapy", "start", "14.05.2024", {"start": dt.date(2024, 5, 14)}),
        ("surgeries", "date", "14 May 2024", {"date": dt.date(2024, 5, 14), "when": ""}),
        ("surgeries", "date", "early 2024", {"date": None, "when": "early 2024"}),
        ("surgeries", "date", "3/4/2024", {"date": None, "when": "3/4/2024"}),
        ("systemic", "drugs", " EC \n\n docetaxel", {"drugs": ("EC", "docetaxel")}),
        ("toxicities", "grade", "", {"grade": None}),
    ],
)
def test_what_is_typed_becomes_the_case(
    section: str, field: str, typed: str, expected: dict[str, Any]
) -> None:
    form = changed(lambda values: values[section][0].update({field: typed}))
    assert form.problems == ()
    (item,) = getattr(form.details, section)
    assert {name: getattr(item, name) for name in expected} == {
        name: type(getattr(item, name))(value) if name == "total_gy" else value
        for name, value in expected.items()
    }


@pytest.mark.parametrize(
    ("section", "field", "typed", "told"),
    [
        ("radiotherapy", "total_gy", "fifty", "Radiotherapy 1, Total dose (Gy)"),
        ("radiotherapy", "total_gy", "500", "Radiotherapy 1, Total dose (Gy)"),
        ("radiotherapy", "start", "03/2024", "Radiotherapy 1, Start"),
        ("toxicities", "date", "in spring", "Toxicity (CTCAE) 1, Date"),
        ("toxicities", "grade", "9", "Toxicity (CTCAE) 1, Grade (0-5)"),
        ("surgeries", "name", "", "Surgery 1, Name"),
        ("systemic", "drugs", "", "Systemic therapy 1, Drugs, one a line"),
        ("patient", "sex", "x", "Patient, Sex"),
        ("", "language", "fr", "Letter and remarks, Language"),
        ("follow_up", "after.count", "", "Plan and follow-up 1, In"),
        ("follow_up", "after.unit", "", "Plan and follow-up 1, Unit"),
    ],
)
def test_what_can_not_be_taken_is_told_by_its_field(
    section: str, field: str, typed: str, told: str
) -> None:
    form = changed(lambda values: values[section][0].update({field: typed}))
    assert form.details is None
    (problem,) = form.problems
    assert (problem.section, problem.row, problem.field) == (section, 0, field)
    assert problem.label == told


def test_rows_are_added_taken_out_and_counted_as_they_are_seen() -> None:
    empty = {"name": " ", "date": ""}
    form = changed(lambda values: values["surgeries"].insert(0, empty))
    assert form.details == CASE
    form = changed(lambda values: values["surgeries"].clear())
    assert form.details is not None
    assert form.details.surgeries == ()
    nameless = {"date": "2024-05-01"}
    form = changed(lambda values: values["surgeries"].extend([empty, nameless]))
    assert [problem.row for problem in form.problems] == [2]


@pytest.mark.parametrize("sent", ["", "[]", '{"patient": [1]}', '{"patient": {"a": "b"}}'])
def test_nothing_but_a_form_is_taken_for_one(sent: str) -> None:
    with pytest.raises(InputError, match="form"):
        read_values(sent)


def form_of(details: CaseDetails) -> str:
    return json.dumps(values_of(details))


def test_the_form_goes_before_the_text_in_the_box() -> None:
    given = GivenCase(form_of(CASE), "Patient: Anna")
    assert given.read().case == render_case(CASE)
    assert not GivenCase("", " ")


def test_a_form_is_another_case_only_where_it_says_something_else() -> None:
    case = render_case(CASE)
    assert not GivenCase(form_of(CASE), "").is_another(case)
    # Rendered by an older version, kept with its fields: the same case all the same.
    assert not GivenCase(form_of(CASE), "").is_another(Case("old words", "en", CASE))
    # Kept without its fields.
    assert not GivenCase(form_of(CASE), "").is_another(Case(case.text + "\n", "en"))
    other = CASE.model_copy(update={"referrer": "Dr. Hanna Weber"})
    assert GivenCase(form_of(other), "").is_another(case)


def test_an_unusable_form_is_refused_without_what_stands_in_it() -> None:
    values = json.loads(form_of(CASE))
    values["radiotherapy"][0]["total_gy"] = "Secret"
    with pytest.raises(CaseError, match="Radiotherapy 1, Total dose") as raised:
        GivenCase(json.dumps(values), "").read()
    assert "Secret" not in str(raised.value)
    with pytest.raises(CaseError, match="empty"):
        GivenCase(form_of(CaseDetails()), "").read()
    long = CASE.model_copy(update={"notes": "x" * 300_000})
    with pytest.raises(CaseError, match="bytes"):
        GivenCase(form_of(long), "").read()
