"""The store and its server: a real Chroma, started as the product starts it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fakes import DIMENSION, WordEncoder, letter, passages

from index.chroma_server import ChromaServer, open_store
from index.collection import Collection
from index.embedding import EmbeddingModel
from index.errors import StoreError
from index.letter import LetterMetadata
from index.passages import to_passages
from index.rows import StoredLetter, from_row, to_hit, to_row
from index.settings import IndexSettings
from index.store import Store

pytestmark = pytest.mark.loopback

ENCODER = WordEncoder()
LETTERS = {
    "2024/a.txt": "Breast cancer left.\n\nRadiotherapy of the breast.\n\nKind regards",
    "2024/b#1.txt": "Prostate cancer.\n\nRadiotherapy of the prostate.",
    "c.txt": "Mammakarzinom rechts.\n\nBestrahlung der Brust.",
}
_names = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("data"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(server: ChromaServer) -> Iterator[Store]:
    with Store.connect(server.url) as store:
        yield store


@pytest.fixture
def collection(store: Store) -> Collection:
    collection = store.create(f"letters-test-{next(_names)}", ENCODER.model)
    for letter_id, text in LETTERS.items():
        language = "de" if letter_id == "c.txt" else "en"
        found = passages(letter_id, text, language, author=letter_id[:3])
        collection.add([found], ENCODER.encode_passages([each.text for each in found]))
    return collection


def test_the_nearest_passage_is_the_one_that_is_most_like_it(collection: Collection):
    hits = collection.nearest(ENCODER.encode_query("Radiotherapy of the prostate."), 3)
    assert (hits[0].letter_id, hits[0].position) == ("2024/b#1.txt", 1)
    assert hits[0].score == pytest.approx(1.0, abs=1e-5)
    assert hits[0].score > hits[1].score > hits[2].score


def test_a_filter_leaves_out_what_does_not_match(collection: Collection):
    vector = ENCODER.encode_query("Radiotherapy of the breast.")
    hits = collection.nearest(vector, 9, {"language": "de", "letter_type": "letter"})
    assert {hit.letter_id for hit in hits} == {"c.txt"}
    assert collection.nearest(vector, 9, {"language": "de", "letter_type": "summary"}) == []
    one_of = {"document_type": ("letter", "report"), "language": "de"}
    assert collection.nearest(vector, 9, one_of) == hits
    assert collection.nearest(vector, 9, {"document_type": ("referral", "report")}) == []


def test_letters_come_back_whole_and_those_that_are_not_there_are_left_out(collection: Collection):
    found = collection.letters(["c.txt", "missing.txt", "2024/a.txt"])
    assert list(found) == ["c.txt", "2024/a.txt"]
    assert found["c.txt"].metadata == LetterMetadata(language="de", author="c.t")
    assert collection.texts(list(found.values())) == {each: LETTERS[each] for each in found}
    assert collection.texts([]) == {}


def test_a_letter_that_lacks_a_passage_is_an_error(collection: Collection):
    known = collection.letters(["c.txt"])["c.txt"]
    with pytest.raises(StoreError, match="lacks passages"):
        collection.texts([StoredLetter("c.txt", known.passages + 1, known.metadata)])


def test_a_copy_keeps_vectors_and_text(store: Store, collection: Collection):
    copy = store.create(f"letters-test-{next(_names)}", ENCODER.model)
    copy.copy(collection, ["c.txt#0", "c.txt#1"])
    assert copy.count() == 2
    assert copy.texts(list(copy.letters(["c.txt"]).values())) == {"c.txt": LETTERS["c.txt"]}
    assert copy.nearest(ENCODER.encode_query("Mammakarzinom rechts."), 1)[0].score > 0.999
    with pytest.raises(StoreError, match="lacks passages"):
        copy.copy(collection, ["2024/a.txt#0", "2024/a.txt#9"])


def test_a_collection_knows_its_model_and_can_be_dropped(store: Store, collection: Collection):
    assert store.open(collection.name).model == ENCODER.model
    assert collection.name in store.names("letters-test-")
    assert store.names("other-") == []
    store.drop(collection.name)
    store.drop(collection.name)
    with pytest.raises(StoreError, match="not in the vector store") as failure:
        collection.count()
    assert not failure.value.retry


def test_vectors_of_another_size_are_refused(collection: Collection):
    wrong = np.ones((1, DIMENSION + 1), np.float32)
    with pytest.raises(StoreError):
        collection.add([passages("x", "one")], wrong)


def test_no_neighbour_is_missed(store: Store):
    # 3,000 random vectors: the hard case, since no two of them are near each other.
    vectors = np.random.default_rng(1).normal(size=(3000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    name = f"letters-test-{next(_names)}"
    collection = store.create(name, EmbeddingModel("random", "r", 64))
    collection.add([passages(f"l{n}", "text") for n in range(3000)], vectors)
    found = 0
    for query in vectors[:20]:
        exact = {f"l{n}" for n in np.argsort(-(vectors @ query))[:10]}
        found += len(exact & {hit.letter_id for hit in collection.nearest(query, 10)})
    assert found / 200 >= 0.99


# --- the server --------------------------------------------------------------------------------


def test_one_server_on_one_folder_whoever_asks_for_it(tmp_path: Path):
    servers = [ChromaServer(tmp_path) for _ in range(3)]
    threads = [Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert sum(server.owned for server in servers) == 1
        assert len({server.url for server in servers}) == 1
        with open_store(IndexSettings(data_dir=tmp_path)) as store:
            store.create("letters-kept", ENCODER.model)
        assert servers[0].alive, "a server that others use must not end with the block"
        owner = next(server for server in servers if server.owned)
        url = owner.url
        _kill(tmp_path)
        assert not owner.alive
        assert owner.restart() == url
        with Store.connect(url) as store:
            assert store.names() == ["letters-kept"]
    finally:
        for server in servers:
            server.stop()
    assert not servers[0].alive
    with pytest.raises(StoreError, match="can't be reached") as failure:
        Store.connect(servers[0].url)
    assert failure.value.retry


def _kill(data_dir: Path) -> None:
    record = (data_dir / "chroma.json").read_text()
    pid = int(record.split('"pid": ')[1].split(",")[0])
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="data folder") as failure:
        ChromaServer(tmp_path / "file" / "data").start()
    assert not failure.value.retry


def test_a_url_without_a_server():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = IndexSettings(chroma_url=url)
        with pytest.raises(StoreError, match="can't be reached"), open_store(settings):
            pass


def test_a_proxy_is_not_asked_for_this_machine(
    server: ChromaServer, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert server.alive
    with Store.connect(server.url) as store:
        store.names()


def test_a_closed_connection_is_a_server_that_cannot_be_reached(server: ChromaServer):
    with Store.connect(server.url) as store:
        collection = store.create(f"letters-test-{next(_names)}", ENCODER.model)
    for ask in (collection.count, store.names):
        with pytest.raises(StoreError, match="can't be reached") as failure:
            ask()
        assert failure.value.retry


def test_any_other_runtime_error_of_the_client_is_a_defect_and_stays_one():
    def fail() -> int:
        raise RuntimeError("dictionary changed size during iteration")

    collection = Collection(SimpleNamespace(name="x", metadata={}, count=fail))
    with pytest.raises(RuntimeError, match="dictionary"):
        collection.count()


# --- rows --------------------------------------------------------------------------------------


@given(
    paragraphs=st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=5),
    letter_id=st.text(min_size=1),
    date=st.none() | st.dates(),
    group=st.text(max_size=5),
)
def test_a_letter_survives_being_cut_up_and_put_together(
    paragraphs: list[str], letter_id: str, date: dt.date | None, group: str
):
    original = letter(letter_id, "\n\n".join(paragraphs))
    metadata = LetterMetadata("de", "summary", group, date=date)
    cut = to_passages(type(original)(original.id, original.text, original.sections, metadata))
    assert "".join(passage.text for passage in cut) == original.text
    for position, passage in enumerate(cut):
        stored = from_row(to_row(passage, len(cut)))
        assert stored == StoredLetter(letter_id, len(cut), metadata)
        hit = to_hit(passage.id, 0.25)
        assert (hit.letter_id, hit.position, hit.score) == (letter_id, position, 0.75)
