"""Records from elsewhere, in ../shared/data where they are: nothing of them stands here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import CaseError
from index.importers.folder import import_path

DATA = Path(os.environ.get("EPIKRISE_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no {DATA}")


def records() -> list[Path]:
    files = [*(DATA / "obds").glob("*.xml"), *(DATA / "fhir_mii").glob("*.json")]
    folders = [path for path in (DATA / "rush_gyn").glob("*") if path.is_dir()]
    return sorted([*files, *folders])


def patient_of(path: Path) -> str:
    """The first patient that a refusal lists, where a record holds several."""
    try:
        import_path(path)
    except CaseError as error:
        return error.do.removeprefix("Name one with --patient: ").split(",")[0].rstrip(".")
    return ""


@pytest.mark.parametrize("path", records(), ids=lambda path: path.name)
def test_a_real_record_is_read_whole(path: Path) -> None:
    found = import_path(path, patient_of(path))
    assert found.case.text.startswith("Patient")
    assert len(found.facts) >= 19
    text = " ".join(found.case.text.split()).casefold()
    names = ("patient.last_name", "findings.value", "laboratory.value", "markers.value")
    for fact in found.facts:
        if fact.field in names:
            assert fact.value.casefold().split()[0] in text
    unread = [e for e in found.not_understood if e.what.startswith("resource ")]
    assert len(unread) <= 1


@pytest.mark.parametrize("path", records(), ids=lambda path: path.name)
def test_every_fact_of_a_real_record_has_a_place(path: Path) -> None:
    found = import_path(path, patient_of(path))
    assert all(fact.where for fact in found.facts)
