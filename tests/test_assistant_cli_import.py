"""`epikrise import`: the case, the place of every fact, and what was not understood."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import importer_records as records
import pytest
from typer.testing import CliRunner

from assistant.case_input import read_case, read_case_argument
from assistant.cli import app
from index.case import CaseDetails
from index.case_text import render_case
from index.errors import CaseError

runner = CliRunner()


def test_import_prints_the_case_and_both_lists(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_bytes(
        records.obds(more=f"<Meldung>{records.ASSIGNED}</Meldung>".replace(">L<", ">R<"))
    )
    result = runner.invoke(app, ["import", str(path)])
    assert result.exit_code == 0
    assert result.output.startswith("Patient: Odile Quasten\n")
    assert re.search(r"\nTimeline:\n  1998 +diagnosis +Zervixkarzinom\n", result.output)
    assert "\nContradictions (1):\n  diagnosis.laterality: links [" in result.output
    assert "\nNot understood (" in result.output


def test_import_as_json_is_one_object(tmp_path: Path) -> None:
    folder = records.write_tables(tmp_path)
    result = runner.invoke(app, ["import", str(folder), "--json"])
    found = json.loads(result.output)
    assert set(found) == {"case", "text", "facts", "not_understood", "contradictions"}
    assert render_case(CaseDetails.model_validate(found["case"])).text == found["text"]
    place = "toxicities.csv row 2 CTCAE Grade"
    assert {"field": "toxicities.grade", "value": "2", "where": place} in found["facts"]
    assert {"where": "billing.csv", "what": "table"}.items() <= found["not_understood"][0].items()


def test_a_text_is_a_case_in_notes(tmp_path: Path) -> None:
    path = tmp_path / "case.txt"
    path.write_text("The patient is well.")
    found = json.loads(runner.invoke(app, ["import", str(path), "--json"]).output)
    assert found["case"] == {"language": "en", "notes": "The patient is well."}


def test_the_timeline_of_a_text_is_printed_too(tmp_path: Path) -> None:
    path = tmp_path / "case.txt"
    path.write_text("She had a lumpectomy on 12 March 2024.")
    result = runner.invoke(app, ["import", str(path)])
    assert "\nTimeline:\n  12 March 2024  surgery  She had a lumpectomy" in result.output


def test_import_takes_one_of_several_patients(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(records.bundle(records.patient(), records.patient(id="p2")))
    with pytest.raises(CaseError, match="--patient: p1, p2"):
        read_case_argument(str(path))
    result = runner.invoke(app, ["import", str(path), "--patient", "p2"])
    assert result.output.startswith("Patient: Odile Quasten")


def test_a_pasted_record_is_read_as_one() -> None:
    assert read_case(records.mcode_bundle()).details
    assert read_case(records.obds().decode()).text.startswith("Patient: Odile Quasten")


def test_help_imports_none_of_the_libraries_of_the_formats() -> None:
    names = "('lxml', 'fhir', 'pypdf', 'docx', 'index.importers')"
    code = f"import sys, assistant.cli; print([n for n in {names} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
