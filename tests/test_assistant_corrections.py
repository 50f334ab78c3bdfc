from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Finding, Status, check
from assistant.corrections import correction, replaced
from assistant.deletions import deletion
from assistant.sentences import sentences

ENGLISH = """Patient: Anna Berger
Sex: female
Date of birth: 1 May 1960
Diagnosis: breast cancer, left
Radiotherapy: 50 Gy in 25 fractions of 2 Gy, 2 March 2026 - 3 April 2026
Toxicity (CTCAE): dermatitis grade 2
Medication: tamoxifen 20 mg daily
Follow-up: in 6 weeks
"""
GERMAN = """Patientin: Anna Berger
Geburtsdatum: 1. Mai 1960
Diagnose: Mammakarzinom links
Strahlentherapie: 50 Gy in 25 Fraktionen zu 2 Gy
"""


def finding_of(case: str, draft: str, words: str) -> Finding:
    found = [f for f in check(case, draft).findings if f.fact.text == words]
    assert found, [f.fact.text for f in check(case, draft).findings]
    return found[0]


@pytest.mark.parametrize(
    ("case", "draft", "words", "right"),
    [
        (ENGLISH, "She had 54 Gy.", "54 Gy", "50 Gy"),
        (ENGLISH, "50 Gy in 28 fractions were given.", "28 fractions", "25 fractions"),
        (ENGLISH, "She had dermatitis grade 3.", "grade 3", "grade 2"),
        (ENGLISH, "Cancer of the right breast.", "right", "left"),
        # In the letter's own way of writing a date.
        (ENGLISH, "Ms. Berger, born 01.05.1961, came.", "01.05.1961", "01.05.1960"),
        (ENGLISH, "Ms. Berger, born 1 May 1961, came.", "1 May 1961", "1 May 1960"),
        (GERMAN, "Frau Berger, geb. 01.05.1961, kam.", "01.05.1961", "01.05.1960"),
        (GERMAN, "Es wurden 28 Fraktionen gegeben.", "28 Fraktionen", "25 Fraktionen"),
        (GERMAN, "Mammakarzinom rechts.", "rechts", "links"),
        (GERMAN, "Wir berichten über Herrn Berger.", "Herrn", "Frau"),
        (GERMAN, "Geboren am 1. Mai 1961, kam Frau Berger.", "1. Mai 1961", "1. Mai 1960"),
        (ENGLISH, "We saw Mr. Berger.", "Mr", "Ms"),
    ],
)
def test_the_words_of_the_case_are_put_as_the_letter_would_write_them(
    case: str, draft: str, words: str, right: str
) -> None:
    finding = finding_of(case, draft, words)
    assert finding.status is Status.CHANGED
    assert correction(case, draft, finding) == right
    fact = finding.fact
    mended = replaced(draft, ((fact.start, fact.end),), right)
    # By itself, or within what it tells of: "cancer of the left breast".
    there = [f for f in check(case, mended).findings if right in f.fact.text]
    assert {f.status for f in there} == {Status.SUPPORTED}


def test_what_is_not_in_the_case_has_no_correction() -> None:
    draft = "She takes metformin 500 mg."
    assert correction(ENGLISH, draft, finding_of(ENGLISH, draft, "metformin")) is None


def test_the_same_words_again_are_no_correction() -> None:
    case, draft = "Nausea: none", "She had nausea."
    for finding in check(case, draft).findings:
        words = correction(case, draft, finding)
        assert words is None or words.lower() != finding.fact.text.lower()


def test_every_place_is_replaced() -> None:
    assert replaced("a 28 b 28 c", ((2, 4), (7, 9)), "9") == "a 9 b 9 c"


LISTED = "She takes tamoxifen 20 mg daily, ramipril 5 mg (1-0-0) and metformin 500 mg."


@pytest.mark.parametrize(
    ("text", "words", "left", "part"),
    [
        # An item of a list, with one of its separators.
        (LISTED, "ramipril", "She takes tamoxifen 20 mg daily and metformin 500 mg.", True),
        (LISTED, "500 mg", "She takes tamoxifen 20 mg daily, ramipril 5 mg (1-0-0).", True),
        (
            "She takes ibuprofen, tamoxifen 20 mg, ramipril 5 mg and metformin.",
            "metformin",
            "She takes ibuprofen, tamoxifen 20 mg and ramipril 5 mg.",
            True,
        ),
        (
            "Medication: metformin 500 mg, tamoxifen 20 mg.",
            "metformin",
            "Medication: tamoxifen 20 mg.",
            True,
        ),
        (
            "Medikation: Tamoxifen 20 mg, Metformin 500 mg und Ramipril 5 mg.",
            "Metformin",
            "Medikation: Tamoxifen 20 mg und Ramipril 5 mg.",
            True,
        ),
        # What stands in brackets.
        ("A carcinoma (C50.4) was found.", "C50.4", "A carcinoma was found.", True),
        # The first of a list has the sentence's verb before it.
        ("Well. She takes metformin 500 mg and tamoxifen.", "metformin", "Well.", False),
        # The period belongs to both drugs.
        (
            "Well. She had carboplatin and paclitaxel from 6 June 2023 to 8 August 2023. Fine.",
            "paclitaxel",
            "Well. Fine.",
            False,
        ),
        ("One; it was 54 Gy; three.", "54 Gy", "One; three.", True),
        ("One; it was 54 Gy.", "54 Gy", "One.", True),
        ("Zero. It was 54 Gy; two.", "54 Gy", "Zero.", False),
        ("One. It was 54 Gy. Three.", "54 Gy", "One. Three.", False),
        ("One. It was 54 Gy.\nThree.", "54 Gy", "One.\nThree.", False),
        ("One.\nIt was 54 Gy.\nThree.", "54 Gy", "One.\nThree.", False),
        ("One.\n\nIt was 54 Gy.\n\nThree.", "54 Gy", "One.\n\nThree.", False),
        ("Dose:\n- 54 Gy\n\nThree.", "54 Gy", "Dose:\n\nThree.", False),
        ("It was 54 Gy. Two.", "54 Gy", "Two.", False),
        ("One. It was 54 Gy.", "54 Gy", "One.", False),
        ("It was 54 Gy.", "54 Gy", "", False),
    ],
)
def test_a_statement_goes_and_the_rest_stays_a_letter(
    text: str, words: str, left: str, part: bool
) -> None:
    start = text.index(words)
    done = deletion(text, start, start + len(words))
    assert (done.text, done.part) == (left, part)
    assert words in done.deleted


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("It was on 6 October 2023. In addition, he came.", "en", 2),
        ("Seen by Dr. Keller and Prof. Roth. Fine.", "en", 2),
        ("His Gleason score was 8. He came.", "en", 2),
        ("Am 3. April 2026 kam sie. Es ging.", "de", 2),
        ("Im 2. Zyklus kam sie, z. B. mit Frau A. Roth.", "de", 1),
        ("Der Gleason-Score war 8. Wir sahen ihn.", "de", 2),
        ("Dosis 48,75 Gy in 25 Fraktionen zu 1,95 Gy.", "de", 1),
        ("Diagnoses:\n- one\n- two", "en", 3),
        ("", "en", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, language: Any, parts: int) -> None:
    assert len(list(sentences(text, language))) == parts


@given(st.text(alphabet="aA1.! \n", max_size=60), st.sampled_from(("en", "de")))
def test_sentences_hold_every_word_once(text: str, language: Any) -> None:
    found = list(sentences(text, language))
    assert "".join(text[a:b] for a, b in found).split() == text.split() or (
        "".join("".join(text[a:b] for a, b in found).split()) == "".join(text.split())
    )
    assert found == sorted(found)


SENTENCES = st.sampled_from(
    (
        "She had 54 Gy in 25 fractions.",
        "She takes tamoxifen 20 mg, ramipril 5 mg and metformin 500 mg.",
        "The carcinoma (C50.4, grade 2) was removed on 2 March 2026; it was 2 cm.",
        "Follow-up in 3 months",
        "Diagnoses:",
    )
)
LETTERS = st.lists(st.tuples(SENTENCES, st.sampled_from((" ", "\n", "\n\n"))), min_size=1).map(
    lambda parts: "".join(sentence + gap for sentence, gap in parts)
)


@given(LETTERS, st.data())
def test_a_deletion_takes_its_statement_and_adds_nothing(text: str, data: Any) -> None:
    finding = data.draw(st.sampled_from(check("", text).findings or (None,)))
    if finding is None:
        return
    fact = finding.fact
    done = deletion(text, fact.start, fact.end)
    assert fact.text in done.deleted
    kept, before = done.text.split(), text.split()
    assert len(kept) < len(before)
    assert all(word.strip(".,;") in {w.strip(".,;") for w in before} for word in kept)
    assert "\n\n\n" not in done.text or "\n\n\n" in text


@given(st.text(alphabet="aA1. ,;()\n", max_size=60), st.data())
def test_no_text_is_too_odd_to_delete_from(text: str, data: Any) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    done = deletion(text, start, end)
    assert len(done.text) <= len(text)
