"""Fractions, dates and lengths of time as notes abbreviate them and letters spell them out."""

from __future__ import annotations

import pytest

from assistant.check import check, facts_of
from assistant.check.fact import FactKind, Status


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("65 Gy/30# to the primary, 54 Gy/30# elective.", FactKind.FRACTIONS, ["30", "30"]),
        ("50 Gy/25 after mastectomy.", FactKind.FRACTIONS, ["25"]),
        ("60 Gy in 30, then a boost.", FactKind.FRACTIONS, ["30"]),
        ("45 Gy in 5 mm depth and 66 Gy in 6 weeks.", FactKind.FRACTIONS, []),
        ("Tumor und Lymphknoten 50,4 Gy (28 x 1,8).", FactKind.FRACTIONS, ["28"]),
        ("Orthovolt 20 x 2,75 = 55 Gy.", FactKind.FRACTIONS, ["20"]),
        ("Orthovolt 20 x 2,75 = 55 Gy.", FactKind.DOSE, ["2.75", "55"]),
        ("HDR 7 Gy x 4 to the cervix.", FactKind.FRACTIONS, ["4"]),
        ("A second course at 4 Gy a fraction.", FactKind.FRACTIONS, []),
        ("Platelets 94 week 5, no interruption.", FactKind.INTERVAL, []),
        ("Nearly two and a half years after.", FactKind.INTERVAL, ["30 months"]),
        ("Anderthalb Jahre später.", FactKind.INTERVAL, ["18 months"]),
        ("It came back half a year later.", FactKind.INTERVAL, ["6 months"]),
        ("Die Neutrophilen fielen auf 900 pro Mikroliter.", FactKind.QUANTITY, ["0.9 /nl"]),
        ("Haemoglobin 9.8 grams per decilitre.", FactKind.QUANTITY, ["9.8 g/dl"]),
        ("The ejection fraction was 45 per cent.", FactKind.QUANTITY, ["45 %"]),
        ("Radiojodtherapie 01.04.2022-03.04.2022.", FactKind.DATE, ["2022-04-01", "2022-04-03"]),
        ("Becken 05-10/18 und Hals 11–02/24.", FactKind.DATE,
         ["2018-05", "2023-11", "2024-02"]),
        ("Von März bis Mai 2023, wieder Anfang Juli.", FactKind.DATE, ["--03", "2023-05", "--07"]),
        ("Colonoscopy in June; he may go in mid-May.", FactKind.DATE, ["--06", "--05"]),
        ("Bis Ende 23, dann im Sommer 24.", FactKind.DATE, ["2023", "2024"]),
        ("Thank you for this mother of three.", FactKind.AGE, []),
        ("She is a mother of 62.", FactKind.AGE, ["62"]),
        ("Beat Grau, 66 J.\n\nBronchialkarzinom", FactKind.AGE, ["66"]),
    ],
)  # fmt: skip
def test_abbreviations_and_words_are_read(text: str, kind: FactKind, values: list[str]) -> None:
    assert [fact.value for fact in facts_of(text) if fact.kind is kind] == values


RECORD = (
    "Mr Neil Ashdown, born 02/09/1957. Diagnosis 03/01/2024: carcinoma of the oesophagus.\n"
    "RT 05/02/2024 - 08/03/2024: oesophagus and nodes 45 Gy/25#, boost 5.4 Gy/3#.\n"
    "OAR: lung V20 18 %, mean heart dose 6.8 Gy.\n"
    "Colonoscopy 21/08/2024: no polyp.\n"
    "Weight 74 kg (02/2024), 66 kg (04/2024).\n"
    "Clinic 16/09/2024: Hb 118 g/l, well. Plan: CT in 6 months."
)


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ("The oesophagus had 45 Gy in 25 sessions.", ""),
        ("The oesophagus had 45 Gy in 28 sessions.", "28 sessions"),
        ("Altogether he received 50.4 Gy.", ""),
        ("Altogether he received 56 Gy.", "56 Gy"),
        ("A fifth of the lung received 20 Gy or more.", ""),
        ("His haemoglobin was 118.", ""),
        ("His haemoglobin was 108.", "108"),
        ("His weight fell by 8 kg in two months.", ""),
        ("A CT is due in March 2025.", ""),
        ("A CT is due in August 2025.", "August 2025"),
        ("His colonoscopy in August was clear.", ""),
        ("His colonoscopy in March was clear.", "March"),
        ("He was in Rome in December.", "December"),
    ],
)
def test_what_follows_from_a_record_is_left_alone_and_nothing_else(draft: str, wrong: str) -> None:
    text = f"Dear Dr Quill,\n\nI saw Mr Ashdown on 16/09/2024. {draft}\n\nYours sincerely"
    found = [f.fact.text for f in check(RECORD, text).findings if f.status is not Status.SUPPORTED]
    assert bool(found) is bool(wrong), found
    assert not wrong or any(wrong in text for text in found), found
