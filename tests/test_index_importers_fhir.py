"""FHIR bundles as cases: mCODE, CodeX and German records, and what is wrong with a bundle."""

from __future__ import annotations

import base64
import json
from typing import Any

import importer_records as records
import pytest
from importer_records import LOINC, ME, MII, SNOMED, bundle, concept, observation, patient
from test_index_importers_source import pdf

from index.case import CaseDetails
from index.errors import CaseError
from index.importers.imported import Imported
from index.importers.source import import_source


def imported(text: str, patient_id: str = "") -> Imported:
    return import_source(text.encode(), "record.json", patient_id)


def details(*resources: dict[str, Any]) -> CaseDetails:
    case = imported(bundle(patient(), *resources)).case
    assert case.details
    return case.details


@pytest.mark.parametrize(
    "line",
    [
        "Patient: Odile Quasten",
        "Sex: female",
        "Date of birth: 23 May 1957",
        "Referring physician: Dr. Ruth Brandel",
        "Diagnosis: Malignant neoplasm of upper-outer quadrant of left breast",
        "ICD-10: C50.412",
        "TNM: pT2 pN0 pM0",
        "Stage: IIA",
        "Date of diagnosis: 8 March 2024",
        "Side: Left",
        "Receptors and mutations: Estrogen receptor: Positive (11 March 2024)",
        "Receptors and mutations: Genetic variant: present, Gene: BRCA1, DNA change: c.68_69del "
        "(11 March 2024)",
        "Comorbidities: Essential (primary) hypertension (I10), 2011",
        "Surgery: Lumpectomy of breast, 2024-03",
        "Systemic therapy: letrozole 2.5 mg, since 20 July 2024, 1x/1 d, Oral route",
        "Medication: Ramipril 5 mg 1-0-1",
        "Performance status: ECOG 1 (11 March 2024)",
        "Laboratory: CA 15-3: <31.4 U/mL (11 March 2024, reference ≤30 U/mL)",
        "Further finding: Body weight: 68.5 kg (11 March 2024)",
        "Follow-up: Follow-up visit on 26 August 2024",
        "Toxicity (CTCAE): Radiation dermatitis grade 2 (10 July 2024, under Radiotherapy course "
        "of treatment)",
        "Radiotherapy: Whole left breast, Breast structure, Left, Volumetric Modulated Arc Therapy,"
        " 50 Gy in 25 fractions, 3 June 2024 - 12 July 2024, Teleradiotherapy using photons, "
        "curative, 30 sessions",
        "Boost: Tumour bed boost, Breast structure, Left, Volumetric Modulated Arc Therapy, 10 Gy "
        "in 5 fractions, 3 June 2024 - 12 July 2024, Teleradiotherapy using photons, curative, "
        "30 sessions",
    ],
)
def test_an_mcode_bundle_gives_every_fact_a_line(line: str) -> None:
    assert line in imported(records.mcode_bundle()).case.text.splitlines()


def test_a_report_keeps_its_lines() -> None:
    text = imported(records.mcode_bundle()).case.text
    assert text.endswith("Report: Mammogram, 1 March 2024:\n  Mass of 2.2 cm in the left breast."
                         "\n  BI-RADS 5.")  # fmt: skip


def test_every_fact_tells_where_it_stands() -> None:
    facts = {(f.field, f.value): f.where for f in imported(records.mcode_bundle()).facts}
    assert facts["laboratory.value", "<31.4"] == "Observation/ca153 valueQuantity"
    assert facts["stagings.t", "pT2"] == "Observation/t valueCodeableConcept"
    assert facts["patient.birth_date", "1957-05-23"] == "Patient/p1 birthDate"
    assert facts["radiotherapy.total", "5000 cGy"].startswith("Procedure/course extension[3]")


def test_nothing_is_left_over_of_what_is_understood() -> None:
    left = imported(records.mcode_bundle()).not_understood
    assert [each.what for each in left] == ["administrative element"]


# --- German records

GERMAN = [
    observation(
        "t",
        concept(SNOMED, "384625004", "pT category"),
        valueCodeableConcept=concept("https://www.uicc.org/resources/tnm", "T3c"),
    ),
    observation(
        "y",
        concept(LOINC, "101658-3"),
        valueCodeableConcept=concept(SNOMED, "421755005", "y"),
    ),
    observation(
        "grading", concept(LOINC, "33732-9"), valueCodeableConcept=concept(f"{MII}grading", "3")
    ),
    observation(
        "course",
        concept(SNOMED, "396432002", "Status of regression of tumor"),
        valueCodeableConcept=concept(f"{MII}verlauf-gesamtbeurteilung", "K"),
        component=[
            {
                "code": concept(SNOMED, "399608002"),
                "valueCodeableConcept": concept(f"{MII}verlauf-fernmetastasen", "R"),
            }
        ],
    ),
    observation(
        "died",
        concept(SNOMED, "184305005", "Cause of death"),
        valueCodeableConcept=concept(records.ICD10_GM, "C56", "Bösartige Neubildung des Ovars"),
        interpretation=[concept(f"{MII}tod", "J")],
    ),
    {
        "resourceType": "Procedure",
        "id": "rt",
        "status": "completed",
        "code": concept("http://fhir.de/CodeSystem/bfarm/ops", "8-522.6"),
        "subject": ME,
        "performedPeriod": {"start": "2024-06-03", "end": "2024-07-12"},
        "bodySite": [concept(f"{MII}strahlentherapie-zielgebiet", "9.11")],
        "usedCode": [concept(f"{MII}strahlentherapie-strahlenart", "EL")],
        "extension": [
            {
                "url": f"{records.MII_EX}strahlentherapie-bestrahlung-gesamtdosis",
                "valueQuantity": {"value": 50.4, "unit": "Gy"},
            },
            {
                "url": f"{records.MII_EX}strahlentherapie-bestrahlung-einzeldosis",
                "valueQuantity": {"value": 1.8, "unit": "Gy"},
            },
            {
                "url": f"{records.MII_EX}strahlentherapie-intention",
                "valueCodeableConcept": concept(f"{MII}intention", "P"),
            },
        ],
        "outcome": concept(f"{MII}therapie-ende-grund", "A"),
    },
]


@pytest.mark.parametrize(
    "line",
    [
        "TNM: ypT3c",
        "Tod: 11.03.2024, verstorben, tumorbedingt, Ursache: Bösartige Neubildung des Ovars (C56)",
        "Verlauf: Gesamtbeurteilung: keine Änderung (stable disease), Fernmetastasen: neu "
        "aufgetretene Fernmetastasen (11.03.2024)",
        "Weiterer Befund: Grading: G3 (schlecht differenziert) (11.03.2024)",
        "Strahlentherapie: inguinale Lymphknoten, 50,4 Gy zu je 1,8 Gy, 03.06.2024 - 12.07.2024, "
        "Elektronen, palliativ, Abbruch wegen Nebenwirkungen, 8-522.6",
    ],
)
def test_codes_of_registries_without_words_are_written_out(line: str) -> None:
    assert line in imported(bundle(patient(), *GERMAN)).case.text.splitlines()


# --- what a physician must not be told wrongly


def test_what_was_entered_in_error_is_no_fact() -> None:
    wrong = observation(
        "wrong", {"text": "HER2"}, valueString="positive", status="entered-in-error"
    )
    found = imported(bundle(patient(), wrong))
    assert "HER2" not in found.case.text
    assert ("Observation/wrong", "it is marked as entered in error") in {
        (each.where, each.why) for each in found.not_understood
    }


def test_what_was_not_done_says_so() -> None:
    operation = {
        "resourceType": "Procedure",
        "id": "op",
        "status": "not-done",
        "category": concept(SNOMED, "387713003"),
        "code": {"text": "Mastectomy"},
        "subject": ME,
    }
    found = details(operation)
    assert not found.surgeries
    assert [each.text for each in found.findings] == ["Not done: Mastectomy"]


def test_a_refuted_disease_says_so() -> None:
    status = concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted")
    disease = records.tumour(verificationStatus=status)
    found = details(disease)
    assert not found.diagnosis.name
    assert [each.text.split(":")[0] for each in found.findings] == ["Ruled out"]


def test_a_drug_that_is_not_to_be_given_is_no_medication() -> None:
    drug = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "doNotPerform": True,
        "medicationCodeableConcept": {"text": "Aspirin"},
        "subject": ME,
    }
    found = details(drug)
    assert not found.medication
    assert [each.text for each in found.findings] == ["Not given: Aspirin"]


def test_the_bounds_of_a_dose_are_told() -> None:
    repeat = {
        "when": ["MORN"],
        "dayOfWeek": ["mon", "thu"],
        "boundsDuration": {"value": 10, "unit": "days"},
    }
    drug = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "medicationCodeableConcept": {"text": "Ramipril"},
        "subject": ME,
        "dosage": [
            {
                "timing": {"repeat": repeat},
                "asNeededBoolean": True,
                "maxDosePerAdministration": {"value": 2, "unit": "tablets"},
            }
        ],
    }
    schedule = "1-0-0, Mon, Thu, for 10 days, as needed, max. 2 tablets"
    assert schedule in details(drug).medication[0].schedule


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("2024-02-31", "2024-02-31"),
        ("2024-03-08T10:30:00+01:00", "8 March 2024"),
    ],
)
def test_a_date_is_never_completed(date: str, shown: str) -> None:
    text = imported(bundle(patient(), records.tumour(onsetDateTime=date))).case.text
    assert f"Date of diagnosis: {shown}" in text.splitlines()


def test_an_impossible_date_is_listed() -> None:
    found = imported(bundle(patient(birthDate="1957-02-30"), records.tumour()))
    assert "Date of birth: 1957-02-30" in found.case.text
    assert ("date", "Patient/p1 birthDate") in {(e.what, e.where) for e in found.not_understood}


def test_a_dose_beyond_the_fields_is_kept_as_text() -> None:
    dose = records.dose_to("BodyStructure/breast", 25_000, 120)
    found = details(records.mcode_radiotherapy(extension=[dose]))
    assert found.radiotherapy[0].dose == "25000 cGy, 120 fractions"


# --- what is not understood


def test_what_breaks_the_standard_is_read_and_listed() -> None:
    odd = observation("odd", {"text": "PSA"}, valueQuantity={"value": "high", "unit": 3}, note="x")
    found = imported(bundle(patient(), odd))
    assert "PSA: high 3" in found.case.text
    (note,) = [each for each in found.not_understood if each.what == "resource Observation"]
    assert note.where == "Observation/odd"
    assert "it breaks FHIR R4 at" in note.why


def test_a_resource_of_another_kind_is_listed() -> None:
    claim = {"resourceType": "Claim", "id": "c", "patient": ME}
    found = imported(bundle(patient(), records.tumour(), claim))
    assert ("Claim/c", "this kind of resource is not read") in {
        (each.where, each.why) for each in found.not_understood
    }


def test_an_element_that_no_reader_took_is_a_further_finding() -> None:
    moved = {"url": "http://example.org/ext/body-position", "valueCode": "lying"}
    pulse = observation("pulse", {"text": "Pulse"}, valueInteger=70, extension=[moved])
    found = imported(bundle(patient(), pulse))
    assert "Further finding: Pulse: body position: lying" in found.case.text.splitlines()


@pytest.mark.parametrize(
    ("kind", "data", "shown"),
    [
        ("text/plain", b"All is well.", "All is well."),
        ("text/html", b"<p>All is <b>well</b>.</p>", "All is well."),
        ("application/pdf", pdf("All is well."), "All is well."),
    ],
)
def test_attached_text_is_read(kind: str, data: bytes, shown: str) -> None:
    form = {"contentType": kind, "data": base64.b64encode(data).decode()}
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "code": {"text": "Letter"},
        "subject": ME,
        "presentedForm": [form],
    }
    assert f"Report: Letter: {shown}" in imported(bundle(patient(), report)).case.text


def test_what_has_no_words_is_listed() -> None:
    picture = {"url": "http://example.org/ext/x", "valueAttachment": {"data": "QUJD" * 2000}}
    found = imported(bundle(patient(extension=[picture]), records.tumour()))
    assert "QUJD" not in found.case.text
    where = "Patient/p1 extension.valueAttachment.data"
    assert where in {each.where for each in found.not_understood}


# --- what contradicts itself


@pytest.mark.parametrize(
    ("resources", "what", "values"),
    [
        (
            [patient(), patient(birthDate="1958-05-23")],
            "patient.birth_date",
            ["1957-05-23", "1958-05-23"],
        ),
        ([patient(), patient(gender="male")], "patient.sex", ["female", "male"]),
        (
            [
                patient(),
                observation("a", concept(LOINC, "21905-5"), valueString="cT2"),
                observation("b", concept(LOINC, "21905-5"), valueString="cT3"),
            ],
            "stagings.cT",
            ["cT2", "cT3"],
        ),
        (
            [patient(), records.mcode_radiotherapy(
                performedPeriod={"start": "2024-07-12", "end": "2024-06-03"})],
            "radiotherapy: ends before it starts",
            ["2024-07-12", "2024-06-03"],
        ),
        (
            [
                patient(),
                observation("a", {"text": "Smoking"}, valueString="never"),
                observation("b", {"text": "Smoking"}, valueString="daily"),
            ],
            "findings: Smoking",
            ["never", "daily"],
        ),
    ],
)  # fmt: skip
def test_what_can_not_both_be_true_is_listed(
    resources: list[dict[str, Any]], what: str, values: list[str]
) -> None:
    found = {
        c.what: [v.text for v in c.values] for c in imported(bundle(*resources)).contradictions
    }
    assert found[what] == values


def test_a_date_and_its_month_do_not_contradict_each_other() -> None:
    found = imported(bundle(patient(), patient(birthDate="1957-05")))
    assert not found.contradictions


# --- what can't be read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"resourceType": "Bundle", "entry": [', ["broken JSON", "line 1"]),
        (bundle(), ["holds no resource"]),
        ('{"resourceType": "Bundle"}', ["holds no resource"]),
        (
            bundle({"resourceType": "Procedure", "occurrencePeriod": {"start": "2024"}}),
            ["R5", "R4"],
        ),
        (bundle({"resourceType": "Condition", "clinicalStatus": "active"}), ["STU3", "R4"]),
        (bundle({"resourceType": "ProcedureRequest"}), ["STU3"]),
        (bundle({"resourceType": "MedicationOrder"}), ["DSTU2"]),
        (bundle(patient(), patient(id="p2")), ["2 patients", "--patient: p1, p2"]),
        (
            bundle(patient(), observation("a", {"text": "x"}, subject={"reference": "Patient/p9"})),
            ["2 patients", "p9"],
        ),
        ('{"resourceType": ' + '{"a":' * 30_000, ["nested too deep"]),
        (bundle({"resourceType": "Patient", "id": "p1"}), ["says nothing of the patient"]),
    ],
)
def test_a_bundle_that_can_not_be_read_says_what_to_do(text: str, words: list[str]) -> None:
    with pytest.raises(CaseError) as raised:
        imported(text)
    message = str(raised.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_one_of_several_patients_can_be_chosen() -> None:
    other = patient(id="p2", name=[{"family": "Brandel"}])
    disease = records.tumour(subject={"reference": "Patient/p2"})
    found = imported(bundle(patient(), other, disease), "p2")
    assert found.case.text.startswith("Patient: Brandel\n")
    assert "Odile" not in found.case.text
    assert "patient p1" in {each.where for each in found.not_understood}


def test_no_word_of_a_patient_stands_in_a_message() -> None:
    whole = records.mcode_bundle()
    for broken in (whole[:-1], whole[:-1] + "Quasten", whole.replace('"family":', '"family"')):
        with pytest.raises(CaseError) as raised:
            imported(broken)
        assert "Quasten" not in str(raised.value)


def test_a_record_in_another_language_is_refused() -> None:
    text = (
        "La patiente est une femme avec un cancer du sein. Elle est sans symptômes et elle a été "
        "traitée par une chirurgie et par la radiothérapie dans le service du centre."
    )
    with pytest.raises(CaseError, match="French"):
        imported(bundle(patient(), observation("a", {"text": "Note"}, valueString=text)))


def test_resources_may_stand_a_line_each() -> None:
    lines = "\n".join(json.dumps(each) for each in (patient(), records.tumour()))
    assert "ICD-10: C50.412" in import_source(lines.encode(), "record.ndjson").case.text
