"""Copying exercises: whatever is asked for stands in the prompt, in some spelling."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.pretraining.exercises import Difficulty, Skill, make_exercise, random_fields, tell
from finetune.pretraining.values import KINDS, Dose, phrasebook, random_value, written, written_date

EASY = Difficulty((1, 4), framed=0.0, examples=0.0)
HARD = Difficulty((3, 8), framed=1.0, examples=1.0)


@pytest.mark.parametrize("skill", Skill)
def test_same_seed_gives_the_same_exercise(skill):
    assert make_exercise(skill, HARD, Random(3)) == make_exercise(skill, HARD, Random(3))
    assert make_exercise(skill, HARD, Random(3)) != make_exercise(skill, HARD, Random(4))


@given(st.integers(0, 2**32), st.sampled_from(list(Skill)), st.sampled_from([EASY, HARD]))
def test_answers_end_the_conversation_and_hold_facts(seed, skill, difficulty):
    exercise = make_exercise(skill, difficulty, Random(seed))
    messages, answers = exercise.example.messages, exercise.example.answers
    assert answers[-1] == len(messages) - 1
    assert all(messages[i]["role"] == "assistant" for i in answers)
    assert all(m["content"].strip() for m in messages)
    assert exercise.facts


@given(st.integers(0, 2**32))
def test_lines_ask_for_nothing_but_what_the_prompt_has(seed):
    random = Random(seed)
    language = random.choice(("en", "de"))
    fields = random_fields(language, 4, random)
    text = tell(fields, "lines", language, "iso")
    for field in fields:
        assert f"{field.label}: {written(field.value, language, 'iso')}" in text.splitlines()
    assert len({f.label for f in fields}) == 4


def test_an_edit_changes_one_field_and_keeps_the_others():
    for seed in range(50):
        exercise = make_exercise(Skill.EDIT, EASY, Random(seed))
        *_, before, instruction, after = (m["content"] for m in exercise.example.messages)
        assert before != after
        assert instruction
        assert exercise.example.answers == (1, 3)


def test_example_blocks_stand_before_the_case_with_other_values():
    held = 0
    for seed in range(20):
        exercise = make_exercise(Skill.LINES, HARD, Random(seed))
        user = exercise.example.messages[1]["content"]
        examples, _, case = user.rpartition("</example>")
        assert examples.startswith("<example>\n")
        long = [fact for fact in exercise.facts if len(fact) > 12]
        assert not any(fact in examples for fact in long)
        held += len(long)
        assert "<case>" in case
    assert held


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_labels_and_a_written_form(language, kind):
    value = random_value(kind, language, Random(1))
    assert phrasebook()[language]["labels"][kind]
    assert written(value, language, "iso").strip()


@pytest.mark.parametrize(
    ("language", "form", "expected"),
    [
        ("en", "text", "4 March 2025"),
        ("en", "slash", "04/03/2025"),
        ("en", "month_first", "March 4, 2025"),
        ("de", "text", "4. März 2025"),
        ("de", "dots", "04.03.2025"),
        ("de", "short", "4.3.2025"),
        ("de", "iso", "2025-03-04"),
    ],
)
def test_dates_are_spelled_in_every_form(language, form, expected):
    assert written_date(dt.date(2025, 3, 4), language, form) == expected


def test_a_dose_has_a_point_in_english_and_a_comma_in_german():
    dose = random_value("dose", "en", Random(2))
    assert isinstance(dose, Dose)
    assert dose.total == dose.single * dose.count
    assert "," not in written(dose, "en", "iso")
    assert "." not in written(dose, "de", "iso")
