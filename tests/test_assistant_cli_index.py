"""`epikrise index`: what it says of builds and the review, and the row that each act leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from index_fakes import WordEncoder, review_stages
from sqlalchemy import select
from typer.testing import CliRunner

from assistant.audit import first_broken_row
from assistant.cli import app
from assistant.database import open_database
from assistant.records import AuditRecord
from assistant.settings import AssistantSettings
from index.errors import InputError, ModelUnavailable
from index.further import FurtherDetector
from index.stages import LetterStages

pytestmark = pytest.mark.loopback

LETTER = "Dear colleague,\n\nwe saw Hanna Krause.\n\nMrs Krause is well; stent KRAUSE in place.\n"


def _encoder(_: object) -> WordEncoder:
    return WordEncoder()


def _stages(*_: object) -> LetterStages:
    return review_stages()


@pytest.fixture
def archive(tmp_path: Path, chroma: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPIKRISE_INDEX_CHROMA_URL", chroma)
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EPIKRISE_ASSISTANT_OPERATOR", "ida")
    monkeypatch.setattr("index.build.LocalEncoder", _encoder)
    monkeypatch.setattr(LetterStages, "of", _stages)
    folder = tmp_path / "Arztbriefe_Krause"
    folder.mkdir()
    (folder / "krause_a.txt").write_text(LETTER)
    (folder / "b.txt").write_text("Dear colleague,\n\nbreast cancer of the left side.\n")
    (folder / "empty.txt").write_text("")
    return folder


def epikrise(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, InputError):
        raise result.exception
    return result.exit_code, result.stdout


def trail() -> list[tuple[str, str, str, str]]:
    database = open_database(AssistantSettings.read().database)
    try:
        with database.read() as session:
            assert first_broken_row(session) is None
            rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
            return [(row.action, row.user, row.object, row.sha256) for row in rows]
    finally:
        database.close()


def test_a_letter_is_reviewed_and_indexed_on_the_command_line(archive: Path) -> None:
    code, said = epikrise("index", "build", archive)
    assert code == 1, "something waits"
    assert "in review: krause_a.txt: still in it after de-identification: 2 PATIENT" in said

    code, said = epikrise("index", "review")
    assert code == 0
    assert said.startswith("krause_a.txt\n")
    assert "Mrs [[Krause]] is well" in said
    shown = json.loads(epikrise("index", "review", "krause_a.txt", "--json")[1])
    assert {each["label"] for each in shown} == {"PATIENT"}

    first = f"{shown[0]['at']}:{shown[0]['at'] + 6}:patient"
    code, said = epikrise("index", "review", "krause_a.txt", "--redact", "--span", first)
    assert (code, "next build" in said) == (0, True)
    assert epikrise("index", "review")[1] == "No letter waits for a decision.\n"

    code, said = epikrise("index", "build", archive, "--dry-run")
    assert "decided: krause_a.txt: redact" in said
    assert "quarantined: empty.txt: " in said
    assert "decided: krause_a.txt: redact" in epikrise("index", "status")[1]

    code, said = epikrise("index", "build", archive)
    assert "new: 1\n" in said
    code, said = epikrise("index", "status")
    assert "failed: empty.txt: " in said
    assert said.count(" by ida: ") == 2
    epikrise("index", "rollback")

    acts = trail()
    assert [action for action, *_ in acts] == [
        "build.started", "build.finished", "letter.redacted", "archive.compared",
        "build.started", "build.finished", "index.rolled_back",
    ]  # fmt: skip
    assert {user for _, user, *_ in acts} == {"ida"}
    assert acts[2][2:] == (shown[0]["content_hash"], shown[0]["seen"])
    assert acts[-1][2] == acts[1][2], "the collection of the first build"
    assert "krause" not in str(acts).lower()


def test_a_review_with_a_served_detector_says_what_it_needs(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIKRISE_INDEX_DEIDENTIFY_MODEL", "base")
    assert epikrise("index", "review") == (0, "No letter waits for a decision.\n"), "none is needed"
    monkeypatch.delenv("EPIKRISE_INDEX_DEIDENTIFY_MODEL")
    epikrise("index", "build", archive)
    monkeypatch.setenv("EPIKRISE_INDEX_DEIDENTIFY_MODEL", "base")
    for words in ([], ["krause_a.txt", "--release"]):
        result = CliRunner().invoke(app, ["index", "review", *words])
        assert isinstance(result.exception, ModelUnavailable)
        for told in ("'base'", "epikrise run", "EPIKRISE_ASSISTANT_VLLM_URL"):
            assert told in str(result.exception)
    given: list[object] = []

    def stages_with(_: object, further: Sequence[FurtherDetector]) -> LetterStages:
        given.extend(further)
        return review_stages()

    monkeypatch.setattr(LetterStages, "of", stages_with)
    monkeypatch.setenv("EPIKRISE_ASSISTANT_VLLM_URL", "http://127.0.0.1:9")
    assert "Mrs [[Krause]] is well" in epikrise("index", "review")[1]
    assert len(given) == 1, "the model that runs is asked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--release"], "Which letter"),
        (["a.txt", "--release", "--exclude"], "Only one of"),
        (["a.txt", "--span", "1:2:ID"], "--redact"),
        (["a.txt", "--redact", "--span", "1-2"], "START:END:LABEL"),
        (["a.txt", "--redact", "--span", "1:2:NOSE"], "PATIENT"),
        (["a.txt", "--redact"], "not in review"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(InputError, match=said):
        epikrise("index", "review", *words)


def test_a_build_that_breaks_off_leaves_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(InputError, match="no folder"):
        epikrise("index", "build", tmp_path / "none")
    assert [action for action, *_ in trail()] == ["build.started", "build.broke_off"]
