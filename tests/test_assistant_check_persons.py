"""Persons: the patient's sex and name beside those of colleagues and relatives."""

from __future__ import annotations

import pytest

from assistant.check import check

_HUGHES = (
    "Name: Mrs Bronwen Hughes, DOB 17/08/1963\nRectal cancer. Resection by Mr D. Kessler.\n"
    "GP: Dr F. Adeyemi. Oncology: Prof. Dr. Helen Stroud. Nurse specialist: Ms Joy Bell.\n"
    "Lives with her daughter Karin."
)
_WALLNER = (
    "Patientin: Frau Mag. Theresa Wallner, geb. 03.04.1982, Sarkom.\nOperation: Prof. Dr. Lüers."
    "\nHausarzt: Dr. Beat Zemp. Dr. rer. nat. Kurt Aubinger, Physik. Sohn Emil begleitet sie."
)
_PLAIN_HE = "Patient: Anton Berger, geb. 12.03.1961, männlich. Karzinom der Lunge."


@pytest.mark.parametrize(
    ("case", "draft", "marked"),
    [
        # Colleagues' "Mr" tells nothing of the patient.
        (_HUGHES, "Mr Kessler carried out a resection; she has recovered.", []),
        (_HUGHES, "Dear Mr Bose,\n\nI saw Mrs Hughes today.", ["Bose"]),
        (_HUGHES, "Ms Bell rings her weekly. Mr Kessler sees her.", []),
        (_HUGHES, "Mr Hughes has recovered.", ["Mr"]),
        (_HUGHES, "Miss Hughes has recovered. He is well.", ["He"]),
        (_HUGHES, "Dear Mr Kessler,\n\nMr Hughes has recovered.", ["Mr"]),
        (_WALLNER, "Sehr geehrter Herr Kollege,\n\nFrau Wallner ist wohlauf.", []),
        (_WALLNER, "Sehr geehrter Herr Dr. Zemp,\n\nFrau Mag. Wallner ist wohlauf.", []),
        (_WALLNER, "Herr Mag. Wallner ist wohlauf.", ["Herr"]),
        (_WALLNER, "Der Tumor wuchs, deshalb wurde er von Professor Lüers reseziert.", []),
        (_WALLNER, "Die Operation wünschte er nicht.", ["er"]),
        (_WALLNER, "Wir berichten über den Patienten T. Wallner.", ["über den Patienten"]),
        (_WALLNER, "Dabei verlor er sechs Kilogramm.", ["er"]),
        (_WALLNER, "Mit seinem Einverständnis wurde bestrahlt.", ["seinem"]),
        (_WALLNER, "Bitte verordnen Sie ihm Heilgymnastik.", ["ihm"]),
        (_PLAIN_HE, "Dabei verlor er sechs Kilogramm; bitte verordnen Sie ihm Nahrung.", []),
        (_PLAIN_HE, "Herrn Bergers Karzinom der Lunge wurde bestrahlt.", []),
        (_PLAIN_HE, "Frau Bergers Karzinom der Lunge wurde bestrahlt.", ["Frau"]),
        # Names: of whom the letter is to or by, a case tells or doesn't.
        (_HUGHES, "Dear Dr Adeyinka,\n\nMrs Hughes is well.", ["Adeyinka"]),
        (_HUGHES, "Dear Dr Adeyemi,\n\nMrs Hughes is well.", []),
        (_HUGHES.replace("GP:", "Seen by"), "Dear Dr Lowther,\n\nMrs Hughes is well.", []),
        (_HUGHES, "Dear Dr Lowther,\n\nMrs Hughes is well.", ["Lowther"]),
        (_HUGHES, "She is well.\n\nSincerely,\nRuth Okafor, MD", []),
        (_HUGHES, "She is well.\n\nSincerely,\nHelen Strand, MD", ["Helen Strand"]),
        (_HUGHES + " Sender: Dr. Amy Cole.", "Well.\n\nYours,\nRuth Orr, MD", ["Ruth Orr"]),
        (_HUGHES, "She came with her daughter Karin.", []),
        (_HUGHES, "She came with her daughter Katrin.", ["Katrin"]),
        (_HUGHES, "She came with her son Peter.", []),
        (_WALLNER, "Sie kam mit ihrem Sohn Emil.", []),
        (_WALLNER, "Sie kam mit ihrem Sohn Emilio.", ["Emilio"]),
        (_WALLNER, "Ihr Vater Raucher, der Sohn Diabetiker.", []),
        (_WALLNER, "Es operierte Professor Lüers den Tumor.", []),
        (_WALLNER, "Sehr geehrter Herr Dr. Steiner,\n\nFrau Wallner ist wohlauf.", ["Steiner"]),
        (_WALLNER.replace("Hausarzt: Dr. Beat Zemp.", "Kontrolle beim Hausarzt."),
         "Sehr geehrter Herr Kollege Steiner,\n\nFrau Wallner ist wohlauf.", []),
        # Titles: to leave one out is wrong before a colleague, to give a degree courtesy.
        (_HUGHES, "Dear Mr Stroud,\n\nMrs Hughes is well.", ["Mr"]),
        (_HUGHES, "Dear Prof. Stroud,\n\nMrs Hughes is well.", []),
        (_HUGHES, "Dear Dr. med. dent. Helen Stroud,\n\nMrs Hughes is well.", ["Dr. med. dent."]),
        (_HUGHES, "Dr Kessler carried out a resection.", []),
        (_HUGHES, "Professor Kessler carried out a resection.", ["Professor"]),
        (_WALLNER, "Frau Dr. Wallner ist wohlauf.", ["Dr."]),
        (_WALLNER, "Frau Wallner ist wohlauf.", []),
        (_WALLNER, "Die Physik plante Prof. Aubinger.", ["Prof."]),
        (_WALLNER, "Die Physik plante Dr. Aubinger.", []),
    ],
)  # fmt: skip
def test_who_is_who(case: str, draft: str, marked: list[str]) -> None:
    kinds = ("sex", "title", "name")
    found = [f.fact for f in check(case, draft).findings if f.status in ("changed", "unsupported")]
    assert [fact.text for fact in found if fact.kind in kinds] == marked
