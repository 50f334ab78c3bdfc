"""Records of made-up patients in every form that the importers read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10_GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
MII = "https://www.medizininformatik-initiative.de/fhir/ext/modul-onko/CodeSystem/mii-cs-onko-"
MII_EX = "https://www.medizininformatik-initiative.de/fhir/ext/modul-onko/StructureDefinition/mii-ex-onko-"

ME = {"reference": "Patient/p1"}
TUMOUR = [{"reference": "Condition/tumour"}]


def concept(system: str, code: str, display: str = "", text: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def observation(id_: str, code: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": code,
        "subject": ME,
        "effectiveDateTime": "2024-03-11",
    } | more


def bundle(*resources: dict[str, Any]) -> str:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Quasten", "given": ["Odile"]}],
        "gender": "female",
        "birthDate": "1957-05-23",
    } | more


def tumour(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "tumour",
        "meta": {"profile": [f"{MCODE}mcode-primary-cancer-condition"]},
        "clinicalStatus": concept(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"
        ),
        "code": concept(
            ICD10_CM, "C50.412", "Malignant neoplasm of upper-outer quadrant of left breast"
        ),
        "bodySite": [
            concept(SNOMED, "76752008", "Breast structure (body structure)")
            | {
                "extension": [
                    {
                        "url": f"{MCODE}mcode-laterality-qualifier",
                        "valueCodeableConcept": concept(
                            SNOMED, "7771000", "Left (qualifier value)"
                        ),
                    }
                ]
            }
        ],
        "subject": ME,
        "onsetDateTime": "2024-03-08",
    } | more


def mcode_radiotherapy(**more: Any) -> dict[str, Any]:
    """A course summary: whole breast 50 Gy in 25 fractions and a boost of 10 Gy in 5."""
    return {
        "resourceType": "Procedure",
        "id": "course",
        "meta": {"profile": [f"{MCODE}mcode-radiotherapy-course-summary"]},
        "extension": [
            {
                "url": f"{MCODE}mcode-procedure-intent",
                "valueCodeableConcept": concept(SNOMED, "373808002"),
            },
            {
                "url": f"{MCODE}mcode-radiotherapy-modality-and-technique",
                "extension": [
                    {
                        "url": "modality",
                        "valueCodeableConcept": concept(SNOMED, "1255724003"),
                    },
                    {
                        "url": "technique",
                        "valueCodeableConcept": concept(
                            SNOMED, "1156530009", "Volumetric Modulated Arc Therapy (procedure)"
                        ),
                    },
                ],
            },
            {"url": f"{MCODE}mcode-radiotherapy-sessions", "valueUnsignedInt": 30},
            dose_to("BodyStructure/breast", 5000, 25),
            dose_to("BodyStructure/boost", 1000, 5),
        ],
        "status": "completed",
        "category": concept(SNOMED, "108290001"),
        "code": concept(SNOMED, "1217123003", "Radiotherapy course of treatment (regime/therapy)"),
        "subject": ME,
        "performedPeriod": {"start": "2024-06-03", "end": "2024-07-12"},
        "reasonReference": TUMOUR,
    } | more


def dose_to(volume: str, centigray: int, fractions: int) -> dict[str, Any]:
    unit = {"unit": "cGy", "system": "http://unitsofmeasure.org", "code": "cGy"}
    return {
        "url": f"{MCODE}mcode-radiotherapy-dose-delivered-to-volume",
        "extension": [
            {"url": "volume", "valueReference": {"reference": volume}},
            {"url": "totalDoseDelivered", "valueQuantity": {"value": centigray} | unit},
            {"url": "fractionsDelivered", "valueUnsignedInt": fractions},
        ],
    }


def volumes() -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "BodyStructure",
            "id": id_,
            "description": description,
            "location": concept(SNOMED, "76752008", "Breast structure (body structure)"),
            "locationQualifier": [concept(SNOMED, "7771000", "Left (qualifier value)")],
            "patient": ME,
        }
        for id_, description in (("breast", "Whole left breast"), ("boost", "Tumour bed boost"))
    ]


def mcode_bundle() -> str:
    """A breast cancer: staging, markers, operation, chemotherapy, radiotherapy, side effects."""
    return bundle(
        patient(generalPractitioner=[{"reference": "Practitioner/gp"}]),
        {
            "resourceType": "Practitioner",
            "id": "gp",
            "name": [{"family": "Brandel", "given": ["Ruth"], "prefix": ["Dr."]}],
        },
        tumour(),
        {
            "resourceType": "Condition",
            "id": "pressure",
            "code": concept(ICD10_CM, "I10", "Essential (primary) hypertension"),
            "subject": ME,
            "onsetDateTime": "2011",
        },
        observation(
            "stage",
            concept(LOINC, "21902-2", "Stage group.pathology Cancer"),
            valueCodeableConcept=concept("http://cancerstaging.org", "IIA", "IIA"),
            method=concept(SNOMED, "897275008", "AJCC 8th edition"),
            hasMember=[{"reference": f"Observation/{part}"} for part in ("t", "n", "m")],
            focus=TUMOUR,
        ),
        observation(
            "t",
            concept(LOINC, "21899-0", "Primary tumor.pathology Cancer"),
            valueCodeableConcept=concept("http://cancerstaging.org", "pT2", "T2"),
            focus=TUMOUR,
        ),
        observation(
            "n",
            concept(LOINC, "21900-6"),
            valueCodeableConcept=concept(
                SNOMED, "1229951000", "American Joint Committee on Cancer pN0 (qualifier value)"
            ),
            focus=TUMOUR,
        ),
        observation(
            "m",
            concept(LOINC, "21901-4"),
            valueCodeableConcept=concept("http://cancerstaging.org", "0"),
            focus=TUMOUR,
        ),
        observation(
            "er",
            concept(LOINC, "85337-4", "Estrogen receptor Ag [Presence] in Breast cancer specimen"),
            valueCodeableConcept=concept(SNOMED, "10828004", "Positive (qualifier value)"),
        ),
        observation(
            "variant",
            concept(LOINC, "69548-6"),
            valueCodeableConcept=concept(LOINC, "LA9633-4"),
            component=[
                {
                    "code": concept(LOINC, "48018-6"),
                    "valueCodeableConcept": concept("http://www.genenames.org", "1100", "BRCA1"),
                },
                {
                    "code": concept(LOINC, "48004-6"),
                    "valueCodeableConcept": concept("http://varnomen.hgvs.org", "c.68_69del"),
                },
            ],
        ),
        observation(
            "ca153",
            concept(LOINC, "6875-9", "Cancer Ag 15-3 [Units/volume] in Serum or Plasma"),
            valueQuantity={"value": 31.4, "unit": "U/mL", "comparator": "<"},
            referenceRange=[{"high": {"value": 30, "unit": "U/mL"}}],
        ),
        observation(
            "ecog", concept(LOINC, "89247-1", "ECOG Performance Status score"), valueInteger=1
        ),
        observation(
            "weight",
            concept(LOINC, "29463-7", "Body weight"),
            valueQuantity={"value": 68.5, "unit": "kg"},
        ),
        {
            "resourceType": "Procedure",
            "id": "operation",
            "status": "completed",
            "category": concept(SNOMED, "387713003"),
            "code": concept(SNOMED, "392021009", "Lumpectomy of breast (procedure)"),
            "subject": ME,
            "performedDateTime": "2024-03",
        },
        {
            "resourceType": "MedicationRequest",
            "id": "letrozole",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": concept(
                "http://www.nlm.nih.gov/research/umls/rxnorm", "72965", "letrozole"
            ),
            "subject": ME,
            "authoredOn": "2024-07-20",
            "dosageInstruction": [
                {
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "route": concept(SNOMED, "26643006", "Oral route"),
                    "doseAndRate": [{"doseQuantity": {"value": 2.5, "unit": "mg"}}],
                }
            ],
        },
        {
            "resourceType": "MedicationStatement",
            "id": "ramipril",
            "status": "active",
            "medicationReference": {"reference": "#drug"},
            "contained": [
                {"resourceType": "Medication", "id": "drug", "code": {"text": "Ramipril 5 mg"}}
            ],
            "subject": ME,
            "dosage": [{"timing": {"repeat": {"when": ["MORN", "EVE"]}}}],
        },
        *volumes(),
        mcode_radiotherapy(),
        {
            "resourceType": "AdverseEvent",
            "id": "skin",
            "actuality": "actual",
            "event": concept("http://www.meddra.org", "10037767", "Radiation dermatitis"),
            "subject": ME,
            "date": "2024-07-10",
            "seriousness": concept(
                "http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system", "2"
            ),
            "suspectEntity": [{"instance": {"reference": "Procedure/course"}}],
        },
        {
            "resourceType": "Appointment",
            "id": "visit",
            "status": "booked",
            "description": "Follow-up visit",
            "start": "2024-08-26T09:00:00Z",
            "participant": [{"actor": ME, "status": "accepted"}],
        },
        {
            "resourceType": "DiagnosticReport",
            "id": "mammography",
            "status": "final",
            "code": concept(LOINC, "24606-6", "Mammogram"),
            "subject": ME,
            "effectiveDateTime": "2024-03-01",
            "conclusion": "Mass of 2.2 cm in the left breast.\nBI-RADS 5.",
        },
    )


OBDS = """<?xml version="1.0" encoding="UTF-8"?>
<oBDS xmlns="http://www.basisdatensatz.de/oBDS/XML" Schema_Version="3.0.4">
 <Absender Absender_ID="1"><Bezeichnung>Klinik am Rand</Bezeichnung></Absender>
 <Meldedatum>2024-09-01</Meldedatum>
 <Menge_Patient><Patient Patient_ID="{id}">
  <Patienten_Stammdaten>
   <Nachname>Quasten</Nachname><Vornamen>Odile</Vornamen>
   <Geschlecht>W</Geschlecht>
   <Geburtsdatum Datumsgenauigkeit="{exact}">1957-05-23</Geburtsdatum>
   <Adresse><Ort>Randstadt</Ort></Adresse>
  </Patienten_Stammdaten>
  <Menge_Meldung>
   <Meldung Meldung_ID="1" Melder_ID="7">
    {assigned}
    <Diagnose>
     <Primaertumor_Diagnosetext>Mammakarzinom links</Primaertumor_Diagnosetext>
     <Primaertumor_Topographie_ICD_O><Code>C50.4</Code><Version>33</Version></Primaertumor_Topographie_ICD_O>
     <Diagnosesicherung>7.1</Diagnosesicherung>
     <Menge_Fruehere_Tumorerkrankung><Fruehere_Tumorerkrankung>
      <Freitext>Zervixkarzinom</Freitext><ICD><Code>C53.9</Code><Version>10 2024 GM</Version></ICD>
      <Diagnosedatum>1998</Diagnosedatum>
     </Fruehere_Tumorerkrankung></Menge_Fruehere_Tumorerkrankung>
     <Histologie Histologie_ID="1">
      <Tumor_Histologiedatum Datumsgenauigkeit="E">2024-03-11</Tumor_Histologiedatum>
      <Morphologie_ICD_O><Code>8500/3</Code><Version>33</Version></Morphologie_ICD_O>
      <Morphologie_Freitext>Invasives Karzinom NST</Morphologie_Freitext>
      <Grading>2</Grading><LK_untersucht>12</LK_untersucht><LK_befallen>1</LK_befallen>
     </Histologie>
     <Menge_FM><Fernmetastase>
      <Diagnosedatum Datumsgenauigkeit="E">2024-03-20</Diagnosedatum>
      <Lokalisation>OSS</Lokalisation>
     </Fernmetastase></Menge_FM>
     <cTNM ID="1">
      <Datum>2024-03-12</Datum><Version>8</Version>
      <c_p_u_Praefix_T>c</c_p_u_Praefix_T><T>2</T><N>1</N><M>1b</M>
      <UICC_Stadium>IV</UICC_Stadium>
     </cTNM>
     <Menge_Genetik><Genetische_Variante>
      <Datum Datumsgenauigkeit="E">2024-03-15</Datum>
      <Bezeichnung>BRCA2</Bezeichnung><Auspraegung>W</Auspraegung>
     </Genetische_Variante></Menge_Genetik>
     <Allgemeiner_Leistungszustand>1</Allgemeiner_Leistungszustand>
     <Modul_Mamma>
      <Praetherapeutischer_Menopausenstatus>3</Praetherapeutischer_Menopausenstatus>
      <HormonrezeptorStatus_Oestrogen>P</HormonrezeptorStatus_Oestrogen>
      <Her2neuStatus>N</Her2neuStatus>
      <TumorgroesseInvasiv>22</TumorgroesseInvasiv>
     </Modul_Mamma>
    </Diagnose>
   </Meldung>
   <Meldung Meldung_ID="2" Melder_ID="7">
    {assigned}
    <ST ST_ID="1">
     <Meldeanlass>behandlungsende</Meldeanlass>
     <Intention>P</Intention><Stellung_OP>O</Stellung_OP>
     <Menge_Bestrahlung><Bestrahlung>
      <Beginn>2024-06-03</Beginn><Ende>2024-06-14</Ende>
      <Applikationsart><Perkutan>
       <Radiochemo>RCN</Radiochemo><Stereotaktisch>ST</Stereotaktisch>
       <Zielgebiet><CodeVersion2021>6.6</CodeVersion2021></Zielgebiet>
       <Seite_Zielgebiet>T</Seite_Zielgebiet><Strahlenart>UH</Strahlenart>
       <Gesamtdosis><Dosis>30</Dosis><Einheit>Gy</Einheit></Gesamtdosis>
       <Einzeldosis><Dosis>3</Dosis><Einheit>Gy</Einheit></Einzeldosis>
       <Boost>N</Boost>
      </Perkutan></Applikationsart>
     </Bestrahlung><Bestrahlung>
      <Beginn>2024-07-01</Beginn>
      <Applikationsart><Metabolisch>
       <Metabolisch_Typ>RJT</Metabolisch_Typ><Strahlenart>J-131</Strahlenart>
       <Gesamtdosis><Dosis>7.4</Dosis><Einheit>GBq</Einheit></Gesamtdosis>
      </Metabolisch></Applikationsart>
     </Bestrahlung></Menge_Bestrahlung>
     <Ende_Grund>E</Ende_Grund>
     <Nebenwirkungen><Menge_Nebenwirkung><Nebenwirkung>
      <Art><Bezeichnung>Dermatitis</Bezeichnung></Art><Grad>3</Grad><Version>5.0</Version>
     </Nebenwirkung></Menge_Nebenwirkung></Nebenwirkungen>
    </ST>
   </Meldung>
   <Meldung Meldung_ID="3" Melder_ID="7">
    {assigned}
    <SYST SYST_ID="1">
     <Intention>P</Intention><Stellung_OP>O</Stellung_OP><Therapieart>HO</Therapieart>
     <Beginn Datumsgenauigkeit="T">2024-07-15</Beginn>
     <Menge_Substanz>
      <Substanz><Bezeichnung>Letrozol</Bezeichnung></Substanz>
      <Substanz><ATC><Code>L01EF02</Code><Version>2024</Version></ATC></Substanz>
     </Menge_Substanz>
     <Ende_Grund>A</Ende_Grund>
    </SYST>
   </Meldung>
   <Meldung Meldung_ID="4" Melder_ID="7">
    {assigned}
    <Verlauf Verlauf_ID="1">
     <Untersuchungsdatum_Verlauf>2024-08-20</Untersuchungsdatum_Verlauf>
     <Gesamtbeurteilung_Tumorstatus>T</Gesamtbeurteilung_Tumorstatus>
     <Verlauf_Lokaler_Tumorstatus>N</Verlauf_Lokaler_Tumorstatus>
     <Verlauf_Tumorstatus_Lymphknoten>X</Verlauf_Tumorstatus_Lymphknoten>
     <Allgemeiner_Leistungszustand>80%</Allgemeiner_Leistungszustand>
    </Verlauf>
   </Meldung>
   {more}
  </Menge_Meldung>
 </Patient>{patients}</Menge_Patient>
</oBDS>
"""

ASSIGNED = """<Tumorzuordnung Tumor_ID="1">
     <Primaertumor_ICD><Code>C50.4</Code><Version>10 2024 GM</Version></Primaertumor_ICD>
     <Diagnosedatum Datumsgenauigkeit="E">2024-03-08</Diagnosedatum>
     <Seitenlokalisation>L</Seitenlokalisation>
    </Tumorzuordnung>"""


def obds(exact: str = "E", more: str = "", patients: str = "", id_: str = "p1") -> bytes:
    text = OBDS.format(exact=exact, more=more, patients=patients, id=id_, assigned=ASSIGNED)
    return text.encode()


ADT = """<?xml version="1.0" encoding="UTF-8"?>
<ADT_GEKID xmlns="http://www.gekid.de/namespace" Schema_Version="2.2.3">
 <Menge_Patient><Patient>
  <Patienten_Stammdaten Patient_ID="p1">
   <Patienten_Nachname>Vollmerding</Patienten_Nachname>
   <Patienten_Vornamen>Anselm</Patienten_Vornamen>
   <Patienten_Geschlecht>M</Patienten_Geschlecht>
   <Patienten_Geburtsdatum>00.11.1949</Patienten_Geburtsdatum>
  </Patienten_Stammdaten>
  <Menge_Meldung><Meldung Meldung_ID="1" Melder_ID="7">
   <Tumorzuordnung Tumor_ID="1">
    <Primaertumor_ICD_Code>C61</Primaertumor_ICD_Code>
    <Diagnosedatum>03.02.2023</Diagnosedatum>
    <Seitenlokalisation>T</Seitenlokalisation>
   </Tumorzuordnung>
   <Diagnose Tumor_ID="1">
    <Primaertumor_Diagnosetext>Prostatakarzinom</Primaertumor_Diagnosetext>
    <Modul_Prostata>
     <GleasonScore><GleasonGradPrimaer>3</GleasonGradPrimaer><GleasonScoreErgebnis>7a</GleasonScoreErgebnis></GleasonScore>
     <PSA>11.3</PSA><DatumPSA>20.01.2023</DatumPSA>
    </Modul_Prostata>
   </Diagnose>
   <Menge_OP><OP OP_ID="1">
    <OP_Intention>K</OP_Intention><OP_Datum>14.03.2023</OP_Datum>
    <Menge_OPS><OP_OPS>5-604.42</OP_OPS></Menge_OPS><OP_OPS_Version>2023</OP_OPS_Version>
    <TNM TNM_ID="1"><TNM_Datum>14.03.2023</TNM_Datum><TNM_Version>8</TNM_Version>
     <TNM_c_p_u_Praefix_T>p</TNM_c_p_u_Praefix_T><TNM_T>3a</TNM_T>
     <TNM_c_p_u_Praefix_N>p</TNM_c_p_u_Praefix_N><TNM_N>0</TNM_N><TNM_L>L0</TNM_L></TNM>
    <Residualstatus><Lokale_Beurteilung_Residualstatus>R1</Lokale_Beurteilung_Residualstatus></Residualstatus>
    <Menge_Komplikation><OP_Komplikation>LYE</OP_Komplikation></Menge_Komplikation>
   </OP></Menge_OP>
   <Menge_ST><ST ST_ID="1">
    <ST_Intention>K</ST_Intention><ST_Stellung_OP>Z</ST_Stellung_OP>
    <Menge_Bestrahlung><Bestrahlung>
     <ST_Zielgebiet>5.4.-</ST_Zielgebiet><ST_Seite_Zielgebiet>T</ST_Seite_Zielgebiet>
     <ST_Beginn_Datum>05.06.2023</ST_Beginn_Datum><ST_Ende_Datum>20.07.2023</ST_Ende_Datum>
     <ST_Applikationsart>P</ST_Applikationsart>
     <ST_Gesamtdosis><Dosis>66.6</Dosis><Einheit>Gy</Einheit></ST_Gesamtdosis>
     <ST_Einzeldosis><Dosis>1.8</Dosis><Einheit>Gy</Einheit></ST_Einzeldosis>
    </Bestrahlung></Menge_Bestrahlung>
    <ST_Ende_Grund>E</ST_Ende_Grund>
    <Menge_Nebenwirkung><ST_Nebenwirkung>
     <Nebenwirkung_Grad>2</Nebenwirkung_Grad><Nebenwirkung_Art>Zystitis</Nebenwirkung_Art>
     <Nebenwirkung_Version>4</Nebenwirkung_Version>
    </ST_Nebenwirkung></Menge_Nebenwirkung>
   </ST></Menge_ST>
   <Menge_Verlauf><Verlauf Verlauf_ID="1">
    <Untersuchungsdatum_Verlauf>01.02.2024</Untersuchungsdatum_Verlauf>
    <Gesamtbeurteilung_Tumorstatus>P</Gesamtbeurteilung_Tumorstatus>
    <Tod><Sterbedatum>17.05.2024</Sterbedatum><Tod_tumorbedingt>J</Tod_tumorbedingt>
     <Menge_Todesursache><Todesursache_ICD>C61</Todesursache_ICD></Menge_Todesursache></Tod>
   </Verlauf></Menge_Verlauf>
   <Anmerkung>Patient wünscht Befundkopie</Anmerkung>
  </Meldung></Menge_Meldung>
 </Patient></Menge_Patient>
</ADT_GEKID>
"""

TABLES = {
    "demographics.csv": 'PatientID,Name,DOB,Sex\np1,"Quasten, Odile",05/23/1957,F\n',
    "problem_list.csv": (
        "PatientID;Diagnosis;ICD10;Date;Status;Certainty\n"
        "p1;Malignant neoplasm of cervix uteri;C53.9;2024-02-02;Active;histology\n"
        "p1;Secondary malignant neoplasm of lung;C78.0;2024-02-20;Active;\n"
        "p1;Essential hypertension;I10;2011;Active;\n"
    ),
    "labs.tsv": (
        "patient\ttest\tdate\tresult\tunits\tref range\tflag\n"
        "p1\tSCC-Ag\t2024-02-03\t4.8\tng/mL\t0-1.5\tH\n"
        "p1\tHemoglobin\t2024-02-03\t10.1\tg/dL\t12-16\tL\n"
    ),
    "treatments/chemo_medications.csv": (
        "PatientID,Drug,Dose,Frequency,Route,Start Date,End Date,Class\n"
        "p1,Cisplatin,40 mg/m2,weekly,IV,03/04/2024,04/15/2024,Chemotherapy\n"
        "p1,Ondansetron,8 mg,as needed,Oral,03/04/2024,,Supportive Care\n"
    ),
    "treatments/radiation.csv": (
        "PatientID,Site,Technique,Total Dose (Gy),Fractions,Dose per fraction,Start,End,Intent,"
        "Machine\n"
        "p1,Pelvis,VMAT,45,25,1.8,2024-03-04,2024-04-08,curative,Linac 2\n"
    ),
    "tumor_staging.csv": (
        "PatientID,Stage Date,T,N,M,FIGO,Edition\np1,2024-02-21,T2b,N1,M1,IVB,FIGO 2018\n"
    ),
    "notes.csv": (
        "NoteID,PatientID,NoteType,EntryDate,NoteText\n"
        '1,p1,Progress Note,2024-04-20,"The patient has completed chemoradiation.\n'
        'Grade 2 diarrhea."\n'
    ),
    "toxicities.csv": (
        "PatientID,Adverse Event,CTCAE Grade,Onset Date\np1,Diarrhea,Grade 2,2024-04-01\n"
    ),
    "billing.csv": "PatientID,Amount,Currency\np1,120,EUR\n",
}


def write_tables(folder: Path, tables: dict[str, str] = TABLES) -> Path:
    for name, text in tables.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
