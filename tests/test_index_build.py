"""Builds against a real Chroma, with an encoder and stages that are quick."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import index_fakes
import numpy as np
import pytest
from index_fakes import PlainStages, WordEncoder, unreadable

from index.build import build, plan_build, rollback
from index.build_report import BuildReport
from index.chroma_server import open_store
from index.deidentify import Deidentifier
from index.detectors import find_spans
from index.embedding import Vectors
from index.errors import AlreadyRunning, ArchiveError, SettingsError, StoreError
from index.locks import holding
from index.pipeline import Progress
from index.settings import IndexSettings
from index.stages import LetterStages
from index.status import status

pytestmark = pytest.mark.loopback

BREAST = "Dear colleague.\n\nBreast cancer of the left side.\n\nKind regards"
PROSTATE = "Dear colleague.\n\nProstate cancer.\n\nKind regards"


@dataclass
class Clinic(index_fakes.Clinic[PlainStages]):
    names: list[str] = field(default_factory=list[str])

    def write(self, **letters: str) -> None:
        """Files of the same text differ in their ends: no two letters are the same to the byte."""
        for name, text in letters.items():
            self.names += [name] if name not in self.names else []
            super().write(**{name: text + "\n" * self.names.index(name)})

    def build(self) -> BuildReport:
        self.stages.prepared.clear()
        self.encoder.encoded.clear()
        return super().build()


@pytest.fixture
def clinic(tmp_path: Path, chroma: str) -> Clinic:
    archive = tmp_path / "archive"
    settings = IndexSettings(
        data_dir=tmp_path / "data", archive=archive, chroma_url=chroma, build_block=2
    )
    return Clinic(settings, archive, PlainStages())


def test_a_build_does_only_what_changed(clinic: Clinic):
    clinic.write(a=BREAST, b=PROSTATE, c="REFUSE", d="REVIEW", e=BREAST)
    first = clinic.build()
    assert (first.new, first.changed, first.removed, first.unchanged) == (
        ("a.txt", "b.txt", "e.txt"),
        (),
        (),
        0,
    )
    assert first.failed == (("c.txt", "refused"),)
    assert first.in_review == (("d.txt", "suspect"),)
    assert first.passages == 9
    assert clinic.texts() == {"a.txt": BREAST, "b.txt": PROSTATE, "e.txt": BREAST}

    second = clinic.build()
    assert (second.new, second.changed, second.removed, second.unchanged) == ((), (), (), 3)
    assert (second.failed, second.in_review) == (first.failed, first.in_review)
    assert (clinic.stages.prepared, clinic.encoder.encoded) == ([], [])
    assert len(clinic.collections()) == 1

    clinic.write(a=PROSTATE, c=BREAST, f=BREAST)
    (clinic.archive / "b.txt").unlink()
    third = clinic.build()
    assert (third.new, third.changed, third.removed, third.unchanged) == (
        ("c.txt", "f.txt"),
        ("a.txt",),
        ("b.txt",),
        1,
    )
    assert sorted(clinic.stages.prepared) == ["a.txt", "c.txt", "f.txt"]
    assert clinic.texts() == {
        "a.txt": PROSTATE, "c.txt": BREAST, "e.txt": BREAST, "f.txt": BREAST,
    }  # fmt: skip


def test_a_report_tells_what_came_into_the_index_and_what_left_it(clinic: Clinic):
    clinic.write(kept=BREAST, better="REFUSE", worse=BREAST, suspect=PROSTATE, other="REVIEW")
    clinic.build()
    clinic.write(better=BREAST, worse="REFUSE", suspect="REVIEW", other="REVIEW still")
    report = clinic.build()
    assert (report.new, report.changed, report.removed, report.unchanged) == (
        ("better.txt",),
        (),
        ("suspect.txt", "worse.txt"),
        1,
    )
    assert report.in_review == (("other.txt", "suspect"), ("suspect.txt", "suspect"))
    assert clinic.texts() == {"kept.txt": BREAST, "better.txt": BREAST}


def test_letters_whose_sections_cannot_be_told_are_counted(clinic: Clinic):
    stages = LetterStages(b"k" * 32)
    stages._deidentifier = Deidentifier(b"k" * 32, find_spans)  # pyright: ignore[reportPrivateUsage]
    clinic.write(whole="It has no headings.", told="Dear X,\n\nDiagnosis: breast cancer.")
    build(clinic.settings, encoder=clinic.encoder, stages=stages)
    found = status(clinic.settings)
    assert (found.letters, found.kept_whole, found.failed) == (2, 1, ())


def test_what_a_letter_is_called_stays_out_of_the_store(clinic: Clinic):
    stages = LetterStages(b"k" * 32)
    stages._deidentifier = Deidentifier(b"k" * 32, find_spans)  # pyright: ignore[reportPrivateUsage]
    folder, name = clinic.archive / "Krause", "Krause/Arztbrief_Krause_Anna_19500312.txt"
    folder.mkdir(parents=True)
    (clinic.archive / name).write_text(BREAST)
    report = build(clinic.settings, encoder=clinic.encoder, stages=stages)
    assert report.new == (name,)
    assert "Breast cancer" in clinic.stored()
    assert not any(word in clinic.stored() for word in ("Krause", "Anna", "19500312"))

    (clinic.archive / "other.txt").write_text(PROSTATE)
    again = build(clinic.settings, encoder=clinic.encoder, stages=stages)
    assert (again.new, again.unchanged) == (("other.txt",), 1)
    assert clinic.texts() == {name: BREAST, "other.txt": PROSTATE}


def test_an_index_in_which_letters_have_no_codes_is_dropped_and_built_anew(clinic: Clinic):
    clinic.write(a=BREAST)
    clinic.build()
    before = clinic.collections()
    with closing(sqlite3.connect(clinic.settings.data_dir / "index.sqlite3")) as db:
        db.execute("ALTER TABLE letter DROP COLUMN code")  # as the version before made it
    assert status(clinic.settings).active == ""
    assert clinic.build().new == ("a.txt",)
    assert clinic.texts() == {"a.txt": BREAST}
    assert len(clinic.collections()) == 1
    assert clinic.collections() != before
    with pytest.raises(StoreError, match="no earlier index"):
        rollback(clinic.settings)


def test_a_folder_that_cannot_be_read_takes_no_letter_out_of_the_index(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    (clinic.archive / "2024").mkdir(parents=True)
    (clinic.archive / "2024" / "a.txt").write_text(BREAST)
    clinic.write(b=PROSTATE)
    clinic.build()
    unreadable(clinic.archive / "2024", monkeypatch)
    for attempt in (clinic.build, partial(plan_build, clinic.settings, encoder=clinic.encoder)):
        with pytest.raises(ArchiveError, match="2024 can't be read: Permission denied"):
            attempt()
    assert clinic.texts() == {"2024/a.txt": BREAST, "b.txt": PROSTATE}


def test_rollback_brings_back_the_index_before(clinic: Clinic):
    clinic.write(a=BREAST)
    clinic.build()
    with pytest.raises(StoreError, match="no earlier index"):
        rollback(clinic.settings)
    for number in range(3):
        clinic.write(a=f"Version {number}")
        clinic.build()
        assert len(clinic.collections()) == 2
    rollback(clinic.settings)
    assert clinic.texts() == {"a.txt": "Version 1"}
    assert status(clinic.settings).letters == 1
    assert clinic.build().changed == ("a.txt",)
    assert clinic.texts() == {"a.txt": "Version 2"}


def test_a_letter_that_only_leaves_makes_a_new_collection_without_the_model(clinic: Clinic):
    clinic.write(a=BREAST, b=PROSTATE)
    clinic.build()
    (clinic.archive / "a.txt").unlink()
    assert clinic.build().removed == ("a.txt",)
    assert clinic.encoder.encoded == []
    assert clinic.texts() == {"b.txt": PROSTATE}


@pytest.mark.parametrize("stage", ["encoder", "deidentifier"])
def test_a_new_version_of_a_stage_redoes_every_letter(clinic: Clinic, stage: str):
    clinic.write(a=BREAST, b="REFUSE")
    clinic.build()
    if stage == "encoder":
        clinic.encoder = WordEncoder("words-2")
    else:
        clinic.stages = PlainStages("another")
    assert clinic.build().changed == ("a.txt",)
    assert clinic.stages.prepared == ["a.txt", "b.txt"]


def test_another_prompt_of_queries_makes_a_collection_of_the_same_vectors(clinic: Clinic):
    clinic.write(a=BREAST, b=PROSTATE)
    clinic.build()
    clinic.encoder = WordEncoder(query_prompt="query: ")
    report = clinic.build()
    assert (report.changed, report.unchanged, clinic.encoder.encoded) == ((), 2, [])
    with open_store(clinic.settings) as store:
        stored = store.open(status(clinic.settings).active).model
    assert stored.query_prompt == "query: "
    assert stored.differs(clinic.encoder.model) == ""
    assert clinic.texts() == {"a.txt": BREAST, "b.txt": PROSTATE}


def test_an_index_that_the_store_has_lost_is_built_anew(clinic: Clinic):
    clinic.write(a=BREAST)
    clinic.build()
    with open_store(clinic.settings) as store:
        store.drop(status(clinic.settings).active)
    assert clinic.build().new == ("a.txt",)
    assert clinic.texts() == {"a.txt": BREAST}


def test_an_archive_of_which_nothing_can_be_indexed_changes_nothing(clinic: Clinic):
    clinic.write(a=BREAST)
    clinic.build()
    clinic.write(a="REFUSE", b="REFUSE")
    with pytest.raises(ArchiveError, match="None of the 2 files"):
        clinic.build()
    assert clinic.texts() == {"a.txt": BREAST}
    (clinic.archive / "a.txt").unlink()
    (clinic.archive / "b.txt").unlink()
    with pytest.raises(ArchiveError, match="no letter"):
        clinic.build()
    assert clinic.texts() == {"a.txt": BREAST}


class Interrupted(Exception):
    pass


class BreakingEncoder(WordEncoder):
    """Is interrupted at its second block, or gives vectors that come back as others."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self._fault = fault
        self._blocks = 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._blocks += 1
        if self._fault == "interrupted" and self._blocks == 2:
            raise Interrupted
        vectors = super().encode_passages(texts)
        return vectors * np.nan if self._fault == "broken" else vectors


@pytest.mark.parametrize(("fault", "error"), [("interrupted", Interrupted), ("broken", StoreError)])
def test_a_build_that_does_not_end_leaves_the_active_index_whole(
    clinic: Clinic, fault: str, error: type[Exception]
):
    clinic.write(a=BREAST)
    clinic.build()
    active = status(clinic.settings).active
    clinic.write(b=BREAST, c=PROSTATE, d=PROSTATE, e=PROSTATE)
    with pytest.raises(error):
        build(clinic.settings, encoder=BreakingEncoder(fault), stages=clinic.stages)
    assert status(clinic.settings).active == active
    assert clinic.texts() == {"a.txt": BREAST}
    assert len(clinic.build().new) == 4
    # What was in the collection already is not done again; what is broken is not gone on with.
    assert len(clinic.stages.prepared) == (2 if fault == "interrupted" else 4)
    assert clinic.texts().keys() == {f"{name}.txt" for name in "abcde"}
    assert len(clinic.collections()) == 2, "what the broken build left is gone"


def test_a_build_goes_on_only_with_what_is_still_true(clinic: Clinic):
    clinic.write(a=BREAST, b=BREAST, c=PROSTATE, d=PROSTATE)
    with pytest.raises(Interrupted):
        build(clinic.settings, encoder=BreakingEncoder("interrupted"), stages=clinic.stages)
    clinic.write(a=PROSTATE)
    (clinic.archive / "b.txt").unlink()
    assert clinic.build().new == ("a.txt", "c.txt", "d.txt")
    assert clinic.texts() == {"a.txt": PROSTATE, "c.txt": PROSTATE, "d.txt": PROSTATE}


def test_another_model_goes_on_with_nothing(clinic: Clinic):
    clinic.write(a=BREAST, b=BREAST, c=PROSTATE)
    with pytest.raises(Interrupted):
        build(clinic.settings, encoder=BreakingEncoder("interrupted"), stages=clinic.stages)
    clinic.encoder = WordEncoder("words-2")
    clinic.build()
    assert len(clinic.stages.prepared) == 3
    assert len(clinic.collections()) == 1


def test_a_letter_that_is_there_twice_is_indexed_once(clinic: Clinic):
    clinic.write(b=BREAST)
    clinic.build()
    data = (clinic.archive / "b.txt").read_bytes()
    (clinic.archive / "a.txt").write_bytes(data)
    twice = clinic.build()
    # The one that is in the index stays in it, whatever the names.
    assert (twice.new, twice.duplicates) == ((), (("a.txt", "The same as b.txt."),))
    assert clinic.texts() == {"b.txt": BREAST}
    (clinic.archive / "b.txt").unlink()
    once = clinic.build()
    assert (once.new, once.removed, once.duplicates) == (("a.txt",), ("b.txt",), ())
    assert clinic.texts() == {"a.txt": BREAST}


def test_a_file_that_lacked_a_program_is_tried_again(clinic: Clinic):
    clinic.write(a=BREAST, b="LATER", c="REFUSE")
    assert [each for each, _ in clinic.build().failed] == ["b.txt", "c.txt"]
    clinic.build()
    assert clinic.stages.prepared == ["b.txt"]


def test_installations_that_share_a_chroma_leave_each_other_alone(
    clinic: Clinic, tmp_path: Path, chroma: str
):
    clinic.write(a=BREAST)
    clinic.build()
    settings = IndexSettings(data_dir=tmp_path / "other", archive=clinic.archive, chroma_url=chroma)
    other = Clinic(settings, clinic.archive, PlainStages())
    other.build()
    assert clinic.texts() == other.texts() == {"a.txt": BREAST}


def test_one_build_at_a_time(clinic: Clinic):
    clinic.write(a=BREAST)
    clinic.build()
    with holding(clinic.settings.data_dir / "build.lock"):
        with pytest.raises(AlreadyRunning):
            clinic.build()
        with pytest.raises(AlreadyRunning):
            rollback(clinic.settings)


def test_a_dry_run_says_what_a_build_would_do_and_does_nothing(clinic: Clinic):
    clinic.write(a=BREAST, b=PROSTATE)
    clinic.build()
    clinic.write(a=PROSTATE, c=BREAST)
    clinic.stages.prepared.clear()
    plan = plan_build(clinic.settings, encoder=clinic.encoder, stages=clinic.stages)
    assert (plan.new, plan.changed, plan.removed) == (("c.txt",), ("a.txt",), ())
    assert [each.id for each in plan.unchanged] == ["b.txt"]
    assert clinic.stages.prepared == []
    assert clinic.texts() == {"a.txt": BREAST, "b.txt": PROSTATE}


def test_progress_counts_up_to_the_end_of_each_step(clinic: Clinic):
    clinic.write(a=BREAST, b=PROSTATE, c=BREAST)
    seen: list[Progress] = []
    build(clinic.settings, seen.append, encoder=clinic.encoder, stages=clinic.stages)
    assert [each for each in seen if each.step == "indexing"] == [
        Progress("indexing", done, 3) for done in (0, 2, 3)
    ]
    assert {each.step for each in seen} == {"comparing", "indexing", "checking"}


@pytest.mark.parametrize(
    ("archive", "message"),
    [(None, "EPIKRISE_INDEX_ARCHIVE"), ("missing", "no folder"), ("file.txt", "not a folder")],
)
def test_an_archive_that_is_no_folder(tmp_path: Path, archive: str | None, message: str):
    (tmp_path / "file.txt").write_text("")
    settings = IndexSettings(
        data_dir=tmp_path / "data", archive=tmp_path / archive if archive else None
    )
    with pytest.raises(ArchiveError, match=message):
        build(settings)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("")
    settings = IndexSettings(data_dir=tmp_path / "file" / "data", archive=tmp_path)
    with pytest.raises(SettingsError, match="EPIKRISE_DATA_DIR"):
        build(settings)


# --- the stages of a real build ----------------------------------------------------------------


def test_nothing_of_a_letters_words_is_in_the_reason_why_it_failed(tmp_path: Path):
    class Reader:
        def review(self, letter: object) -> object:
            raise ValueError("Hanna Weber, born 3 March 1950")

    (tmp_path / "a.txt").write_text("Dear colleague, thank you for referring Hanna Weber.")
    stages = LetterStages(b"k" * 32)
    stages._deidentifier = Reader()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    prepared = stages.prepare(tmp_path, "a.txt")
    assert prepared.state == "failed"
    assert "Weber" not in prepared.reason
    assert prepared.passages == ()


def test_another_key_is_another_version():
    assert LetterStages(b"k" * 32).deidentifier == LetterStages(b"k" * 32).deidentifier
    assert LetterStages(b"k" * 32).deidentifier != LetterStages(b"x" * 32).deidentifier


def test_a_build_reports_what_it_replaced_by_type(clinic: Clinic) -> None:
    """Of the letters that it did; one that has nothing to do replaces nothing."""
    stages = LetterStages(b"k" * 32)
    stages._deidentifier = Deidentifier(b"k" * 32, find_spans)  # pyright: ignore[reportPrivateUsage]
    clinic.write(a="Befund vom 12.03.2021 und vom 14.03.2021.\n\nTel. 0761/123456.")
    report = build(clinic.settings, encoder=clinic.encoder, stages=stages)
    assert report.spans["DATE"] >= 2
    assert report.spans["CONTACT"] >= 1
    assert status(clinic.settings).builds[0].spans == report.spans
    assert build(clinic.settings, encoder=clinic.encoder, stages=stages).spans == {}


def test_letters_are_done_again_when_a_setting_of_the_de_identifier_changes() -> None:
    key = b"k" * 32
    usual = LetterStages(key).deidentifier
    tags = LetterStages(key, Deidentifier(key, find_spans, tags=True)).deidentifier
    assert tags == f"{usual}-tags"
