"""A training's report: one file with all that is known of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from run_fakes import sample, write_run
from typer.testing import CliRunner

from finetune.cli import app
from finetune.evaluation import Evaluation
from finetune.runs.report import write_report
from finetune.scorecard import Scores
from index.errors import TrainingError

HOSTILE = "<script>alert(1)</script>"


def scores(model: str) -> Scores:
    nothing = dict.fromkeys(
        ("in_place", "sections", "exact", "rouge1", "rouge2", "rouge_l", "chrf", "length", "tokens")
    )
    return Scores(
        model=model,
        task="letter",
        language="en",
        trials=12,
        exemplars=2,
        facts={},
        forms={},
        changes={},
        facts_right=0.915,
        invented=0.02,
        leaked=0,
        carried=None,
        wrong=None,
        omitted=None,
        stopped=None,
        seconds=None,
        failed=0,
        intervals={"facts_right": (0.88, 0.95)},
        **nothing,
    )


def evaluate(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    evaluation = Evaluation(rows=[scores(HOSTILE)], differences=[], made_up=False)
    (folder / "evaluation.json").write_text(evaluation.model_dump_json())
    (folder / "evaluation.svg").write_text("<svg/>")
    return folder


def test_a_report_needs_no_other_file_and_text_stays_text(tmp_path: Path) -> None:
    samples = (
        sample(20, case="first", right=2),
        sample(100, case="best", text=HOSTILE),
        sample(100, case="worst", right=1, text=f"{HOSTILE}</pre>"),
        sample(100, case="middling", right=4, text="a middling text"),
    )
    write_run(tmp_path / "a", name="letters", at=100, finished=True, samples=samples)
    evaluate(tmp_path / "a" / "evaluation")
    html = write_report(tmp_path / "a").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "</pre>&lt;" not in html
    assert "default-src 'none'" in html
    sources = re.findall(r'(?:src|href)="([^"]{5})', html)
    assert sources == ["data:"] * 5  # four curves and the evaluation's plot
    for told in (
        "Training of letters",
        "da7a" * 16,
        "ba5e" * 16,
        "run.learning_rate</th><td>1e-05",
        "Best by facts at step 100: best",
        "Worst by facts at step 100: worst",
        "<td>20</td><td>1</td><td>20%</td>",
        "&lt;script&gt;alert(1)&lt;/script&gt; + 2 examples",
        "91.5% (88.0% to 95.0%)",
        "12 cases a row",
    ):
        assert told in html, told
    assert "middling text" not in html


def test_a_report_of_a_run_that_goes_on_says_so(tmp_path: Path) -> None:
    write_run(tmp_path / "a", at=25)
    html = write_report(tmp_path / "a").read_text(encoding="utf-8")
    assert "cut off, 25% done" in html
    assert "none yet" in html
    assert "Samples are no substitute" in html
    (tmp_path / "a" / "log.jsonl").write_text("")
    assert "Nothing was logged yet." in write_report(tmp_path / "a").read_text(encoding="utf-8")


RUN = CliRunner()


def test_the_command_takes_up_an_evaluation(tmp_path: Path) -> None:
    write_run(tmp_path / "a", at=50)
    result = RUN.invoke(app, ["report", str(tmp_path / "a"), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["steps"] == 50
    place = evaluate(tmp_path / "elsewhere")
    result = RUN.invoke(app, ["report", str(tmp_path / "a"), "--evaluation", str(place)])
    assert result.stdout.strip() == str(tmp_path / "a" / "report.html")
    assert "91.5%" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none"], "no training in"),
        (["a", "--evaluation", "b"], "no evaluation in"),
        (["a", "--evaluation", "broken"], "can't be read"),
    ],
)
def test_what_is_missing_is_named(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "a", at=5)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "evaluation.json").write_text("{}")
    result = RUN.invoke(app, ["report", *words])
    assert isinstance(result.exception, TrainingError)
    assert result.exception.exit_code == 2
    with pytest.raises(TrainingError, match=said):
        raise result.exception
    assert not (tmp_path / "a" / "report.html").exists()
