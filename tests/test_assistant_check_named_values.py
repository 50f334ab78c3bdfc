"""Values held against the case's of the same name, and ages against the patient's own."""

from __future__ import annotations

import pytest

from assistant.check import FactKind, Status, check

CASE = """\
Breast: ER 90%, PR 6/8, HER2 IHC 0, Ki-67 35%. Oncotype DX recurrence score 14.
HRD score: 58 (positive, cutoff 42). PD-L1 (22C3) CPS 8.
PSA: 05/03/2024 11.8 ng/mL; 10/06/2024 4.2 ng/mL; 02/09/2024 0.05 ng/mL.
IPSS 18, Karnofsky 80, ECOG 1.
Labs 2024-09-02: WBC 3.8, Hgb 10.8 g/dL, plt 178, creatinine 0.88 mg/dL, CRP 12 mg/L,
LDH 310 U/L, CEA 3.1 ng/mL.
WHO prognostic score 11 (high risk, score >=7). Chemotherapy response score 2.
LVEF 62% before, 58% after. DEXA T-score -1.8. Beta-hCG 412,000 mIU/mL.
Breslow thickness 3.2 mm. Child-Pugh score 6. MELD 9. Weight 72 kg.
Deauville 4. PHQ-9 12. SINS 9."""
FALL = """\
ER 80 %, PR 10 %, HER2 1+, Ki-67 22 %, PD-L1 TPS 70 %.
PSA 12,5 ng/ml (03/2023), Verlauf: 02.05.2023 4,1; 06.11.2023 0,3 ng/ml.
Labor 06.11.2023: Leukozyten 4,3 /nl, Hb 9,8 g/dl, Thrombozyten 112 /nl,
Kreatininanstieg auf 1,7 mg/dl. CEA 14,6 ng/ml.
IPSS 12, Karnofsky-Index 70 %, ECOG 2, WHO-Score 9. Tumordicke nach Breslow 2,4 mm.
T-Score LWS -1,7. LVEF 55 %. Deauville 2."""


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (CASE, "The platelets were 78.", True),
        (CASE, "The platelets were 178.", False),
        (CASE, "Platelets stood at 187 and the white count was 3.8.", True),
        (CASE, "WBC 3.8, platelets 178 and creatinine 0.9.", False),
        (CASE, "PD-L1 was expressed with a CPS of 18.", True),
        (CASE, "PD-L1 combined positive score of eight.", False),
        (CASE, "The combined positive score was 18.", True),
        (CASE, "Ki-67 was 53%.", True),
        (CASE, "The proliferation index was 35 per cent.", False),
        (CASE, "The proliferation index was fifty-three per cent.", True),
        (CASE, "The recurrence score came back at 24.", True),
        (CASE, "Oncotype gave a recurrence score of 14.", False),
        (CASE, "The HRD score was 42.", True),
        (CASE, "The HRD score of 38 is negative.", True),
        (CASE, "WHO prognostic score of seven.", True),
        (CASE, "She scored 11 points on the WHO score.", False),
        (CASE, "She scored 12 points on the WHO score.", True),
        (CASE, "The chemotherapy response score was three.", True),
        (CASE, "The chemotherapy response score was two.", False),
        (CASE, "PSA fell from 11.8 through 4.2 to 0.05.", False),
        (CASE, "PSA fell from 11.8 to 0.5 ng/mL.", True),
        (CASE, "PSA is now 4.2 ng/mL.", True),
        (CASE, "PSA is now 0.05 ng/mL.", False),
        (CASE, "On 10/06/2024 the PSA was 11.8 ng/mL.", True),
        (CASE, "On 10/06/2024 the PSA was 4.2 ng/mL.", False),
        (CASE, "hCG exceeded 400,000.", False),
        (CASE, "hCG was just over 412,000.", False),
        (CASE, "hCG of 41,200.", True),
        (CASE, "Her haemoglobin, at 8.9 g/dL, is low.", True),
        (CASE, "Her haemoglobin, at just under 11 g/dL, is low.", False),
        (CASE, "Karnofsky performance status of 60.", True),
        (CASE, "KPS 80 and ECOG 1.", False),
        (CASE, "He is ECOG 2.", True),
        (CASE, "ECOG performance status two.", True),
        (CASE, "IPSS was 8.", True),
        (CASE, "IPSS of 18 points.", False),
        (CASE, "The T-score was -2.8.", True),
        (CASE, "The T-score was -1.8.", False),
        (CASE, "The ejection fraction dropped from 62% to 58%.", False),
        (CASE, "The ejection fraction dropped to 48%.", True),
        (CASE, "Breslow thickness of 2.3 mm.", True),
        (CASE, "Breslow 3.2 mm.", False),
        (CASE, "The MELD score was 19.", True),
        (CASE, "Child-Pugh score of six.", False),
        (CASE, "Creatinine remained at 0.9 mg/dL.", False),
        (CASE, "Creatinine has risen to 1.9 mg/dL.", True),
        (CASE, "LDH was elevated at 310.", False),
        (CASE, "LDH was elevated at 130.", True),
        (CASE, "Her CRP was 21 mg/L.", True),
        (CASE, "CEA, previously 14, is 3.1.", True),
        (CASE, "Weight 72 kg.", False),
        (CASE, "SINS of nine.", False),
        (CASE, "ER 90%, PR positive, Ki-67 35%.", False),
        (CASE, "ER was positive in 50% of the cells.", True),
        (CASE, "Deauville score 2.", True),
        (CASE, "Deauville four.", False),
        (CASE, "PD-L1 was expressed in fewer than 1% of cells.", True),
        (FALL, "Die Thrombozyten lagen bei 211 /nl.", True),
        (FALL, "Die Thrombozyten lagen bei 112 /nl.", False),
        (FALL, "Bei 112 /nl Thrombozyten und 4,3 /nl Leukozyten keine Therapiepause.", False),
        (FALL, "Der Hb betrug 8,9 g/dl.", True),
        (FALL, "Das Hämoglobin lag bei knapp 10 g/dl.", False),
        (FALL, "Die PD-L1-Expression lag bei 7 %.", True),
        (FALL, "Die PD-L1-Expression lag bei 70 %.", False),
        (FALL, "PD-L1 war auf weniger als 1 % der Zellen nachweisbar.", True),
        (FALL, "Ki-67-Index von 72 %.", True),
        (FALL, "Proliferationsindex zweiundzwanzig Prozent.", False),
        (FALL, "Das PSA fiel von 12,5 über 4,1 auf 0,3 ng/ml.", False),
        (FALL, "Das PSA fiel von 12,5 auf 3,0 ng/ml.", True),
        (FALL, "Aktuell liegt das PSA bei 4,1 ng/ml.", True),
        (FALL, "Das PSA liegt aktuell bei 0,3 ng/ml.", False),
        (FALL, "Am 02.05.2023 betrug das PSA 4,1 ng/ml.", False),
        (FALL, "Am 02.05.2023 betrug das PSA 0,3 ng/ml.", True),
        (FALL, "Karnofsky-Index 90 %.", True),
        (FALL, "Karnofsky 70 %, ECOG 2.", False),
        (FALL, "Der ECOG-Status ist 1.", True),
        (FALL, "WHO-Score von elf Punkten.", True),
        (FALL, "Mit neun Punkten im WHO-Score.", False),
        (FALL, "Mit sieben Punkten im WHO-Score.", True),
        (FALL, "IPSS 21.", True),
        (FALL, "Der IPSS betrug 12 Punkte.", False),
        (FALL, "Kreatinin auf 1,7 mg/dl gestiegen.", False),
        (FALL, "Kreatinin auf 2,7 mg/dl gestiegen.", True),
        (FALL, "Tumordicke nach Breslow 4,2 mm.", True),
        (FALL, "T-Score von -2,7.", True),
        (FALL, "Die LVEF sank auf 45 %.", True),
        (FALL, "Die LVEF beträgt 55 %.", False),
        (FALL, "CEA von 6,4 ng/ml.", True),
        (FALL, "CEA von über 14 ng/ml.", False),
        (FALL, "ER 80 %, PR 10 %, HER2 1+.", False),
        (FALL, "PR 70 %.", True),
        (FALL, "Deauville 4.", True),
    ],
)
def test_a_value_has_to_be_its_names(case: str, draft: str, wrong: bool) -> None:
    marked = [f for f in check(case, draft).findings if f.status is not Status.SUPPORTED]
    assert bool(marked) is wrong, marked


BORN = (
    "Patient: Anna Berger, female, DOB 01/01/1963. 62-year-old woman seen 15/09/2025. "
    "FH: mother breast cancer at 58, maternal aunt ovarian cancer at 63. 20/01/2026 clinic."
)
GEBOREN = (
    "Pat. Anna Berger, geb. 03.07.1980, w. ED 12.03.2021. FA: Mutter Mammakarzinom mit 58. "
    "Verstorben 23.08.2021."
)
UNBORN = "28-year-old (G2P1), hCG 412,000. Sister 35."


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (BORN, "A lady of fifty-two with three children.", True),
        (BORN, "A lady of sixty-two with three children.", False),
        (BORN, "58 years old, diagnosed last September.", True),
        (BORN, "She is 63 and well.", False),
        (BORN, "She is 58 and well.", True),
        (BORN, "Her mother had breast cancer at the age of 58.", False),
        (BORN, "Her mother fell ill at the age of 48.", True),
        (BORN, "A woman in her early sixties.", False),
        (BORN, "A woman in her late fifties.", True),
        (BORN, "Her mother had breast cancer in her fifties.", False),
        (BORN, "This 62-year-old mother of two was referred.", False),
        (BORN, "The patient, now 63, was seen.", False),
        (GEBOREN, "Die damals 40-jährige Patientin.", False),
        (GEBOREN, "Die damals 50-jährige Patientin.", True),
        (GEBOREN, "Sie war Ende fünfzig, als die Diagnose gestellt wurde.", True),
        (GEBOREN, "Sie war Anfang vierzig, als die Diagnose gestellt wurde.", False),
        (GEBOREN, "Sie verstarb im Alter von 41 Jahren.", False),
        (GEBOREN, "Sie verstarb im Alter von 44 Jahren.", True),
        (GEBOREN, "Die Mutter erkrankte im Alter von 58 Jahren.", False),
        (GEBOREN, "Eine Frau von 58, die im März erkrankte.", True),
        (GEBOREN, "Eine Frau von vierzig, die im März erkrankte.", False),
        (GEBOREN, "Sie ist 58 Jahre alt.", True),
        (GEBOREN, "Die 58-Jährige stellte sich vor.", True),
        (GEBOREN, "Anfang 40, verheiratet.", False),
        (GEBOREN, "Mitte sechzig, verheiratet.", True),
        (UNBORN, "A 28-year-old woman.", False),
        (UNBORN, "A 35-year-old woman.", True),
        (UNBORN, "A woman of 28, with bleeding.", False),
        (UNBORN, "A woman in her twenties.", False),
        (UNBORN, "A woman in her forties.", True),
        ("62J, w, Mamma-Ca links", "Die 62-jährige Patientin.", False),
        ("Pat. geb. 1963, ED 05/2023", "Die 60-jährige Patientin.", False),
        ("Pat. geb. 1963, ED 05/2023", "Die 64-jährige Patientin.", True),
    ],
)
def test_an_age_is_the_patients(case: str, draft: str, wrong: bool) -> None:
    findings = check(case, draft).findings
    marked = [f for f in findings if f.fact.kind is FactKind.AGE]
    assert any(f.status is not Status.SUPPORTED for f in marked) is wrong, marked


COUNTED = "Surgery: pT2 pN1a (2/14) M0. 7/12 cores positive at biopsy. Sentinel 1/3."
STATIONS = "Nodes: right pelvic 0/12, left pelvic 0/10, para-aortic 1/8. Total 1/30."
REGISTRY = "Lymph nodes 50 examined / 3 positive"
GEZAEHLT = "pT3c pN1 (2/23 LK). Stanzen 5/12 positiv. Sentinel-LK 0/2."


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (COUNTED, "three of fourteen axillary nodes involved.", True),
        (COUNTED, "Two of fourteen axillary nodes were involved.", False),
        (COUNTED, "Of fourteen nodes removed, four contained tumour.", True),
        (COUNTED, "Of 14 nodes, two were involved.", False),
        (COUNTED, "Seven of twelve cores were positive.", False),
        (COUNTED, "Nine of twelve cores were positive.", True),
        (COUNTED, "One of three sentinel nodes was positive.", False),
        (COUNTED, "None of the three sentinel nodes was positive.", True),
        (COUNTED, "Two of 24 nodes were involved.", True),
        (STATIONS, "Of thirty nodes, one bore tumour.", False),
        (STATIONS, "Of thirty nodes, three bore tumour.", True),
        (STATIONS, "None of the 22 pelvic nodes was involved.", False),
        (STATIONS, "One of eight para-aortic nodes.", False),
        (STATIONS, "Two of eight para-aortic nodes.", True),
        (REGISTRY, "Three of the fifty lymph nodes were involved.", False),
        (REGISTRY, "Five of the fifty lymph nodes were involved.", True),
        (GEZAEHLT, "Zwei von 23 Lymphknoten waren befallen.", False),
        (GEZAEHLT, "Zwei von 13 Lymphknoten waren befallen.", True),
        (GEZAEHLT, "Von 23 entnommenen Lymphknoten waren vier befallen.", True),
        (GEZAEHLT, "Von dreiundzwanzig Lymphknoten enthielten zwei Metastasen.", False),
        (GEZAEHLT, "Fünf von zwölf Stanzen waren positiv.", False),
        (GEZAEHLT, "Acht von zwölf Stanzen waren positiv.", True),
        (GEZAEHLT, "Keiner der zwei Wächterlymphknoten war befallen.", False),
        (GEZAEHLT, "Von den 23 Knoten war keiner befallen.", True),
        (GEZAEHLT, "In fünf der zwölf Zylinder fand sich Tumor.", False),
        (GEZAEHLT, "In sieben der zwölf Zylinder fand sich Tumor.", True),
    ],
)
def test_so_many_of_so_many(case: str, draft: str, wrong: bool) -> None:
    marked = [f for f in check(case, draft).findings if f.status is not Status.SUPPORTED]
    assert bool(marked) is wrong, marked
