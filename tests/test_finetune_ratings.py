"""Blind ratings: answers read, rounds kept, each rater's own order, tables, CSV, the commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rating_fakes import GIVEN, answers, rating, row, write
from sqlalchemy import select
from typer.testing import CliRunner

from assistant.audit import first_broken_row
from assistant.database import open_database
from assistant.records import AuditRecord
from assistant.settings import AssistantSettings
from finetune.cli import app
from finetune.ratings.drafts import read_answers
from finetune.ratings.instrument import DIMENSIONS, PDSQI_9, items_of
from finetune.ratings.records import Rating, Round
from finetune.ratings.report import OVERALL, report
from finetune.ratings.store import FILE, open_ratings
from finetune.ratings.table import csv_text, markdown
from index.errors import InputError, SettingsError, TrainingError

# --- answers


def test_answers_of_several_files_are_one_round(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", row(1, "base"), row(2, "base"))
    # A blank line, and a character at which some readers end a line.
    second = tmp_path / "b.jsonl"
    line = json.dumps(row(1, "letters", draft="one\u2028two"), ensure_ascii=False)
    second.write_text(f"\n{line}\n", encoding="utf-8")
    read = read_answers([first, second])
    assert read.cases_by_model == {"base": {"c1", "c2"}, "letters": {"c1"}}
    assert read.rows[-1].draft == "one\u2028two"
    assert read.sha256 != read_answers([first]).sha256


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "There is no answer to rate"),
        ([row(1, "base"), row(1, "base")], r"line 2: base answered the case c1 before"),
        ([row(1, "base"), row(1, "letters", case="other")], r"line 2: the case c1 is another"),
        ([row(1, "base", model="")], r"line 1 is no answer to rate: model"),
        ([row(1, "base", case="")], r"line 1 is no answer to rate: case"),
        ([{"case_id": "c1"}], r"line 1 is no answer to rate: model: Field required"),
        ([row(1, "base", draft=7)], r"line 1 is no answer to rate: draft"),
    ],
)
def test_what_is_no_answer_is_told_by_its_line(
    rows: list[Mapping[str, object]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=said) as told:
        read_answers([write(tmp_path / "a.jsonl", *rows)])
    assert "Muster" not in str(told.value), "a patient's name is told"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes("{'München'}".encode("latin-1"))
    with pytest.raises(TrainingError, match="not UTF-8"):
        read_answers([tmp_path / "latin.jsonl"])
    with pytest.raises(TrainingError, match="can't be read"):
        read_answers([tmp_path / "none.jsonl"])


# --- the store


def test_each_rater_has_an_order_and_answers_of_their_own(tmp_path: Path) -> None:
    with open_ratings(tmp_path) as ratings:
        begun = ratings.begin("r", answers(tmp_path, cases=5), pdsqi=False)
        assert begun.drafts == 10
        orders = {
            name: [sheet.draft for sheet in ratings.sheets("r", name)] for name in ("anna", "bert")
        }
        assert orders["anna"] != orders["bert"]
        assert sorted(orders["anna"]) == sorted(orders["bert"])
        ratings.keep("r", "anna", 2, {"correctness": 1}, "a word")
        ratings.keep("r", "anna", 2, {"style": 4})
        ratings.keep("r", "bert", 2, {"correctness": 3})
    with open_ratings(tmp_path) as ratings:  # another start of the program
        sheets = ratings.sheets("r", "anna")
        assert [sheet.draft for sheet in sheets] == orders["anna"]
        assert (dict(sheets[1].scores), sheets[1].comment) == (
            {"correctness": 1, "style": 4},
            "a word",
        )
        assert [item.name for item in sheets[1].open_items(begun.items)] == [
            "comprehensiveness",
            "practicality",
        ]
        found = {(each.rater, each.scores["correctness"]) for each in ratings.ratings("r")}
        assert found == {("anna", 1), ("bert", 3)}


@pytest.mark.parametrize(
    ("number", "scores"),
    [
        (1, {"correctness": 5}),
        (1, {"correctness": 0}),
        (1, {"correctness": True}),
        (1, {"correctness": "4"}),
        (1, {"correctness": None}),
        (1, {"cited": 3}),  # PDSQI-9 was not asked for
        (1, {"charm": 3}),
        (0, {"correctness": 3}),
        (7, {"correctness": 3}),
    ],
)
def test_impossible_scores_are_refused_and_nothing_is_kept(
    number: int, scores: dict[str, int | None], tmp_path: Path
) -> None:
    with open_ratings(tmp_path) as ratings:
        ratings.begin("r", answers(tmp_path), pdsqi=False)
        with pytest.raises(InputError):
            ratings.keep("r", "anna", number, scores)
        assert ratings.ratings("r") == ()


def test_pdsqi_has_its_own_scores(tmp_path: Path) -> None:
    with open_ratings(tmp_path) as ratings:
        round_ = ratings.begin("r", answers(tmp_path), pdsqi=True)
        assert round_.items == DIMENSIONS + PDSQI_9
        ratings.keep("r", "anna", 1, {"cited": None, "accurate": 5, "stigmatizing": 0})
        with pytest.raises(InputError):
            ratings.keep("r", "anna", 1, {"stigmatizing": 2})
        with pytest.raises(InputError):
            ratings.keep("r", "anna", 1, {"accurate": None})


def test_rounds_have_one_name_each_and_go_for_good(tmp_path: Path) -> None:
    with open_ratings(tmp_path) as ratings:
        ratings.begin("one", answers(tmp_path), pdsqi=False)
        for name, said in (("one", "already"), ("a b", "1 to 64"), ("", "1 to 64"), ("-", "1 to")):
            with pytest.raises(TrainingError, match=said):
                ratings.begin(name, answers(tmp_path), pdsqi=False)
        with pytest.raises(TrainingError, match=r"no round two.*Known: one"):
            ratings.round("two")
        ratings.keep("one", "anna", 1, {"style": 2})
        ratings.delete("one")
        assert (ratings.rounds(), ratings.ratings("one")) == ((), ())
    for file in tmp_path.glob(f"{FILE}*"):
        assert b"Muster" not in file.read_bytes(), "a deleted case is still in the file"


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(SettingsError, match=FILE), open_ratings(tmp_path):
        pass
    (tmp_path / FILE).unlink()
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    database.close()
    with open_ratings(tmp_path) as ratings:
        ratings.begin("r", answers(tmp_path), pdsqi=False)
    import sqlite3

    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(SettingsError, match="another version"), open_ratings(tmp_path):
        pass


# --- figures and tables

ROUND = Round("r", "2026-11-27T08:00:00+00:00", pdsqi=False, drafts=6)
CASES = {"base": {"c0", "c1", "c2"}, "letters": {"c0", "c1", "c2"}}


def every(rater: str, model: str, scores: Mapping[str, int]) -> list[Rating]:
    return [rating(rater, case, model, **scores) for case in range(3)]


def test_means_differences_and_how_far_raters_are() -> None:
    better = {**GIVEN, "style": 4}
    ratings = [*every("anna", "base", GIVEN), *every("anna", "letters", better)]
    ratings += [rating("bert", 0, "letters", **better), rating("bert", 1, "base", style=1)]
    told = report(ROUND, CASES, ratings)
    assert [row.model for row in told.models] == ["letters", "base"]
    letters, base = told.models
    assert letters.means["style"] is not None
    assert letters.means["style"].mean == 4
    assert base.means["style"] is not None
    # A case counts once, however many rated it: 2, 2 and the mean of 2 and 1.
    assert base.means["style"].mean == pytest.approx((2 + 2 + 1.5) / 3)
    # A rating with open questions has no mean of the four.
    assert base.means[OVERALL] is not None
    assert base.means[OVERALL].mean == 3
    style = next(each for each in told.differences if each.item == "style")
    # Bert gave no case to both models: Anna's differences alone.
    assert (style.model, style.estimate.mean) == ("letters", 2)
    assert [(each.code, each.name, each.complete, each.begun) for each in told.raters] == [
        ("R1", "anna", 6, 6),
        ("R2", "bert", 1, 2),
    ]
    assert told.rated_by == {1: 5, 2: 1}
    text = markdown(told, ROUND.items)
    assert "| letters against base | +0.00 [+0.00, +0.00] |" in text
    assert "- Drafts rated: 5 by 1 rater, 1 by 2 raters\n" in text


def test_the_table_is_markdown_that_no_name_breaks() -> None:
    cases = {"a|b": CASES["base"]}
    text = markdown(report(ROUND, cases, every("anna", "a|b", GIVEN)), ROUND.items)
    tables = [part.splitlines() for part in text.split("\n\n") if part.startswith("|")]
    for table in tables:
        columns = {line.replace("\\|", "").count("|") for line in table}
        assert len(columns) == 1, table
    assert "| a\\|b | 3 | 4.00 [4.00, 4.00] | 3.00" in text
    assert "R1 anna: 3 of 6 drafts rated" in text
    assert "3 by 1 rater, 3 by nobody" in text


def test_a_round_that_nobody_rated_has_a_table_too() -> None:
    text = markdown(report(ROUND, CASES, []), ROUND.items)
    assert "Nobody has rated yet." in text
    assert "| base | 0 | – |" in text


def test_pdsqi_has_a_table_of_its_own() -> None:
    round_ = Round("r", "2026-11-27", pdsqi=True, drafts=6)
    scores = {item.name: max(item.scores) for item in items_of(pdsqi=True)}
    text = markdown(report(round_, CASES, every("anna", "base", scores)), round_.items)
    assert "| Model | Cases rated | Cited | Accurate |" in text
    assert "Mean of the four" in text.split("\n\n")[1]


COMMENTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"))


@given(st.lists(st.tuples(st.sampled_from(["anna", "bert"]), COMMENTS), max_size=5))
def test_csv_holds_every_rating_and_no_name(said: list[tuple[str, str]]) -> None:
    given = [
        Rating(rater, f"c{number}", "base", {"style": 2}, comment)
        for number, (rater, comment) in enumerate(said)
    ]
    rows = list(csv.DictReader(io.StringIO(csv_text(ROUND, given), newline="")))
    assert [each["comment"] for each in rows] == [comment for _, comment in said]
    assert {each["rater"] for each in rows} <= {"R1", "R2"}
    assert {(each["style"], each["correctness"]) for each in rows} <= {("2", "")}


def test_csv_tells_what_does_not_apply_from_what_is_open() -> None:
    round_ = Round("r", "2026-11-27", pdsqi=True, drafts=1)
    text = csv_text(round_, [Rating("anna", "c1", "base", {"cited": None, "accurate": 5})])
    (only,) = csv.DictReader(io.StringIO(text))
    assert (only["cited"], only["accurate"], only["useful"]) == ("NA", "5", "")


# --- commands

RUN = CliRunner()


def finetune(*words: str | Path) -> str:
    result = RUN.invoke(app, ["ratings", *map(str, words)])
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EPIKRISE_ASSISTANT_OPERATOR", "ida")
    return tmp_path / "data"


def trail() -> list[tuple[str, str, str]]:
    database = open_database(AssistantSettings.read().database)
    try:
        with database.read() as session:
            assert first_broken_row(session) is None
            rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
            return [(each.user, each.action, each.object) for each in rows]
    finally:
        database.close()


def test_a_round_from_its_beginning_to_its_end(data: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", row(1, "base"), row(2, "base"), row(1, "letters"))
    assert finetune("new", "spring", "--answers", file) == (
        "spring: 3 drafts of 2 models, 2 cases.\n"
    )
    with open_ratings(data) as ratings:
        for number in (1, 2, 3):
            ratings.keep("spring", "anna", number, GIVEN, "comma, and\nline")
    assert finetune("list").split("\t")[2:] == ["3 drafts", "3 ratings\n"]
    assert "| base | 2 | 4.00 | 3.00 | 2.00 | 3.00 | 3.00 |" in finetune("table", "spring")
    told = json.loads(finetune("table", "spring", "--json"))
    assert {each["model"] for each in told["models"]} == {"base", "letters"}
    out = tmp_path / "spring.csv"
    assert finetune("export", "spring", "--out", out) == f"{out}: 3 ratings\n"
    with out.open(encoding="utf-8-sig", newline="") as rows:
        assert [each["comment"] for each in csv.DictReader(rows)] == ["comma, and\nline"] * 3
    assert "anna" not in out.read_text(encoding="utf-8-sig")
    assert finetune("delete", "spring") == "spring was deleted.\n"
    assert finetune("list") == ""
    assert trail() == [
        ("ida", "ratings.started", "spring"),
        ("ida", "ratings.exported", "spring"),
        ("ida", "ratings.deleted", "spring"),
    ]


def test_what_fails_leaves_no_row_in_the_trail(data: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", row(1, "base"))
    with pytest.raises(TrainingError, match="no round"):
        finetune("delete", "spring")
    finetune("new", "spring", "--answers", file)
    with pytest.raises(TrainingError, match="already"):
        finetune("new", "spring", "--answers", file)
    with pytest.raises(TrainingError, match="can't be written"):
        finetune("export", "spring", "--out", tmp_path / "none" / "x.csv")
    assert [action for _, action, _ in trail()] == ["ratings.started"]
