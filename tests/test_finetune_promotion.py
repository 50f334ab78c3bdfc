"""Which adapter may write, and what becomes of its folder."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from promotion_cases import (
    FakeVllm,
    make_case,
    read_evaluation,
    row,
    running_at,
    write_evaluation,
)

from assistant.promoted import AS_THE_WHOLE, Act, Promoted
from assistant.prompt import Kind
from assistant.settings import AssistantSettings
from finetune.card import Card, hash_files
from finetune.promotion import Outcome, Wanted, promote, shelf
from finetune.promotion.back import SETTINGS, Whose, roll_back
from finetune.promotion.bars import check_bars
from finetune.promotion.candidate import read_candidate
from finetune.scorecard import Scores
from finetune.settings import FinetuneSettings
from index.errors import Busy, ModelError, SettingsError, TrainingError

BARS = FinetuneSettings()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_case(tmp_path_factory.mktemp("made"))


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "case")


class Trail:
    """What would stand in the audit trail."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self.broken = False

    @contextmanager
    def __call__(self, action: str, name: str, sha256: str) -> Generator[None]:
        if self.broken:
            raise TrainingError("The database is full.")
        yield
        self.rows.append((action, name, sha256))


@pytest.fixture
def trail() -> Trail:
    return Trail()


def wanted(case: Path, **changes: Any) -> Wanted:
    given = Wanted(
        adapter=case / "adapter",
        evaluation=case / "evaluation",
        base=case / "base",
        kind=Kind.LETTER,
        department="",
        by="ada",
        pairs=case / "pairs",
        without_server=True,
        examples=True,
    )
    return replace(given, **changes)


def settings(case: Path, **changes: Any) -> AssistantSettings:
    return AssistantSettings(base_model=case / "base", **NAMED, data_dir=case / "data", **changes)


NAMED = {"letter_model": "base", "summary_model": "base"}


def quiet(_: str) -> None:
    pass


def tried(
    case: Path, trail: Trail, given: AssistantSettings | None = None, **changes: Any
) -> Outcome:
    return promote(wanted(case, **changes), given or settings(case), BARS, trail, quiet)


def failed(outcome: Outcome) -> list[str]:
    return [check.line for check in outcome.failed]


# --- bars


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"patients": 49}, ["49 patients; the bar is 50"]),
        ({"facts_right": 0.91}, ["facts right 91.0%, at the lower end 89.0%; the bar is 90.0%"]),
        ({"facts_right": None}, ["facts right: nothing could be counted"]),
        ({"sections": 0.93}, ["all parts 93%, at the lower end 89%; the bar is 90%"]),
        ({"invented": 0.025}, ["invented 2.5%, at the upper end 3.5%; the bar is 3.0%"]),
        ({"wrong": 0.45}, ["wrong a letter 0.45, at the upper end 0.55; the bar is 0.50"]),
        # All of 60 end by themselves, and up to one in 20 may not; of 20 one in seven.
        ({"patients": 60, "stopped": 1.0}, []),
        ({"patients": 20}, ["20 patients;", "stopped 100%, at the lower end 85%; the bar is 90%"]),
        ({"leaked": 12, "exemplars": 2}, ["leaked a letter 0.20"]),
        ({"leaked": 12, "exemplars": 0}, []),
    ],
)
def test_a_bar_is_held_against_the_end_that_counts(
    changes: dict[str, Any], told: list[str]
) -> None:
    own = row(**{name: value for name, value in changes.items() if value is not None})
    own = own.model_copy(update={name: None for name, value in changes.items() if value is None})
    rows = [own, row(exemplars=0 if own.exemplars else 2)]
    lines = [c.line for c in check_bars(rows, BARS, examples=True) if not c.passed]
    assert len(lines) == len(told)
    for line, part in zip(lines, told, strict=True):
        assert part in line


@pytest.mark.parametrize(
    ("rows", "languages", "told"),
    [
        ([row()], (), ["no letters with examples"]),
        ([row(exemplars=2)], (), ["no letters without examples"]),
        ([row(), row(exemplars=2), row(language="de")], (), ["de: no letters with examples"]),
        ([row(), row(exemplars=2), row(language="de", patients=3)], ("en",), []),
        ([row(), row(exemplars=1)], ("en", "de"), ["de: no letters without", "de: no letters w"]),
    ],
)
def test_what_the_product_sends_has_to_be_evaluated(
    rows: list[Scores], languages: tuple[str, ...], told: list[str]
) -> None:
    bars = BARS.model_copy(update={"bar_languages": languages})
    lines = [c.line for c in check_bars(rows, bars, examples=True) if not c.passed]
    assert len(lines) == len(told)
    for line, part in zip(lines, told, strict=True):
        assert line.startswith(part) or part in line


def test_a_summary_has_no_parts_and_a_product_without_examples_needs_none() -> None:
    rows = [row(task="summary", sections=0.5)]
    checks = list(check_bars(rows, BARS, examples=False))
    assert all(check.passed for check in checks)
    assert "sections" not in {check.name for check in checks}


def test_languages_are_read_as_they_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIKRISE_FINETUNE_BAR_LANGUAGES", "de, en")
    assert FinetuneSettings.read().bar_languages == ("de", "en")
    monkeypatch.setenv("EPIKRISE_FINETUNE_BAR_LANGUAGES", "de,fr")
    with pytest.raises(SettingsError, match="BAR_LANGUAGES"):
        FinetuneSettings.read()


# --- what fits what is served


def test_a_good_adapter_is_copied_approved_and_writes(case: Path, trail: Trail) -> None:
    before = (case / "adapter" / "card.json").read_bytes()
    found = tried(case, trail)
    assert failed(found) == []
    day = dt.datetime.now(dt.UTC).date()
    weights = read_candidate(case / "adapter", case / "evaluation", Kind.LETTER).weights
    assert found.name == f"letters-{day}-{weights[:8]}"
    place = case / "data" / "adapters" / found.name
    files = {path.name for path in place.iterdir()}
    assert files == {
        "adapter_model.safetensors",
        "adapter_config.json",
        "card.json",
        "evaluation.json",
    }
    approval = Card.model_validate_json((place / "card.json").read_text()).approval
    assert approval is not None
    assert (approval.by, approval.served) == ("ada", None)
    assert any("at the lower end 95.0%; the bar is 90.0%" in line for line in approval.passed)
    assert Promoted(case / "data").model(Kind.LETTER) == found.name
    assert trail.rows == [("adapter.promoted", found.name, hash_files([place / "card.json"]))]
    assert (case / "adapter" / "card.json").read_bytes() == before


def test_the_same_adapter_again_has_another_name(case: Path, trail: Trail) -> None:
    first = tried(case, trail)
    again = tried(case, trail, department="Brachytherapy")
    assert again.name == f"{first.name}-2"
    promoted = Promoted(case / "data")
    assert promoted.model(Kind.LETTER) == first.name
    assert promoted.model(Kind.LETTER, "brachytherapy") == again.name


def other_base(case: Path) -> None:
    (case / "base" / "more.safetensors").write_bytes(b"weights")


def other_template(case: Path) -> None:
    (case / "base" / "chat_template.jinja").write_text("{{ messages }}")


def other_prompt(case: Path) -> None:
    card = Card.model_validate_json((case / "adapter" / "card.json").read_text())
    text = card.model_copy(update={"prompt_version": "v0"}).model_dump_json()
    (case / "adapter" / "card.json").write_text(text)


def test_a_name_that_leads_elsewhere_is_refused(case: Path, trail: Trail) -> None:
    path = case / "adapter" / "card.json"
    card = Card.model_validate_json(path.read_text())
    path.write_text(card.model_copy(update={"name": "../letters"}).model_dump_json())
    with pytest.raises(TrainingError, match="no name for an adapter"):
        tried(case, trail)


def other_weights(case: Path) -> None:
    path = case / "adapter" / "adapter_model.safetensors"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def demo_cases(case: Path) -> None:
    found = read_evaluation(case)
    write_evaluation(case, found.model_copy(update={"made_up": True}))


def other_pairs(case: Path) -> None:
    found = read_evaluation(case)
    write_evaluation(case, found.model_copy(update={"pairs": ["those of another house"]}))


def changes_only(case: Path) -> None:
    found = read_evaluation(case)
    rows = [each.model_copy(update={"refined": True}) for each in found.rows]
    write_evaluation(case, found.model_copy(update={"rows": rows}))


def bad_facts(case: Path) -> None:
    found = read_evaluation(case)
    rows = [row(facts_right=0.5), *found.rows[1:]]
    write_evaluation(case, found.model_copy(update={"rows": rows}))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (other_base, ["the base's weights: trained on", "on another base than is served"]),
        (other_template, ["the base's chat template: trained on"]),
        (other_prompt, ["the prompt's version: trained on v0, served is v"]),
        (other_weights, ["is no evaluation of these weights"]),
        (demo_cases, ["evaluate with your own --pairs"]),
        (other_pairs, ["evaluate with the same --pairs"]),
        (changes_only, ["has no row of this adapter"]),
        (bad_facts, ["facts right 50.0%"]),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_done(
    case: Path, trail: Trail, spoil: Any, told: list[str]
) -> None:
    spoil(case)
    found = tried(case, trail)
    assert found.name == ""
    lines = failed(found)
    assert len(lines) == len(told)
    for line, part in zip(lines, told, strict=True):
        assert part in line
    assert not (case / "data" / "adapters").exists()
    assert trail.rows == []


def test_a_rank_above_what_is_served_is_refused(case: Path, trail: Trail) -> None:
    found = tried(case, trail, settings(case, max_lora_rank=2))
    assert failed(found) == ["rank 4; served up to 2 (EPIKRISE_ASSISTANT_MAX_LORA_RANK)"]


def test_a_template_that_vllm_is_given_counts(case: Path, trail: Trail) -> None:
    other = case / "other.jinja"
    other.write_text("{{ messages }}")
    found = tried(case, trail, settings(case, vllm_args=f"--chat-template={other}"))
    assert [line[:24] for line in failed(found)] == ["the base's chat template"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": Kind.SUMMARY}, "--task letter"),
        ({"adapter": Path("nowhere")}, "There is no adapter_model.safetensors"),
        ({"evaluation": Path("nowhere")}, "--evaluation"),
        ({"pairs": None, "without_server": False}, "Name their folder: --pairs"),
    ],
)
def test_what_can_t_be_used_is_one_line(
    case: Path, trail: Trail, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(TrainingError, match=says):
        tried(case, trail, **changes)


def test_without_a_server_it_has_to_be_said(case: Path, trail: Trail) -> None:
    assert "--without-server" in failed(tried(case, trail, without_server=False))[0]


def test_two_promotions_wait_for_each_other(case: Path, trail: Trail) -> None:
    with shelf.claimed(case / "data" / "adapters"), pytest.raises(Busy):
        tried(case, trail)


def test_a_full_disk_leaves_nothing(
    case: Path, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "_sync", full)
    with pytest.raises(TrainingError, match="No space left"):
        tried(case, trail)
    assert [path.name for path in (case / "data" / "adapters").iterdir()] == [".lock"]


def test_a_trail_that_can_t_be_written_leaves_nothing(case: Path, trail: Trail) -> None:
    trail.broken = True
    with pytest.raises(TrainingError, match="full"):
        tried(case, trail)
    assert [path.name for path in (case / "data" / "adapters").iterdir()] == [".lock"]


# --- with a server


@pytest.fixture
def vllm(case: Path) -> FakeVllm:
    return FakeVllm(case / "base")


@pytest.mark.loopback
def test_a_running_server_is_compared_and_given_it(
    case: Path, trail: Trail, vllm: FakeVllm
) -> None:
    with running_at(vllm) as server:
        at = settings(case, vllm_url=server.base_url)
        found = tried(case, trail, at, without_server=False)
    assert failed(found) == []
    assert found.loaded
    assert found.served is not None
    assert (found.served.prompts, found.served.max_gap) == (4, 0)
    assert found.served.adapter_gap > 0.1
    place = case / "data" / "adapters" / found.name
    assert vllm.served == {"base": case / "base", found.name: place}
    approval = Card.model_validate_json((place / "card.json").read_text()).approval
    assert approval is not None
    assert approval.served == found.served


@pytest.mark.loopback
def test_an_adapter_that_is_not_applied_is_not_promoted(
    case: Path, trail: Trail, vllm: FakeVllm
) -> None:
    vllm.forgets = True
    with running_at(vllm) as server:
        at = settings(case, vllm_url=server.base_url)
        found = tried(case, trail, at, without_server=False)
    assert found.name == ""
    assert "100% of what the adapter changes; the bar is 25%" in failed(found)[-1]
    assert list(vllm.served) == ["base"]
    assert [path.name for path in (case / "data" / "adapters").iterdir()] == [".lock"]
    assert trail.rows == []


@pytest.mark.loopback
def test_what_the_server_refuses_does_not_write(case: Path, trail: Trail, vllm: FakeVllm) -> None:
    vllm.refuses = lambda name: not name.startswith(".")
    with running_at(vllm) as server, pytest.raises(ModelError, match="can't serve the adapter"):
        tried(case, trail, settings(case, vllm_url=server.base_url), without_server=False)
    assert Promoted(case / "data").history() == ()
    assert [path.name for path in (case / "data" / "adapters").iterdir()] == [".lock"]


# --- and back


@pytest.fixture
def kept(case: Path) -> Promoted:
    """Two adapters of the institution and one of a department."""
    promoted = Promoted(case / "data")
    for name, department in (("one", ""), ("two", ""), ("brachy", "Brachytherapy")):
        place = promoted.folder / name
        place.mkdir(parents=True)
        for file in ("adapter_model.safetensors", "card.json"):
            (place / file).write_text("")
        at = dt.datetime.now(dt.UTC)
        promoted.add(Act(at=at, by="ada", kind=Kind.LETTER, department=department, name=name))
    return promoted


@pytest.mark.parametrize(
    ("department", "name", "now"),
    [
        ("", "", "one"),
        ("", "one", "one"),
        ("", SETTINGS, ""),
        ("Brachytherapy", "", AS_THE_WHOLE),
        ("brachytherapy", "two", "two"),
    ],
)
def test_back_to_the_one_before_by_name_or_to_the_settings(
    case: Path, trail: Trail, kept: Promoted, department: str, name: str, now: str
) -> None:
    whose = Whose(Kind.LETTER, department, "bob")
    act = roll_back(whose, name, settings(case), trail, quiet)
    assert (act.name, act.by, act.back) == (now, "bob", True)
    assert kept.history()[-1] == act
    assert trail.rows[0][:2] == ("adapter.rolled_back", now or "settings")


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        (Kind.LETTER, "three", "has never written letter here"),
        (Kind.LETTER, "brachy", "has never written letter here"),
        (Kind.SUMMARY, "", "No promoted summary adapter"),
        (Kind.SUMMARY, "two", "has never written summary"),
    ],
)
def test_what_never_wrote_is_no_way_back(
    case: Path, trail: Trail, kept: Promoted, kind: Kind, name: str, says: str
) -> None:
    with pytest.raises(TrainingError, match=says):
        roll_back(Whose(kind, "", "bob"), name, settings(case), trail, quiet)
    assert len(kept.history()) == 3


def test_an_adapter_that_is_gone_is_no_way_back(case: Path, trail: Trail, kept: Promoted) -> None:
    shutil.rmtree(kept.folder / "one")
    with pytest.raises(TrainingError, match="no longer in"):
        roll_back(Whose(Kind.LETTER, "", "bob"), "", settings(case), trail, quiet)


@pytest.mark.loopback
def test_the_way_back_is_open_while_the_server_is_down(
    case: Path, trail: Trail, kept: Promoted, vllm: FakeVllm
) -> None:
    said: list[str] = []
    with running_at(vllm) as server:
        at = settings(case, vllm_url=server.base_url)
        whose = Whose(Kind.LETTER, "", "bob")
        roll_back(whose, "", at, trail, said.append)
        assert vllm.served["one"] == (kept.folder / "one").resolve()
        assert said == []
    roll_back(whose, "two", at, trail, said.append)
    assert kept.model(Kind.LETTER) == "two"
    assert "does not answer" in said[0]
