"""Places: a side, a part, a level, a node belongs to one thing, and is held against that one's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Status, check
from assistant.check.levels import find_levels
from assistant.check.nodal_levels import nodal_levels

_OPEN = {Status.CHANGED, Status.UNSUPPORTED}


def marked(case: str, draft: str) -> list[tuple[int, int]]:
    return [(f.fact.start, f.fact.end) for f in check(case, draft).findings if f.status in _OPEN]


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (
            "CT chest: nodules right upper lobe 14 mm, left lower lobe 9 mm.",
            "The 14 mm nodule lies in the left lower lobe.",
            "left lower lobe",
        ),
        (
            "CT Thorax: Rundherde OL rechts 14 mm, UL links 9 mm.",
            "Der 9 mm große Herd liegt im rechten Oberlappen.",
            "rechten Oberlappen",
        ),
        (
            "Sonography: right kidney cyst 3 cm. Left kidney: solid mass 4.6 cm at the upper pole.",
            "There is a solid mass of 46 mm in the right kidney.",
            "right kidney",
        ),
        (
            "Sonography: right kidney cyst 3 cm. Left kidney: solid mass 4.6 cm at the upper pole.",
            "A solid mass of 4.6 cm arises from the lower pole of the left kidney.",
            "lower pole",
        ),
        (
            "Schilddrüse: Knoten rechts 22 mm, links 8 mm.",
            "Der größere Knoten mit 22 mm sitzt links.",
            "links",
        ),
        (
            "Liver: metastasis segment VII 3.1 cm. Right adrenal 2.4 cm.",
            "The adrenal metastasis on the left measures 24 mm.",
            "left",
        ),
        (
            "RT 2022: T5-T7, 20 Gy in 5 fractions. RT 2023: L1-L3, 30 Gy in 10 fractions.",
            "In 2022 T8 to T10 were irradiated with 20 Gy.",
            "T8 to T10",
        ),
        (
            "RT 2022: BWK 5-7, 20 Gy in 5 Fx. RT 2023: LWK 1-3, 30 Gy in 10 Fx.",
            "2023 erfolgte die Bestrahlung von LWK 2 bis LWK 5.",
            "LWK 2 bis LWK 5",
        ),
        (
            "MRT: Fraktur BWK 11.",
            "Es zeigte sich eine Fraktur des zwölften Brustwirbels.",
            "zwölften Brustwirbels",
        ),
        (
            "Soft tissue sarcoma, right anterior thigh compartment, 9 cm.",
            "He has a sarcoma in the posterior compartment of the right thigh.",
            "posterior compartment",
        ),
        (
            "Weichteilsarkom linker Oberarm, Beugerloge, 6 cm.",
            "Das Sarkom lag in der Streckerloge des linken Oberarms.",
            "Streckerloge",
        ),
        (
            "Basal cell carcinoma of the lower lip.",
            "This man has a basal cell carcinoma of the upper lip.",
            "upper lip",
        ),
        (
            "Melanom am unteren Rücken, Breslow 1,8 mm.",
            "Das Melanom am oberen Rücken war 1,8 mm dick.",
            "oberen Rücken",
        ),
        (
            "Carcinoma of the left breast, upper outer quadrant.",
            "The tumour lies in the lower outer quadrant of the left breast.",
            "lower outer quadrant",
        ),
        (
            "Pathology: axillary nodes 0/14, internal mammary 1/3.",
            "One axillary node was involved.",
            "axillary node",
        ),
        (
            "Histologie: LK pelvin rechts 0/9, pelvin links 2/11, paraaortal 0/6.",
            "Befallen waren zwei paraaortale Lymphknoten.",
            "paraaortale",
        ),
        (
            "Neck dissection: level II right 2/18 with ECE.",
            "Two nodes in level IV were involved.",
            "level IV",
        ),
        (
            "Carcinoma of the left breast. 2019 right nephrectomy.",
            "Cancer of the right breast was diagnosed.",
            "right",
        ),
        (
            "Small bilateral pleural effusions, right greater than left.",
            "There are small pleural effusions, more marked on the left.",
            "left",
        ),
        (
            "Kleine Pleuraergüsse beidseits, rechts > links.",
            "Es bestehen kleine Pleuraergüsse, links mehr als rechts.",
            "links",
        ),
        (
            "Ultrasound: ovarian masses, left 9.1 cm, right 4.0 cm.",
            "Both ovaries are enlarged, the larger one on the right.",
            "right",
        ),
        (
            "Sono: Nebennierenraumforderung rechts 3,4 cm, links 1,9 cm.",
            "Der größere Nebennierentumor liegt links.",
            "links",
        ),
    ],
)
def test_the_place_of_another_thing_is_marked(case: str, draft: str, wrong: str) -> None:
    start, end = draft.index(wrong), draft.index(wrong) + len(wrong)
    found = marked(case, draft)
    assert found
    assert all(low < end and start < high for low, high in found)


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        (
            "CT chest: nodules right upper lobe 14 mm, left lower lobe 9 mm.",
            "The 14 mm nodule lies in the right upper lobe and the 9 mm "
            "one in the left lower lobe.",
        ),
        (
            "CT Thorax: Rundherde Oberlappen rechts 14 mm, Unterlappen links 9 mm.",
            "Im linken Unterlappen fand sich ein Rundherd von 9 mm, im "
            "rechten Oberlappen einer von 1,4 cm.",
        ),
        (
            "Sonography: right kidney cyst 3 cm. Left kidney: solid mass 4.6 cm at the upper pole.",
            "A solid mass of 4.6 cm arises from the upper pole of the left kidney.",
        ),
        (
            "MRI brain: left occipital metastasis 21 mm, right cerebellar metastasis 12 mm.",
            "The left occipital metastasis measures 21 mm and the one in "
            "the right cerebellum 12 mm.",
        ),
        (
            "RT: PTV1 left parotid bed 60 Gy in 30 fractions; PTV2 "
            "elective ipsilateral neck levels Ib-III 54 Gy.",
            "The parotid bed was treated to 60 Gy and the elective neck to 54 Gy.",
        ),
        (
            "RT 2022: T5-T7, 20 Gy in 5 fractions. RT 2023: L1-L3, 30 Gy in 10 fractions.",
            "In 2022 the fifth to seventh thoracic vertebrae were irradiated with 20 Gy.",
        ),
        (
            "RT 2022: BWK 5-7, 20 Gy in 5 Fx. RT 2023: LWK 1-3, 30 Gy in 10 Fx.",
            "2023 wurde die Lendenwirbelsäule (LWK 1 bis 3) mit 30 Gy "
            "bestrahlt, 2022 die BWS mit 20 Gy.",
        ),
        (
            "MRT: Fraktur BWK 11.",
            "Es zeigte sich eine Fraktur des elften Brustwirbelkörpers.",
        ),
        (
            "Pathology pT2 N1 M0, L1 V0. RT T4-T6 with 8 Gy.",
            "The tumour was T2 N1 with lymphatic invasion (L1), and the "
            "spine was irradiated from T4 to T6.",
        ),
        (
            "Melanoma of the upper back. Chronic lower back pain.",
            "She had a melanoma of the upper back and suffers from chronic lower back pain.",
        ),
        (
            "Carcinoma of the left breast, upper outer quadrant. RT whole breast 40.05 Gy.",
            "The entire breast received 40.05 Gy.",
        ),
        (
            "Histologie: LK pelvin rechts 0/9, pelvin links 2/11, paraaortal 0/6.",
            "Befallen waren zwei pelvine Lymphknoten links.",
        ),
        (
            "EBUS: Station 4R und 7 positiv, 4L negativ.",
            "Bei der EBUS waren die Stationen 4R und 7 befallen.",
        ),
        (
            "RT: prostate bed 66 Gy, pelvic nodes 50.4 Gy.",
            "The prostate bed received 66 Gy and the pelvic lymphatics 50.4 Gy.",
        ),
        (
            "Seminom re. Hoden. Leiste links reizlos.",
            "Es besteht ein Seminom des rechten Hodens.",
        ),
        (
            "Pleural effusions: right 3 cm and left 1 cm.",
            "The left pleural effusion measures 1 cm and the right one 3 cm.",
        ),
        (
            "Small bilateral pleural effusions, right greater than left.",
            "There are small pleural effusions on both sides, larger on the right.",
        ),
        (
            "Ultrasound: ovarian masses, left 9.1 cm, right 4.0 cm.",
            "Both ovaries are enlarged, the larger one on the left.",
        ),
        (
            "Mamma + Lymphabfluss supra-/infraklavikulär re., 40,05 Gy.",
            "Bestrahlt wurden die rechte Brust und die supraklavikulären Lymphabflusswege.",
        ),
    ],
)
def test_its_own_place_is_not(case: str, draft: str) -> None:
    assert marked(case, draft) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("T9 through T11, 20 Gy", ["T9 T10 T11"]),
        ("RT: BWK 12 und LWK 2", ["T12 L2"]),
        ("LWK 4 bis Sakrum", ["L4 L5 S1"]),
        ("the tenth and eleventh thoracic vertebrae", ["T10 T11"]),
        ("des 3. Lendenwirbels", ["L3"]),
        ("zehnten bis zwölften Brustwirbelkörpers", ["T10 T11 T12"]),
        ("cT2 N1 M0, L1 V0, spine irradiated", []),
        ("C5 of cisplatin", []),
        ("T2-weighted MRI of the spine", []),
        ("lymphatic invasion (L1), spine irradiated", []),
        ("ICD-10 C50.4, metastases", []),
    ],
)
def test_vertebrae_are_counted(text: str, values: list[str]) -> None:
    assert [found.values for found in find_levels(text)] == [frozenset(v.split()) for v in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("nodal levels II-IV", ["II III IV"]),
        ("Level Ib/V rechts, 54 Gy", ["I V"]),
        ("EBUS stations 4R, 7 and 11L", ["4R 7 11L"]),
        ("LK 4L und 7 befallen, LK 4R frei", ["4L 7", "4R"]),
        ("axillary level II nodes", []),
        ("7 of 12 nodes, nodes 7 of 12", []),
        ("dose level 2", []),
    ],
)
def test_levels_and_stations_of_nodes(text: str, values: list[str]) -> None:
    found = [nodes.values for nodes in nodal_levels(text)]
    assert found == [frozenset(v.split()) for v in values]


_PIECES = st.sampled_from(
    ["T9", "L2", "-", "LWK 3", " bis ", "level II", "Sakrum", "4R", "7", " and ", "/", "C1", "Gy "]
)


@given(st.lists(_PIECES, max_size=12))
def test_levels_stand_where_they_say(pieces: list[str]) -> None:
    text = "spine nodes ".join(pieces)
    for found in (*find_levels(text), *nodal_levels(text)):
        assert text[found.start : found.end] == found.text
        assert found.values
