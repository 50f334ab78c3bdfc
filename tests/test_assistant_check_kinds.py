"""Kinds that exclude one another are told apart; what only says it otherwise is no alarm."""

import pytest

from assistant.check import check
from assistant.check.fact import Status

WRONG = [
    ("Docetaxel x 6.", "He had six cycles of an anthracycline."),
    ("Denosumab 120 mg.", "She is on a bisphosphonate."),
    ("NSCLC, adenocarcinoma.", "Squamous cell carcinoma of the lung."),
    ("Zervixkarzinom, Adenokarzinom.", "Ein Plattenepithelkarzinom der Zervix."),
    ("ER 80%, PR 10%, HER2 IHC 0.", "ER positive, weak PR, HER2 3+."),
    ("ER positive, PR positive.", "It lacked the progesterone receptor."),
    ("MGMT methyliert.", "Es fand sich eine fehlende Methylierung des MGMT-Promotors."),
    ("Superficial spreading melanoma of the left calf.", "A nodular melanoma of the left calf."),
    ("Akrolentiginöses Melanom der Ferse.", "Er hat ein noduläres Melanom an der Ferse."),
    ("Hodgkin lymphoma, mixed cellularity.", "She has nodular sclerosing Hodgkin lymphoma."),
    ("Hodgkin-Lymphom, Mischtyp.", "Ein Hodgkin-Lymphom vom nodulär-sklerosierenden Typ."),
    ("Placental site trophoblastic tumour, FIGO I.", "She has a choriocarcinoma, FIGO I."),
    ("Low-grade dysplasia on biopsy.", "Biopsies showed high-grade dysplasia."),
    ("Tubulovillöses Adenom im Sigma.", "Abgetragen wurde ein tubuläres Adenom im Sigma."),
    ("Dedifferentiated liposarcoma, 14 cm.", "A well-differentiated liposarcoma of 14 cm."),
    ("Pleuramesotheliom, epitheloid.", "Bekannt ist ein sarkomatoides Pleuramesotheliom."),
    ("Clear cell renal cell carcinoma.", "A papillary renal cell carcinoma."),
    ("DLBCL, non-GCB.", "She has a large B-cell lymphoma of germinal centre type."),
    ("Myelom IgG kappa.", "Es besteht ein Myelom vom Typ IgG lambda."),
    ("Brachytherapy: HDR, 4 x 7 Gy.", "Brachytherapy was given with a low dose rate."),
    ("Brachytherapie LDR.", "Die Brachytherapie erfolgte mit hoher Dosisrate."),
    ("SIB bis 60 Gy.", "Die Dosiserhöhung erfolgte sequentiell."),
    ("Oocyte cryopreservation.", "Ovarian tissue was frozen before chemotherapy."),
    ("Verstorben im Pflegeheim.", "Er ist zu Hause im Kreise seiner Familie verstorben."),
    ("Died in the hospice.", "He died at home."),
    ("67-year-old retired bus driver.", "This 67-year-old retired electrician feels well."),
    ("58-jähriger Landwirt, verheiratet.", "Der 58-jährige Elektriker ist verheiratet."),
    ("Dehiscence, VAC therapy for 10 days.", "The wound was covered with a split-skin graft."),
    ("TSH 0.02 mIU/L.", "Thyroid tests showed hypothyroidism."),
    ("TSH 11 mU/l, L-Thyroxin begonnen.", "Es besteht eine Hyperthyreose."),
    ("TSH suppressed, free T4 raised.", "Thyroid tests showed hypothyroidism."),
    ("Denosumab every 4 weeks planned.", "We shall start zoledronic acid every four weeks."),
    ("Pazopanib geplant.", "Als nächste Linie ist Trabectedin vorgesehen."),
    ("R-CHOP x 6.", "He received six cycles of ABVD."),
    ("Plattenepithelkarzinom, p16 negativ.", "Ein HPV-assoziiertes Plattenepithelkarzinom."),
    ("dMMR, KRAS wild type.", "Mismatch repair was intact."),
    ("Dental check: no treatment needed.", "Four molars were extracted beforehand."),
    ("Keine Obduktion.", "Eine Obduktion erbrachte keinen Resttumor."),
    ("Re-irradiation not recommended.", "The meeting recommended re-irradiation."),
    ("Keine Rebestrahlung.", "Empfohlen wurde eine erneute Bestrahlung."),
    ("Kolitis Grad 3, Prednisolon.", "Wegen der Kolitis war ein stationärer Aufenthalt nötig."),
    ("Colitis grade 3, no admission.", "With her colitis she was admitted for five days."),
    ("MRI brain every 3 months.", "Preventive irradiation of the brain will follow."),
    ("Carcinoma of the right base of tongue.", "He has a carcinoma of the right tonsil."),
    ("Stage IIIA lung cancer.", "Lung cancer, stage IV."),
    ("Carboplatin x 3, surgery planned.", "Chemoradiotherapy is planned."),
    ("Lappenplastik am Unterschenkel.", "Die Wunde wurde mit Spalthaut gedeckt."),
]

RIGHT = [
    ("Docetaxel x 6.", "He had six cycles of a taxane."),
    ("R-CHOP x 6.", "She had an anthracycline as part of R-CHOP."),
    ("Zoledronat 4 mg.", "Sie erhält ein Bisphosphonat."),
    ("WT1+, PAX8+.", "WT1 and PAX8 were positive."),
    ("NSCLC, adenocarcinoma.", "Adenocarcinoma of the lung."),
    ("LVEF 62%, then 58%.", "Ejection fraction slipped from 62% to 58%."),
    ("SSM am Rücken.", "Entfernt wurde ein oberflächlich spreitendes Melanom am Rücken."),
    ("Hodgkin-Lymphom, gemischtzellig.", "Ein Hodgkin-Lymphom vom Mischtyp."),
    ("Adenom mit schwerer Dysplasie.", "Ein Adenom mit hochgradiger Dysplasie."),
    ("Myxoid/round cell liposarcoma.", "She had a myxoid liposarcoma."),
    ("Brachytherapie HDR.", "Die Brachytherapie erfolgte mit hoher Dosisleistung."),
    ("SIB bis 60 Gy.", "Die Aufsättigung erfolgte simultan integriert bis 60 Gy."),
    ("Gestational choriocarcinoma.", "She has a gestational trophoblastic neoplasia."),
    ("Choriocarcinoma of the uterus.", "High-risk gestational choriocarcinoma."),
    ("Sperm banked.", "He had his sperm frozen."),
    ("Patient died in hospital.", "He died on our ward."),
    ("58-jährige Grundschullehrerin.", "Die 58-jährige Lehrerin arbeitet wieder."),
    ("Beruf: Schreinermeister, berentet.", "Der berentete Tischler stellte sich vor."),
    ("Defect closed with a free flap.", "The defect was covered with a flap."),
    ("Levothyroxine 75 µg, TSH 2.1 mIU/L.", "Her hypothyroidism is well controlled."),
    ("TSH 6,8 mU/l, fT4 normal.", "Das freie Thyroxin ist normal, neu ist ein erhöhtes TSH."),
    ("Plan: letrozole.", "If letrozole is not tolerated, anastrozole could be considered."),
    ("mFOLFOX6 x 8.", "She received eight cycles of FOLFOX."),
    ("Oxaliplatin, 5-FU and folinic acid x 8.", "She received FOLFOX."),
    ("Bleomycin, etoposide, cisplatin x 3.", "He received three cycles of BEP."),
    ("Plattenepithelkarzinom, p16 positiv.", "Ein HPV-assoziiertes Plattenepithelkarzinom."),
    ("pMMR. KRAS G12D mutated.", "Mismatch repair is intact."),
    ("PRRT, 4 Zyklen.", "Es folgten vier Zyklen einer Radioligandentherapie."),
    ("LARS-Score 31 (major LARS).", "Es besteht ein ausgeprägtes LAR-Syndrom."),
    ("High-grade seröses Karzinom.", "Ein wenig differenziertes seröses Karzinom."),
    ("STIC in fimbrial mucosa.", "A serous tubal intraepithelial carcinoma was seen."),
    ("Ovarialkarzinom, high-grade serös.", "High-grade seröses Ovarial-/Tubenkarzinom."),
    ("Zahnsanierung mit Extraktion 18, 28.", "Zwei Zähne wurden extrahiert."),
    ("Para-aortic nodes up to 19 mm.", "There is para-aortic lymphadenopathy of 19 mm."),
    ("8 pulmonale Rundherde beidseits.", "Es bestehen beidseitige Lungenmetastasen."),
    ("TAH, BSO, omentectomy.", "She recovered well after the interval debulking."),
    ("Hospitalised for sepsis.", "She was admitted with sepsis."),
    ("Mamillenbestrahlung 1 x 10 Gy.", "Die Mamillen erhielten eine Einzeitbestrahlung."),
    ("Radiochemotherapie mit Cisplatin.", "Bestrahlung unter simultaner Chemotherapie."),
    ("1 EK geplant.", "Da das Hb fiel, erhält er morgen eine Blutkonserve."),
    ("Stadium IIA.", "Die Erkrankung war im Stadium II."),
    (
        "Endometriumkarzinom.",
        "Sehr geehrte Kollegen der Gynäkologie, sie hat ein Endometriumkarzinom.",
    ),
]


def _alarms(case: str, draft: str) -> list[str]:
    found = check(case, draft).findings
    return [f.fact.text for f in found if f.status in (Status.CHANGED, Status.UNSUPPORTED)]


@pytest.mark.parametrize(("case", "draft"), WRONG)
def test_another_kind_is_marked(case: str, draft: str) -> None:
    assert _alarms(case, draft)


@pytest.mark.parametrize(("case", "draft"), RIGHT)
def test_the_same_in_other_words_is_not(case: str, draft: str) -> None:
    assert not _alarms(case, draft)
