"""Three houses: each tells its cases in full, in its own way, and is read back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.check import Status, check
from assistant.prompt import Kind
from finetune.clinic.archive import write_archive
from finetune.clinic.cases import draw_case
from finetune.clinic.clinics import CENTRE, CLINICS, UNIVERSITY, Clinic
from finetune.clinic.fact_groups import apart, letter_groups, summary_groups
from finetune.clinic.facts import absent, missing_facts, summary_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.refinements import draw_refinement
from finetune.clinic.summaries import write_summary
from finetune.clinic_pairs import ClinicExamples, author_style, draw_style
from finetune.pairs import Split
from finetune.scores import rouge
from index.case_text import render_case
from index.errors import TrainingError
from index.letter import LETTER_PARTS, Language
from index.sections import split_sections

HOUSES: list[tuple[Clinic, Language]] = [(c, each) for c in CLINICS for each in c.languages]
EACH_HOUSE = pytest.mark.parametrize(("clinic", "language"), HOUSES)


@EACH_HOUSE
def test_letters_tell_their_case_in_full_through_refinements(clinic: Clinic, language: Language):
    for seed in range(20):
        rng = random.Random(seed)
        details, options = draw_case(rng, language, clinic=clinic), LetterOptions()
        style = author_style(details, clinic) or draw_style(rng, clinic)
        for _ in range(3):
            sections = write_letter(details, style, seed, options, clinic)
            letter, summary = letter_text(sections), write_summary(details, seed, clinic)
            assert missing_facts(letter, details, options, clinic) == ()
            assert apart(letter, letter_groups(details, options, clinic)) == ()
            assert absent(summary, summary_facts(details, clinic)) == ()
            assert apart(summary, summary_groups(details, clinic)) == ()
            read = split_sections(letter, language)
            assert [(p.kind.part, p.heading.strip(), p.text.strip()) for p in read] == [
                (part.kind, part.heading, part.text) for part in sections
            ]
            change = draw_refinement(details, options, rng, language, clinic)
            details, options = change.details, change.options


@EACH_HOUSE
def test_the_assistants_check_has_nothing_to_say(clinic: Clinic, language: Language):
    for seed in range(8):
        rng = random.Random(f"checked {seed}")
        details = draw_case(rng, language, complete=True, clinic=clinic)
        style = author_style(details, clinic) or draw_style(rng, clinic)
        sections = write_letter(details, style, seed, clinic=clinic)
        assert {section.kind for section in sections} == set(LETTER_PARTS)
        ledger = check(render_case(details).text, letter_text(sections), ())
        assert [f for f in ledger.findings if f.status is not Status.SUPPORTED] == []


@pytest.mark.parametrize("other", [UNIVERSITY, CENTRE])
def test_houses_differ_far_more_than_a_houses_own_letters(other: Clinic):
    (language,) = other.languages
    for seed in range(10):
        details = draw_case(random.Random(seed), language, complete=True)
        first, second = (letter_text(write_letter(details, "prose", n)) for n in (1, 2))
        style = other.styles[0]
        theirs = letter_text(write_letter(details, style, 1, clinic=other))
        assert rouge(first, theirs).rouge2 < rouge(first, second).rouge2 - 0.1


def test_dates_and_grades_are_the_houses_own():
    english = letter_text(
        write_letter(draw_case(random.Random(4), "en", complete=True), "list", 1, clinic=CENTRE)
    )
    german = letter_text(
        write_letter(
            draw_case(random.Random(4), "de", complete=True), "prose", 1, clinic=UNIVERSITY
        )
    )
    assert "(grade " in english
    assert "\n1. " in english
    assert english.startswith("Thornbridge Cancer Centre\n")
    assert "(CTCAE Grad " in german
    assert all(f"\n\n{title}:\n" in german for title in ("Anamnese", "Beurteilung", "Procedere"))


def test_examples_of_several_clinics_take_turns_and_have_other_patients():
    both = ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 6, clinic="university+centre")
    texts = [example.messages[-1]["content"] for example in both]
    assert ["Universitätsklinikum" in text for text in texts] == [True, False] * 3
    town = ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 6)
    assert not {e.patient for e in both} & {e.patient for e in town}


@pytest.mark.parametrize(
    ("clinic", "languages", "said"),
    [("county", ("en",), "No demo clinic 'county'"), ("centre", ("de",), "no letters in de")],
)
def test_a_clinic_that_is_not_there_is_named(
    clinic: str, languages: tuple[Language, ...], said: str
):
    with pytest.raises(TrainingError, match=said):
        ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 6, languages, clinic)


def test_every_clinic_has_an_archive(tmp_path: Path):
    write_archive(tmp_path / "letters", per_language=5, clinic="university")
    files = sorted((tmp_path / "letters").rglob("*.txt"))
    assert len(files) == 5
    assert all("Universitätsklinikum" in file.read_text("utf-8") for file in files)
