"""Margins, responses, organs clear or affected, what is certain, known or planned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Status, check
from assistant.check.margins import find_margins
from assistant.check.organs import conditions
from assistant.check.reading import read
from index.language import Language

BOARD = "Board 02.06.2025: no re-resection, no re-irradiation. Lomustine from 16/06/2025."
BRCA = "Family history: brother with prostate cancer at 61. BRCA testing pending."
CORD = "MRI spine 14/08/2025: metastases T9-T11, no cord compression."
CURVE = "2023 PR under FOLFOX; 2024 progression in the liver; 2025 SD."
LIVER = "CT Thorax/Abdomen: Primum linker Unterlappen 18 mm, Leber frei, Nebennieren unauffällig."
MRI_PLAN = (
    "Seen on 02.03.2025, well, no complaints, hCG 12. "
    "Plan: weekly hCG, brain MRI repeat in 4 weeks, continue contraception."
)
NECK = "PET-CT 07/07/2025: complete metabolic response, primary and neck."
NODULE = "CT chest: 4 mm nodule left upper lobe, indeterminate, CT in 3 months."
OVARIES = "Histology: left ovary: no residual carcinoma. Right ovary: 2.5 cm viable tumour."
R0 = "Pathology: invasive ductal carcinoma 18 mm, closest margin 4 mm, R0."
R1 = "18.03.2024 RPE: pT3a pN0 (0/14) R1 apikal, Gleason 4+3."
SEIZURE = (
    "03.01.2025 first generalised seizure. Levetiracetam; no seizure since surgery. No driving."
)
STABLE = "CT 12.03.2025: stabile Erkrankung der Lungenmetastasen, keine neuen Herde."


def marked(case: str, draft: str) -> list[str]:
    wrong = (Status.CHANGED, Status.UNSUPPORTED)
    return [f.fact.text for f in check(case, draft).findings if f.status in wrong]


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (R0, "The tumour was excised, and the margins were involved.", "margins were involved"),
        (R0, "The deep margin was not free of tumour.", "not free"),
        (R0, "Macroscopic tumour had to be left behind on the wall.", "be left"),
        (R1, "Die Prostata wurde entfernt; die Schnittränder waren frei.", "frei"),
        (R1, "Der Absetzungsrand erwies sich als tumorfrei.", "tumorfrei"),
        ("Op: local residual status R0; overall R1(cy+).", "Local margins were positive.", "posi"),
        (NECK, "The PET three months later was equivocal in the neck.", "equivocal in the neck"),
        (NECK, "The PET in July showed only a partial response.", "partial response"),
        (STABLE, "Im März zeigte die Computertomographie eine Teilremission.", "Teilremission"),
        (STABLE, "Im März fand sich ein Progress der Lungenherde.", "Progress"),
        ("CT 01/2026: PR (-45 %), liver lesions smaller.", "It showed stable disease.", "stable"),
        ("Teilresektion, MRT: Residuum 0,9 cm dorsal.", "Es blieb kein Resttumor.", "kein Rest"),
        (LIVER, "Der Tumor saß links im Unterlappen; die Leber war ebenfalls betroffen.", "Leber"),
        (LIVER, "Die Nebennieren waren vergrößert.", "Nebennieren waren vergrößert"),
        (CORD, "An MRI showed early compression of the cord.", "compression of the cord"),
        (
            "Seminom 24 mm, keine Infiltration des Rete testis.",
            "Das Rete testis war befallen.",
            "R",
        ),
        (OVARIES, "The left ovary also contained residual tumour.", "residual tumour"),
        (
            NODULE,
            "A nodule of 4 mm in the left upper lobe is certainly benign.",
            "certainly benign",
        ),
        (
            NODULE,
            "The 4 mm nodule of the left upper lobe proved to be a metastasis.",
            "proved to be",
        ),
        (
            "Pneumonitis fraglich, DD Infekt.",
            "Es bestand zweifelsfrei eine Pneumonitis.",
            "zweifel",
        ),
        (BRCA, "BRCA testing came back negative.", "BRCA testing came back negative"),
        ("Bone scan: clear. CT results pending.", "The CT was unremarkable.", "CT was"),
        (BOARD, "It advised against surgery but in favour of further irradiation.", "irradiation"),
        ("Procedere: Keine Strahlentherapie vorgesehen.", "Geplant ist eine Bestrahlung.", "Bestr"),
        (MRI_PLAN, "No further brain imaging is planned.", "No further brain imaging"),
        (MRI_PLAN, "Contraception may now be stopped.", "stopped"),
        ("30 Gy in single doses of 2 Gy; boost N.", "An additional boost was delivered.", "boost"),
    ],
)
def test_what_the_case_says_otherwise(case: str, draft: str, wrong: str) -> None:
    assert any(wrong in text for text in marked(case, draft))


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        (R0, "The tumour was excised, and all margins were clear."),
        (R0, "The tumour was removed completely with a clearance of 4 mm."),
        (R1, "Am apikalen Absetzungsrand fand sich noch Tumor."),
        ("Op: margin involved (R1). Re-resection (R0).", "The second one had clear margins."),
        (NECK, "The PET showed a full metabolic response."),
        (STABLE, "Im März fand sich computertomographisch kein Progress."),
        (CURVE, "After a partial response in 2023 it progressed in 2024 and is stable since."),
        ("Plan: letrozole until progression.", "In case of progression we would change treatment."),
        (LIVER, "Leber und Nebennieren waren nicht befallen."),
        ("Lebermetastasen 2023, nach Resektion Leber frei.", "Die Leber war 2023 befallen."),
        (CORD, "There is involvement of T9 to T11; the cord was not compressed."),
        (OVARIES, "The right ovary held viable tumour, the left one was free."),
        (NODULE, "A nodule of 4 mm in the left upper lobe remains to be watched."),
        (BRCA, "The BRCA result is awaited."),
        (BOARD, "The board advised neither a further operation nor further irradiation."),
        (MRI_PLAN, "The brain will be imaged again in a month."),
        ("Seminal vesicles free.", "The seminal vesicles were spared."),
        ("CT: complete response.", "After a complete response, I see no need for treatment."),
        ("Wound infection, VAC.", "Wound infection needing negative-pressure dressing."),
        (SEIZURE, "She fell ill with a seizure after New Year 2025. She must not drive."),
        ("Kein Boost.", "Eine Aufsättigung des Tumorbetts unterblieb."),
    ],
)
def test_what_the_case_says_too(case: str, draft: str) -> None:
    assert not marked(case, draft)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The margins were clear.", ["R0"]),
        ("None of the margins was involved.", ["R0"]),
        ("No tumour at the inked margin.", ["R0"]),
        ("Die Schnittränder waren nicht frei.", ["R1"]),
        ("Der Resektionsrand war befallen.", ["R1"]),
        ("The PTV margin was positive in all directions.", []),
        ("If the margins are involved, a boost is given.", []),
        ("The margins were 4 mm, the nodes positive.", []),
    ],
)
def test_residual_status_by_the_margins(text: str, status: list[str]) -> None:
    assert [fact.value for fact in find_margins(text)] == status


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "Liver clear, adrenals normal.", {"liver": "clear", "adrenal gland": "clear"}),
        ("en", "The liver was involved, but the spleen was not enlarged.",
         {"liver": "affected", "spleen": "clear"}),
        ("en", "Neither the bladder nor the rectum was infiltrated.",
         {"bladder": "clear", "rectum": "clear"}),
        ("en", "No nodal or local recurrence.", {"lymph nodes": "clear"}),
        ("en", "Possible involvement of the liver.", {}),
        ("de", "Kein Befall von Blase und Rektum.", {"bladder": "clear", "rectum": "clear"}),
        ("de", "Die Leber war befallen.", {"liver": "affected"}),
        ("de", "Unauffällige Milz.", {"spleen": "clear"}),
    ],
)  # fmt: skip
def test_condition_of_organs(language: Language, text: str, told: dict[str, str]) -> None:
    assert {each.organ: str(each.condition) for each in conditions(read(text, language))} == told


@given(
    st.lists(
        st.sampled_from(
            [
                "margins",
                "edges",
                "not",
                "free",
                "involved",
                "the,",
                "liver",
                ".",
                "R1",
                "frei",
                "no",
            ]
        )
    )
)
def test_margins_lie_within_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for fact in find_margins(text):
        assert text[fact.start : fact.end] == fact.text
