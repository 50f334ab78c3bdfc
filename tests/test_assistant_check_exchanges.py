"""Side effects, responses and techniques of one treatment that a draft gives to another."""

from __future__ import annotations

import pytest

from assistant.check import Status, check
from assistant.check.belongings import belongings
from assistant.check.happenings import Topic
from assistant.check.reading import read

TWICE = """\
2012 radiotherapy of the neck, 55 Gy in 25 fractions, 3D conformal: dysphagia grade 2.
2021 radiotherapy of the pelvis, 44 Gy in 22 fractions, VMAT: proctitis grade 1.
Docetaxel: neutropenia grade 3, partial remission. Eribulin: stable disease."""
ZWEIMAL = """\
1. RT 2012, Hals, 55 Gy, 3D-konformal, akut Dysphagie G2
2. RT 2021, Becken, 44 Gy, VMAT, akut Proktitis G1
Toxizität der Chemotherapie (Docetaxel): Neutropenie G3
unter Docetaxel partielle Remission, unter Eribulin stabile Erkrankung"""
GLOBAL = """\
2012 radiotherapy of the neck, 55 Gy.
2021 radiotherapy of the pelvis, 44 Gy.
Toxicity: dysphagia grade 2, proctitis grade 1"""
SERIES = """\
Radiotherapy, first series: nausea grade 1; boost: fatigue grade 2"""


def marked(case: str, draft: str) -> set[str]:
    return {f.fact.text for f in check(case, draft).findings if f.status is not Status.SUPPORTED}


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (TWICE, "Irradiation of the neck in 2012 led to dysphagia grade 2.", ""),
        (TWICE, "Irradiation of the neck in 2012 led to proctitis grade 1.", "proctitis"),
        (TWICE, "Proctitis grade 1 followed the course of 2012.", "Proctitis"),
        (TWICE, "Proctitis grade 1 followed the course of 2021.", ""),
        (TWICE, "In 2012 the neck was irradiated. It caused proctitis grade 1.", "proctitis"),
        (TWICE, "In 2021 the pelvis was irradiated. He developed proctitis grade 1.", ""),
        (TWICE, "Docetaxel caused dysphagia, irradiation neutropenia.", "dysphagia neutropenia"),
        (TWICE, "Docetaxel caused neutropenia, irradiation dysphagia and proctitis.", ""),
        (TWICE, "During the pelvic radiotherapy of 2021 he had dysphagia grade 2.", "dysphagia"),
        (TWICE, "Stable disease was reached with docetaxel.", "Stable disease"),
        (TWICE, "Partial remission was reached with docetaxel.", ""),
        (TWICE, "The pelvis was irradiated in 2021 with 3D conformal technique.", "3D conformal"),
        (TWICE, "The pelvis was irradiated in 2021 with VMAT.", ""),
        # what lasts, was there before, or may be of several
        (TWICE, "Dysphagia persisted before and after the pelvic radiotherapy of 2021.", ""),
        (TWICE, "Dysphagia was known before the irradiation of the pelvis in 2021.", ""),
        (TWICE, "Neck and pelvis were irradiated in 2012 and 2021, with dysphagia.", ""),
        (GLOBAL, "Irradiation of the neck in 2012 led to proctitis grade 1.", ""),
        (SERIES, "During the boost he had nausea grade 1.", "nausea"),
        (SERIES, "During the boost he had fatigue grade 2.", ""),
        (SERIES, "Nausea (grade 1) appeared in the first series, before the boost.", ""),
        (ZWEIMAL, "Die Bestrahlung des Halses 2012 führte zu einer Dysphagie Grad 2.", ""),
        (ZWEIMAL, "Die Bestrahlung des Halses 2012 führte zu Proktitis Grad 1.", "Proktitis"),
        (ZWEIMAL, "Eine Proktitis Grad 1 trat nach der Bestrahlung 2021 auf.", ""),
        (ZWEIMAL, "Unter der Radiatio hatte er eine Neutropenie Grad 3.", "Neutropenie"),
        (ZWEIMAL, "Docetaxel wurde gegeben. Darunter trat eine Dysphagie auf.", "Dysphagie"),
        (ZWEIMAL, "Unter Eribulin kam es zu einer partiellen Remission.", "partiellen Remission"),
        (ZWEIMAL, "Das Becken wurde 2021 mit VMAT bestrahlt, der Hals 2012 konformal.", ""),
    ],
)
def test_what_is_of_another_treatment_is_marked(case: str, draft: str, wrong: str) -> None:
    found = marked(case, draft)
    assert bool(found) is bool(wrong), found
    assert all(text in wrong or wrong in text for text in found)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Fatigue, nausea, hair loss after chemotherapy", {"hair loss": Topic.SYSTEMIC}),
        ("Dysphagia grade 2 was due to radiotherapy", {"Dysphagia": Topic.RADIOTHERAPY}),
        (
            "Docetaxel (progression), irradiation (fatigue grade 1)",
            {"progression": Topic.SYSTEMIC, "fatigue": Topic.RADIOTHERAPY},
        ),
        ("Mean dose to the heart 5 Gy: nausea grade 1", {"nausea": Topic.RADIOTHERAPY}),
        ("Nausea may occur with docetaxel", {}),
    ],
)
def test_things_have_their_treatments(text: str, owners: dict[str, Topic]) -> None:
    found = {
        thing.fact.text: topic
        for thing in belongings(read(text, "en")).things
        for owner in thing.owners
        for topic in owner.topics
    }
    assert found == owners


CUMULATIVE = """\
Chemotherapy: cisplatin 40 mg/m², 6 cycles; paclitaxel 80 mg/m² weekly, 12 doses
Morphine 10 mg by mouth; filgrastim 30 mg s.c."""
TWO_COURSES = "Cisplatin 40 mg/m², 3 cycles, 2019. Cisplatin 100 mg/m², 2 cycles, 2021."


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (CUMULATIVE, "Cisplatin 6 x 40 mg/m2 = 240 mg/m2 cumulative.", ""),
        (CUMULATIVE, "Cisplatin 6 x 40 mg/m2 = 260 mg/m2 cumulative.", "260 mg/m2"),
        (CUMULATIVE, "Cisplatin (240 mg/m² overall).", ""),
        (CUMULATIVE, "The cumulative dose of paclitaxel was 960 mg/m².", ""),
        # the dose or the cycles of the other drug
        (CUMULATIVE, "The cumulative dose of paclitaxel was 480 mg/m².", "480 mg/m²"),
        (CUMULATIVE, "A total of 480 mg/m² cisplatin was given.", "480 mg/m²"),
        (TWO_COURSES, "The cumulative dose of cisplatin was 320 mg/m².", ""),
        (CUMULATIVE, "Die Kumulativdosis betrug 240 mg/m² Cisplatin.", ""),
        (CUMULATIVE, "Insgesamt erhielt sie 480 mg/m² Cisplatin.", "480 mg/m²"),
        # an injection is none by mouth, and may be one under the skin
        (CUMULATIVE, "He takes morphine 10 mg by injection.", "by injection"),
        (CUMULATIVE, "Filgrastim 30 mg by injection.", ""),
    ],
)
def test_sums_and_routes_are_those_of_the_drug(case: str, draft: str, wrong: str) -> None:
    found = marked(case, draft)
    assert bool(found) is bool(wrong), found
    assert all(text in wrong or wrong in text for text in found)
