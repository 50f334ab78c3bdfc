"""The check, as a table: what a draft says, what the case says, and what becomes of it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import FactKind, Status, asked_for, check, facts_of
from finetune.clinic.cases import draw_case
from finetune.clinic.letters import letter_text, write_letter
from finetune.clinic.surfaces import SurfaceForm, surface
from index.letter import Language

CASE = """\
Patient: Anna Berger
Date of birth: 12 March 1961
Referring physician: Dr. Paul Keller
ICD-10: C50.4
TNM: pT2 pN1a M0
Stage: UICC IIB
Date of diagnosis: 3 January 2025
Systemic therapy: cisplatin 40 mg/m², 5 cycles
Radiotherapy: left breast, VMAT, 50.4 Gy in 28 fractions of 1.8 Gy, 3 March 2025 - 9 April 2025
Toxicity (CTCAE): radiation dermatitis grade 2; fatigue grade 1
Medication: ramipril 5 mg 1-0-0; apixaban 2.5 mg 1-0-1
Follow-up: clinical examination in 6 weeks
Signed by: Dr. Miriam Talbot"""

SUPPORTED, CHANGED, UNSUPPORTED = Status.SUPPORTED, Status.CHANGED, Status.UNSUPPORTED
ASKED = Status.ASKED


@pytest.mark.parametrize(
    ("draft", "kind", "status"),
    [
        ("born on 12.03.1961", FactKind.DATE, SUPPORTED),
        ("born on 12 Mar 1961", FactKind.DATE, SUPPORTED),
        ("born on 12 March 1962", FactKind.DATE, CHANGED),
        ("geboren am 12. März 1961", FactKind.DATE, SUPPORTED),
        ("irradiated until 10 April 2025", FactKind.DATE, CHANGED),
        ("in April 2025", FactKind.DATE, SUPPORTED),
        ("in May 2024", FactKind.DATE, UNSUPPORTED),
        ("aged 63", FactKind.AGE, SUPPORTED),
        ("aged 59", FactKind.AGE, CHANGED),
        ("5040 cGy", FactKind.DOSE, SUPPORTED),
        ("50,4 Gy", FactKind.DOSE, SUPPORTED),
        ("54 Gy", FactKind.DOSE, CHANGED),
        ("28 Fraktionen", FactKind.FRACTIONS, SUPPORTED),
        ("25 fractions", FactKind.FRACTIONS, CHANGED),
        ("five weekly cycles", FactKind.CYCLES, SUPPORTED),
        ("six cycles", FactKind.CYCLES, CHANGED),
        ("ICD-10 C50.4", FactKind.CODE, SUPPORTED),
        ("ICD-10 C50.2", FactKind.CODE, CHANGED),
        ("pT2", FactKind.STAGE, SUPPORTED),
        ("cT2", FactKind.STAGE, CHANGED),
        ("pN2", FactKind.STAGE, CHANGED),
        ("UICC stage IIB", FactKind.STAGE, SUPPORTED),
        ("UICC IIIB", FactKind.STAGE, CHANGED),
        ("ramipril 5 mg", FactKind.QUANTITY, SUPPORTED),
        ("Ramipril 10 mg", FactKind.QUANTITY, CHANGED),
        ("apixaban 5 mg", FactKind.QUANTITY, CHANGED),
        ("metformin 500 mg", FactKind.DRUG, UNSUPPORTED),
        ("cisplatin 40 mg/m2", FactKind.QUANTITY, SUPPORTED),
        ("grade 2 radiation dermatitis", FactKind.GRADE, SUPPORTED),
        ("radiation dermatitis (CTCAE grade 3)", FactKind.GRADE, CHANGED),
        ("fatigue (CTCAE grade 2)", FactKind.GRADE, CHANGED),
        ("nausea grade 1", FactKind.FINDING, UNSUPPORTED),
        ("in six weeks", FactKind.INTERVAL, SUPPORTED),
        ("in 3 months", FactKind.INTERVAL, UNSUPPORTED),
        ("Ms. Berger", FactKind.NAME, SUPPORTED),
        ("Frau Bergers Therapie", FactKind.NAME, SUPPORTED),
        ("Ms. Burger", FactKind.NAME, CHANGED),
        ("Dear Dr. Keller", FactKind.NAME, SUPPORTED),
        ("Dear Dr. Keeler", FactKind.NAME, CHANGED),
    ],
)
def test_status_of_a_statement(draft: str, kind: FactKind, status: Status) -> None:
    findings = [finding for finding in check(CASE, draft).findings if finding.fact.kind is kind]
    assert [finding.status for finding in findings] == [status]


@pytest.mark.parametrize("form", list(SurfaceForm))
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_true_letter_raises_few_alarms_whatever_the_form_of_the_case(
    form: SurfaceForm, language: Language
) -> None:
    random = Random(f"{form}/{language}")
    doubted = total = 0
    for seed in range(25):
        details = draw_case(random, language)
        letter = letter_text(write_letter(details, "prose", seed))
        findings = check(surface(details, random, form), letter).findings
        doubted += sum(finding.status is not SUPPORTED for finding in findings)
        total += len(findings)
    assert doubted <= 0.01 * total


def test_changed_finding_points_to_what_the_case_says() -> None:
    finding = check(CASE, "ramipril 10 mg").findings[-1]
    assert finding.case_start is not None
    assert CASE[finding.case_start : finding.case_end] == "5 mg"
    assert "5 mg" in finding.message


def test_facts_left_out_are_listed_the_important_first() -> None:
    omitted = check(CASE, "Ms. Anna Berger, C50.4.").omitted
    texts = [fact.text for fact in omitted]
    assert "50.4 Gy" in texts
    assert "Anna Berger" not in texts
    assert texts.index("Paul Keller") < texts.index("50.4 Gy") < texts.index("6 weeks")


def test_a_letter_that_says_everything_leaves_nothing_out() -> None:
    ledger = check(CASE, CASE)
    assert ledger.omitted == ()
    assert {finding.status for finding in ledger.findings} == {SUPPORTED}


def test_a_fact_of_an_example_letter_is_marked_as_leaked() -> None:
    exemplar = "He received capecitabine 825 mg/m² and was born on 1 May 1950."
    leaked = check(CASE, "capecitabine 825 mg/m²", [exemplar]).findings
    invented = check(CASE, "pembrolizumab 200 mg", [exemplar]).findings
    assert [finding.leaked for finding in leaked] == [True]
    assert [finding.leaked for finding in invented] == [False]


@pytest.mark.parametrize(
    ("before", "instruction", "draft", "status", "words"),
    [
        ("", "address it to Dr. Quentin Marlowe", "Dear Dr. Quentin Marlowe,", ASKED, "Not in"),
        ("", "address it to Dr. Quentin Marlowe", "Dear Dr. Marlowe,", ASKED, "Not in"),
        ("", "make it shorter", "Dear Dr. Quentin Marlowe,", UNSUPPORTED, "Not in"),
        ("in 6 weeks", "follow-up in 3 months, not 6 weeks", "in 3 months", ASKED, "Not in"),
        ("", "ramipril is 10 mg now", "ramipril 10 mg", CHANGED, "You asked for it. The case"),
        # What is spoken of because it stands there is not wanted.
        ("Dear Dr. Elwood,", "remove Dr. Elwood", "Dear Dr. Elwood,", UNSUPPORTED, "Not in"),
        ("in 3 months", "not in 3 months", "in 3 months", UNSUPPORTED, "Not in"),
        ("", "make it 77 paragraphs", "77", UNSUPPORTED, "Not in"),
        ("", "kurz bitte", "Dr. Kurz", UNSUPPORTED, "Not in"),
    ],
)
def test_what_the_physician_asked_for(
    before: str, instruction: str, draft: str, status: Status, words: str
) -> None:
    finding = check(CASE, draft, (), asked_for(before, instruction)).findings[-1]
    assert finding.status is status
    assert finding.message.startswith(words)


@pytest.mark.parametrize(
    "text",
    ["2025-02-03", "03.02.2025", "3. Februar 2025", "3. Feb. 25", "03/02/2025", "February 3, 2025"],
)
def test_every_form_of_a_date_has_one_value(text: str) -> None:
    assert [fact.value for fact in facts_of(text)] == ["2025-02-03"]


def test_a_date_that_the_calendar_lacks_is_kept_as_it_stands() -> None:
    assert [fact.value for fact in facts_of("31.02.2025")] == ["31.02.2025"]


@given(st.text(max_size=400))
def test_facts_never_overlap_and_stand_where_they_say(text: str) -> None:
    end = 0
    for fact in facts_of(text):
        assert fact.start >= end
        assert text[fact.start : fact.end] == fact.text
        end = fact.end


@given(st.text(alphabet="0123456789.,/- GymgT²NMpcgradeKW\n", max_size=200))
def test_any_text_supports_itself(text: str) -> None:
    ledger = check(text, text)
    assert all(finding.status is SUPPORTED for finding in ledger.findings)


def test_letters_that_only_ignoring_case_unites_are_read() -> None:
    text = "in 6 weekſ, 12 Auguſt 2024, NİNE weeks"
    assert [finding.status for finding in check(text, text).findings] == [Status.SUPPORTED] * 3
