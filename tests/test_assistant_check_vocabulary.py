"""A thing in other words, abbreviations or parts is the same thing; another thing is not."""

import pytest

from assistant.check import check
from assistant.check.fact import FactKind, Status
from assistant.check.judges.same_day import other_that_day
from assistant.check.reading import read
from assistant.check.source import source_of
from assistant.check.vocabulary import vocabulary

RIGHT = [
    # An organ's cancer of the histology and the organ beside it.
    ("Biopsy of sigmoid lesion: adenocarcinoma.", "Sigmoid cancer was found."),
    ("Thyroid nodule, thyroidectomy: papillary carcinoma.", "Papillary thyroid cancer."),
    ("Ovar re.: high-grade seröses Karzinom", "High-grade seröses Ovarialkarzinom."),
    ("Analkanal: Plattenepithel-Ca, p16+", "Analkarzinom, p16-positiv."),
    ("Vulva li: PE-Ca pT1b", "Vulvakarzinom pT1b."),
    ("Cervical mass, biopsy: squamous cell carcinoma.", "She has cervical cancer."),
    # Abbreviations.
    ("Rektum-Ca, hepatische Met Seg. 4", "Rektumkarzinom mit Lebermetastasen."),
    ("NSCLC, Hirnmets, Knochenmets", "Lungenkarzinom mit Hirn- und Knochenmetastasen."),
    ("Mamma-Ca li., NST, G3. LE 2016.", "Mammakarzinom vom NST-Typ, G3. Lungenembolie 2016."),
    ("Multiples Myelom, auto-SZT 2019.", "Autologe Stammzelltransplantation 2019 bei Myelom."),
    ("LTx 2015, Tacrolimus. HCC.", "Unter Immunsuppression nach Lebertransplantation, HCC."),
    ("Myeloma: Isa-Pd.", "Myeloma: isatuximab, pomalidomide and dexamethasone."),
    # Drugs in compounds.
    ("Cetuximab wöchentlich", "Die wöchentliche Cetuximabgabe wurde vertragen."),
    ("Cisplatin: Tinnitus.", "Ein cisplatinbedingter Tinnitus trat auf."),
    # Markers, grades, stages.
    ("ER 90%, PR 20%, HER2 2+ (FISH neg).", "Hormone receptor positive, HER2 negative."),
    ("HER2 2+, FISH amplified.", "A HER2 positive tumour."),
    ("Astrozytom, IDH1 R132H-mutiert, CDKN2A/B nicht deletiert.",
     "Astrozytom mit IDH1-Mutation ohne homozygote CDKN2A/B-Deletion."),
    ("Meningeom WHO I, transitional.", "Transitionales Meningeom vom WHO-Grad 1."),
    ("DLBCL Std. IIIAE.", "Diffuses großzelliges B-Zell-Lymphom im Stadium III."),
    ("Adenocarcinoma of the uterus, FIGO grade 2.", "It was moderately differentiated."),
    ("uT3 uN1 Rektum-Ca", "endosonographisch T3 N1, Rektumkarzinom."),
    ("Sarcoma, FNCLCC grade 2", "A sarcoma, FNCLCC 2."),
    # What was removed had been put in; what one tells the other explains.
    ("Port-Explantation 01/24", "Das Portsystem wurde im Januar 2024 explantiert."),
    ("ERCP with metal stent", "It followed biliary stenting."),
    ("8 pack-years.", "He is a former smoker."),
]  # fmt: skip
WRONG = [
    ("Prostate adenocarcinoma. Colonoscopy normal.", "He has colon cancer.", "colon cancer"),
    ("Breast cancer. Lung function normal.", "She has lung cancer.", "lung cancer"),
    ("Mamma-Ca. Schilddrüse unauffällig.", "Ein Schilddrüsenkarzinom.", "Schilddrüsenkarzinom"),
    ("Glioblastoma, frontal.", "An oligodendroglioma, frontal.", "oligodendroglioma"),
    ("NSCLC, Hirnmets", "NSCLC mit Lebermetastasen", "Lebermetastasen"),
    ("Myeloma: DVd", "Treated with carfilzomib for myeloma", "carfilzomib"),
    ("Paclitaxel wöchentlich", "Die Docetaxelgaben wurden vertragen.", "Docetaxelgaben"),
    ("Oxaliplatin", "Eine cisplatinbedingte Neuropathie.", "cisplatinbedingte"),
    ("Mamma-Ca re., invasiv-lobulär", "Mammakarzinom vom NST-Typ", "Mammakarzinom vom NST-Typ"),
    ("HER2 2+, FISH not amplified", "HER2 positive disease", "HER2 positive"),
    ("HER2 1+.", "HER2 overexpressing disease", "HER2 overexpressing"),
    ("Meningeom WHO II, atypisch", "Meningeom WHO-Grad 1", "Grad 1"),
    ("Seminom Stadium IIA (Lugano)", "Seminom, nach Lugano IIB", "Lugano IIB"),
    ("Sarcoma, FNCLCC 1", "Sarcoma, FNCLCC grade 3", "FNCLCC grade 3"),
    ("Surgery 10/17/2023: robotic low anterior resection. Rectal cancer.",
     "Abdominoperineal resection for rectal cancer.", "Abdominoperineal resection"),
    ("OP: Hysterektomie mit pelviner Lymphadenektomie 10.12.2024",
     "Am 10.12.2024 radikale Hysterektomie mit pelviner Lymphadenektomie.",
     "radikale Hysterektomie"),
    ("Surgery: port implantation 2020.", "She underwent port explantation.", "port explantation"),
    ("Autologe SZT 2021", "Eine allogene SZT erfolgte 2021.", "allogene SZT"),
    ("Pat. Klaus Bär, m, *03.03.1950. Re-Staging.",
     "Wir berichten über Frau Klaus Bär, geboren am 03.03.1950.", "Frau"),
    ("Patientin: Anna Bär, geb. 03.03.1950", "Frau Anna Bär. Wir sehen ihn im Mai wieder.", "ihn"),
    ("Patientin: Anna Bär, geb. 03.03.1950", "Wir berichten über Hrn. Anna Bär.", "Hrn"),
]  # fmt: skip


def marked(case: str, draft: str) -> list[str]:
    return [f.fact.text for f in check(case, draft).findings if f.status is not Status.SUPPORTED]


@pytest.mark.parametrize(("case", "draft"), RIGHT)
def test_the_same_in_other_words_is_no_alarm(case: str, draft: str) -> None:
    assert marked(case, draft) == []


@pytest.mark.parametrize(("case", "draft", "wrong"), WRONG)
def test_another_thing_is_marked(case: str, draft: str, wrong: str) -> None:
    assert any(wrong in text for text in marked(case, draft))


@pytest.mark.parametrize(
    ("case", "draft", "other"),
    [
        (
            "CT-gesteuerte Biopsie 03.02.2020.",
            "Rektoskopie am 03.02.2020.",
            "CT-gesteuerte Biopsie",
        ),
        ("Bronchoscopy 4 May 2022.", "Gastroscopy on 4 May 2022.", "Bronchoscopy"),
        ("Biopsie 03.02.2020.", "Rektoskopie mit Biopsie am 03.02.2020.", ""),
        ("Bronchoscopy 4 May 2022.", "Gastroscopy on 5 May 2022.", ""),
        ("Bronchoscopy 4 May 2022.", "Gastroscopy in May 2022.", ""),
    ],
)
def test_what_was_done_that_day(case: str, draft: str, other: str) -> None:
    language = "de" if "am " in draft else "en"
    reading = read(draft, language)
    fact = next(f for f in reading.facts if f.kind is FactKind.PROCEDURE)
    place = other_that_day(fact, reading, source_of(case, language))
    assert (place.text if place else "") == other


def test_an_ambiguous_abbreviation_is_of_a_thing_in_the_lexicon() -> None:
    known = vocabulary()
    assert known.short.keys() <= known.concepts.keys()
