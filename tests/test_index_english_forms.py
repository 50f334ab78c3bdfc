"""What English letters hold without a word that introduces it: names, dates and codes by form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.code_forms import find_code_forms
from index.deidentify import Deidentifier
from index.english_words import is_english_word
from index.letter import Language
from index.odd_dates import find_odd_dates
from index.unknown_names import find_unknown_names


def names(text: str) -> list[str]:
    return [span.of(text) for span in find_unknown_names(text, "en")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Kwabena and then Tomasz came.", ["Kwabena", "Tomasz"]),
        ("She drove down from Grand Marais.", ["Grand Marais"]),
        ("Seen with Pa Houa Xiong today.", ["Pa Houa Xiong"]),
        ("to her school, St Mungo Primary.", ["St Mungo"]),
        ("he lives off the Drumkeeran road with O'Dwyer", ["Drumkeeran", "O'Dwyer"]),
        ("KELMSCOTTE GENERAL, DYMCHURCHE\nDear Doctor", ["KELMSCOTTE", "DYMCHURCHE"]),
    ],
)
def test_a_capitalised_word_of_no_vocabulary_is_a_name(text: str, expected: list[str]):
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Pembrolizumab was stopped. Lymphadenectomy followed; Neutropenic sepsis. Klebsiella grew.",
        "Zestril 10 mg, Xyzalomide 25 mg nocte, Blenrep.",
        "Gastro-oesophageal junction. Mediastinal and Iliac nodes, Haemoptysis, Adjuvant RT.",
        "Duckett Jones criteria, Ranson's score, a Quinton line, Roux's test",
        "Hx of COPD. Rx given. Disch home. Onc review. Meds as before. FOLFIRINOX and CAPOX.",
        "Dianrrhoea, Haemtology. Unremarkable. The Afebrile patient. She is Punjabi and a Sikh.",
        "Xyloscopy: normal. travel history to the Zambezi",
    ],
)
def test_words_of_medicine_are_no_names(text: str):
    assert names(text) == []


def test_what_the_letter_writes_small_is_no_name():
    assert names("The brekker was used. Brekker again.") == []


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("Walking", True),
        ("Studies", True),
        ("Colour", True),
        ("Amended", True),
        ("Trastuzumab", True),
        ("Hemicolectomy", True),
        ("Kwabena", False),
        ("Pelletier", False),
    ],
)
def test_a_word_is_english_by_dictionary_inflection_or_form(word: str, known: bool):
    assert is_english_word(word) is known


def dates(text: str) -> list[str]:
    return [text[m.start : m.end] for m in sorted(find_odd_dates(text), key=lambda m: m.start)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clinic date 19-Sep-23, born 3/May/61", ["19-Sep-23", "3/May/61"]),
        ("born 5.xi.1958", ["5.xi.1958"]),
        ("CABG '06 and since '98.", ["'06", "'98"]),
        ("worked 1998-2003 and 2019/20", ["1998", "2003", "2019", "20"]),
        ("between October to December", ["October", "December"]),
        ("M-spike 0.2 (2/22), RTC 3/28", ["2/22", "3/28"]),
        ("on St Magnus Day 2024", ["St Magnus Day 2024"]),
        ("oral on 08-Jan.", ["08-Jan"]),
    ],
)
def test_odd_dates(text: str, expected: list[str]):
    assert [each for each in dates(text) if each in expected] == expected


@pytest.mark.parametrize(
    "text",
    [
        "May be repeated. March on.",
        "nodes 2/14, pain 6/10, for 3/7, power 4/5, vision 6/9, pN1a (2/14), Barthel 11/20",
        "Day 1 of Cycle 2, Day Unit, the dog's dinner, 5 or 6, 12-14 mmol",
    ],
)
def test_shares_scores_and_verbs_are_no_dates(text: str):
    assert dates(text) == []


def codes(text: str) -> list[str]:
    return [span.of(text) for span in find_code_forms(text, "en")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tp/RCB-55210-x", ["tp/RCB-55210-x"]),
        ("CLIA 11D0999123, sperm VC0593", ["11D0999123", "VC0593"]),
        ("MBR XQT-8810 2245 01", ["XQT-8810 2245 01"]),
        ("Room: Ohia 317, Gym E07, unit SXR-2", ["Ohia 317", "E07", "SXR-2"]),
    ],
)
def test_codes_by_form(text: str, expected: list[str]):
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "V600E, T790M, Lu-177, CA19-9, C50.911, M8140/3, CHECKMATE-227, 36,000 units, 1200 mg",
        "at 14:30-15:10, 2024-02-29, 1.5-2.5, WBC 12000/µl, level 2, zone 3, unit 2, 10000 IU",
    ],
)
def test_figures_of_medicine_are_no_codes(text: str):
    assert codes(text) == []


@given(st.text(alphabet="Ab1/-. #:\n'Zqx", max_size=60))
def test_spans_lie_within_the_text_and_hold_something(text: str):
    found = [*find_code_forms(text, "en"), *find_unknown_names(text, "en"), *find_odd_dates(text)]
    assert all(0 <= each.start < each.end <= len(text) for each in found)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "written",
    [
        "5.xi.1958",
        "14/IV/22",
        "19-Sep-23",
        "'06",
        "1998-2003",
        "2/22",
        "08-Jan.",
        "St Magnus Day 2024",
    ],
)
def test_a_date_of_any_form_can_be_written_anew(written: str, language: Language):
    text = f"Mrs Hannah Berg was seen ({written}), born 5.xi.1958, and on 20 April 2022."
    assert "5.xi.1958" not in Deidentifier(b"k" * 32).replace(text, "en").text
    Deidentifier(b"k" * 32).replace(text, language)
