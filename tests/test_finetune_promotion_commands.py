"""`epikrise finetune promote` and `rollback`, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from promotion_cases import make_case, read_evaluation, row, write_evaluation
from sqlalchemy import select
from typer.testing import CliRunner, Result

from assistant.accounts import Accounts, Role, User
from assistant.audit import first_broken_row
from assistant.database import open_database
from assistant.page.extra_tabs import TabContext
from assistant.promoted import Promoted
from assistant.prompt import Kind
from assistant.records import AuditRecord
from finetune.card import hash_files
from finetune.cli import app
from finetune.promotion.page import AdaptersTab
from index.errors import TrainingError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_case(tmp_path_factory.mktemp("made"))


@pytest.fixture
def data(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "ASSISTANT_DEMO": "false",
        "ASSISTANT_BASE_MODEL": str(made / "base"),
        "ASSISTANT_LETTER_MODEL": "base",
        "ASSISTANT_SUMMARY_MODEL": "base",
        "ASSISTANT_OPERATOR": "ida",
    }.items():
        monkeypatch.setenv(f"EPIKRISE_{name}", value)
    return tmp_path / "data"


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def promoting(made: Path, *more: str) -> list[str]:
    folders = [str(made / "adapter"), "--evaluation", str(made / "evaluation")]
    return ["promote", *folders, "--without-server", *more]


def trail(data: Path) -> Sequence[tuple[str, str, str, str]]:
    database = open_database(f"sqlite:///{data / 'epikrise.db'}")
    try:
        with database.read() as session:
            assert first_broken_row(session) is None
            rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
            return [(row.user, row.action, row.object, row.sha256) for row in rows]
    finally:
        database.close()


def test_there_and_back_again(made: Path, data: Path) -> None:
    first = typed(*promoting(made, "--by", "Dr. Ada"))
    assert first.exit_code == 0
    name = Promoted(data).model(Kind.LETTER)
    assert f"PROMOTED: {name} writes every letter for the whole institution" in first.stdout
    assert "from the next start on" in first.stdout
    assert "not compared with a server" in first.stdout
    listed = typed("promote", "--list").stdout.splitlines()
    assert [line.split("\t")[2:] for line in listed] == [
        ["whole institution", name, "promoted by Dr. Ada", "active"]
    ]
    back = typed("rollback", "--by", "Dr. Bob")
    assert (back.exit_code, back.stdout) == (
        0,
        "the model of the settings writes every letter for the whole institution from now on\n",
    )
    rows: list[dict[str, Any]] = json.loads(typed("promote", "--list", "--json").stdout)
    assert [(r["name"], r["by"], r["back"], r["active"]) for r in rows] == [
        (name, "Dr. Ada", False, False),
        ("", "Dr. Bob", True, True),
    ]
    card = data / "adapters" / name / "card.json"
    assert trail(data) == [
        ("ida", "adapter.promoted", name, hash_files([card])),
        ("ida", "adapter.rolled_back", "settings", ""),
    ]


def test_admins_see_what_writes(made: Path, data: Path) -> None:
    ada, eva = User(1, "ada", Role.ADMIN), User(2, "eva", Role.PHYSICIAN)
    tab = AdaptersTab(TabContext(data))
    assert not tab.is_for(ada)
    typed(*promoting(made, "--by", "<b>Ada", "--department", "Brachytherapy"))
    name = Promoted(data).model(Kind.LETTER, "Brachytherapy")
    typed("rollback", "--by", "Bob", "--department", "Brachytherapy")
    assert (tab.is_for(ada), tab.is_for(eva)) == (True, False)
    now, past = tab.show(ada).split("<h3>History</h3>")
    assert "as the whole institution" in now
    assert name not in now
    assert f"<td>{name}</td>" in past
    assert "&lt;b&gt;Ada" in past
    assert "not compared" in past
    (data / "adapters" / name / "card.json").unlink()
    assert "card can&#x27;t be read" in tab.show(ada)


def test_what_is_not_good_enough_is_told_and_exits_with_1(made: Path, data: Path) -> None:
    found = read_evaluation(made)
    write_evaluation(made, found.model_copy(update={"rows": [row(sections=0.5), *found.rows[1:]]}))
    try:
        told = typed(*promoting(made))
        as_json = typed(*promoting(made, "--json"))
    finally:
        write_evaluation(made, found)
    assert (told.exit_code, as_json.exit_code) == (1, 1)
    assert (
        "FAILED  sections    en: all parts 50%, at the lower end 46%; the bar is 90%" in told.stdout
    )
    assert "NOT PROMOTED: 1 of " in told.stdout
    outcome: dict[str, Any] = json.loads(as_json.stdout)
    assert outcome["name"] == ""
    (check,) = [each for each in outcome["checks"] if not each["passed"]]
    assert (check["name"], check["bar"]) == ("sections", 0.9)
    assert check["figure"] == pytest.approx(0.46)
    assert Promoted(data).history() == ()


def test_the_bars_are_the_settings(made: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIKRISE_FINETUNE_BAR_FACTS_RIGHT", "0.96")
    told = typed(*promoting(made))
    assert told.exit_code == 1
    assert told.stdout.count("at the lower end 95.0%; the bar is 96.0%") == 2


def test_a_department_of_nobody_is_remarked(made: Path, data: Path) -> None:
    data.mkdir()
    database = open_database(f"sqlite:///{data / 'epikrise.db'}")
    Accounts(database).create(
        "eva", "long enough a word", Role.PHYSICIAN, department="Brachytherapy"
    )
    database.close()
    known = typed(*promoting(made, "--department", "brachytherapy"))
    typo = typed(*promoting(made, "--department", "Brachyterapy"))
    assert "No user is of the department" not in known.stderr
    assert "No user is of the department Brachyterapy yet; there are: Brachytherapy." in typo.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["promote"], "It needs the adapter's folder and its evaluation"),
        (["promote", "nowhere", "--evaluation", "nowhere"], "Name the folder that `train`"),
        (["promote", "a", "--evaluation", "b", "--base", "c"], "Leave out --base"),
        (["rollback", "letters-1"], "has never written letter here"),
        (["rollback"], "No promoted letter adapter"),
    ],
)
def test_wrong_use_is_one_line(data: Path, words: list[str], says: str) -> None:
    found = typed(*words).exception
    assert isinstance(found, TrainingError)
    assert found.exit_code == 2
    assert says in str(found)
