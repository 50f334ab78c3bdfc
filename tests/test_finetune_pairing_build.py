from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pairing_letters import KEY, find_by_form

from assistant.prompt import Kind, build_messages
from finetune.clinic.archive import write_archive
from finetune.pairing.build import LEAST_LETTERS, Wanted, build_pairs, new_folder
from finetune.pairing.case_files import case_files
from finetune.pairing.drafts import Draft, DraftStages, LeftOut, Origin, derived_by_rules
from finetune.pairing.manifest import FILE, Manifest
from finetune.pairing.tasks import Task
from finetune.pairs import Example, Split, read_pairs
from index.case import Case, CaseDetails
from index.deidentify import Deidentifier
from index.errors import TrainingError

ALL = frozenset(Task)


def quiet(line: str) -> None:
    pass


def stages(cases: Path | None = None, *, derive: bool = True) -> DraftStages:
    found = case_files(cases) if cases else {}
    return DraftStages(KEY, Deidentifier(KEY, find_by_form), found, derive)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic") / "letters"
    write_archive(folder, seed=5, per_language=18)
    (folder / "broken.docx").write_bytes(b"no document")
    (folder / "note.txt").write_text("Too short to be a letter.")
    first = min(folder.rglob("*.txt"))
    (folder / "copy.txt").write_bytes(first.read_bytes())
    return folder


@pytest.fixture(scope="module")
def built(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    out = tmp_path_factory.mktemp("pairs") / "letters"
    wanted = Wanted(archive, out, ALL, exemplars=0.5)
    return out, build_pairs(wanted, stages(), "v", quiet)


def examples(out: Path) -> dict[Split, list[Example]]:
    return {split: read_pairs(out / f"{split}.jsonl") for split in Split}


def test_three_files_and_what_they_are(built: tuple[Path, Manifest]) -> None:
    out, manifest = built
    written = examples(out)
    for split, rows in written.items():
        assert len(rows) == manifest.total[split]
    assert json.loads((out / FILE).read_text())["origin"] == "archive"
    assert set(manifest.examples["train"]) == {"letter", "part", "refine", "summary"}
    assert manifest.read == 39
    assert sum(manifest.left_out.values()) + sum(map(len, manifest.letters.values())) == 39


def test_what_is_left_out_is_told_by_its_reason(built: tuple[Path, Manifest]) -> None:
    _, manifest = built
    assert manifest.left_out[LeftOut.UNREADABLE] == 1
    assert manifest.left_out[LeftOut.SHORT] == 1
    assert manifest.left_out[LeftOut.COPY] == 1


def test_no_identity_and_no_path_is_written(archive: Path, built: tuple[Path, Manifest]) -> None:
    out, _ = built
    written = "".join(file.read_text(encoding="utf-8") for file in sorted(out.iterdir()))
    cases = archive.with_name("letters-cases")
    for path in sorted(cases.rglob("*.json")):
        case = CaseDetails.model_validate_json(path.read_text(encoding="utf-8"))
        name = f"{case.patient.first_name} {case.patient.last_name}"
        assert name not in written
        assert path.stem not in written
    assert str(archive) not in written


def test_one_patient_is_in_one_split(built: tuple[Path, Manifest]) -> None:
    patients = {split: {row.patient for row in rows} for split, rows in examples(built[0]).items()}
    assert all(patients.values())
    assert not patients[Split.TRAIN] & patients[Split.TEST]
    assert not patients[Split.TRAIN] & patients[Split.DEV]
    assert not patients[Split.DEV] & patients[Split.TEST]


def test_prompts_are_the_assistants_and_only_the_last_answer_is_learned(
    built: tuple[Path, Manifest],
) -> None:
    for row in (row for rows in examples(built[0]).values() for row in rows):
        language = "de" if row.messages[0]["content"].startswith("Du") else "en"
        empty = build_messages(Case("X", language), Kind.LETTER)
        assert row.messages[0] == empty[0]
        assert row.answers == (len(row.messages) - 1,)
        assert all(fact in row.messages[-1]["content"] for fact in row.facts)


def test_each_folder_of_the_archive_can_be_an_institution(archive: Path, tmp_path: Path) -> None:
    wanted = Wanted(archive, tmp_path / "out", frozenset((Task.LETTER,)))
    build_pairs(wanted, replace(stages(), by_folder=True), "v", quiet)
    told = {row.institution for rows in examples(tmp_path / "out").values() for row in rows}
    assert len(told) > 1
    assert told <= {folder.name for folder in archive.iterdir() if folder.is_dir()}


def test_without_being_asked_no_folder_is_named(built: tuple[Path, Manifest]) -> None:
    assert {row.institution for rows in examples(built[0]).values() for row in rows} == {""}


def test_example_letters_are_of_patients_that_are_trained_on(
    built: tuple[Path, Manifest],
) -> None:
    written = examples(built[0])
    trained = {
        row.messages[-1]["content"] for row in written[Split.TRAIN] if len(row.messages) == 3
    }
    shown = 0
    for rows in written.values():
        for row in rows:
            letters = row.messages[1]["content"].split("<example>\n")[1:]
            for letter in (letter.partition("\n</example>")[0] for letter in letters):
                shown += 1
                assert letter in trained
                assert letter != row.messages[-1]["content"]
    assert shown


def test_the_same_again(archive: Path, built: tuple[Path, Manifest], tmp_path: Path) -> None:
    out = tmp_path / "again"
    wanted = Wanted(archive, out, frozenset((Task.LETTER,)), exemplars=0.5)
    manifest = build_pairs(wanted, stages(), "v", quiet)
    assert manifest.letters == built[1].letters
    letters = [row for row in examples(built[0])[Split.DEV] if "only" not in str(row.messages[1])]
    assert examples(out)[Split.DEV][0] in letters


def test_a_case_beside_the_letter_is_used(archive: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    shutil.copytree(archive.with_name("letters-cases"), cases)
    broken, *_ = sorted(cases.rglob("letter-*.json"))
    broken.write_text("{", encoding="utf-8")
    wanted = Wanted(archive, tmp_path / "out", frozenset((Task.LETTER, Task.SUMMARY)))
    manifest = build_pairs(wanted, stages(cases), "v", quiet)
    assert manifest.bad_cases == 1
    beside = manifest.support[Origin.BESIDE]
    assert beside.letters == 35
    assert beside.supported > 0.99
    assert beside.quoted == 0
    assert manifest.support[Origin.RULES].letters == 1


def test_a_letter_that_its_case_does_not_support_is_left_out(archive: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    for path in sorted(archive.with_name("letters-cases").rglob("letter-*.json")):
        to = cases / path.relative_to(archive.with_name("letters-cases"))
        to.parent.mkdir(parents=True, exist_ok=True)
        case = json.loads(path.read_text(encoding="utf-8"))
        kept = {"language", "patient", "diagnosis"} if path.name.endswith("1.json") else set(case)
        to.write_text(json.dumps({k: v for k, v in case.items() if k in kept}), encoding="utf-8")
    wanted = Wanted(archive, tmp_path / "out", frozenset((Task.LETTER,)))
    manifest = build_pairs(wanted, stages(cases), "v", quiet)
    assert manifest.left_out[LeftOut.UNSUPPORTED] == manifest.support[Origin.BESIDE].left_out
    assert manifest.left_out[LeftOut.UNSUPPORTED] >= 3


def test_letters_from_a_day_on_are_the_test_set(archive: Path, tmp_path: Path) -> None:
    wanted = Wanted(
        archive, tmp_path / "out", frozenset((Task.LETTER,)), test_from=dt.date(2024, 1, 1)
    )
    manifest = build_pairs(wanted, stages(), "v", quiet)
    late = [p for p in archive.rglob("letter-*") if p.relative_to(archive).parts[0] >= "2024"]
    assert len(manifest.letters["test"]) == len(late)


def test_the_models_case_counts_where_none_lies_beside(archive: Path, tmp_path: Path) -> None:
    def derive(drafts: Sequence[Draft]) -> list[tuple[CaseDetails, int]]:
        assert not any(draft.case for draft in drafts)
        return [(derived_by_rules(draft), 2) for draft in drafts]

    wanted = Wanted(archive, tmp_path / "out", frozenset((Task.LETTER,)))
    manifest = build_pairs(wanted, stages(derive=False), "v", quiet, derive)
    assert manifest.support[Origin.MODEL].letters == 36
    assert manifest.dropped == 72


def test_too_few_letters_are_refused_by_what_is_needed(archive: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(archive.rglob("letter-*.txt"))[:3]:
        shutil.copy(path, few)
    with pytest.raises(TrainingError, match=rf"3 letters.*too few.*{LEAST_LETTERS} at least"):
        build_pairs(Wanted(few, tmp_path / "out"), stages(), "v", quiet)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_no_day_leaves_no_training_set(archive: Path, tmp_path: Path) -> None:
    wanted = Wanted(archive, tmp_path / "out", test_from=dt.date(2000, 1, 1))
    with pytest.raises(TrainingError, match=r"train set.*--test-from"):
        build_pairs(wanted, stages(), "v", quiet)


@pytest.mark.parametrize("there", ["file", "full", "empty"])
def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, there: str) -> None:
    out = tmp_path / "out"
    if there == "file":
        out.write_text("x")
    else:
        out.mkdir()
    if there == "full":
        (out / "train.jsonl").write_text("x")
    if there == "empty":
        with new_folder(out) as folder:
            (folder / "a").write_text("x")
        assert (out / "a").read_text() == "x"
        return
    with pytest.raises(TrainingError, match="exists already"), new_folder(out):
        pass


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not list(tmp_path.iterdir())


def test_no_cases_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no cases"):
        case_files(tmp_path)


def test_a_case_in_another_language_is_written_in_the_letters(tmp_path: Path) -> None:
    archive = tmp_path / "letters"
    write_archive(archive, seed=5, per_language=1)
    (german,) = (p for p in archive.rglob("*-000002.txt"))
    path = tmp_path / "letters-cases" / german.relative_to(archive).with_suffix(".json")
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(case | {"language": "en"}), encoding="utf-8")
    made = stages(tmp_path / "letters-cases").prepare(archive, str(german.relative_to(archive)))
    assert isinstance(made, Draft)
    assert made.case.startswith("Patient: ")
    assert "Geburtsdatum: " in made.case
    path.with_suffix(".txt").write_text("Patient: John Doe\nDate of birth: 3 May 1950\n" * 3)
    path.unlink()
    made = stages(tmp_path / "letters-cases").prepare(archive, str(german.relative_to(archive)))
    assert made is LeftOut.OTHER_LANGUAGE
