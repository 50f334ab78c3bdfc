"""Side effects told of another drug than in the case, and those that are rightly told."""

from __future__ import annotations

import pytest

from assistant.check import check
from assistant.check.fact import Status

_EN = """Mr Alan Dray, born 04/05/1958. Colon cancer, pT4a pN1b, resected 10/01/2024.
Adjuvant FOLFOX from 20/02/2024: oxaliplatin 85 mg/m2, 5-fluorouracil.
Grade 2 peripheral neuropathy attributed to oxaliplatin. Grade 1 mucositis under 5-fluorouracil.
Second line from 01/2025: irinotecan with cetuximab. Grade 3 diarrhoea caused by irinotecan.
Acneiform rash on cetuximab, doxycycline started. Hypertension on bevacizumab in 2026.
Fatigue throughout. Ciprofloxacin stopped after tendinitis."""
_DE = """Frau Ilse Brandner, geb. 04.05.1958. Mammakarzinom rechts, OP 10.01.2024.
Chemotherapie: 4x EC, danach 12x Paclitaxel. Febrile Neutropenie im 2. Zyklus EC, stationär.
Paclitaxel-assoziierte Polyneuropathie Grad 2. Trastuzumab: LVEF-Abfall.
Letrozol seit 10/2024, Arthralgie unter Letrozol, Wechsel auf Exemestan 02/2025.
Pembrolizumab 03/2025, Hypothyreose infolge Pembrolizumab. Diarrhoe unter Abemaciclib.
Exanthem durch Cotrimoxazol."""


def _wrong(case: str, draft: str) -> list[str]:
    found = check(case, draft).findings
    bad = (Status.CHANGED, Status.UNSUPPORTED)
    return [draft[f.fact.start : f.fact.end] for f in found if f.status in bad]


@pytest.mark.parametrize(
    ("case", "draft", "cause"),
    [
        (_EN, "The neuropathy, which we ascribe to irinotecan, is of grade 2.", "irinotecan"),
        (_EN, "He has a neuropathy for which cetuximab is held responsible.", "cetuximab"),
        (_EN, "Tingling in the fingers has been put down to cetuximab.", "cetuximab"),
        (_EN, "Severe diarrhoea was brought on by cetuximab.", "cetuximab"),
        (_EN, "Cetuximab-induced diarrhoea reached grade 3.", "Cetuximab"),
        (_EN, "Irinotecan gave him an acneiform rash.", "Irinotecan"),
        (_EN, "He came out in an acneiform rash under oxaliplatin.", "oxaliplatin"),
        (_EN, "Of the two drugs, irinotecan and cetuximab, the latter caused grade 3 diarrhoea.",
         "the latter"),
        (_EN, "Irinotecan was complicated by a peripheral neuropathy.", "Irinotecan"),
        (_EN, "Oxaliplatin, under which an acneiform rash came, was given.", "Oxaliplatin"),
        (_EN, "The tendinitis was due to oxaliplatin.", "oxaliplatin"),
        (_DE, "Die Polyneuropathie wird auf EC zurückgeführt.", "EC"),
        (_DE, "Unter Paclitaxel kam es zu einer febrilen Neutropenie.", "Paclitaxel"),
        (_DE, "Die febrile Neutropenie schreiben wir dem Paclitaxel zu.", "Paclitaxel"),
        (_DE, "Letrozol führte zu einer Hypothyreose.", "Letrozol"),
        (_DE, "Für den Hautausschlag machen wir Abemaciclib verantwortlich.", "Abemaciclib"),
        (_DE, "Exemestan-bedingte Gelenkschmerzen bestanden.", "Exemestan"),
        (_DE, "Die durch Letrozol ausgelöste Diarrhoe war störend.", "Letrozol"),
        (_DE, "Infolge Trastuzumab entwickelte sich eine Hypothyreose.", "Trastuzumab"),
        (_DE, "Arthralgien traten unter Exemestan auf.", "Exemestan"),
        (_DE, "Die Gefühlsstörungen werden dem Trastuzumab angelastet.", "Trastuzumab"),
    ],
)  # fmt: skip
def test_an_effect_of_another_drug_is_marked(case: str, draft: str, cause: str) -> None:
    assert any(cause in found for found in _wrong(case, draft))


@pytest.mark.parametrize(
    ("case", "draft"),
    [
        (_EN, "The neuropathy, which we ascribe to oxaliplatin, is of grade 2."),
        (_EN, "FOLFOX led to a peripheral neuropathy of grade 2."),
        (_EN, "Of the two drugs, irinotecan and cetuximab, the former caused grade 3 diarrhoea."),
        (_EN, "He had an acneiform rash under cetuximab and diarrhoea under irinotecan."),
        (_EN, "Under irinotecan and cetuximab he had diarrhoea and an acneiform rash."),
        (_EN, "The diarrhoea settled on switching from irinotecan to cetuximab."),
        (_EN, "Despite the neuropathy he went on to irinotecan."),
        (_EN, "Fatigue continued under cetuximab."),
        (_EN, "Cetuximab caused a rash, for which doxycycline was given."),
        (_EN, "Irinotecan was stopped because of diarrhoea, and cetuximab because of the rash."),
        (_DE, "Die Polyneuropathie wird auf Paclitaxel zurückgeführt."),
        (_DE, "Unter EC kam es zur febrilen Neutropenie, unter Paclitaxel zur Polyneuropathie."),
        (_DE, "Die Arthralgien besserten sich unter Exemestan."),
        (_DE, "Wegen der Arthralgie unter Letrozol wurde auf Exemestan gewechselt."),
        (_DE, "Die Hypothyreose ist Folge der Behandlung mit Pembrolizumab."),
        (_DE, "Abemaciclib verursachte Durchfälle, Cotrimoxazol einen Hautausschlag."),
        (_DE, "Trotz Polyneuropathie wurde Trastuzumab fortgeführt."),
        (_DE, "Wegen der Polyneuropathie wurde von Paclitaxel auf Trastuzumab gewechselt."),
    ],
)  # fmt: skip
def test_what_is_of_this_drug_is_not_marked(case: str, draft: str) -> None:
    assert _wrong(case, draft) == []
