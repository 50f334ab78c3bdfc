"""Builds in a process of their own: what they tell, how they end, and whom they outlive."""

from __future__ import annotations

import os
import pickle
import signal
import time
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from index_fakes import PlainStages, WordEncoder, review_stages
from killed import begin, words

from assistant.further_detectors import detector_at
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from index.build_report import BuildReport
from index.catalogue import Catalogue
from index.decisions import Decision
from index.embedding import LocalEncoder
from index.errors import ArchiveError, BuildBroken, BuildStopped
from index.locks import BUILD, holding
from index.ner import NerModel
from index.own_process import build_in_own_process
from index.pipeline import Progress
from index.settings import IndexSettings
from index.stages import LetterStages, Prepared

pytestmark = pytest.mark.loopback


class WaitingStages(PlainStages):
    """Takes its time for each letter, as a real build does for each block."""

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        time.sleep(60)
        return super().prepare(folder, file, decision)


class FaultyStages(PlainStages):
    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        raise ZeroDivisionError


class WhereStages(PlainStages):
    """Says of each letter in which process it was prepared, and how far behind others."""

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        (folder.parent / "where").write_text(f"{os.getpid()} {os.nice(0)}")
        return super().prepare(folder, file, decision)


@pytest.fixture
def settings(tmp_path: Path, chroma: str) -> IndexSettings:
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(3):
        (archive / f"{number}.txt").write_text(f"Dear colleague.\n\nBreast cancer, case {number}.")
    return IndexSettings(data_dir=tmp_path / "data", archive=archive, chroma_url=chroma)


def run(
    settings: IndexSettings, progress: list[Progress], stages: PlainStages, archive: Path | None
) -> BuildReport:
    return build_in_own_process(
        settings, progress.append, archive=archive, encoder=WordEncoder(), stages=stages, who="anna"
    )


def test_a_build_elsewhere_is_a_build_and_tells_how_far_it_is(settings: IndexSettings) -> None:
    told: list[Progress] = []
    report = run(settings, told, WhereStages(), None)
    assert report.new == ("0.txt", "1.txt", "2.txt")
    assert report.passages == 6
    steps = {each.step: each.done for each in told}
    assert list(steps) == ["comparing", "indexing", "checking"]
    assert steps["indexing"] == 3
    catalogue = Catalogue(settings.data_dir)
    assert [each.who for each in catalogue.builds()] == ["anna"]
    assert settings.archive
    where, behind = (settings.archive.parent / "where").read_text().split()
    assert (int(where) != os.getpid(), int(behind) > os.nice(0)) == (True, True)
    assert not active_children()


def test_what_is_wrong_is_told_as_by_a_build_here(settings: IndexSettings, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as here:
        run(settings, [], PlainStages(), tmp_path / "nowhere")
    assert "nowhere" in here.value.what
    assert here.value.do
    assert here.value.exit_code == 2


def test_a_fault_of_the_program_is_none_of_the_users(
    settings: IndexSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BuildBroken, match="fault of the program"):
        run(settings, [], FaultyStages(), None)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_it_ends_at_once_when_it_is_stopped(settings: IndexSettings) -> None:
    def stop_when_it_reads(progress: Progress) -> None:
        if progress.step == "indexing":
            raise BuildStopped

    began = time.monotonic()
    with pytest.raises(BuildStopped):
        build_in_own_process(
            settings, stop_when_it_reads, encoder=WordEncoder(), stages=WaitingStages()
        )
    assert time.monotonic() - began < 50, "it waits for no letter"
    assert not active_children()
    assert not Catalogue(settings.data_dir).active()
    assert run(settings, [], PlainStages(), None).new


def test_one_that_is_killed_says_that_it_can_go_on(settings: IndexSettings) -> None:
    def kill(_: Progress) -> None:
        for child in active_children():
            assert child.pid
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(BuildBroken, match=r"killed.*goes on where it ended"):
        build_in_own_process(settings, kill, encoder=WordEncoder(), stages=WaitingStages())


def build_elsewhere(tell: Connection, settings: IndexSettings) -> None:
    build_in_own_process(
        settings,
        lambda progress: tell.send(progress.step),
        encoder=WordEncoder(),
        stages=WaitingStages(),
    )


def test_it_ends_with_whom_it_works_for(settings: IndexSettings) -> None:
    process, told = begin(build_elsewhere, settings)
    assert "indexing" in words(told)
    process.kill()
    process.join()
    with holding(settings.data_dir / BUILD, 20) as free:
        assert free, "nothing builds any more"


def test_what_a_build_works_with_can_be_sent_to_another_process(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("meta.json", "config.cfg"):
        (model / name).write_text("{}")
    settings = IndexSettings(data_dir=tmp_path, ner_model=model, deidentify_model="llm")
    served = detector_at(Endpoint("http://127.0.0.1:1", "k"), settings, AssistantSettings())
    stages = LetterStages.of(settings, served)
    encoder = LocalEncoder(settings)
    copy = pickle.loads(pickle.dumps((encoder, stages, NerModel(model))))
    assert copy[0].version == encoder.version
    assert copy[1].deidentifier == stages.deidentifier
    assert copy[2].version == NerModel(model).version
    assert review_stages().deidentifier == pickle.loads(pickle.dumps(review_stages())).deidentifier
