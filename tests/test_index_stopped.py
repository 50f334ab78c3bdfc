"""A build that is ended by its progress callback behaves like a killed one."""

from __future__ import annotations

from pathlib import Path

import pytest
from index_fakes import PlainStages, WordEncoder

from index.build import build
from index.build_report import BuildReport
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.errors import BuildStopped
from index.locks import BUILD, holding
from index.overview import overview
from index.pipeline import Progress
from index.settings import IndexSettings

pytestmark = pytest.mark.loopback

LETTERS = 7


class Ending:
    """Ends a build at its n-th call."""

    def __init__(self, calls: int) -> None:
        self.left = calls
        self.at: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        self.at = progress
        self.left -= 1
        if not self.left:
            raise BuildStopped


def test_a_stopped_build_leaves_the_index_and_the_next_one_goes_on(
    tmp_path: Path, chroma: str
) -> None:
    archive = tmp_path / "letters"
    archive.mkdir()
    settings = IndexSettings(
        data_dir=tmp_path / "data", archive=archive, chroma_url=chroma, build_block=2
    )
    encoder, stages = WordEncoder(), PlainStages()

    def go(ending: Ending) -> BuildReport:
        return build(settings, ending, encoder=encoder, stages=stages)

    (archive / "first.txt").write_text("Breast cancer.")
    go(Ending(0))
    before = overview(settings)
    for number in range(LETTERS):
        (archive / f"{number}.txt").write_text(f"Prostate cancer {number}.")
    steps: set[str] = set()
    # Each of the five goes a bit further; the last finds all done that comes before the check.
    for calls in (1, 2, 3, 4, 5, 4):
        ending = Ending(calls)
        with pytest.raises(BuildStopped):
            go(ending)
        assert ending.at is not None
        steps.add(ending.at.step)
        now = overview(settings)
        assert (now.active, now.letters, now.builds) == (before.active, 1, before.builds)
    assert steps == {"comparing", "indexing", "copying", "checking"}
    assert overview(settings).unfinished
    with holding(settings.data_dir / BUILD):
        running = overview(settings)
    assert (running.building, running.unfinished) == (True, False)
    assert not overview(settings).building
    report = go(Ending(0))
    assert len(report.new) == LETTERS
    # Nothing is done twice: what a stopped build had stored the next one goes on with.
    assert len(encoder.encoded) == LETTERS + 1
    assert overview(settings).letters == LETTERS + 1
    with open_store(settings) as store:
        assert store.open(Catalogue(settings.data_dir).active()).count() == LETTERS + 1
