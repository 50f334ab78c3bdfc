"""Builds that are killed at any moment: what was active stays whole, and nothing is done in vain.

Few kills by default; `EPIKRISE_KILLS=50` for many.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from index_fakes import WordEncoder
from killed import begin, build_slowly, words

from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.entries import State
from index.parts import open_parts
from index.settings import IndexSettings

pytestmark = pytest.mark.loopback

KILLS = int(os.environ.get("EPIKRISE_KILLS", "6"))
LETTERS = 60


def write(archive: Path, rng: random.Random, version: int) -> dict[str, str]:
    """Some letters anew, some changed, some gone; what is there then, by path.

    Many in every third version, and few in the others, which are added to what is there.
    """
    archive.mkdir(exist_ok=True)
    many, few = (0.4, 0.1) if version % 3 == 0 else (0.02, 0.01)
    for number in range(LETTERS):
        file = archive / f"{number:02d}.txt"
        if not file.exists() or rng.random() < many:
            text = f"Dear colleague {number}.\n\nVersion {version} of the left side."
            file.write_text(text, encoding="utf-8")
        elif rng.random() < few:
            file.unlink()
    return {file.name: file.read_text(encoding="utf-8") for file in archive.iterdir()}


def held(settings: IndexSettings) -> dict[str, str]:
    """The letters of the active index by path; each passage of it is one of theirs."""
    catalogue = Catalogue(settings.data_dir)
    if not catalogue.active():
        return {}
    entries = catalogue.entries(catalogue.active()).values()
    paths = {each.code: each.id for each in entries if each.state is State.INDEXED}
    with open_store(settings) as store:
        index = open_parts(store, catalogue, catalogue.active())
        letters = index.letters(paths)
        hits = index.nearest(WordEncoder().encode_query("the left side"), 5 * LETTERS)
        assert sum(letter.passages for letter in letters.values()) == len(hits)
        assert {hit.letter_id for hit in hits} == paths.keys()
        texts = index.texts(list(letters.values()))
    return {paths[code]: text for code, text in texts.items()}


def test_a_build_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path, chroma: str) -> None:
    settings = IndexSettings(
        data_dir=tmp_path / "data", archive=tmp_path / "archive", chroma_url=chroma, build_block=3
    )
    rng = random.Random(7)
    version, kills, lasts = 0, 0, 1.0
    before: dict[str, str] = {}
    now = write(tmp_path / "archive", rng, version)
    while kills < KILLS:
        process, told = begin(build_slowly, settings)
        assert told.recv() == "begun"
        began = time.monotonic()
        process.join(rng.uniform(0, lasts))
        process.kill()
        process.join()
        found = held(settings)
        if "done" in words(told):
            lasts = max(0.5, time.monotonic() - began)
            assert found == now
            version += 1
            before, now = now, write(tmp_path / "archive", rng, version)
        else:
            kills += 1
            assert found in (before, now), "the index before, or the new one: never a mixture"
    process, _ = begin(build_slowly, settings)
    process.join(120)
    assert process.exitcode == 0
    assert held(settings) == now
    with open_store(settings) as store:
        # The active one and the one before, and what each adds to.
        assert len(store.names(Catalogue(settings.data_dir).own_prefix())) <= 4
