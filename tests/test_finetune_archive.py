from __future__ import annotations

from pathlib import Path

import pytest

from finetune.clinic.archive import archive_letters, write_archive
from finetune.clinic.facts import missing_facts
from finetune.demo import CLINIC
from finetune.pairs import Split, split_of
from index.archive import list_archive, read_letter
from index.case import CaseDetails


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "letters"
    write_archive(folder, seed=5, per_language=20)
    return folder


def test_same_bytes_again(folder: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "letters", seed=5, per_language=20)
    again = {p.relative_to(tmp_path): p for p in tmp_path.rglob("*") if p.is_file()}
    first = {p.relative_to(folder.parent): p for p in folder.parent.rglob("*") if p.is_file()}
    assert again.keys() == first.keys()
    assert all(path.read_bytes() == first[name].read_bytes() for name, path in again.items())


def test_the_index_reads_every_letter(folder: Path) -> None:
    files = list_archive(folder).files
    assert len(files) == 40
    assert sum(name.endswith(".docx") for name in files) == 4
    written = {str(letter.path): letter for letter in archive_letters(5, 20)}
    for name in files:
        letter = read_letter(folder, name)
        original = written[name.rpartition(".")[0]]
        assert letter.language == original.details.language
        assert not missing_facts(letter.text, original.details)


def test_a_case_for_every_letter(folder: Path) -> None:
    cases = folder.with_name("letters-cases")
    for name in list_archive(folder).files:
        text = (cases / name).with_suffix(".json").read_text(encoding="utf-8")
        assert CaseDetails.model_validate_json(text).patient.last_name


def test_splits_are_by_patient_and_complete(folder: Path) -> None:
    cases = folder.with_name("letters-cases")
    listed: list[str] = []
    for split in Split:
        for name in (cases / f"{split}.txt").read_text(encoding="utf-8").split():
            text = (cases / name).with_suffix(".json").read_text(encoding="utf-8")
            assert split_of(CaseDetails.model_validate_json(text).patient.last_name) is split
            listed.append(name)
    assert sorted(listed) == sorted(list_archive(folder).files)


def test_example_cases_are_complete_and_held_out() -> None:
    for language in ("en", "de"):
        cases = CLINIC.example_cases(language)
        assert len(cases) == 4
        for title, details in cases.items():
            assert details.language == language
            assert title == details.diagnosis.name
            assert split_of(details.patient.last_name) is Split.TEST
            assert details.radiotherapy
            assert details.follow_up
