"""Messages to German cancer registries as cases, and what is wrong with one."""

from __future__ import annotations

import importer_records as records
import pytest

from index.errors import CaseError
from index.importers.code_lists import target_area, word
from index.importers.imported import Imported
from index.importers.source import import_source


def imported(data: bytes, patient: str = "") -> Imported:
    return import_source(data, "message.xml", patient)


@pytest.mark.parametrize(
    "line",
    [
        "Patient: Odile Quasten",
        "Geschlecht: weiblich",
        "Geburtsdatum: 23.05.1957",
        "Diagnose: Mammakarzinom links",
        "ICD-10: C50.4",
        "TNM: cT2 cN1 cM1b",
        "Stadium: UICC IV",
        "Histologie: Invasives Karzinom NST, 8500/3",
        "Erstdiagnose: 08.03.2024",
        "Seite: links",
        "Tumorlokalisation: C50.4",
        "Grading: G2 (mäßig differenziert)",
        "Staging: cT2 cN1 cM1b, UICC IV, 12.03.2024, TNM 8. Auflage",
        "Fernmetastasen: Knochen (20.03.2024)",
        "Rezeptoren und Mutationen: BRCA2: Wildtyp/nicht mutiert/negativ (15.03.2024)",
        "Rezeptoren und Mutationen: Östrogenrezeptor: positiv",
        "Rezeptoren und Mutationen: HER2/neu: negativ",
        "Weiterer Tumor: Zervixkarzinom (C53.9), 1998, frühere Tumorerkrankung",
        "Systemtherapie: Letrozol + Ribociclib (ATC L01EF02), seit 07/2024 (Tag geschätzt: "
        "15.07.2024), palliativ, Abbruch wegen Nebenwirkungen, Hormontherapie, ohne Bezug zu einer "
        "Operation",
        "Strahlentherapie: Lendenwirbelsäule, stereotaktisch, 30 Gy zu je 3 Gy, 03.06.2024 - "
        "14.06.2024, perkutan, Photonen, palliativ, reguläres Ende, ohne Chemotherapie/Sensitizer, "
        "ohne Boost, ohne Bezug zu einer Operation",
        "Strahlentherapie: Zielgebiet nicht angegeben, 7.4 GBq, seit 01.07.2024, metabolische "
        "Radionuklidtherapie, Radiojod-Therapie, J-131, palliativ, reguläres Ende, ohne Bezug zu "
        "einer Operation",
        "Toxizität (CTCAE): Dermatitis Grad 3 (unter Strahlentherapie, CTCAE 5.0)",
        "Allgemeinzustand: ECOG 1 (Einschränkung bei körperlicher Anstrengung, gehfähig); "
        "Karnofsky 80% (20.08.2024)",
        "Verlauf: Gesamtbeurteilung: Teilremission (PR), Primärtumor: Tumorreste, No Change "
        "(20.08.2024)",
        "Weiterer Befund: Menopausenstatus: postmenopausal",
        "Weiterer Befund: Tumorgröße invasiv (mm): 22",
    ],
)
def test_an_obds_message_gives_every_fact_a_line(line: str) -> None:
    assert line in imported(records.obds()).case.text.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "Patient: Anselm Vollmerding",
        "Geburtsdatum: 11/1949",
        "TNM: pT3a pN0 L0",
        "Operation: OPS 5-604.42, 14.03.2023, kurativ, lokal R1 (mikroskopischer Residualtumor), "
        "Komplikation: Lymphozele",
        "Strahlentherapie: Prostata ohne Lymphknoten, 66,6 Gy zu je 1,8 Gy, 05.06.2023 - "
        "20.07.2023, perkutan, kurativ, reguläres Ende, additiv",
        "Toxizität (CTCAE): Zystitis Grad 2 (unter Strahlentherapie, CTCAE 4)",
        "Labor: PSA: 11.3 ng/ml (20.01.2023)",
        "Verlauf: Gesamtbeurteilung: Progression (01.02.2024)",
        "Tod: 17.05.2024, verstorben, tumorbedingt, Ursache: C61",
        "Weiterer Befund: GleasonScore: Gleason primär 3, Gleason-Score 7a",
        "Weiterer Befund: Anmerkung: Patient wünscht Befundkopie",
    ],
)
def test_a_message_of_the_older_standard_gives_every_fact_a_line(line: str) -> None:
    assert line in imported(records.ADT.encode()).case.text.splitlines()


def test_every_fact_tells_element_and_line() -> None:
    facts = {(f.field, f.value): f.where for f in imported(records.obds()).facts}
    where = facts["radiotherapy.total", "30 Gy"]
    assert where.startswith("oBDS/Menge_Patient/Patient/Menge_Meldung/Meldung/ST/")
    assert where.endswith("/Perkutan/Gesamtdosis (line 70)")


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("E", "23.05.1957"),
        ("T", "05/1957 (Tag geschätzt: 23.05.1957)"),
        ("M", "1957 (Monat geschätzt: 23.05.1957)"),
        ("V", "etwa 1957 (vollständig geschätzt: 23.05.1957)"),
    ],
)
def test_an_estimated_date_is_no_date(exact: str, shown: str) -> None:
    text = imported(records.obds(exact)).case.text
    assert f"Geburtsdatum: {shown}" in text.splitlines()


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("3.4", "Lunge"),
        ("3.4.", "Lunge"),
        ("3.4.+", "Lunge mit Lymphknoten"),
        ("5.12", "Becken sonstige"),
        ("5.12.", "Beckenlymphknoten"),
        ("77.7", "77.7"),
    ],
)
def test_a_target_area_is_of_the_list_that_its_form_tells(code: str, shown: str) -> None:
    assert target_area(code) == shown


@pytest.mark.parametrize(
    ("element", "code", "shown"),
    [
        ("Seite_Zielgebiet", "R", "rechts"),
        ("ST_Seite_Zielgebiet", "B", "beidseits"),
        ("SYST_Ende_Grund", "P", "Abbruch wegen Progress"),
        ("OP_Intention", "D", "diagnostisch"),
        ("ST_Applikationsart", "KHDR", "endokavitäre Kontakttherapie, HDR"),
        ("Lokale_Beurteilung_Residualstatus", "R2", "R2 (makroskopischer Residualtumor)"),
        ("Seitenlokalisation", "?", "?"),
        ("Nachname", "L", "L"),
    ],
)
def test_codes_are_written_out_with_the_prefixes_of_both_standards(
    element: str, code: str, shown: str
) -> None:
    assert word(element, code) == shown


def test_what_no_reader_took_stays_as_a_finding() -> None:
    more = "<Meldung><Neues_Modul><Neuer_Wert>17</Neuer_Wert></Neues_Modul></Meldung>"
    assert (
        "Weiterer Befund: Neues Modul: Neuer Wert 17" in imported(records.obds(more=more)).case.text
    )


def test_who_reports_is_listed_and_not_told() -> None:
    found = imported(records.obds())
    assert "Randstadt" not in found.case.text
    assert any("Absender" in e.where or "Adresse" in e.where for e in found.not_understood)


def test_a_code_that_its_list_does_not_have_is_kept_and_listed() -> None:
    data = records.obds().replace(b"<Lokalisation>OSS<", b"<Lokalisation>QQQ<")
    found = imported(data)
    assert "Fernmetastasen: QQQ (20.03.2024)" in found.case.text
    assert "code of Lokalisation" in {each.what for each in found.not_understood}


def test_a_second_tumour_has_a_line_of_its_own_and_what_is_about_it_says_so() -> None:
    second = f"<Meldung>{records.ASSIGNED}</Meldung>".replace('"1"', '"2"').replace(
        "C50.4", "C44.3"
    )
    second = second.replace(
        "</Meldung>",
        "<OP><Datum>2024-05-02</Datum><Menge_OPS><OPS><Code>5-894.14</Code></OPS></Menge_OPS></OP>"
        "</Meldung>",
    )
    lines = imported(records.obds(more=second)).case.text.splitlines()
    assert "Weiterer Tumor: (C44.3), links, 08.03.2024" in lines
    assert "Operation: OPS 5-894.14, 02.05.2024, zu C44.3" in lines
    assert "ICD-10: C50.4" in lines


def test_two_sides_of_one_tumour_contradict_each_other() -> None:
    other = f"<Meldung>{records.ASSIGNED}</Meldung>".replace(
        "<Seitenlokalisation>L<", "<Seitenlokalisation>R<"
    )
    (found,) = imported(records.obds(more=other)).contradictions
    assert (found.what, [v.text for v in found.values]) == (
        "diagnosis.laterality",
        ["links", "rechts"],
    )


OTHER = (
    '<Patient Patient_ID="p2"><Patienten_Stammdaten><Nachname>Brandel</Nachname>'
    "</Patienten_Stammdaten></Patient>"
)


def test_one_of_several_patients_can_be_chosen() -> None:
    data = records.obds(patients=OTHER)
    with pytest.raises(CaseError, match=r"2 patients\. Name one with --patient: p1, p2\."):
        imported(data)
    assert imported(data, "p2").case.text == "Patient: Brandel"
    with pytest.raises(CaseError, match="no patient of that id"):
        imported(data, "p3")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE oBDS [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><oBDS><Menge_Patient>&c;</Menge_Patient></oBDS>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE oBDS [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<oBDS><Menge_Patient><Patient>&x;</Patient></Menge_Patient></oBDS>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, ["document type or entities"]),
        (BOMB.replace("<!DOCTYPE", f"<!--{'x' * 5000}--><!DOCTYPE"), ["document type or entities"]),
        (OUTSIDE, ["document type or entities"]),
        ('<?xml version="1.0"?><oBDS><Menge_Patient>', ["broken XML in line 1"]),
        ('<?xml version="1.0"?><html><body/></html>', ["no message to a cancer registry", "oBDS"]),
        ('<Bundle xmlns="http://hl7.org/fhir"><type value="x"/></Bundle>', ["JSON"]),
        ('<?xml version="1.0"?><oBDS/>', ["holds no patient"]),
        ('<?xml version="1.0" encoding="klingon"?><oBDS/>', ["XML"]),
        ("<oBDS>" * 5000, ["XML"]),
        (
            "<oBDS><Menge_Patient><Patient Patient_ID='p1'/></Menge_Patient></oBDS>",
            ["says nothing of the patient"],
        ),
    ],
)
def test_a_message_that_can_not_be_read_says_what_to_do(data: str, words: list[str]) -> None:
    with pytest.raises(CaseError) as raised:
        imported(data.encode())
    message = str(raised.value)
    assert all(word in message for word in words), message
    assert "\n" not in message
    assert "root:" not in message


def test_a_message_without_its_namespace_is_read() -> None:
    plain = records.obds().replace(b' xmlns="http://www.basisdatensatz.de/oBDS/XML"', b"")
    assert imported(plain).case == imported(records.obds()).case


# --- what stands where a reader does not look first


def test_a_drug_has_its_name_beside_its_code() -> None:
    drug = "<Substanz><ATC><Code>L01DB03</Code><Version>2023</Version></ATC></Substanz>"
    plan = "<Protokoll><Bezeichnung>EC</Bezeichnung></Protokoll>"
    therapy = (
        f"<SYST><Therapieart>CH</Therapieart>{plan}<Menge_Substanz>{drug}</Menge_Substanz></SYST>"
    )
    text = import_source(records.obds(more=f"<Meldung>{therapy}</Meldung>"), "a.xml").case.text
    assert "Epirubicin (ATC L01DB03)" in text
    assert "Protokoll EC" in text


def test_a_date_of_a_module_that_belongs_to_nothing_is_told() -> None:
    module = "<Modul_Prostata><DatumStanzen>2024-01-05</DatumStanzen></Modul_Prostata>"
    more = f"<Meldung><Diagnose>{module}</Diagnose></Meldung>"
    text = import_source(records.obds(more=more), "a.xml").case.text
    assert "Weiterer Befund: Datum der Stanzen: 05.01.2024" in text
