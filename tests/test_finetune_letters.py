"""Letters and summaries of the demo clinic: every fact of the case, and nothing else."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from decimal import Decimal
from typing import get_args

import pytest

from finetune.clinic.cases import draw_case
from finetune.clinic.facts import absent, missing_facts, summary_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.people import Style
from finetune.clinic.phrasing import fill, load_phrases
from finetune.clinic.summaries import write_summary
from index.case import (
    Appointment,
    CaseDetails,
    Diagnosis,
    Interval,
    Medication,
    Patient,
    Radiotherapy,
    Surgery,
    SystemicTherapy,
    Toxicity,
)
from index.case_text import format_date, render_case
from index.letter import LETTER_PARTS, Language
from index.sections import split_sections

STYLES: tuple[Style, ...] = get_args(Style)
LANGUAGES: tuple[Language, ...] = get_args(Language)

ENGLISH = CaseDetails(
    language="en",
    patient=Patient(
        first_name="Anna", last_name="Berger", sex="female", birth_date=dt.date(1961, 3, 12)
    ),
    referrer="Dr. Hanna Weber",
    diagnosis=Diagnosis(
        name="Breast cancer, left, upper outer quadrant",
        icd10="C50.4",
        tnm="pT1c pN0(0/2sn) cM0",
        stage="UICC IA",
        histology="invasive carcinoma of no special type (NST), ER 90 %",
        date=dt.date(2024, 11, 4),
    ),
    comorbidities=("arterial hypertension", "hypothyroidism"),
    surgeries=(Surgery(name="breast-conserving surgery, left", date=dt.date(2024, 12, 2)),),
    systemic=(
        SystemicTherapy(
            drugs=("docetaxel 75 mg/m²", "cyclophosphamide 600 mg/m²"),
            cycles=4,
            start=dt.date(2025, 1, 7),
            end=dt.date(2025, 3, 18),
        ),
        SystemicTherapy(drugs=("letrozole 2.5 mg",), start=dt.date(2025, 6, 1)),
    ),
    radiotherapy=(
        Radiotherapy(
            site="left breast",
            technique="3D-CRT",
            total_gy=Decimal("50.40"),
            fraction_gy=Decimal("1.8"),
            fractions=28,
            start=dt.date(2025, 4, 14),
            end=dt.date(2025, 5, 21),
        ),
        Radiotherapy(
            site="tumour bed, left breast",
            technique="electrons",
            total_gy=Decimal(10),
            fraction_gy=Decimal(2),
            fractions=5,
            start=dt.date(2025, 5, 22),
            end=dt.date(2025, 5, 28),
            boost=True,
        ),
    ),
    toxicities=(Toxicity(name="radiation dermatitis", grade=2), Toxicity(name="fatigue")),
    medication=(
        Medication(drug="ramipril", dose="5 mg", schedule="1-0-0"),
        Medication(drug="levothyroxine", dose="75 µg"),
    ),
    follow_up=(
        Appointment(what="clinical follow-up", after=Interval(count=6, unit="weeks")),
        Appointment(what="mammography", date=dt.date(2025, 11, 20)),
    ),
    author="Dr. Miriam Talbot",
)
GERMAN = CaseDetails(
    language="de",
    patient=Patient(
        first_name="Karl", last_name="Ziegler", sex="male", birth_date=dt.date(1950, 7, 1)
    ),
    referrer="Dr. med. Hanna Weber",
    diagnosis=Diagnosis(
        name="Prostatakarzinom",
        icd10="C61",
        tnm="cT2c cN0 cM0",
        stage="Gleason 7 (3+4), iPSA 9,8 ng/ml",
        histology="azinäres Adenokarzinom",
        date=dt.date(2024, 11, 4),
    ),
    comorbidities=("arterielle Hypertonie",),
    systemic=(SystemicTherapy(drugs=("Leuprorelin 11,25 mg",), cycles=1),),
    radiotherapy=(
        Radiotherapy(
            site="Prostata und Samenblasen",
            technique="VMAT",
            total_gy=Decimal("57.00"),
            fraction_gy=Decimal("2.85"),
            fractions=20,
            start=dt.date(2025, 4, 14),
            end=dt.date(2025, 5, 12),
        ),
    ),
    toxicities=(Toxicity(name="Dysurie", grade=1),),
    medication=(Medication(drug="Ramipril", dose="5 mg", schedule="1-0-0"),),
    follow_up=(Appointment(what="PSA-Kontrolle", after=Interval(count=3, unit="months")),),
    author="Dr. med. Karsten Brühlau",
)
CASES = {"en": ENGLISH, "de": GERMAN}


def thinned(details: CaseDetails, rng: random.Random) -> CaseDetails:
    """The case with a random share of its fields left out."""

    def some(values: dict[str, object], keep: frozenset[str] = frozenset()) -> dict[str, object]:
        return {k: v for k, v in values.items() if k in keep or rng.random() < 0.7}

    needed = frozenset({"name", "site", "drugs", "drug", "what"})
    data = some(details.model_dump(), frozenset({"language"}))
    for field, value in data.items():
        if isinstance(value, dict):
            data[field] = some(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], dict):
            data[field] = tuple(some(item, needed) for item in value)
    return CaseDetails.model_validate(data)


def letter(details: CaseDetails, style: Style, seed: int = 1) -> str:
    return letter_text(write_letter(details, style, seed))


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_whatever_is_in_the_case_is_in_the_letter_and_no_number_more(
    language: Language, style: Style
):
    rng = random.Random(style)
    for seed in range(60):
        details = thinned(CASES[language], rng) if seed else CASES[language]
        text = letter(details, style, seed)
        case = render_case(details).text
        assert missing_facts(text, details) == ()
        known = {*numbers(case), "10"}  # ICD-10
        assert [number for number in numbers(text) if number not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_cases_are_told_in_full(language: Language):
    for seed in range(60):
        details = draw_case(random.Random(seed), language)
        text = letter(details, STYLES[seed % 3], seed)
        known = {*numbers(render_case(details).text), "10"}
        assert missing_facts(text, details) == ()
        assert {*numbers(text)} <= known
        assert len(text) <= 2200


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_has_the_facts_and_no_number_more(language: Language):
    rng = random.Random(language)
    for seed in range(60):
        details = thinned(CASES[language], rng) if seed else CASES[language]
        text = write_summary(details, seed)
        assert absent(text, summary_facts(details)) == ()
        known = {*numbers(render_case(details).text), "10"}
        assert [number for number in numbers(text) if number not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_letters_are_whole_and_not_too_long(language: Language, style: Style):
    for seed in range(40):
        sections = write_letter(CASES[language], style, seed)
        assert [part.kind for part in sections] == list(LETTER_PARTS)
        text = letter_text(sections)
        assert 600 < len(text) <= 2200
        assert not re.search(r"[{}\[\]]|  |\.\.|,,|\( | \)| ,|\n\n\n", text)
        for part in sections[1:5]:
            assert part.heading.endswith(":")
            assert f"\n\n{part.heading}\n{part.text}\n\n" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_arguments_same_letter_and_other_seeds_other_words(language: Language):
    first = [letter(CASES[language], "prose", seed) for seed in range(30)]
    assert first == [letter(CASES[language], "prose", seed) for seed in range(30)]
    assert len(set(first)) == 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_reader_of_letters_finds_the_same_sections(language: Language, style: Style):
    options = (LetterOptions(), LetterOptions(formal=True), LetterOptions(brief=True))
    for seed, option in itertools.product(range(40), options):
        details = thinned(CASES[language], random.Random(seed))
        written = write_letter(details, style, seed, option)
        read = split_sections(letter_text(written), language)
        assert [(part.kind.part, part.heading.strip(), part.text.strip()) for part in read] == [
            (part.kind, part.heading, part.text) for part in written
        ]


def test_styles_differ():
    prose, bullets, terse = (letter(ENGLISH, style) for style in ("prose", "list", "terse"))
    assert "\n- " not in prose + terse
    assert bullets.count("\n- ") > 12
    assert len(terse) < len(bullets) < len(prose)


def test_changed_fact_changes_its_sentence_only():
    moved = ENGLISH.patient.model_copy(update={"birth_date": dt.date(1970, 1, 2)})
    before = letter(ENGLISH, "prose")
    after = letter(ENGLISH.model_copy(update={"patient": moved}), "prose")
    assert after == before.replace("12 March 1961", "2 January 1970") != before


@pytest.mark.parametrize(
    ("language", "sex", "said", "never"),
    [
        ("de", "female", r"(Patientin, )?Frau Karl Ziegler", r"Herrn|Patienten"),
        ("de", "male", r"(gemeinsamen Patienten, )?Herrn Karl Ziegler", r"Frau|Patientin"),
        ("de", None, r"über Karl Ziegler", r"Frau|Herrn|Patient"),
        ("en", "female", r"Ms\. Anna Berger", r"Mr\."),
        ("en", None, r"(?<!Ms\. )Anna Berger", r"Ms\.|Mr\."),
    ],
)
def test_patient_is_called_by_their_sex(language: Language, sex: str | None, said: str, never: str):
    case = CASES[language]
    details = case.model_copy(update={"patient": case.patient.model_copy(update={"sex": sex})})
    for style, seed in itertools.product(STYLES, range(20)):
        opening = write_letter(details, style, seed)[0].text
        assert re.search(said, opening)
        assert not re.search(never, opening)


@pytest.mark.parametrize(
    ("language", "referrer", "greetings"),
    [
        ("en", "", {"Dear colleague,"}),
        ("en", "Dr. A. Roe", {"Dear Dr. A. Roe,"}),
        ("de", "", {"Sehr geehrte Kolleginnen und Kollegen,"}),
        ("de", "Frau Dr. Roth", {"Sehr geehrte Frau Dr. Roth,"}),
        ("de", "Herrn Dr. Roth", {"Sehr geehrter Herr Dr. Roth,"}),
        ("de", "Dr. Roth", {"Guten Tag Dr. Roth,", "Liebe Kollegin, lieber Kollege Dr. Roth,"}),
    ],
)
def test_greeting(language: Language, referrer: str, greetings: set[str]):
    details = CASES[language].model_copy(update={"referrer": referrer})
    texts = [letter(details, style, n) for style in STYLES for n in range(20)]
    assert {text.split("\n")[0] for text in texts} == greetings
    assert all(missing_facts(text, details) == () for text in texts)


@pytest.mark.parametrize(
    ("language", "ending"),
    [("en", r"egards,\nDr\. Miriam Talbot$"), ("de", r"Grüßen\nDr\. med\. Karsten Brühlau$")],
)
def test_letter_ends_with_the_author_or_the_closing_phrase_alone(language: Language, ending: str):
    case = CASES[language]
    assert re.search(ending, letter(case, "prose"))
    last = letter(case.model_copy(update={"author": ""}), "prose").split("\n")[-1]
    assert re.fullmatch(r"[A-Z][\w ]+", last)


def test_one_is_singular():
    course = ENGLISH.radiotherapy[0].model_copy(
        update={"fractions": 1, "total_gy": Decimal(8), "fraction_gy": Decimal(8)}
    )
    single = SystemicTherapy(drugs=("carboplatin AUC 2",), cycles=1)
    details = ENGLISH.model_copy(update={"radiotherapy": (course,), "systemic": (single,)})
    for style in STYLES:
        text = letter(details, style)
        assert re.search(r"\b1 fraction\b", text)
        assert re.search(r"\b1 cycle\b", text)


@pytest.mark.parametrize("style", STYLES)
def test_therapies_are_told_by_kind_and_each_kind_in_order_of_time(style: Style):
    text = letter(ENGLISH, style)
    surgeries = [surgery.name for surgery in ENGLISH.surgeries]
    drugs = [therapy.drugs[0] for therapy in ENGLISH.systemic]
    starts = [format_date(c.start, "en") for c in ENGLISH.radiotherapy if c.start]
    places = [text.index(fact) for fact in (*surgeries, *drugs, *starts)]
    assert len(places) > 3
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sentence", "slots"),
    [
        ("opening", "name born"),
        ("opening_untitled", "name born"),
        ("diagnosis", "diagnosis icd"),
        ("staging", "tnm stage"),
        ("surgery", "surgery date"),
        ("systemic", "drugs cycles start end"),
        ("radiotherapy", "site technique dose start end"),
        ("boost", "site technique dose start end"),
        ("dose", "total fractions fraction"),
        ("drug", "drug schedule"),
    ],
)
def test_every_mix_of_facts_has_a_phrasing(language: Language, sentence: str, slots: str):
    words = {"title": "T", "our_patient": "P"}
    required = {"surgery", "drugs", "site", "drug", "name" if sentence == "opening" else ""}
    names = slots.split()
    for style, phrasings in load_phrases("phrases", language)[sentence].items():
        for there in itertools.product((True, False), repeat=len(names)):
            facts = {n: n.upper() if yes else "" for n, yes in zip(names, there, strict=True)}
            if not any(facts.values()) or any(not facts.get(n, "x") for n in required):
                continue
            assert any(fill(text, facts, words) for text in phrasings), (style, facts)


@pytest.mark.parametrize(
    ("phrasing", "facts", "text"),
    [
        ("a {x}[ and {y}]", {"x": "1", "y": "2"}, "a 1 and 2"),
        ("a {x}[ and {y}]", {"x": "1", "y": ""}, "a 1"),
        ("a {x}[ and {y}]", {"x": "", "y": "2"}, None),
        ("a {x}", {"x": "1", "y": "2"}, None),
        ("a[ from {x} to {y}]", {"x": "1", "y": ""}, None),
        ("{w} {x}", {"x": "[{y}]"}, "word [{y}]"),
        ("{x}", {"x": "1"}, "1"),
    ],
)
def test_phrasing_says_all_facts_or_is_not_used(
    phrasing: str, facts: dict[str, str], text: str | None
):
    assert fill(phrasing, facts, {"w": "word"}) == text
