"""What is done to which drug, and what becomes of what: reduced, left out, exchanged."""

import pytest

from assistant.check import Status, check

ROWS = [
    (
        "CAPOX x 6; oxaliplatin reduced to 75% from cycle 5 because of neuropathy G2.",
        "Six cycles of capecitabine and oxaliplatin; capecitabine was reduced to 75% "
        "from the fifth cycle.",
        "capecitabine",
    ),
    (
        "CAPOX x 6; oxaliplatin reduced to 75% from cycle 5 because of neuropathy G2.",
        "Six cycles of capecitabine and oxaliplatin; the latter was reduced from the fifth cycle.",
        "",
    ),
    (
        "CAPOX x 6; oxaliplatin reduced to 75% from cycle 5 because of neuropathy G2.",
        "She received capecitabine with oxaliplatin, the dose of oxaliplatin being "
        "lowered from cycle 5 on.",
        "",
    ),
    (
        "Weekly carboplatin/paclitaxel, carboplatin held in week 5 (platelets 68).",
        "Weekly carboplatin and paclitaxel; paclitaxel was held in week 5.",
        "paclitaxel",
    ),
    (
        "Weekly carboplatin/paclitaxel, carboplatin held in week 5 (platelets 68).",
        "In week 5 carboplatin was omitted.",
        "",
    ),
    (
        "Cisplatin/etoposide 4 cycles, etoposide dose reduced by 25% from cycle 3.",
        "Four cycles of cisplatin and etoposide, with a 25% dose reduction of cisplatin "
        "from cycle 3.",
        "cisplatin",
    ),
    (
        "FOLFIRINOX x 8, oxaliplatin omitted from cycle 6 (PNP G2).",
        "FOLFIRINOX for eight cycles; irinotecan was left out from the sixth.",
        "irinotecan",
    ),
    (
        "FOLFIRINOX x 8, oxaliplatin omitted from cycle 6 (PNP G2).",
        "FOLFIRINOX for eight cycles without oxaliplatin from the sixth.",
        "",
    ),
    (
        "Lenvatinib 14 mg + everolimus 5 mg; lenvatinib reduced to 10 mg (hypertension).",
        "Everolimus had to be reduced because of hypertension.",
        "Everolimus",
    ),
    (
        "Dabrafenib + trametinib; trametinib paused for 2 weeks (LVEF drop).",
        "Dabrafenib was interrupted for two weeks because of a drop in LVEF.",
        "Dabrafenib",
    ),
    (
        "Ramipril 5 mg, amlodipine 5 mg stopped 2023. Bisoprolol 5 mg.",
        "Amlodipine was stopped in 2023.",
        "",
    ),
    ("Aspirin stopped 2019. Metformin until 05/2024.", "Metformin was stopped in May 2024.", ""),
    (
        "6 Zyklen CAPOX; im 5. Zyklus Oxaliplatin auf 75 % reduziert wegen PNP.",
        "CTx mit Capecitabin/Oxaliplatin, 6 Kurse; Dosisreduktion des Capecitabin im 5. Kurs.",
        "Capecitabin",
    ),
    (
        "6 Zyklen CAPOX; im 5. Zyklus Oxaliplatin auf 75 % reduziert wegen PNP.",
        "CTx mit Capecitabin/Oxaliplatin, 6 Kurse; Oxaliplatin wurde im 5. Kurs um ein "
        "Viertel vermindert.",
        "",
    ),
    (
        "Carboplatin AUC 5 + Pemetrexed 500 mg/m², Pemetrexed ab Zyklus 3 dosisreduziert (80 %).",
        "Carboplatin und Pemetrexed; die Carboplatin-Dosis wurde ab dem dritten Zyklus "
        "um ein Fünftel gesenkt.",
        "Carboplatin",
    ),
    (
        "Carboplatin AUC 5 + Pemetrexed 500 mg/m², Pemetrexed ab Zyklus 3 dosisreduziert (80 %).",
        "Carboplatin und Pemetrexed; Pemetrexed wurde ab dem dritten Zyklus mit 80 % der "
        "Dosis gegeben.",
        "",
    ),
    (
        "Cisplatin 40 mg/m² weekly + 5-FU; Cisplatin in Woche 4 ausgelassen (Krea 1,6).",
        "Simultan Cisplatin und 5-FU; in der vierten Woche entfiel das 5-FU.",
        "5-FU",
    ),
    (
        "Cisplatin 40 mg/m² weekly + 5-FU; Cisplatin in Woche 4 ausgelassen (Krea 1,6).",
        "Simultan Cisplatin und 5-FU; in der vierten Woche wurde Cisplatin nicht gegeben.",
        "",
    ),
    (
        "Docetaxel/Carboplatin/Trastuzumab; Docetaxel ab Z3 auf 60 mg/m² reduziert.",
        "Unter Docetaxel, Carboplatin und Trastuzumab wurde Trastuzumab ab dem dritten "
        "Zyklus reduziert.",
        "Trastuzumab",
    ),
    (
        "Gemcitabin/nab-Paclitaxel; nab-Paclitaxel nach 4 Zyklen abgesetzt (PNP °3), "
        "Gemcitabin weiter.",
        "Gemcitabin wurde nach vier Zyklen wegen Polyneuropathie abgesetzt.",
        "Gemcitabin",
    ),
    (
        "Levetiracetam 2 x 500 mg auf 2 x 1000 mg erhöht, Dexamethason 8 mg auf 4 mg reduziert.",
        "Dexamethason wurde auf 4 mg reduziert, Levetiracetam auf 2 x 1000 mg gesteigert.",
        "",
    ),
    (
        "Cetuximab loading 400 mg/m2, then 250 mg/m2 weekly.",
        "Cetuximab was given with a loading dose of 250 mg/m2 and a maintenance dose of 400 mg/m2.",
        "250",
    ),
    (
        "Cetuximab loading 400 mg/m2, then 250 mg/m2 weekly.",
        "Cetuximab was given at 250 mg/m2 weekly after a loading dose of 400 mg/m2.",
        "",
    ),
    (
        "Temozolomide: 6 cycles; cycle 1 150 mg/m2, then 200 mg/m2.",
        "Six cycles of temozolomide, starting at 200 mg/m2 and reduced to 150 mg/m2.",
        "200",
    ),
    (
        "Temozolomide: 6 cycles; cycle 1 150 mg/m2, then 200 mg/m2.",
        "Six cycles of temozolomide, starting at 150 mg/m2 and increased to 200 mg/m2.",
        "",
    ),
    (
        "EC x 4 followed by paclitaxel weekly x 12.",
        "Weekly paclitaxel (12 doses) was followed by four cycles of EC.",
        "paclitaxel",
    ),
    (
        "EC x 4 followed by paclitaxel weekly x 12.",
        "Four cycles of EC were followed by twelve doses of weekly paclitaxel.",
        "",
    ),
    (
        "Levetiracetam changed to lacosamide because of irritability.",
        "Lacosamide was replaced by levetiracetam because of irritability.",
        "Lacosamide",
    ),
    (
        "Levetiracetam changed to lacosamide because of irritability.",
        "Lacosamide replaced levetiracetam because of irritability.",
        "",
    ),
    (
        "Morphine ER 30 mg reduced to 15 mg bid.",
        "Morphine was raised from 15 mg to 30 mg twice a day.",
        "15 mg",
    ),
    (
        "Morphine ER 30 mg reduced to 15 mg bid.",
        "Morphine could be lowered from 30 mg to 15 mg twice a day.",
        "",
    ),
    (
        "Carboplatin instead of cisplatin from cycle 3 (hearing loss).",
        "From the third cycle cisplatin was given instead of carboplatin because of hearing loss.",
        "cisplatin",
    ),
    (
        "Carboplatin instead of cisplatin from cycle 3 (hearing loss).",
        "From the third cycle carboplatin replaced cisplatin because of hearing loss.",
        "",
    ),
    (
        "Tamoxifen 2019-2021, then letrozole.",
        "After two years of tamoxifen she takes letrozole.",
        "",
    ),
    (
        "Tacrolimus -> Everolimus 08/23 umgest. wegen Hautkrebs.",
        "Im August 2023 wurde von Everolimus auf Tacrolimus umgestellt.",
        "Everolimus",
    ),
    (
        "Tacrolimus -> Everolimus 08/23 umgest. wegen Hautkrebs.",
        "Im August 2023 wurde Tacrolimus durch Everolimus ersetzt.",
        "",
    ),
    (
        "Cetuximab Loading 400 mg/m², danach 250 mg/m² wöchentlich.",
        "Cetuximab wurde nach Aufsättigung mit 250 mg/m² in einer Erhaltungsdosis von "
        "400 mg/m² pro Woche gegeben.",
        "250",
    ),
    (
        "Dexamethason 8 mg auf 4 mg reduziert.",
        "Dexamethason wurde von 4 mg auf 8 mg gesteigert.",
        "4 mg",
    ),
    ("Dexamethason 8 mg auf 4 mg reduziert.", "Dexamethason wurde von 8 mg auf 4 mg gesenkt.", ""),
    (
        "Ab Zyklus 3 Carboplatin statt Cisplatin (Ototoxizität).",
        "Ab dem dritten Zyklus erhielt er wegen Hörverlust Cisplatin anstelle von Carboplatin.",
        "Cisplatin",
    ),
    (
        "Ab Zyklus 3 Carboplatin statt Cisplatin (Ototoxizität).",
        "Ab dem dritten Zyklus wurde Cisplatin durch Carboplatin ersetzt.",
        "",
    ),
    ("NRS 7 -> 2 nach RT.", "Der Schmerz ging von 7 auf 2 zurück.", ""),
    ("NRS 7 -> 2 nach RT.", "Der Schmerz stieg von 2 auf 7.", "2"),
    (
        "Nivolumab/Ipilimumab x 4, dann Nivolumab mono.",
        "Auf vier Gaben Nivolumab und Ipilimumab folgte Nivolumab.",
        "",
    ),
]


@pytest.mark.parametrize(("case", "draft", "wrong"), ROWS)
def test_what_is_done_to_a_drug_is_held_against_the_case(case: str, draft: str, wrong: str) -> None:
    marked = [
        draft[finding.fact.start : finding.fact.end]
        for finding in check(case, draft).findings
        if finding.status in (Status.CHANGED, Status.UNSUPPORTED)
    ]
    assert any(wrong in text or text in wrong for text in marked) if wrong else not marked
