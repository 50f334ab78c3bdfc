"""Builds that are killed at any moment: what was active stays whole, and nothing is done in vain.

Few kills by default; `EPIKRISE_KILLS=50` for many.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from index_fakes import WordEncoder

from index.catalogue import Catalogue
from index.chroma_server import ChromaServer, open_store
from index.entries import State
from index.settings import IndexSettings

pytestmark = pytest.mark.loopback

KILLS = int(os.environ.get("EPIKRISE_KILLS", "6"))
LETTERS = 30
SCRIPT = Path(__file__).with_name("killed_build.py")


def write(archive: Path, rng: random.Random, version: int) -> dict[str, str]:
    """Some letters anew, some changed, some gone; what is there then, by path."""
    archive.mkdir(exist_ok=True)
    for number in range(LETTERS):
        file = archive / f"{number:02d}.txt"
        if not file.exists() or rng.random() < 0.4:
            text = f"Dear colleague {number}.\n\nVersion {version} of the left side."
            file.write_text(text, encoding="utf-8")
        elif rng.random() < 0.1:
            file.unlink()
    return {file.name: file.read_text(encoding="utf-8") for file in archive.iterdir()}


def held(settings: IndexSettings) -> dict[str, str]:
    """The letters of the active collection by path; each passage of it is one of theirs."""
    catalogue = Catalogue(settings.data_dir)
    if not catalogue.active():
        return {}
    entries = catalogue.entries(catalogue.active()).values()
    paths = {each.code: each.id for each in entries if each.state is State.INDEXED}
    with open_store(settings) as store:
        collection = store.open(catalogue.active())
        letters = collection.letters(paths)
        assert sum(letter.passages for letter in letters.values()) == collection.count()
        hits = collection.nearest(WordEncoder().encode_query("the left side"), 5)
        assert {hit.letter_id for hit in hits} <= paths.keys()
        texts = collection.texts(list(letters.values()))
    return {paths[code]: text for code, text in texts.items()}


def test_a_build_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    server = ChromaServer(tmp_path / "chroma")
    settings = IndexSettings(
        data_dir=tmp_path / "data", archive=tmp_path / "archive", chroma_url=server.start()
    )
    command = [sys.executable, str(SCRIPT), str(settings.data_dir), str(settings.archive)]
    rng = random.Random(7)
    version, kills, lasts = 0, 0, 1.0
    before: dict[str, str] = {}
    now = write(tmp_path / "archive", rng, version)
    try:
        while kills < KILLS:
            with subprocess.Popen(
                [*command, str(settings.chroma_url)], stdout=subprocess.PIPE, text=True
            ) as running:
                assert running.stdout is not None
                assert running.stdout.readline() == "begun\n"
                began = time.monotonic()
                try:
                    running.wait(rng.uniform(0, lasts))
                except subprocess.TimeoutExpired:
                    running.kill()
                finished = running.stdout.readline() == "done\n"
            found = held(settings)
            if finished:
                lasts = max(0.5, time.monotonic() - began)
                assert found == now
                version += 1
                before, now = now, write(tmp_path / "archive", rng, version)
            else:
                kills += 1
                assert found in (before, now), "the index before, or the new one: never a mixture"
        subprocess.run([*command, str(settings.chroma_url)], check=True, timeout=120)
        assert held(settings) == now
        with open_store(settings) as store:
            assert len(store.names(Catalogue(settings.data_dir).own_prefix())) <= 2
    finally:
        server.stop()
