"""What the start of the product refuses, before anything heavy is loaded."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from index_fakes import PlainStages, WordEncoder

from assistant.check.vocabulary import vocabulary
from assistant.data_folder import only_one, sweep
from assistant.herald import announce
from assistant.run import AllSettings, listening
from assistant.settings import AssistantSettings
from index.build import build
from index.errors import AlreadyRunning, SettingsError
from index.settings import IndexSettings
from retrieval.search import Retriever
from retrieval.settings import RetrievalSettings


def test_a_second_run_on_a_data_folder_says_so(tmp_path: Path) -> None:
    words = "is running on the data folder"
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match=words), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass  # the first one let go of it


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="EPIKRISE_DATA_DIR"), only_one(tmp_path / "file"):
        pass


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "No space left"), (errno.EROFS, "Read-only file system")],
)
def test_a_full_or_read_only_disk_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, words)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(SettingsError, match=words), only_one(tmp_path):
        pass


def test_uploads_that_were_broken_off_are_swept_and_fresh_ones_are_not(tmp_path: Path) -> None:
    old, fresh = tmp_path / "a" / "old", tmp_path / "fresh"
    old.parent.mkdir()
    old.write_text("Anna Berger")
    fresh.write_text("being read")
    os.utime(old, (1, 1))
    sweep(tmp_path, older_than=600)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [fresh]
    sweep(tmp_path, older_than=0)
    assert not fresh.exists()


def test_a_busy_port_gets_the_next_one_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        settings = AssistantSettings(data_dir=tmp_path, port=busy)
        with listening(settings, said.append) as listener:
            taken = listener.getsockname()[1]
    assert taken > busy
    assert said == [f"page: port {busy} is busy, taking {taken}"]


class ReadyModel:
    """A language model that has started."""

    def wait_ready(self, report: object) -> None:
        pass


@pytest.mark.loopback
def test_an_index_of_another_model_is_refused_at_the_start_with_what_mends_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text("Dear colleague.\n\nBreast cancer.")
    settings = AllSettings(
        AssistantSettings(data_dir=tmp_path / "data"),
        IndexSettings(data_dir=tmp_path / "data", archive=tmp_path / "archive"),
        RetrievalSettings(),
    )
    build(settings.index, encoder=WordEncoder(), stages=PlainStages())

    def started(encoder: WordEncoder) -> list[str]:
        said: list[str] = []
        retriever = Retriever(settings.index, encoder, settings.retrieval)
        with retriever, socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            start: Any = announce
            start(settings, ReadyModel(), retriever, None, None, None, listener, said.append)
        return said

    refused = started(WordEncoder("words-2"))
    assert refused[0].startswith("problem: The index was built for another embedding model")
    assert refused[0].endswith("epikrise index build.")
    assert refused[-1].startswith("ready, with problems")
    build(settings.index, encoder=WordEncoder("words-2"), stages=PlainStages())
    vocabulary.cache_clear()
    assert not any("problem" in line for line in started(WordEncoder("words-2")))
    assert vocabulary.cache_info().currsize == 1  # the first case need not wait for it
