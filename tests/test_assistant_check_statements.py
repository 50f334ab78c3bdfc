"""How a statement is made, of whom and of what: what of a letter is marked, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.check import FactKind, Status, check
from assistant.check.fact import Stress
from assistant.check.parts import find_parts
from assistant.check.reading import read
from assistant.check.vocabulary import vocabulary
from index.language import Language

DONE, PROVEN, PLAIN = Stress.DONE, Stress.PROVEN, Stress.NONE


def marked(case: str, draft: str) -> list[str]:
    return [f.fact.text for f in check(case, draft).findings if f.status is not Status.SUPPORTED]


@pytest.mark.parametrize(
    ("language", "text", "thing", "stress"),
    [
        ("en", "A mastectomy was performed.", "mastectomy", DONE),
        ("en", "A mastectomy should be performed.", "mastectomy", PLAIN),
        ("en", "The pneumonia is confirmed.", "pneumonia", PROVEN),
        ("en", "The pneumonia was not confirmed.", "pneumonia", PLAIN),
        ("en", "Mastectomy.", "mastectomy", PLAIN),
        ("de", "Eine Mastektomie ist erfolgt.", "mastectomy", DONE),
        ("de", "Eine Mastektomie soll durchgeführt werden.", "mastectomy", PLAIN),
        ("de", "Es besteht eine gesicherte Pneumonie.", "pneumonia", PROVEN),
    ],
)
def test_what_is_stressed(language: Language, text: str, thing: str, stress: Stress) -> None:
    said = {fact.value: fact.stress for fact in read(text, language).facts}
    assert said[thing] is stress


@pytest.mark.parametrize(
    ("case", "draft", "expected"),
    [
        # Done, planned.
        ("Port removal done on 3 May 2024.", "Port removal is planned.",
         ["Port removal is planned"]),
        ("Letrozole since 2023, to be continued.", "Letrozole will be continued.", []),
        ("MRI of the brain on 3 May 2024.", "An MRI of the brain is planned.", []),
        ("Plan: consolidation chemotherapy.", "Consolidation chemotherapy was given.",
         ["Consolidation chemotherapy was given"]),

                ("TTFields offered, declined by the patient.",
         "She wore tumour treating fields for months.",
         ["wore tumour treating fields for months"]),
        ("Wir empfehlen eine Rehabilitation.", "Eine Rehabilitation ist bereits erfolgt.",
         ["Rehabilitation ist bereits"]),
        ("Carboplatin weekly.", "Maintenance with bevacizumab is planned.",
         ["bevacizumab is planned"]),
        ("Carboplatin weekly.", "If there is fever, bevacizumab should be given.", []),
        # Suspected, proven, excluded.
        ("?cholangitis", "There is certainly cholangitis.", ["certainly cholangitis"]),
        ("Brain MRI: no brain metastases.", "Brain metastases could not be ruled out.",
         ["Brain metastases could not be ruled out"]),
        ("Lung nodule, malignancy suspected. Adenocarcinoma of the colon.",
         "The lung nodule is a confirmed malignancy.", ["confirmed malignancy"]),
        ("Suspected metastasis: lung nodule.", "There is a lung nodule.", []),
        # Denied: by a word of its own, of a kind, or of another place.
        ("Non-smoker.", "He smokes.", ["smokes"]),
        ("Allergies: none.", "She has known allergies.", ["allergies"]),
        ("RT without interruption.", "The treatment had to be interrupted.",
         ["had to be interrupted"]),
        ("CT: recurrence-free.", "The CT showed a local recurrence.", ["local recurrence"]),
        ("Lungs free. Nodular thickening of the omentum.", "The lungs contained no nodules.", []),
        ("Dyspnea on 2 May.", "She is free of shortness of breath.", []),
        ("Cisplatin 40 mg/m² weekly.", "He never received cisplatin.",
         ["never received cisplatin"]),
        ("Bleomycin weggelassen wegen Hautreaktion Grad 2.",
         "Auf Bleomycin wurde wegen einer Hautreaktion verzichtet.", []),
        ("Kein Fieber.", "Allgemeinsymptome wie Fieber oder Nachtschweiß fehlten.", []),
        # Of a relative.
        ("Mother: breast cancer, aunt: ovarian cancer.", "Her mother had ovarian cancer.",
         ["mother had ovarian cancer"]),
        # Markers.
        ("BRCA1 pathogenic variant.", "There is a pathogenic variant of BRCA2.",
         ["pathogenic variant of BRCA2"]),
        ("PALB2 mutation. BRCA wild type.", "She carries a CHEK2 mutation.", ["CHEK2 mutation"]),
        ("EGFR exon 21 L858R.", "The tumour is EGFR wild-type.", ["EGFR wild-type"]),
        ("EGFR, ALK and ROS1 wild type.", "No driver mutation in EGFR, ALK or ROS1.", []),
        ("PR 10 %.", "The progesterone receptor is completely absent.",
         ["progesterone receptor is completely absent"]),
        ("HER2 1+ (negative).", "HER2 was overexpressed.", ["HER2 was overexpressed"]),
        ("PD-L1 CPS 49.", "PD-L1 TPS was 49.", ["TPS was 49"]),
        ("MMR proficient (MSS).", "Microsatellite instability was not present.", []),
        # Sides and parts.
        ("Nodules in the right paracolic gutter and on the left ovary.",
         "There were nodules in the left paracolic gutter.", ["left"]),
        ("Pleural effusions bilat.", "Pleural effusions on both sides.", []),
        ("Adenoca. RUL.", "The cancer is in the upper lobe of the right lung.", []),
        ("Port in situ, right subclavian vein.", "She has a port on the left.", ["left"]),
        ("Pleuraergüsse bds.", "Es fanden sich linksseitige Pleuraergüsse.", ["linksseitige"]),
        ("Glioblastoma, left occipital.", "Glioblastoma of the left frontal lobe.",
         ["frontal lobe"]),
        ("Liver metastases.", "There were metastases in the lung.", ["metastases in the lung"]),
        # Other words for the same, more general ones, what explains a finding.
        ("Hgb 10.2 g/dL.", "She was anaemic with a haemoglobin of 10.2 g/dL.", []),
        ("2 RBC units on 9 February.", "She was given two units of packed red cells.", []),
        ("PEG 25.03.", "A feeding tube was laid.", []),
        ("Type 2 DM.", "She takes metformin for her diabetes: diabetes.", ["metformin"]),
        ("Solitary bone metastasis of the iliac bone.", "Oligometastases were found.", []),
        ("Plattenepithel-Ca der Lunge.", "Plattenepithelkarzinom der Lunge.", []),
        ("AF, on edoxaban.", "She takes edoxaban because of atrial fibrillation.", []),
        ("Cough.", "He also has tinnitus.", ["tinnitus"]),
        ("Letrozole 2.5 mg.", "He smokes twenty cigarettes a day.", ["smokes twenty cigarettes"]),
        ("Glioblastoma, ICD-10 C71.1.", "Histology showed an oligodendroglioma.",
         ["oligodendroglioma"]),
    ],
)  # fmt: skip
def test_what_is_marked(case: str, draft: str, expected: Sequence[str]) -> None:
    assert marked(case, draft) == list(expected)


@pytest.mark.parametrize(
    ("case", "draft", "expected"),
    [
        ("Frau Maria Berger, geb. 12.03.1961, weiblich.", "Wir haben ihn bestrahlt.", ["ihn"]),
        ("Frau Maria Berger, geb. 12.03.1961, weiblich.", "Wir haben sie bestrahlt.", []),
        ("Maria Berger, female, mother of two.", "A mother of two, he was treated by us.", ["he"]),
        ("Maria Berger, female.", "Her husband says that he is worried.", []),
        ("Fr. Maria Berger, geb. 12.03.1961.", "Der Patient wurde bestrahlt.", ["Der Patient"]),
        ("Frau Prof. Dr. Maria Berger, geb. 12.03.1961.", "Der Patient wurde bestrahlt.",
         ["Der Patient"]),
        ("Überweisung durch Frau Prof. Dr. Berger.", "Der Patient wurde bestrahlt.", []),
        ("Diagnosis: cancer.", "Mrs Berger was seen. She is well. He was examined.", ["He"]),
        # Whom a letter is for, where the case doesn't tell.
        ("Attending: Dr. Okafor.", "Dear Dr. Lindgren,", []),
        ("Referred by Dr. Okafor.", "Dear Dr. Lindgren,", ["Lindgren"]),
    ],
)  # fmt: skip
def test_persons(case: str, draft: str, expected: Sequence[str]) -> None:
    assert [text for text in marked(case, draft) if text != "Berger"] == list(expected)


def test_a_part_of_an_organ_has_one_name_in_both_languages() -> None:
    english = [f.value for f in find_parts("upper outer quadrant, occipital, lower lobe", "en")]
    german = [
        f.value for f in find_parts("oberer äußerer Quadrant, okzipitalen, Unterlappen", "de")
    ]
    assert english == german == ["quadrant upper outer", "brain occipital", "lung lower"]


def test_what_explains_a_thing_is_in_the_lexicon() -> None:
    known = vocabulary()
    groups = (*known.kin.values(), *known.alike.values())
    named = {name for members in groups for name in members}
    denied = {concept.denies for concept in known.concepts.values()} - {""}
    sites = {concept.site for concept in known.concepts.values()} - {""}
    assert named | denied | sites <= known.concepts.keys()


def test_an_unstated_marker_takes_nothing_from_its_percentage() -> None:
    facts = read("ER 95 %, PR 70 %.", "en").facts
    shares = {next(iter(f.about)): f.value for f in facts if f.kind is FactKind.QUANTITY}
    assert shares == {"estrogen receptor": "95 %", "progesterone receptor": "70 %"}
