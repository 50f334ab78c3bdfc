"""What a draft says the opposite of, adds, or only explains: wrong and right beside each other."""

from __future__ import annotations

import pytest

from assistant.check import Status, check
from assistant.check.dispositions import opposites, states


def marked(case: str, draft: str) -> list[str]:
    wrong = (Status.CHANGED, Status.UNSUPPORTED)
    return [f.fact.text for f in check(case, draft).findings if f.status in wrong]


WRONG = [
    ("MRI: metastasis T9 without cord compression.", "MRI: metastasis T9 compressing the cord."),
    (
        "MRT: Metastase BWK 9 ohne Myelonkompression.",
        "Bei einer Metastase des BWK 9 war das Rückenmark komprimiert.",
    ),
    ("Seizure-free. No driving until March.", "He may drive again."),
    ("Fahrverbot bis März nach Krampfanfall.", "Der Patient darf wieder Auto fahren."),
    ("Recurrence outside the irradiated field.", "The recurrence lay within the irradiated field."),
    ("Rezidiv außerhalb des Bestrahlungsfeldes.", "Das Rezidiv lag im alten Bestrahlungsfeld."),
    ("Continence: 1 pad per day.", "He needs no pads."),
    ("Kontinenz: 1 Vorlage pro Tag.", "Er benötigt keine Vorlagen mehr."),
    ("Kein Gewichtsverlust.", "Sein Gewicht hat er deutlich verloren."),
    ("mCRPC, enzalutamide.", "The cancer, still hormone sensitive, is treated with enzalutamide."),
    ("Lokalbefund irresektabel laut Chirurgie.", "Der Tumor wurde als resektabel eingeschätzt."),
    ("Code status: DNR (discussed with son).", "She wishes to remain full code."),
    ("Arbeitsunfähig bis Juni.", "Sie arbeitet wieder."),
    ("Nodes 1/15, no extranodal extension.", "One of 15 nodes had spread through its capsule."),
    ("Rektum, MRT: MRF frei, 4 mm.", "Im MRT war die mesorektale Faszie infiltriert."),
    ("Pembrolizumab continued throughout.", "Pembrolizumab was paused for three months."),
    ("Pembrolizumab fortgeführt.", "Pembrolizumab wurde für drei Monate pausiert."),
    ("Keine Dosisreduktion bei Etoposid.", "Die Etoposid-Dosis wurde um ein Fünftel gesenkt."),
    ("MDT: recurrence likely.", "The MDT felt that recurrence was proven."),
    ("LK Level III rechts fraglich.", "Der Lymphknoten in Level III rechts ist sicher befallen."),
    ("Breast cancer pT1c. RT 40 Gy/15.", "The case was discussed in our tumour board."),
    ("Mammakarzinom. RT 40 Gy/15.", "Der Fall wurde in unserem Tumorboard besprochen."),
    ("Rectal cancer, RT 50.4 Gy.", "The PET-CT showed a complete metabolic response."),
    ("RT. CTCAE: oesophagitis grade 2.", "Radiotherapy was tolerated without any problems."),
    ("RT. CTCAE: Diarrhoe Grad 2.", "Die Strahlentherapie wurde problemlos vertragen."),
    ("Resection complete (R0).", "Resection was incomplete (R0)."),
    ("Operation: mediastinoscopy.", "The following procedure was not done: mediastinoscopy."),
    ("Risks of fatigue were explained.", "She developed fatigue during treatment."),
    ("Non-smoker.", "He is a smoker."),
    ("CEA 11.8 ng/mL, then 9.7 ng/mL.", "CEA is normal."),
]
RIGHT = [
    ("MRI: metastasis T9 with cord compression.", "MRI: metastasis T9, the cord is compressed."),
    ("Cleared to drive since May.", "She may drive again."),
    ("Gewichtsverlust 8 kg.", "Gewicht hat sie 8 kg verloren."),
    ("Arbeitet seit Mai wieder in Teilzeit.", "Sie arbeitet wieder in Teilzeit."),
    ("Pembrolizumab paused for hepatitis, then continued.", "Pembrolizumab was paused."),
    ("Amlodipine continued. RT interrupted.", "Radiotherapy was interrupted."),
    ("Risks explained: alopecia, fatigue.", "Hair loss and fatigue were explained to her."),
    ("Aufklärung über Haarausfall erfolgt.", "Über Haarausfall wurde aufgeklärt."),
    ("Lifelong non-smoker.", "He is a lifelong non-smoker."),
    ("Hb 9.8 g/dL, calcium normal.", "Haemoglobin is 9.8 g/dL and calcium is normal."),
    ("hCG 12 U/l.", "Once the hCG has become normal we shall see her."),
    ("No bleeding, no pain.", "She denies bleeding or pain."),
    ("No aphasia, incision healed.", "The incision has healed."),
    ("Kein Fieber, arbeitet wieder.", "Sie arbeitet wieder."),
    ("Tiotropium inhaler daily.", "She will stay on tiotropium."),
    ("ADT seit 2023, Ende 07/2025.", "Die Hormontherapie soll im Juli 2025 auslaufen."),
    ("Cisplatin weekly, 5 of 5 given.", "He had all five planned weekly doses of cisplatin."),
    ("Cisplatin gegeben.", "Cisplatin konnte wöchentlich verabreicht werden."),
    ("Diabetes mellitus. No CTx.", "On account of diabetes mellitus chemotherapy was not given."),
    ("DM Typ 2. Keine CTx.", "Bei Diabetes mellitus wurde die Chemotherapie nicht durchgeführt."),
    ("Kein Pain Flare.", "Ein Schmerzschub blieb aus."),
    ("Vitamin D daily.", "She takes vitamin D. We will see her in June."),
    ("MDT recommended RT.", "The tumour board recommended radiotherapy."),
    ("PET-CT 03/2024: CMR.", "The PET-CT showed a complete metabolic response."),
    ("Diarrhoea grade 1.", "Radiotherapy caused no problems but diarrhoea grade 1."),
    ("SIADH, Na 122 mmol/L.", "She had hyponatraemia with a sodium of 122 mmol/l."),
    ("VRd x4.", "Induction with bortezomib, lenalidomide and dexamethasone was given."),
    ("Estradiol patch by GYN.", "Gynecology prescribes an estradiol patch."),
    ("Nivolumab über Hautklinik.", "Die Dermatologie setzt Nivolumab fort."),
    ("Hb 10,9 g/dl. Aufklärung über Anämie.", "Es besteht eine leichte Anämie."),
    ("Ikterus, Rückenschmerz NRS 5.", "Ein schmerzloser Ikterus war das erste Zeichen."),
    ("CR im PET. Kontrolle der Schilddrüse.", "Spätfolgen (SD, Lunge, Herz) sind zu prüfen."),
    ("Plexusblockade gepl. 25.11.24.", "Eine Plexusblockade ist vorgesehen."),
    ("Tired.", "The irradiation left her no worse than a little tired."),
]


@pytest.mark.parametrize(("case", "draft"), WRONG)
def test_the_opposite_of_the_case_is_marked(case: str, draft: str):
    assert marked(case, draft)


@pytest.mark.parametrize(("case", "draft"), RIGHT)
def test_what_the_case_bears_out_isnt(case: str, draft: str):
    assert marked(case, draft) == []


def test_opposites_exclude_and_deny_each_other():
    for name in opposites():
        state = states()[name]
        (other,) = state.against
        assert states()[other].against == {name}
        assert state.denied == other
