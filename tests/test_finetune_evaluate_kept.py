from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from served_fakes import FakeServing
from typer.testing import CliRunner

from assistant.client import Chunk
from assistant.draft import Ending, Usage
from assistant.prompt import Kind, Message
from assistant.settings import AssistantSettings
from finetune import evaluate as evaluating
from finetune.answers import ANSWERS, read_answers
from finetune.card import adapter_hash, hash_files
from finetune.cli import app
from finetune.clinic_pairs import ClinicExamples
from finetune.evaluate import Plan, evaluate, rescore
from finetune.evaluation import Evaluation
from finetune.evaluation_report import report, write_report
from finetune.pairs import Split, write_pairs
from index.errors import ModelError, ModelUnavailable, PromptTooLong, TrainingError

PLAN = Plan(Kind.SUMMARY, 5)
TIMEOUT = ModelUnavailable("The language model did not answer in time.")


class FakeServer(FakeServing):
    """A vLLM whose `letters` writes the clinic's own answer, and whose `base` a part of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.errors: dict[int, ModelError] = {}
        """By how many were asked before."""
        self.own = {
            trial.messages[-1]["content"]: trial.reference
            for count in (0, 1)
            for trial in PLAN.trials(count)
        }
        super().__init__(monkeypatch, evaluating)

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int
    ) -> AsyncIterator[Chunk]:
        number = len(self.asked)
        self.asked.append(model)
        if number in self.errors:
            raise self.errors[number]
        text = self.own.get(messages[-1]["content"], "Another letter.")
        yield Chunk(text if model == "letters" else text[: len(text) // 2], Ending.STOP)
        yield Chunk("", None, Usage(7, 42))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    return FakeServer(monkeypatch)


@pytest.fixture
def settings(tmp_path: Path) -> AssistantSettings:
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text("{}")
    served = {"letter_model": "base", "summary_model": "base"}
    return AssistantSettings(base_model=base, data_dir=tmp_path / "data", **served)


def run(
    settings: AssistantSettings, out: Path | None, models: Sequence[str] = ("base", "letters")
) -> Evaluation:
    plan = Plan(PLAN.task, PLAN.cases, exemplars=(0, 1))
    return evaluate(settings, models, plan, lambda _: None, out=out)


def test_a_grid_has_a_row_for_each_and_their_differences(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    found = run(settings, tmp_path / "out")
    assert len(server.asked) == 2 * 2 * 2 * PLAN.cases
    assert [(r.model, r.exemplars, r.language) for r in found.rows] == [
        (model, count, language)
        for model in ("base", "letters")
        for count in (0, 1)
        for language in ("en", "de")
    ]
    told = {(each.first, each.second) for each in found.differences}
    assert told == {
        ("base + 1 example", "base"),
        ("letters", "base"),
        ("letters + 1 example", "base + 1 example"),
        ("letters + 1 example", "letters"),
    }
    for each in found.differences:
        value, low, high = each.measures["facts_right"]
        assert low <= value <= high
        assert (low > 0) is (each.first.split()[0] != each.second.split()[0])
    text = report(found)
    assert "| letters − base | summary | en | 5 | +" in text
    assert "5 cases a row" in text
    assert "are made up" in text
    write_report(found, tmp_path / "out")
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {f"evaluation.{end}" for end in ("json", "md", "png", "svg")} <= files
    assert Evaluation.model_validate_json((tmp_path / "out/evaluation.json").read_text()) == found


def test_answers_that_are_there_are_not_asked_for_again(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    first = run(settings, tmp_path / "out", ["base"])
    path = tmp_path / "out" / ANSWERS
    lines = path.read_text("utf-8").splitlines(keepends=True)
    # Killed while the seventh answer was written.
    path.write_text("".join(lines[:6]) + lines[6][:50], "utf-8")
    server.asked.clear()
    assert run(settings, tmp_path / "out", ["base"]).rows[1].facts == first.rows[1].facts
    assert len(server.asked) == len(lines) - 6
    server.asked.clear()
    run(settings, tmp_path / "out")
    assert set(server.asked) == {"letters"}


def test_a_row_has_what_ratings_need_and_can_be_counted_again(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    found = run(settings, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / ANSWERS).read_text("utf-8").splitlines()]
    assert {row["model"] for row in rows} == {
        *("base", "base + 1 example", "letters", "letters + 1 example")
    }
    assert all(row["case"] and row["draft"] and row["case_id"] for row in rows)
    assert rows[-1]["scores"]["facts_right"] == 1
    server.asked.clear()
    assert rescore(tmp_path, lambda _: None) == found
    assert not server.asked
    result = CliRunner().invoke(app, ["evaluate", "--rescore", str(tmp_path), "--json"])
    assert result.exit_code == 0
    assert Evaluation.model_validate_json(result.stdout) == found


def test_what_fails_for_one_case_is_counted_and_the_rest_stays(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    server.errors = {0: TIMEOUT, 3: PromptTooLong("Too long.")}
    found = run(settings, tmp_path, ["letters"])
    assert [row.failed for row in found.rows] == [2, 0, 0, 0]
    assert found.rows[0].facts_right == pytest.approx(0.6, abs=0.25)
    assert found.rows[0].tokens == 42
    assert "| 5 (2 failed) |" in report(found)
    assert {r.answer.failure for r in read_answers(tmp_path)} == {"", TIMEOUT.what, "Too long."}
    # A timeout may pass, a prompt stays too long.
    server.asked.clear()
    server.errors = {}
    assert [row.failed for row in run(settings, tmp_path, ["letters"]).rows] == [1, 0, 0, 0]
    assert len(server.asked) == 1
    result = CliRunner().invoke(app, ["evaluate", "--rescore", str(tmp_path)])
    assert result.exit_code == 1


def test_a_server_that_refuses_or_is_gone_ends_it(
    server: FakeServer, settings: AssistantSettings
) -> None:
    server.errors = {2: ModelError("The server does not serve the model letters.")}
    with pytest.raises(ModelError, match="does not serve"):
        run(settings, None, ["letters"])
    server.errors = dict.fromkeys(range(100), TIMEOUT)
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        run(settings, None, ["letters"])


def test_another_models_answers_are_not_taken_for_its_own(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    run(settings, tmp_path / "out", ["base"])
    assert settings.base_model is not None
    (settings.base_model / "config.json").write_text('{"other": 1}')
    with pytest.raises(TrainingError, match="of another model base"):
        run(settings, tmp_path / "out", ["base"])


def test_an_evaluation_says_which_pairs_its_cases_are_of(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    folder, out = tmp_path / "pairs", tmp_path / "out"
    write_pairs(folder / "test.jsonl", ClinicExamples(Kind.SUMMARY, Split.TEST, 0, 4))
    told = evaluate(settings, ["base"], replace(PLAN, pairs=folder), lambda _: None, out=out)
    assert told.pairs == [hash_files([folder / "test.jsonl"])]
    assert rescore(out, lambda _: None).pairs == told.pairs
    assert evaluate(settings, ["base"], PLAN, lambda _: None).pairs == []


def test_an_evaluation_says_which_weights_it_is_of(
    server: FakeServer, settings: AssistantSettings, tmp_path: Path
) -> None:
    adapter = tmp_path / "letters"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text("{}")
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(bytes(5 << 20))
    known = settings.model_copy(update={"adapters": {"letters": adapter}})
    unknown = AssistantSettings(vllm_url="http://gpu:8000", data_dir=tmp_path / "data")
    plan = Plan(PLAN.task, 1)

    def asked(given: AssistantSettings, out: str) -> dict[str, str]:
        return evaluate(given, ["letters"], plan, lambda _: None, out=tmp_path / out).models

    told = asked(known, "out")
    assert told["letters"].split()[-1] == adapter_hash(adapter)
    assert rescore(tmp_path / "out", lambda _: None).models == told
    assert asked(unknown, "elsewhere") == {"letters": ""}
    # What a server elsewhere writes, or other weights, is not mixed into either.
    for given, out in ((unknown, "out"), (known, "elsewhere")):
        with pytest.raises(TrainingError, match="of another model letters"):
            asked(given, out)
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] = 1
    weights.write_bytes(data)
    with pytest.raises(TrainingError, match="of another model letters"):
        asked(known, "out")


@pytest.mark.parametrize(
    ("text", "told"), [(None, "There are no answers"), ("", "no answers"), ("{}\n", "line 1 is no")]
)
def test_a_folder_without_answers_is_refused(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / ANSWERS).write_text(text)
    with pytest.raises(TrainingError, match=told):
        rescore(tmp_path, lambda _: None)
