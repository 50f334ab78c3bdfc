from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.prompt import Kind
from finetune import compare_cells, evaluate
from finetune.answers import Answer, Row
from finetune.cli import app
from finetune.compare import Comparison, Question, compared
from finetune.compare_cells import prepared, train_apart
from finetune.compare_report import comparison_report, says, write_comparison
from finetune.compare_run import CellResult, Result, compare
from finetune.config import load_config
from finetune.evaluate import Plan
from finetune.evaluation import Evaluation, evaluated
from finetune.evaluation_report import report
from index.errors import TrainingError

STEPS = {"run.steps": 30, "run.minutes": None, "run.warmup_steps": 5}
CONFIG = load_config("demo-summary", STEPS)
LONG = load_config("demo-summary", {**STEPS, "run.steps": 1500})
WORST = ("data-3", "on-town", "nf4", "4-bit")


class Trainer:
    """Leaves a card, as a training does, and fails where it is told to."""

    def __init__(self) -> None:
        self.trained: list[str] = []
        self.fails: dict[str, str] = {}

    def __call__(self, file: Path, say: Callable[[str], None]) -> str:
        config = load_config(str(file))
        assert config.output == file.parent
        self.trained.append(config.name)
        if config.name in self.fails:
            return self.fails[config.name]
        card = {"name": config.name, "steps": config.run.steps, "tokens": 7, "seconds": 60}
        hashes = dict.fromkeys(
            ("task", "base", "base_hash", "chat_template_hash", "prompt_version", "data"), ""
        )
        rest = {"date": "2026-01-02", "data_hash": "", "precision": "bfloat16", "config": {}}
        losses = {"final_loss": 0.5, "final_dev_loss": 0.25, "libraries": {}}
        (file.parent / "card.json").write_text(json.dumps({**card, **hashes, **rest, **losses}))
        return ""


@cache
def answered(models: tuple[str, ...], clinics: tuple[str, ...], cases: int) -> Evaluation:
    """Every model writes the clinics' own summaries, and the worst of them the half."""
    rows = [
        Row(
            prompt=f"{model} {number}",
            served=model,
            exemplars=0,
            target=trial.target(),
            answer=Answer(text[: len(text) // 2] if model in WORST else text, True, 9, 1.0),
        )
        for model in models
        for number, trial in enumerate(Plan(Kind.SUMMARY, cases, clinics=clinics).trials(0))
        for text in [trial.reference]
    ]
    return evaluated(rows)[0]


def run(
    folder: Path,
    comparison: Comparison,
    trainer: Trainer,
    shared: Mapping[str, Any] = STEPS,
    cases: int = 1,
) -> Result:
    def ask(adapters: Mapping[str, Path], answers: Path) -> Evaluation:
        assert answers.parent == folder
        return answered(tuple(adapters), comparison.tested, cases)

    return compare(comparison, "demo-summary", shared, folder, trainer, ask, lambda _: None)


@pytest.mark.parametrize(
    ("question", "values", "names", "changes"),
    [
        ("bits", "16,8,4", ["bf16", "int8", "nf4"], {"model.quantisation": "nf4"}),
        ("bits", " 4, 16", ["nf4", "bf16"], {"model.quantisation": "none"}),
        ("lora-vs-qlora", "yes", ["bf16", "nf4"], {"model.quantisation": "nf4"}),
        ("data", "500,1k,1.5K", ["data-1500", "data-1000", "data-500"], {"data.examples": 500}),
        (
            "institutions",
            "town,centre",
            ["on-all", "on-town", "on-centre"],
            {"data.clinic": "centre"},
        ),
    ],
)
def test_a_question_is_cells_that_differ_in_one_setting(
    question: str, values: str, names: list[str], changes: dict[str, Any]
) -> None:
    comparison = compared(Question(question), values, LONG)
    assert [cell.name for cell in comparison.cells] == names
    assert comparison.cells[-1].changes == changes
    assert len({tuple(cell.changes) for cell in comparison.cells}) == 1
    assert comparison.tested == (("town", "centre") if question == "institutions" else ("town",))


def test_the_configs_own_quantisation_is_the_q_of_qlora() -> None:
    paper = load_config("paper-llama3-8b-letters")
    cells = compared(Question.LORA_VS_QLORA, "yes", paper).cells
    assert [cell.label for cell in cells] == ["LoRA (bf16)", "QLoRA (int8)"]
    cells = compared(Question.INSTITUTIONS, "Hôpital A,B", paper).cells
    assert [cell.name for cell in cells] == ["on-all", "on-h-pital-a", "on-b"]
    assert cells[0].changes == {"data.institutions": ("Hôpital A", "B")}


@pytest.mark.parametrize(
    ("question", "values", "said"),
    [
        ("bits", "16,12", "'12' is none of 16, 8, 4"),
        ("bits", "8", "two or more different"),
        ("data", "1k,1000", "two or more different"),
        ("data", "1k,0", "'0' is no number"),
        ("data", "1k,1.5", "'1.5' is no number"),
        ("data", "1k,many", "'many' is no number"),
        ("data", "1k,30", "30 steps see 30 examples, fewer than the 1,000"),
    ],
)
def test_what_cannot_be_compared_is_said(question: str, values: str, said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        compared(Question(question), values, CONFIG)


def test_a_cells_file_is_its_config(tmp_path: Path) -> None:
    changes = {**STEPS, "data.clinic": "town+centre", "model.revision": 'a "b" \\ ü'}
    path = prepared("demo-summary", changes, tmp_path / "on-all")
    given = {**changes, "output": tmp_path / "on-all", "name": "on-all"}
    assert load_config(str(path)) == load_config("demo-summary", given)
    assert prepared("demo-summary", changes, tmp_path / "on-all") == path


def test_started_again_it_trains_what_is_missing(tmp_path: Path) -> None:
    trainer, bits = Trainer(), compared(Question.BITS, "16,8,4", CONFIG)
    trainer.fails = {"int8": "The GPU's memory is full."}
    first = run(tmp_path, bits, trainer)
    assert trainer.trained == ["bf16", "int8", "nf4"]
    assert [cell.left_out for cell in first.cells] == ["", "The GPU's memory is full.", ""]
    assert {row.model for row in first.evaluation.rows} == {"bf16", "nf4"}
    assert "| int8 | int8 | The GPU's memory is full. |" in comparison_report(first)
    trainer.trained.clear()
    trainer.fails.clear()
    second = run(tmp_path, bits, trainer)
    assert trainer.trained == ["int8"]
    assert not any(cell.left_out for cell in second.cells)
    # The same cells answer another question.
    trainer.trained.clear()
    run(tmp_path, compared(Question.LORA_VS_QLORA, "yes", CONFIG), trainer)
    assert trainer.trained == []


def test_cells_of_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    trainer, bits = Trainer(), compared(Question.BITS, "16,4", CONFIG)
    run(tmp_path, bits, trainer)
    other = {**STEPS, "run.steps": 60}
    with pytest.raises(TrainingError, match=r"bf16 was made with run\.steps 30, not 60"):
        run(tmp_path, bits, trainer, other)
    assert len(trainer.trained) == 2
    run(tmp_path / "new", bits, trainer, other)
    assert len(trainer.trained) == 4


def test_nothing_trained_is_an_error_that_says_why(tmp_path: Path) -> None:
    trainer = Trainer()
    trainer.fails = dict.fromkeys(("bf16", "nf4"), "There is no model in x.")
    with pytest.raises(TrainingError, match="There is no model in x"):
        run(tmp_path, compared(Question.BITS, "16,4", CONFIG), trainer)


@pytest.mark.parametrize(
    ("question", "values", "said", "plots"),
    [
        ("bits", "16,4", "nf4 − bf16, 10 cases: facts right -", ["bits"]),
        ("lora-vs-qlora", "yes", "QLoRA (nf4) − LoRA (bf16), 10 cases", ["lora-vs-qlora"]),
        ("data", "9,3", "3 examples − 9 examples, 10 cases: facts right -", ["data"]),
        (
            *("institutions", "town,centre", "town − all on centre en, 5 cases: facts right -"),
            ["institutions-facts-right", "institutions-rouge1"],
        ),
    ],
)
def test_what_came_of_it_is_told(
    question: str, values: str, said: str, plots: list[str], tmp_path: Path
) -> None:
    result = run(tmp_path, compared(Question(question), values, CONFIG), Trainer(), cases=5)
    told = next(line for line in says(result) if line.startswith(said))
    assert "), lower; invented" in told
    equal = [line for line in says(result) if line.startswith("centre − all")]
    assert all("facts right 0.0% (0.0% to 0.0%), no difference shown" in line for line in equal)
    write_comparison(result, tmp_path)
    files = {path.name for path in tmp_path.iterdir()}
    assert files >= {f"{plot}.{end}" for plot in plots for end in ("png", "svg")}
    read = Result.model_validate_json((tmp_path / f"{question}.json").read_text("utf-8"))
    assert read == result
    text = (tmp_path / f"{question}.md").read_text("utf-8")
    assert said in text
    if question == "institutions":
        row = "| town | 4"
        assert "| facts right: trained on, tested on | town en | town de | centre en |" in text
        assert any(line.startswith(row) for line in text.splitlines())


def test_one_house_in_one_language_is_not_told_twice() -> None:
    evaluation = answered(("data-9", "data-3"), ("centre",), 1)
    assert (evaluation.overall, evaluation.overall_differences) == ([], [])
    assert [row.institution for row in evaluation.rows] == ["centre"] * 2
    assert "institution" not in report(evaluation)


def test_answers_that_failed_are_told_first() -> None:
    evaluation = answered(("bf16", "nf4"), ("centre",), 1)
    failed = [row.model_copy(update={"failed": 3}) for row in evaluation.rows]
    cells = [CellResult(name=name, label=name) for name in ("bf16", "nf4")]
    told = evaluation.model_copy(update={"rows": failed})
    result = Result(question=Question.BITS, cells=cells, evaluation=told)
    assert comparison_report(result).startswith("- 6 prompts got no whole answer")
    result = Result(question=Question.BITS, cells=cells, evaluation=evaluation)
    assert "no whole answer" not in comparison_report(result)


def test_a_training_apart_tells_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    file = tmp_path / "nf4" / "cell.toml"
    file.parent.mkdir()
    file.write_text("steps = 3")
    monkeypatch.setattr(compare_cells, "_LOOK_S", 0.05)
    reason = train_apart(file, said.append)
    assert "steps is not a known key" in reason
    assert said[-1].startswith("nf4: ")
    for code, expected in (("print('50%')", ""), ("import os; os.kill(os.getpid(), 9)", "137")):
        monkeypatch.setattr(compare_cells, "_MAIN", code)
        assert expected in train_apart(file, said.append)
    assert "nf4: 50%" in said


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_cells, "train_apart", Trainer())

    def ask(settings: Any, models: Sequence[str], plan: Plan, *_: Any, **__: Any) -> Evaluation:
        assert list(settings.adapters) == list(models)
        return answered(tuple(models), plan.clinics, plan.cases)

    monkeypatch.setattr(evaluate, "evaluate", ask)
    given = ["compare", "demo-summary", "--out", str(tmp_path), "--cases", "1"]
    done = CliRunner().invoke(app, [*given, "--bits", "16,4", "--steps", "60", "--json"])
    assert done.exit_code == 0, done.output
    assert Result.model_validate_json(done.stdout).cells[1].name == "nf4"
    assert CliRunner().invoke(app, [*given, "--bits", "16,4", "--data", "1,2"]).exit_code == 2
    assert CliRunner().invoke(app, given).exit_code == 2
    by_the_clock = CliRunner().invoke(app, [*given, "--bits", "16,4"]).exception
    assert isinstance(by_the_clock, TrainingError)
    assert "--steps" in str(by_the_clock)
