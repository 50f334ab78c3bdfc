"""`epikrise deidentify` as it is typed: rows, files, the report, marked rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from index.deidentify import Deidentifier
from index.detectors import find_spans
from index.spans import Label, Span

TEXT = "Sehr geehrte Frau Kollegin, wir berichten über Frau Hanna Brockmann, geb. 12.03.1961."
NAME = TEXT.index("Hanna")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("index.deidentify._shared_analyzer", find_spans)
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*arguments: str, rows: list[dict[str, object]] | None = None):
    given = "\n".join(json.dumps(row) for row in rows or [])
    return CliRunner().invoke(app, ["deidentify", *arguments], input=given)


def test_rows_and_a_report_of_what_was_replaced() -> None:
    done = typed("--jsonl", rows=[{"id": "a", "text": TEXT}, {"id": "b", "text": "Kein Name."}])
    assert done.exit_code == 0, done.output
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert set(first) == {"id", "text", "spans", "deidentified"}
    assert "Brockmann" not in first["deidentified"]
    assert second["deidentified"] == "Kein Name."
    assert "letters: 2, in review: 0" in done.stderr
    assert "1 DATE" in done.stderr


def test_a_letter_in_review_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, quick: Path
) -> None:
    monkeypatch.setattr(
        "index.deidentify._shared_analyzer",
        lambda text, _: (Span(0, 9, Label.PATIENT),) if text.startswith("Brockmann") else (),
    )
    bad = "Brockmann kam. Dann ging Brockmann."
    done = typed("--jsonl", rows=[{"id": "a", "text": bad}, {"id": "b", "text": "Kein Name."}])
    assert done.exit_code == 1
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    (left,) = first["review"]
    assert first["deidentified"][left["start"] : left["end"]] == "Brockmann"
    assert "review" not in second
    assert "in review: a: still in it after de-identification: 1 PATIENT" in done.stderr
    for name, text in (("bad.txt", bad), ("good.txt", "Kein Name.")):
        (quick / name).write_text(text, encoding="utf-8")
    done = typed("bad.txt", "good.txt")
    assert done.exit_code == 1
    assert done.stdout == "Kein Name.\n"


def test_marked_rows_give_a_table_or_json() -> None:
    marked = [{"start": NAME, "end": NAME + len("Hanna Brockmann"), "label": "NAME_PATIENT"}]
    row: dict[str, object] = {"id": "a", "text": TEXT, "spans": marked}
    table = typed("--jsonl", "--gold", rows=[row])
    assert table.exit_code == 0, table.output
    assert "NAME_PATIENT" in table.stdout
    assert "100.00%" in table.stdout
    result = json.loads(typed("--jsonl", "--gold", "--json", rows=[row]).stdout)
    assert result["recall"]["NAME_PATIENT"]["whole"] == 1.0
    assert result["precision"]["DATE"]["character_precision"] == 0.0


def test_wrong_use_is_one_line(quick: Path) -> None:
    (quick / "letter.txt").write_text(TEXT, encoding="utf-8")
    for arguments in (["--gold"], [], ["--jsonl", "--gold", "letter.txt"]):
        done = typed(*arguments)
        assert done.exit_code != 0
        assert "--jsonl" in str(done.exception)


def test_tags_and_a_list_by_settings(monkeypatch: pytest.MonkeyPatch, quick: Path) -> None:
    (quick / "known.csv").write_text("Nachname;Fallnummer\nXylgrz;12\n;\n", encoding="utf-8")
    monkeypatch.setenv("EPIKRISE_INDEX_KNOWN_PATIENTS", "known.csv")
    monkeypatch.setenv("EPIKRISE_INDEX_REPLACEMENT", "tags")
    done = typed("--jsonl", rows=[{"text": "Dann kam Xylgrz."}])
    assert json.loads(done.stdout)["deidentified"] == "Dann kam [PATIENT]."
    assert "known patients: row 2: an id of fewer than 5" in done.stderr
    assert Deidentifier(b"k" * 16, tags=True).version == "tags"
