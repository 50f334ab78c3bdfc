"""Every way of writing a case down says all of its facts and adds none."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Iterator

import pytest

from finetune.clinic.cases import draw_case
from finetune.clinic.phrasing import load_phrases
from finetune.clinic.surfaces import SurfaceForm, draw_form, surface
from index.case import CaseDetails
from index.case_text import format_number, render_case
from index.letter import Language

LANGUAGES: tuple[Language, ...] = ("en", "de")
MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


def draw(seed: int, *, complete: bool = False) -> CaseDetails:
    return draw_case(random.Random(seed), LANGUAGES[seed % 2], complete=complete)


def fact_strings(case: CaseDetails) -> Iterator[str]:
    """What has to stand in the text as it is."""
    yield from (case.patient.last_name, case.patient.first_name, case.referrer, case.author)
    diagnosis = case.diagnosis
    yield from (diagnosis.name, diagnosis.icd10, diagnosis.tnm, diagnosis.stage)
    yield diagnosis.histology
    yield from case.comorbidities
    yield from (surgery.name for surgery in case.surgeries)
    yield from (drug for therapy in case.systemic for drug in therapy.drugs)
    for course in case.radiotherapy:
        yield from (course.site, course.technique)
    yield from (toxicity.name for toxicity in case.toxicities)
    for drug in case.medication:
        yield from (drug.drug, drug.dose, drug.schedule)
    yield from (appointment.what for appointment in case.follow_up)


def numbers(case: CaseDetails, *, language: Language) -> Iterator[str]:
    for course in case.radiotherapy:
        for gray in (course.total_gy, course.fraction_gy):
            yield format_number(gray, language) if gray else ""
        yield str(course.fractions)
    yield from (str(therapy.cycles or "") for therapy in case.systemic)
    yield from (str(toxicity.grade or "") for toxicity in case.toxicities)
    yield from (str(appointment.after.count) for appointment in case.follow_up if appointment.after)


def dates(case: CaseDetails) -> set[dt.date]:
    found = {case.patient.birth_date, case.diagnosis.date}
    found |= {surgery.date for surgery in case.surgeries}
    for period in (*case.systemic, *case.radiotherapy):
        found |= {period.start, period.end}
    found |= {appointment.date for appointment in case.follow_up}
    return {date for date in found if date}


def dates_in(text: str, language: Language) -> set[dt.date]:
    """All dates of a text, in any of the ways in which cases write them."""
    names = MONTHS[language].split()
    month = "|".join(names)
    found: set[dt.date] = set()
    for year, number, day in re.findall(r"\b(\d{4})-(\d\d)-(\d\d)\b", text):
        found.add(dt.date(int(year), int(number), int(day)))
    for day, number, year in re.findall(r"\b(\d\d)[./](\d\d)[./](\d{4})\b", text):
        found.add(dt.date(int(year), int(number), int(day)))
    for day, name, year in re.findall(rf"\b(\d\d?)\.? ({month}) (\d{{4}})\b", text):
        found.add(dt.date(int(year), names.index(name) + 1, int(day)))
    for name, day, year in re.findall(rf"\b({month}) (\d\d?), (\d{{4}})\b", text):
        found.add(dt.date(int(year), names.index(name) + 1, int(day)))
    return found


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("form", list(SurfaceForm))
def test_every_form_says_every_fact(form: SurfaceForm, complete: bool):
    for seed in range(60):
        case = draw(seed, complete=complete)
        text = surface(case, random.Random(seed), form)
        missing = [fact for fact in fact_strings(case) if fact not in text]
        assert not missing, f"seed {seed}: {missing}\n{text}"
        language: Language = "en" if form is SurfaceForm.JSON else case.language
        for number in filter(None, numbers(case, language=language)):
            assert re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", text), (seed, number, text)


@pytest.mark.parametrize("form", list(SurfaceForm))
def test_every_form_has_exactly_the_dates_of_the_case(form: SurfaceForm):
    for seed in range(60):
        case = draw(seed)
        text = surface(case, random.Random(seed), form)
        assert dates_in(text, case.language) == dates(case), f"seed {seed}\n{text}"


@pytest.mark.parametrize("form", list(SurfaceForm))
def test_no_number_comes_from_nowhere(form: SurfaceForm):
    for seed in range(40):
        case = draw(seed)
        known = set(re.findall(r"\d+", case.model_dump_json() + render_case(case).text))
        known |= {number.lstrip("0") for number in known}
        known |= {"10", "1", "3"}  # the names of ICD-10, C1 and 1. Fx, vitamin D3
        text = surface(case, random.Random(seed), form)
        assert set(re.findall(r"\d+", text)) <= known


def test_the_same_seed_gives_the_same_text():
    def texts() -> list[str]:
        randoms = [random.Random(seed) for seed in range(40)]
        return [surface(draw(n), rng, draw_form(rng)) for n, rng in enumerate(randoms)]

    assert texts() == texts()


def test_all_forms_are_drawn_and_differ():
    case = draw(1)
    randoms = [random.Random(seed) for seed in range(200)]
    texts = {surface(case, rng, draw_form(rng)) for rng in randoms}
    assert render_case(case).text in texts
    assert len(texts) > 100


def test_json_reads_back():
    for seed in range(30):
        case = draw(seed)
        text = surface(case, random.Random(seed), SurfaceForm.JSON)
        assert CaseDetails.model_validate(json.loads(text)) == case


def test_notes_stand_in_the_order_of_time():
    for seed in range(60):
        case = draw(seed)
        text = surface(case, random.Random(seed), SurfaceForm.NOTES)
        heads = [line[:24] for line in text.splitlines() if line]
        dated = [sorted(dates_in(head, case.language)) for head in heads]
        order = [found[0] for found in dated if found]
        assert order == sorted(order), text


def test_a_sentence_counts_its_cycles_in_words():
    ended = 0
    sentence = r"Systemic therapy with .* was completed|Die Systemtherapie mit .* wurde abgeschl"
    for seed in range(400):
        text = surface(draw(seed), random.Random(seed), SurfaceForm.NOTES)
        for line in (line for line in text.splitlines() if re.search(sentence, line)):
            ended += 1
            assert not re.search(r"\b\d+x", line)
    assert ended > 3


def test_only_what_comes_in_cycles_is_called_chemotherapy():
    called = 0
    for seed in range(400):
        case = draw(seed)
        for form in (SurfaceForm.FIELDS, SurfaceForm.NOTES, SurfaceForm.PARAGRAPH):
            text = surface(case, random.Random(seed), form).casefold()
            if re.search(r"\bchemo(therap(y|ie))?\b(?!/)|\bc1 [a-z5]", text):
                called += 1
                assert all(therapy.cycles for therapy in case.systemic), text
    assert called > 20


def test_a_dose_is_called_total_once():
    for seed in range(300):
        for form in (SurfaceForm.FIELDS, SurfaceForm.NOTES, SurfaceForm.PARAGRAPH):
            text = surface(draw(seed), random.Random(seed), form)
            assert not re.search(r"\btotal (total|[\d.]+ Gy per fraction)", text)


def test_no_german_phrase_wants_a_technique_in_another_case():
    """Techniques stand in the nominative: `MR-geführte Radiotherapie`."""
    for name, styles in load_phrases("surfaces", "de").items():
        for text in (text for texts in styles.values() for text in texts):
            assert not re.search(r"(mit|mittels|durch|per) \{technique\}", text), name


def test_a_case_with_hardly_a_fact_has_a_text():
    case = CaseDetails.model_validate({"patient": {"last_name": "Welter"}})
    for form in SurfaceForm:
        assert "Welter" in surface(case, random.Random(5), form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_phrases(language: Language):
    phrases = load_phrases("surfaces", language)
    for name, styles in load_phrases("surfaces", "en").items():
        assert phrases[name].keys() == styles.keys()
        assert all(phrases[name].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrasing_of_a_sentence_can_say_all_of_its_facts(language: Language):
    """Otherwise the phrasings that say less would only be used for poorer cases."""
    sentences = "patient diagnosis new_diagnosis surgery systemic_start systemic_end course_start"
    phrases = load_phrases("surfaces", language)
    words = {"RT", "Radiotherapy", "radiotherapy", "as_boost"}
    for name in f"{sentences} course_end course systemic".split():
        for texts in phrases[name].values():
            slots = {frozenset(re.findall(r"\{(\w+)\}", text)) - words for text in texts}
            assert len(slots) == 1, name
