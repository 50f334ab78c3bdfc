"""The parts of the check, as tables: what a text is read as, and what becomes of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.check import Assertion, Fact, FactKind, Status, check, facts_of
from assistant.check.number_words import number_words
from assistant.check.reading import read
from assistant.check.wordlists import lexicon
from finetune.clinic.archive import archive_letters
from index.letter import Language

AFFIRMED, NEGATED, SUSPECTED = Assertion.AFFIRMED, Assertion.NEGATED, Assertion.SUSPECTED
PLANNED, OF_RELATIVE = Assertion.PLANNED, Assertion.OF_RELATIVE


def of_kind(kind: FactKind, text: str, language: Language) -> list[Fact]:
    return [fact for fact in read(text, language).facts if fact.kind is kind]


def values(kind: FactKind, text: str, language: Language) -> list[str]:
    return [fact.value for fact in of_kind(kind, text, language)]


@pytest.mark.parametrize(
    ("language", "text", "thing", "assertion"),
    [
        ("en", "She has pneumonia.", "pneumonia", AFFIRMED),
        ("en", "No pneumothorax or pneumonia.", "pneumonia", NEGATED),
        ("en", "No nausea, cough or rash.", "rash", NEGATED),
        ("en", "No nausea and vomiting, cough or rash.", "rash", NEGATED),
        ("en", "No chemotherapy, radiotherapy and tamoxifen.", "chemotherapy", NEGATED),
        ("en", "No chemotherapy, radiotherapy and tamoxifen.", "tamoxifen", AFFIRMED),
        ("en", "No nausea, he has a cough.", "cough", AFFIRMED),
        ("en", "She denies nausea but reports a cough.", "nausea", NEGATED),
        ("en", "She denies nausea but reports a cough.", "cough", AFFIRMED),
        ("en", "Neither nausea nor cough.", "cough", NEGATED),
        ("en", "Pneumonia was ruled out.", "pneumonia", NEGATED),
        ("en", "Dyspnoea: none.", "dyspnoea", NEGATED),
        ("en", "There is no change of the pneumonia.", "pneumonia", AFFIRMED),
        ("en", "Non-small cell lung cancer.", "non-small cell lung cancer", AFFIRMED),
        ("en", "Suspected pneumonia.", "pneumonia", SUSPECTED),
        ("en", "We cannot exclude pneumonia.", "pneumonia", SUSPECTED),
        ("en", "A mastectomy is planned.", "mastectomy", PLANNED),
        ("en", "We recommend a mastectomy.", "mastectomy", PLANNED),
        ("en", "Her mother had breast cancer.", "breast cancer", OF_RELATIVE),
        ("en", "Breast cancer. Her mother is well.", "breast cancer", AFFIRMED),
        ("de", "Sie hat eine Pneumonie.", "pneumonia", AFFIRMED),
        ("de", "Kein Husten, keine Pneumonie.", "pneumonia", NEGATED),
        ("de", "Keine Übelkeit, Husten oder Hautausschlag.", "rash", NEGATED),
        ("de", "Keine Chemotherapie, Bestrahlung und Tamoxifen.", "tamoxifen", AFFIRMED),
        ("de", "Keine Übelkeit, aber Husten.", "cough", AFFIRMED),
        ("de", "Weder Übelkeit noch Husten.", "cough", NEGATED),
        ("de", "Eine Pneumonie wurde ausgeschlossen.", "pneumonia", NEGATED),
        ("de", "Übelkeit wird verneint.", "nausea", NEGATED),
        ("de", "V. a. Pneumonie.", "pneumonia", SUSPECTED),
        ("de", "Verdacht auf Pneumonie.", "pneumonia", SUSPECTED),
        ("de", "Eine Pneumonie ist nicht auszuschließen.", "pneumonia", SUSPECTED),
        ("de", "Eine Mastektomie ist geplant.", "mastectomy", PLANNED),
        ("de", "Wir empfehlen eine Mastektomie.", "mastectomy", PLANNED),
        ("de", "Mutter: Mammakarzinom.", "breast cancer", OF_RELATIVE),
        ("de", "Die Familienanamnese ergab ein Kolonkarzinom.", "colon cancer", OF_RELATIVE),
    ],
)
def test_assertion_by_cue(language: Language, text: str, thing: str, assertion: Assertion) -> None:
    said = {fact.value: fact.assertion for fact in read(text, language).facts}
    assert said[thing] is assertion


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("de", "Lungenmetastasen", ["lung metastases"]),
        ("de", "Knochenschmerzen", ["bone pain"]),
        ("de", "Lebermetastasen und Knochenschmerzen", ["liver metastases", "bone pain"]),
        ("de", "Brustwandbestrahlung", ["chest wall", "radiotherapy"]),
        ("de", "Herzliche Grüße", []),  # of no heart
        ("de", "Das Leben ist schön.", []),  # of no liver
        ("de", "Die Pneumonien", ["pneumonia"]),
        ("en", "brain metastasis", ["brain metastases"]),
        ("en", "electronically", []),  # of no electrons
    ],
)
def test_concepts_in_compounds_and_inflected(
    language: Language, text: str, names: Sequence[str]
) -> None:
    assert [mention.name for mention in read(text, language).mentions] == names


@pytest.mark.parametrize(
    ("language", "word", "generic"),
    [
        ("en", "Eliquis", "apixaban"),
        ("en", "Xeloda", "capecitabine"),
        ("en", "leuprolide", "leuprorelin"),
        ("en", "Panadol", "paracetamol"),  # acetaminophen in the library
        ("en", "Zoladex", "goserelin"),
        ("en", "5-FU", "fluorouracil"),
        ("de", "Capecitabin", "capecitabine"),
        ("de", "Ramiprils", "ramipril"),
        ("de", "Acetylsalicylsäure", "acetylsalicylic acid"),
        ("de", "Bisoprolol", "bisoprolol"),
    ],
)
def test_a_brand_or_german_name_is_its_generic_drug(
    language: Language, word: str, generic: str
) -> None:
    assert values(FactKind.DRUG, word, language) == [generic]


@pytest.mark.parametrize(
    ("language", "text", "markers"),
    [
        ("en", "ER positive, HER2 negative", ["estrogen receptor positive", "HER2 negative"]),
        ("en", "HER2 3+", ["HER2 positive"]),
        ("en", "HER2 1+", ["HER2 1+"]),
        ("en", "EGFR wild type", ["EGFR wild type"]),
        ("en", "KRAS G12C", ["KRAS mutated", "variant G12C"]),
        ("en", "room B12C", []),
        ("de", "ER-positiv", ["estrogen receptor positive"]),
        ("de", "HER2 negativ", ["HER2 negative"]),
        ("de", "MGMT-Promotor methyliert", ["MGMT methylated"]),
    ],
)  # fmt: skip
def test_markers_have_states(language: Language, text: str, markers: Sequence[str]) -> None:
    assert values(FactKind.MARKER, text, language) == markers


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "node-negative", "N0"),
        ("en", "node negative", "N0"),
        ("en", "no distant metastases", "M0"),
        ("en", "clear margins", "R0"),
        ("en", "positive margins", "R1"),
        ("en", "poorly differentiated", "G3"),
        ("de", "nodal-negativ", "N0"),
        ("de", "ohne Fernmetastasen", "M0"),
        ("de", "im Gesunden reseziert", "R0"),
        ("de", "schlecht differenziertes Karzinom", "G3"),
        ("en", "pT2", "pT2"),
        ("en", "ypN0(0/12)", "ypN0(0/12)"),
        ("de", "UICC-Stadium IIIA", "IIIA"),
        ("en", "FIGO stage IIB", "IIB"),
        ("en", "Gleason 3+4=7", "3+4"),
        ("de", "Gleason-Score 7b (4+3)", "4+3"),
        ("en", "ISUP grade group 2", "2"),
        ("de", "Grading: 3", "G3"),
    ],
)
def test_stages_in_words_and_codes(language: Language, text: str, code: str) -> None:
    assert values(FactKind.STAGE, text, language) == [code]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2025-02-03", ["2025-02-03"]),
        ("3.2.2025", ["2025-02-03"]),
        ("3rd of February 2025", ["2025-02-03"]),
        ("3. Februar 2025", ["2025-02-03"]),
        ("February 3rd, 2025", ["2025-02-03"]),
        ("13/02/2025", ["2025-02-13"]),
        ("02/13/2025", ["2025-02-13"]),
        ("12. Jänner 24", ["2024-01-12"]),
        ("born 12.03.61", ["1961-03-12"]),
        ("2025-02", ["2025-02"]),
        ("February 2025", ["2025-02"]),
        ("im Februar 2025", ["2025-02"]),
        ("in 02/2025", ["2025-02"]),
        ("02/25", ["2025-02"]),
        ("Mai 24", ["2024-05"]),
        ("on 3 February", ["--02-03"]),
        ("am 3. Februar", ["--02-03"]),
        ("on February 3rd", ["--02-03"]),
        ("am 03.02.", ["--02-03"]),
        ("vom 03.02. bis 12.03.2025", ["--02-03", "2025-03-12"]),
        ("31.02.2025", ["31.02.2025"]),
        ("version 2.1", []),
        ("May 30 Gy", []),
    ],
)
def test_dates_whole_and_truncated(text: str, dates: Sequence[str]) -> None:
    assert values(FactKind.DATE, text, "de") == dates


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FactKind.DOSE, "50,4 Gy", "50.4"),
        (FactKind.DOSE, "5040 cGy", "50.4"),
        (FactKind.FRACTIONS, "28 Fraktionen", "28"),
        (FactKind.FRACTIONS, "25 x 2 Gy", "25"),
        (FactKind.QUANTITY, "cisplatin 40 mg/m2", "40 mg/m²"),
        (FactKind.QUANTITY, "40 mg pro Quadratmeter", "40 mg/m²"),
        (FactKind.QUANTITY, "1.5 g", "1500 mg"),
        (FactKind.QUANTITY, "250 µg", "0.25 mg"),
        (FactKind.QUANTITY, "2 l", "2000 ml"),
        (FactKind.QUANTITY, "3 cm", "30 mm"),
        (FactKind.QUANTITY, "Hb 122 g/l", "12.2 g/dl"),
        (FactKind.QUANTITY, "Leukozyten 4300/µl", "4.3 /nl"),
        (FactKind.QUANTITY, "Leukozyten 4,3 G/l", "4.3 /nl"),
        (FactKind.QUANTITY, "Kreatinin 1,20 mg/dl", "1.2 mg/dl"),
        (FactKind.QUANTITY, "130/80 mmHg", "130/80 mmhg"),
        (FactKind.QUANTITY, "carboplatin AUC 5", "5 auc"),
        (FactKind.QUANTITY, "40 pack years", "40 py"),
        (FactKind.NUMBER, "platelets 412,000", "412000"),
        (FactKind.GRADE, "Übelkeit Grad II", "2"),
        (FactKind.GRADE, "drittgradige Dermatitis", "3"),
        (FactKind.GRADE, "nausea (CTCAE grade 2)", "2"),
        (FactKind.CYCLES, "five weekly cycles", "5"),
        (FactKind.CYCLES, "sechs Zyklen", "6"),
        (FactKind.INTERVAL, "in six weeks", "6 weeks"),
        (FactKind.INTERVAL, "in sechs Wochen", "6 weeks"),
        (FactKind.INTERVAL, "q3w", "3 weeks"),
        (FactKind.INTERVAL, "dreiwöchiger Abstand", "3 weeks"),
        (FactKind.INTERVAL, "3-wöchentlich", "3 weeks"),
        (FactKind.AGE, "63-year-old", "63"),
        (FactKind.AGE, "im Alter von 63", "63"),
        (FactKind.SCHEDULE, "ramipril 5 mg 1-0-1", "1-0-1"),
        (FactKind.SCHEDULE, "Ramipril 5 mg 1-0-0-0", "1-0-0"),
        (FactKind.SCHEDULE, "Ramipril ½-0-½", "½-0-½"),
    ],
)
def test_numbers_with_units_scales_and_schedules(kind: FactKind, text: str, value: str) -> None:
    assert values(kind, text, "de") == [value]


@pytest.mark.parametrize(
    ("language", "text", "sides"),
    [
        ("en", "the left breast", ["left"]),
        ("en", "a left-sided tumour", ["left"]),
        ("en", "both breasts", ["both"]),
        ("en", "both options", []),
        ("en", "She has left the hospital.", []),
        ("en", "She had left before noon.", []),
        ("en", "The rest was left untreated.", []),
        ("en", "He left with his wife.", []),
        ("de", "Mammakarzinom links", ["left"]),
        ("de", "der rechten Lunge", ["right"]),
        ("de", "Mamma li.", ["left"]),
        ("de", "Re: Ihr Patient", []),
        ("de", "beide Nieren", ["both"]),
        ("de", "beide Kollegen", []),
        ("de", "beidseits", ["both"]),
    ],
)
def test_sides_and_what_only_looks_like_one(
    language: Language, text: str, sides: Sequence[str]
) -> None:
    assert values(FactKind.LATERALITY, text, language) == sides


@pytest.mark.parametrize(
    ("case", "draft", "changed"),
    [
        # Doses swapped between two volumes: both are wrong, though each number is in the case.
        (
            "Breast 50 Gy in 25 fractions, axilla 45 Gy in 25 fractions.",
            "The axilla received 50 Gy and the breast 45 Gy.",
            ["axilla received 50 Gy", "breast 45 Gy"],
        ),
        (
            "Bestrahlung der Mamma mit 50 Gy, der Axilla mit 45 Gy.",
            "Die Axilla erhielt 50 Gy, die Mamma 45 Gy.",
            ["Axilla erhielt 50 Gy", "Mamma 45 Gy"],
        ),
        (
            "Breast 50 Gy in 25 fractions, axilla 45 Gy in 25 fractions.",
            "The breast received 50 Gy and the axilla 45 Gy.",
            [],
        ),
        ("Apixaban 5 mg, ramipril 10 mg.", "Apixaban 10 mg, ramipril 5 mg.", ["10 mg", "5 mg"]),
        ("Eliquis 5 mg.", "Apixaban 5 mg.", []),
        ("There is no pneumonia.", "She has pneumonia.", ["pneumonia"]),
        ("Es besteht keine Pneumonie.", "Es besteht eine Pneumonie.", ["Pneumonie"]),
        ("There was pneumonia in 2024.", "There was no pneumonia.", ["no pneumonia"]),
        # Two that overlap, by their "no", are one finding.
        (
            "There was pneumonia and a cough.",
            "There was no pneumonia or cough.",
            ["no pneumonia or cough"],
        ),
        ("Suspected pneumonia.", "The pneumonia was treated.", ["pneumonia"]),
        ("A mastectomy is planned.", "She had a mastectomy.", ["had a mastectomy"]),
        ("Eine Mastektomie ist geplant.", "Die Mastektomie erfolgte.", ["Mastektomie erfolgte"]),
        ("She had a mastectomy.", "A mastectomy is planned.", ["mastectomy is planned"]),
        ("A mastectomy is planned.", "A mastectomy will be done.", []),
        ("Her mother had breast cancer.", "She has breast cancer.", ["breast cancer"]),
        ("Die Mutter hatte ein Kolonkarzinom.", "Sie hat ein Kolonkarzinom.", ["Kolonkarzinom"]),
        ("ER positive.", "ER negative.", ["ER negative"]),
        ("The tumour is pN1.", "The tumour is node-negative.", ["node-negative"]),
        ("The tumour is pN0(0/3).", "The tumour is node-negative.", []),
        ("Cancer of the left breast.", "Cancer of the right breast.", ["right"]),
        ("Hb was 122 g/l.", "Hb was 12.2 g/dl.", []),
        ("Ramipril 5 mg 1-0-1.", "Ramipril 5 mg 1-0-0.", ["1-0-0"]),
    ],
)  # fmt: skip
def test_what_the_case_says_otherwise(case: str, draft: str, changed: Sequence[str]) -> None:
    findings = check(case, draft).findings
    assert [f.fact.text for f in findings if f.status is Status.CHANGED] == changed
    assert all(f.status in (Status.CHANGED, Status.SUPPORTED) for f in findings)


NOTE = (
    "He sleeps well at night. He eats twice at home. The wound is dry and clean. "
    "The dressing was changed yesterday. He walks without any aid. The family was told about it."
)
NOTIZ = (
    "Er schläft nachts gut. Die Wunde ist trocken und sauber. "
    "Der Verband wurde gestern gewechselt. Er läuft ohne Hilfe. "
    "Die Familie wurde darüber informiert. Er isst zu Hause."
)


@pytest.mark.parametrize(
    ("note", "old", "new", "marked"),
    [
        (NOTE, "", "", []),
        (NOTE, "changed yesterday", "removed yesterday", ["removed"]),
        (NOTE, "dry and clean", "wet and clean", ["wet"]),
        (NOTE, "told about it.", "told about it. He enjoys gardening very much.",
         ["He enjoys gardening very much"]),
        (NOTIZ, "gestern gewechselt", "gestern entfernt", ["entfernt"]),
    ],
)  # fmt: skip
def test_in_a_copied_note_only_the_changed_sentence_is_marked(
    note: str, old: str, new: str, marked: Sequence[str]
) -> None:
    findings = check(note, note.replace(old, new) if old else note).findings
    assert [f.fact.text for f in findings if f.status is not Status.SUPPORTED] == marked


@cache
def letters() -> tuple[str, ...]:
    return tuple(letter.text for letter in archive_letters(7, 10))


@st.composite
def passages(draw: st.DrawFn) -> str:
    """Some words of a letter of the clinic, from anywhere to anywhere."""
    words = re.findall(r"\S+\s*", draw(st.sampled_from(letters())))
    begin = draw(st.integers(0, len(words) - 1))
    return "".join(words[begin : begin + draw(st.integers(1, 90))])


@st.composite
def measures(draw: st.DrawFn) -> str:
    """Numbers and units put together anyhow, inflected or not: "fünftägiger", "12 GyII mg/m²"."""
    words = lexicon()
    known = [*words["interval_units"], *words["units"], *words["between_number_and_noun"]]
    others = ["Gy", "cGy", "x", "/", "-", ".", ",", "%", "°", "cycle", "grade", "II", "G", "AUC"]
    number = st.sampled_from(sorted(number_words())) | st.integers(0, 10**4).map(str)
    unit = st.sampled_from(known) | st.sampled_from(others)
    part = st.tuples(
        number | unit, st.sampled_from(["", "r", "n", "s", "m"]), st.sampled_from(["", " ", "-"])
    )
    return "".join(map("".join, draw(st.lists(part, min_size=2, max_size=8))))


def test_every_form_of_a_unit_is_read_or_left() -> None:
    """No pattern may take a form that has no value, e.g. "fünftägiger"."""
    endings = ("", *"enrsm", "er", "en", "es", "em")
    for unit in lexicon()["interval_units"]:
        for ending in endings:
            read(f"fünf{unit}{ending} 3-{unit}{ending} vier {unit}{ending}", "de")


@settings(deadline=None)
@given(measures())
def test_no_measure_is_too_odd_to_be_read(text: str) -> None:
    facts = facts_of(text)
    assert [fact.text for fact in facts] == [text[fact.start : fact.end] for fact in facts]


@settings(deadline=None)  # the first reads the vocabulary
@given(st.text(max_size=300) | passages(), passages())
def test_findings_never_overlap_and_stand_where_they_say(draft: str, case: str) -> None:
    end = 0
    for finding in check(case, draft).findings:
        fact = finding.fact
        assert end <= fact.start < fact.end
        assert draft[fact.start : fact.end] == fact.text
        assert (finding.case_start is None) == (finding.case_end is None)
        assert 0 <= (finding.case_start or 0) <= (finding.case_end or 0) <= len(case)
        end = fact.end


@settings(deadline=None)
@given(passages())
def test_facts_of_a_letter_stand_where_they_say(text: str) -> None:
    facts = facts_of(text)
    assert [fact.text for fact in facts] == [text[fact.start : fact.end] for fact in facts]
    assert all(one.end <= two.start for one, two in pairwise(facts))


@settings(deadline=None)
@given(passages())
def test_a_passage_of_a_letter_supports_itself(text: str) -> None:
    assert {finding.status for finding in check(text, text).findings} <= {Status.SUPPORTED}
