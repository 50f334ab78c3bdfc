"""A build on a Ray cluster of two workers: the same index as on this machine."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from index_fakes import PlainStages, WordEncoder

from index.build import build
from index.catalogue import Catalogue
from index.chroma_server import ChromaServer, open_store
from index.decisions import Decision
from index.embedding import Vectors
from index.engine import Engine, ray_engine
from index.entries import Entry, State
from index.errors import ArchiveError, BuildBroken, SettingsError
from index.filling import passage_ids
from index.preparing import Job
from index.ray_engine import (
    RayEngine,
    _Embedding,
    _Preparing,
)
from index.settings import IndexSettings
from index.stages import Prepared

pytestmark = [
    pytest.mark.loopback,
    # Ray's own: the setters of its settings, and what it leaves open to the end of the process.
    pytest.mark.filterwarnings("ignore:`use_:DeprecationWarning:ray.data.context"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SECRET = "Ottilie Wunderlich"


class RayStages(PlainStages):
    """KILL ends the process that reads the letter; BREAK is a failure that nobody foresaw."""

    portable = True

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        text = (folder / file).read_text() if (folder / file).exists() else ""
        if "KILL" in text:
            os._exit(1)
        if "BREAK" in text:
            raise TypeError(text)
        return super().prepare(folder, file, decision)


@pytest.fixture(scope="module")
def logs() -> Iterator[Path]:
    """Of a cluster whose two workers have one CPU each: one reads, the other embeds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join(each for each in sys.path if each))
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=node)
        cluster.add_node(**node)
        patch.setenv("RAY_ADDRESS", cluster.address)
        yield Path(cluster.head_node.get_session_dir_path())
        cluster.shutdown()


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield server.start()
    server.stop()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "old").mkdir(parents=True)
    for number in range(15):
        text = f"Dear colleague {number}.\n\nBreast cancer of side {number}.\n\nRegards"
        (folder / f"{number:02d}.txt").write_text(text)
    (folder / "old" / "03.txt").write_text("Dear colleague.\n\nREFUSE this one.")
    (folder / "05a.txt").write_text("Dear colleague.\n\nREVIEW this one.")
    (folder / "06a.txt").write_text("")
    return folder


def engine(stages: PlainStages) -> RayEngine:
    return RayEngine(stages, WordEncoder)


def built(
    settings: IndexSettings, on: Engine | None
) -> tuple[list[Entry], dict[str, str], dict[str, Vectors]]:
    encoder, stages = WordEncoder(), RayStages()
    build(settings, encoder=encoder, stages=stages, engine=on)
    assert bool(encoder.encoded) == (on is None), "who embeds"
    catalogue = Catalogue(settings.data_dir)
    entries = sorted(catalogue.entries(catalogue.active()).values(), key=lambda each: each.id)
    with open_store(settings) as store:
        collection = store.open(catalogue.active())
        indexed = [each for each in entries if each.state is State.INDEXED]
        texts = collection.texts(list(collection.letters(e.code for e in indexed).values()))
        vectors = {
            each.code: np.concatenate(list(collection.vectors(passage_ids([each]))))
            for each in indexed
        }
    return entries, texts, vectors


def test_the_index_is_the_same(tmp_path: Path, archive: Path, chroma: str, logs: Path) -> None:
    settings = [
        IndexSettings(data_dir=tmp_path / name, archive=archive, chroma_url=chroma, build_block=4)
        for name in ("here", "there")
    ]
    here = built(settings[0], None)
    there = built(settings[1], engine(RayStages()))
    assert there[:2] == here[:2]
    assert there[2].keys() == here[2].keys()
    for code, vectors in here[2].items():
        np.testing.assert_allclose(there[2][code], vectors, atol=1e-6)
    states = [each.state for each in here[0]]
    assert (states.count(State.INDEXED), states.count(State.FAILED)) == (15, 2)


def blocks(folder: Path) -> list[list[Job]]:
    return [[Job(folder, each.name)] for each in sorted(folder.glob("*.txt"))]


@pytest.mark.parametrize(
    ("text", "words"), [("KILL", "died.*goes on where it ended"), ("BREAK", "TypeError")]
)
def test_a_worker_that_fails_breaks_the_build_and_says_nothing_of_the_letter(
    text: str, words: str, archive: Path, logs: Path
) -> None:
    (archive / "02.txt").write_text(f"Dear {SECRET}, {text}")
    todo = blocks(archive)
    with pytest.raises(BuildBroken, match=words) as raised:
        list(engine(RayStages()).embed(todo, len(todo)))
    assert SECRET not in str(raised.value)
    written = [each for each in logs.rglob("*") if each.is_file()]
    assert written
    assert not [each for each in written if SECRET.encode() in each.read_bytes()]


def on_worker(actor: Callable[[dict[str, Any]], dict[str, Any]], block: object) -> Any:
    (found,) = actor({"block": [pickle.dumps(block)]})["block"]
    return pickle.loads(found)


def test_a_worker_that_differs_refuses_and_a_letter_that_is_gone_does_not(archive: Path) -> None:
    jobs = [job for block in blocks(archive) for job in block]
    prepares = _Preparing(RayStages(), ("plain", "none"))
    unmounted = [replace(job, folder=archive / "unmounted") for job in jobs]
    (archive / "00.txt").unlink()
    assert on_worker(prepares, unmounted).error is ArchiveError
    prepared = on_worker(prepares, jobs)
    assert [each.state for each in prepared[:2]] == [State.FAILED, State.INDEXED]
    refused = on_worker(_Preparing(RayStages(), ("plain", "other")), jobs)
    assert (refused.error, "Epikrise" in refused.what) == (SettingsError, True)
    assert on_worker(_Embedding(WordEncoder, "words-1"), refused) == refused
    embedded = on_worker(_Embedding(WordEncoder, "words-1"), prepared)
    assert len(embedded.vectors) == sum(len(each.passages) for each in prepared)
    assert on_worker(_Embedding(WordEncoder, "words-2"), prepared).error is SettingsError


def test_a_cluster_of_its_own_listens_to_this_machine_alone_and_ends(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    before = set(psutil.Process().children(recursive=True))
    todo = blocks(archive)
    with closing(engine(RayStages()).embed(todo, len(todo))) as results:
        first = next(results)
        begun = set(psutil.Process().children(recursive=True)) - before
        listening = {
            each.laddr.ip
            for process in begun
            for each in process.net_connections("inet")
            if each.status == psutil.CONN_LISTEN
        }
    assert first.letters == [RayStages().prepare(archive, "00.txt")]
    assert listening
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}
    _, alive = psutil.wait_procs(begun, timeout=30)
    assert not alive


def test_what_ray_needs_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, stages = IndexSettings(), RayStages()
    assert isinstance(ray_engine(settings, stages, lambda _: WordEncoder()), RayEngine)
    with pytest.raises(SettingsError, match="unset ner_model and deidentify_model"):
        ray_engine(settings, PlainStages())
    monkeypatch.setattr("index.engine.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r'pip install "epikrise\[ray\]"'):
        ray_engine(settings, stages)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:x"])
def test_a_cluster_that_does_not_answer(
    address: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(SettingsError, match="RAY_ADDRESS"):
        list(engine(RayStages()).embed(blocks(archive)[:1], 1))
