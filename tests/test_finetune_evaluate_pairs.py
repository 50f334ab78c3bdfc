from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.prompt import Kind
from finetune.answers import Answer
from finetune.clinic_pairs import ClinicExamples
from finetune.held_out import held_out_trials
from finetune.pairs import Example, Split, write_pairs
from finetune.scorecard import score
from index.errors import TrainingError


def folder(path: Path, *, kind: Kind = Kind.LETTER, **given: Any) -> Path:
    """A pairs folder as a hospital may have it; `given` stands in every row of test.jsonl."""
    for split in (Split.TRAIN, Split.TEST):
        examples = ClinicExamples(kind, split, 3, 12)
        write_pairs(path / f"{split}.jsonl", examples)
    rows = [json.loads(line) for line in (path / "test.jsonl").read_text("utf-8").splitlines()]
    lines = [json.dumps(row | given) for row in rows]
    (path / "test.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("task", "refine"), [(Kind.LETTER, False), (Kind.LETTER, True), (Kind.SUMMARY, False)]
)
def test_a_hospitals_own_answer_is_perfect(tmp_path: Path, task: Kind, refine: bool) -> None:
    trials = held_out_trials(folder(tmp_path, kind=task), task, 4, refine=refine)
    for language in ("en", "de"):
        own = [trial for trial in trials if trial.language == language]
        if not own:
            continue
        answers = [Answer(t.reference, True, 9, 1.0) for t in own]
        scores = score("letters", own, answers)
        assert (scores.facts_right, scores.carried, scores.invented, scores.omitted) == (1, 1, 0, 0)
        assert scores.facts["dose"][0] > 0
        assert scores.in_place is None
        assert scores.sections == (1 if task is Kind.LETTER else None)
        assert scores.forms == scores.changes == {}


def test_a_prompt_ends_before_the_answer_and_its_source_is_the_case(tmp_path: Path) -> None:
    examples = {
        example.messages[example.answers[0]]["content"]: example
        for example in ClinicExamples(Kind.LETTER, Split.TEST, 3, 12)
    }
    for trial in held_out_trials(folder(tmp_path), Kind.LETTER, 9):
        example = examples[trial.reference]
        asked = trial.messages[-1]["content"]
        assert trial.messages[-1]["role"] == "user"
        assert "<example>" not in asked
        assert f"<case>\n{trial.source}\n</case>" in asked
        assert example.messages[1]["content"].endswith(asked)
        assert trial.patient == example.patient


def test_a_change_asked_for_is_a_source_too(tmp_path: Path) -> None:
    for trial in held_out_trials(folder(tmp_path), Kind.LETTER, 9, refine=True):
        assert trial.refined
        assert trial.messages[-2]["role"] == "assistant"
        assert trial.source.endswith(trial.messages[-1]["content"])


def test_examples_are_the_pairs_own_or_other_patients_letters(tmp_path: Path) -> None:
    path = folder(tmp_path)
    learned = ClinicExamples(Kind.LETTER, Split.TRAIN, 3, 12)
    train = {example.messages[example.answers[0]]["content"] for example in learned}
    shown = held_out_trials(path, Kind.LETTER, 9, exemplars=2)
    assert all(len(trial.exemplars) == 2 for trial in shown)
    assert {text for trial in shown for text in trial.exemplars} & train
    for trial in shown:
        assert trial.messages[1]["content"].count("<example>") == 2
        assert trial.reference not in trial.exemplars
    assert held_out_trials(path, Kind.LETTER, 9, exemplars=2) == shown
    bare = held_out_trials(path, Kind.LETTER, 9)
    assert [t.case_id for t in bare] == [t.case_id for t in shown]


def test_institution_language_and_task_may_be_told(tmp_path: Path) -> None:
    path = folder(tmp_path, institution="North", language="de", task="letter")
    trials = held_out_trials(path, Kind.LETTER, 5)
    assert {(t.institution, t.language) for t in trials} == {("North", "de")}
    assert len(trials) == 5
    with pytest.raises(TrainingError, match=r"test\.jsonl holds no summary"):
        held_out_trials(path, Kind.SUMMARY, 5)


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path)
    both = next(iter(ClinicExamples(Kind.LETTER, Split.TEST, 3, 12)))
    write_pairs(path / "train.jsonl", [both])
    with pytest.raises(TrainingError, match="1 patients stand in both"):
        held_out_trials(path, Kind.LETTER, 5)
    once: list[Example] = [replace(both, messages=both.messages[:3], answers=(2,), patient="x")]
    write_pairs(path / "test.jsonl", once)
    with pytest.raises(TrainingError, match="holds no letter with a change"):
        held_out_trials(path, Kind.LETTER, 5, refine=True)
    with pytest.raises(TrainingError, match="can't be read"):
        held_out_trials(tmp_path / "nowhere", Kind.LETTER, 5)


def test_a_fact_in_other_words_counts_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    trials = held_out_trials(folder(tmp_path), Kind.LETTER, 9)
    trial = next(t for t in trials if t.language == "en" and " Gy" in t.reference)
    right = score("m", [trial], [Answer(trial.reference.replace(" Gy", "Gy"), True, 9, 1.0)])
    wrong = score("m", [trial], [Answer(trial.reference.replace(" Gy", "1 Gy"), True, 9, 1.0)])
    assert right.facts_right == 1
    assert wrong.facts["dose"][0] < right.facts["dose"][0]
    assert (wrong.invented or 0) > 0
