from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.client import Chunk
from assistant.draft import Ending, Usage
from assistant.prompt import Kind, Message
from finetune import demo_recipe
from finetune.answers import Answer
from finetune.asking import ask
from finetune.cli import app
from finetune.clinic.clinics import CLINICS, TOWN, clinic_named
from finetune.clinic.refinements import KINDS
from finetune.clinic.surfaces import SurfaceForm
from finetune.evaluate import Plan
from finetune.evaluation import Evaluation
from finetune.evaluation_tables import markdown
from finetune.pairs import Split, split_of
from finetune.scorecard import score
from finetune.trials import Trial, draw_trials
from index.errors import TrainingError
from index.letter import Language

TRIALS = int(os.environ.get("EPIKRISE_TRIALS", "40"))
"""Changes asked for of each kind and language; 120 for a long run."""

LETTERS = draw_trials(Kind.LETTER, "de", 6)


def answers(texts: Sequence[str], *, stopped: bool = True) -> list[Answer]:
    return [Answer(text, stopped, 100, 1.0) for text in texts]


class FakeClient:
    """Gives every prompt's own answer in pieces, and remembers how many were under way."""

    def __init__(self, by_prompt: dict[str, str], finish: Ending = Ending.STOP) -> None:
        self.by_prompt = by_prompt
        self.finish = finish
        self.open = self.most_open = 0

    async def stream(
        self, model: str, messages: Sequence[Message], max_tokens: int
    ) -> AsyncIterator[Chunk]:
        assert (model, max_tokens) == ("letters", 900)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        text = self.by_prompt[messages[-1]["content"]]
        yield Chunk(text[:10])
        yield Chunk(text[10:], self.finish)
        yield Chunk("", None, Usage(7, 42))
        self.open -= 1


def test_trials_are_the_same_for_every_model_and_of_unseen_patients() -> None:
    assert draw_trials(Kind.LETTER, "de", 2) == LETTERS[:2]
    for trial in LETTERS:
        names = [fact.text for fact in trial.facts if fact.kind == "patient_name"]
        assert [split_of(name.split()[-1]) for name in names] == [Split.TEST]
        assert trial.messages[-1]["role"] == "user"
        assert trial.reference not in trial.messages[1]["content"]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("clinic", [each.name for each in CLINICS if each is not TOWN])
def test_every_clinics_own_answers_are_right(kind: Kind, clinic: str) -> None:
    plan = Plan(kind, 2, clinics=(clinic, TOWN.name))
    own = [trial for trial in plan.trials(0) if trial.institution == clinic]
    assert {trial.language for trial in own} == set(clinic_named(clinic).languages)
    written = answers([trial.reference for trial in own])
    scores = score("m", own, written)
    assert (scores.facts_right, scores.in_place, scores.invented) == (1, 1, 0)
    others = {trial.patient for trial in plan.trials(0) if trial.institution != clinic}
    assert not others & {trial.patient for trial in own}
    with pytest.raises(TrainingError, match="No demo clinic 'county'"):
        Plan(kind, 2, clinics=("county",)).trials(0)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("refine", [False, True])
def test_the_clinics_own_answer_is_perfect(kind: Kind, language: Language, refine: bool) -> None:
    trials = draw_trials(
        kind, language, 8, refine=refine, exemplars=1 if kind is Kind.LETTER else 0
    )
    scores = score("letters", trials, answers([t.reference for t in trials]))
    assert (scores.facts_right, scores.in_place) == (1, 1)
    assert (scores.stopped, scores.exact, scores.rouge1, scores.rouge_l) == (1, 1, 1, 1)
    assert scores.sections == (1 if kind is Kind.LETTER else None)
    assert (scores.invented, scores.leaked) == (0, 0)


def test_a_wrong_date_is_missing_and_invented() -> None:
    trial = next(t for t in LETTERS if any(f.kind == "birth_date" for f in t.facts))
    born = next(f.text for f in trial.facts if f.kind == "birth_date")
    wrong = trial.reference.replace(born, "01.01.1901")
    right = score("m", [trial], answers([trial.reference]))
    scores = score("m", [trial], answers([wrong]))
    assert scores.facts["birth_date"] == (0, 1)
    assert scores.facts["patient_name"] == (1, 1)
    assert scores.invented > right.invented == 0
    assert scores.exact == 0


def test_facts_in_each_others_place_are_right_but_not_in_place() -> None:
    trial = next(t for t in LETTERS if {"greeting", "closing"} <= {g.kind for g in t.groups})
    to, by = (f.text for f in trial.facts if f.kind in {"referrer", "author"})
    wrong = trial.reference.replace(to, "X").replace(by, to).replace("X", by)
    scores = score("m", [trial], answers([wrong]))
    assert scores.facts_right == 1
    assert scores.in_place == pytest.approx(1 - 2 / len(trial.groups))


def test_json_is_the_canonical_lines_to_a_model() -> None:
    trials = draw_trials(Kind.SUMMARY, "en", 40)
    written = {trial.form for trial in trials}
    assert SurfaceForm.JSON in written
    seen = score("m", trials, answers([""] * len(trials))).forms
    assert set(seen) == written - {SurfaceForm.JSON}
    assert sum(n for _, n in seen.values()) == sum(len(t.facts) for t in trials)


def test_facts_are_counted_by_the_form_of_the_case_too() -> None:
    scores = score("m", LETTERS, answers([t.reference for t in LETTERS[:-1]] + [""]))
    last = LETTERS[-1]
    assert last.form is not SurfaceForm.JSON
    right, expected = scores.forms[last.form]
    assert expected - right == len(last.facts)
    assert sum(n for _, n in scores.forms.values()) == sum(len(t.facts) for t in LETTERS)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_right_answer_has_made_the_change_and_the_draft_has_not(
    kind: Kind, language: Language
) -> None:
    trials = draw_trials(kind, language, TRIALS, refine=True)
    done = score("m", trials, answers([t.reference for t in trials]))
    assert all(made == asked for made, asked in done.changes.values())
    drafts = [t.messages[-2]["content"] for t in trials]
    idle = score("m", trials, answers(drafts))
    assert all(made == 0 for made, _ in idle.changes.values())
    assert sum(asked for _, asked in idle.changes.values()) == TRIALS


def test_every_change_is_asked_of_letters_and_of_summaries_those_they_can_have() -> None:
    letters, summaries = (
        {t.change.kind: t.change for t in draw_trials(kind, "en", 120, refine=True) if t.change}
        for kind in Kind
    )
    assert set(letters) == set(KINDS)
    of_letters = {"short_history", "brief", "formal", "omit_medication", "address", "sign"}
    assert set(summaries) == set(KINDS) - of_letters - {"sentence"}
    assert all(f.kind != "dictated" for change in summaries.values() for f in change.brought)


def test_a_fact_of_an_exemplar_is_leaked() -> None:
    trial = draw_trials(Kind.LETTER, "de", 1, exemplars=2)[0]
    dates = re.findall(r"\b\d\d\.\d\d\.\d{4}\b", trial.exemplars[0])
    leaked = next(date for date in dates if date not in trial.source)
    scores = score("m", [trial], answers([f"{trial.reference}\nAm {leaked}."]))
    assert (scores.leaked, scores.exemplars, scores.refined) == (1, 2, False)
    assert "| m | letter | de | 1 | 2 | 100.0% |" in markdown([scores])


def test_a_letter_cut_off_lacks_parts() -> None:
    scores = score("m", LETTERS, answers([t.reference[:300] for t in LETTERS], stopped=False))
    assert scores.sections == 0
    assert scores.stopped == 0
    assert scores.facts_right < 0.6


async def test_answers_come_in_the_trials_order_and_not_all_at_once() -> None:
    client = FakeClient({t.messages[-1]["content"]: t.reference for t in LETTERS})
    got = await ask(client, "letters", LETTERS, room=900, at_once=2)  # a fake, not a ModelClient
    assert [a.text for a in got] == [t.reference for t in LETTERS]
    assert all(a.stopped and a.tokens == 42 for a in got)
    assert client.most_open <= 2


async def test_an_answer_out_of_room_did_not_stop() -> None:
    client = FakeClient({t.messages[-1]["content"]: t.reference for t in LETTERS}, Ending.LENGTH)
    got = await ask(client, "letters", LETTERS[:1], room=900, at_once=1)
    assert not got[0].stopped


def test_markdown_has_a_row_a_model_and_every_kind() -> None:
    trial: Trial = LETTERS[0]
    rows = [score(name, [trial], answers([trial.reference])) for name in ("base", "letters")]
    table = markdown(rows)
    assert "| cases | examples | facts right | in place |" in table
    assert "| letters | letter | de | 1 | 0 | 100.0% | 100.0% |" in table
    assert "| base letter de | letters letter de |" in table
    lines = table.splitlines()
    assert all(f"| {fact.kind} |" in table for fact in trial.facts)
    assert len({line.count("|") for line in lines[:4]}) == 1


def test_the_command_line_knows_its_commands() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    for command in ("pairs", "preflight", "train", "evaluate", "demo"):
        assert command in shown


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--base", "b", "--adapter", "letters"], "'letters' is not NAME=FOLDER."),
        (["--base", "b", "--adapter", "=letters"], "'=letters' is not NAME=FOLDER."),
        (["--adapter", "letters=a"], "It needs --base too."),
    ],
)
def test_an_adapter_that_cannot_be_served_is_refused(given: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", "--model", "letters", *given])
    assert result.exit_code == 2
    assert "--adapter" in result.output
    assert told in result.output


class FakeRecipe:
    """Stands in for pre-training, training and serving, and remembers what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[list[str], Plan]] = []
        for name in ("pretrain", "train", "evaluate"):
            monkeypatch.setattr(demo_recipe, name, getattr(self, name))

    def pretrain(self, config: object, work: Path, *, resume: bool) -> Path:
        (work / "model").mkdir(parents=True)
        (work / "model" / "config.json").write_text("{}")
        (work / "log.jsonl").write_text("losses")
        return work / "model"

    def train(self, config: Any, **_: object) -> None:
        assert config.model.base.name == "base"

    def evaluate(
        self, settings: object, models: list[str], plan: Plan, *_: object, own: bool
    ) -> Evaluation:
        self.asked.append((models, plan))
        rows = [score(name, LETTERS[:1], answers([""])) for name in models]
        return Evaluation(rows=rows, differences=[], made_up=True)


def test_the_demos_base_keeps_its_log_and_is_asked_for_letters_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recipe = FakeRecipe(monkeypatch)
    torn = tmp_path / "base.part"
    torn.mkdir()
    (torn / "half").touch()
    table = demo_recipe.make_demo(tmp_path, share=0.01, cases=3, say=lambda _: None)
    assert {p.name for p in (tmp_path / "base").iterdir()} == {"config.json", "log.jsonl"}
    assert not torn.exists()
    assert recipe.asked == [
        (["base", "letters"], Plan(Kind.LETTER, 3)),
        (["summary"], Plan(Kind.SUMMARY, 3)),
    ]
    assert "| base | letter |" in table


def test_a_base_cut_off_while_it_was_copied_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    FakeRecipe(monkeypatch)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copy", killed)
        with pytest.raises(KeyboardInterrupt):
            demo_recipe.make_demo(tmp_path, share=0.01, cases=3, say=lambda _: None)
    assert not (tmp_path / "base").exists()
