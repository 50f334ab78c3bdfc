"""Letters prepared in other processes: the same, in order, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from index_fakes import ListsItsModules, PlainStages, review_stages

from index.entries import State
from index.errors import BuildBroken
from index.preparing import Job, prepare_blocks, processes_for

LETTERS = {
    "one.txt": "Dear colleague,\n\nHanna Berg had a stent.",
    "two.txt": "",
    "three.txt": "Dear colleague,\n\nHanna Berg was seen. Mrs Berg is well.",
    "four.txt": "Dear colleague,\n\nnothing new.",
    "five.txt": "Dear colleague,\n\nHanna Orth came.",
}


@pytest.fixture
def blocks(tmp_path: Path) -> list[list[Job]]:
    for name, text in LETTERS.items():
        (tmp_path / name).write_text(text)
    jobs = [Job(tmp_path, name) for name in LETTERS]
    return [jobs[:2], jobs[2:3], jobs[3:]]


def test_other_processes_do_the_same_in_the_same_order(blocks: list[list[Job]]) -> None:
    here = list(prepare_blocks(blocks, review_stages(), 0))
    there = list(prepare_blocks(blocks, review_stages(), 2))
    assert there == here
    assert [len(block) for block in there] == [2, 1, 2]
    assert {each.state for block in here for each in block} >= {State.INDEXED, State.FAILED}


def test_other_processes_do_without_the_libraries_of_models(tmp_path: Path) -> None:
    blocks = [[Job(tmp_path, "torch"), Job(tmp_path, "transformers"), Job(tmp_path, "spacy")]]
    here = next(prepare_blocks(blocks, ListsItsModules(), 0))
    there = next(prepare_blocks(blocks, ListsItsModules(), 1))
    assert [each.reason for each in here] == ["torch re", "transformers re", "spacy re"]
    assert [each.reason for each in there] == ["re", "re", "spacy re"]


def test_no_process_is_left_behind(blocks: list[list[Job]]) -> None:
    with closing(prepare_blocks(blocks, review_stages(), 1)) as prepared:
        next(prepared)
        begun = psutil.Process().children(recursive=True)
        assert begun
    _, alive = psutil.wait_procs(begun, timeout=30)
    assert not [each for each in alive if "spawn_main" in " ".join(each.cmdline())]


def test_a_process_that_is_killed_breaks_the_build_and_says_so(blocks: list[list[Job]]) -> None:
    with closing(prepare_blocks([*blocks, *blocks], review_stages(), 1)) as prepared:
        next(prepared)
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
        time.sleep(0.1)
        with pytest.raises(BuildBroken, match="EPIKRISE_INDEX_BUILD_PROCESSES"):
            list(prepared)


@pytest.mark.parametrize(
    ("letters", "portable", "wanted", "processes"),
    [
        (10_000, True, 3, 3),
        (10_000, True, 0, 0),
        (10_000, False, 3, 0),
        (20, True, 3, 0),
        (10_000, True, None, min(len(os.sched_getaffinity(0)) - 1, 8)),
    ],
)
def test_processes_are_begun_where_they_are_worth_it(
    letters: int, portable: bool, wanted: int | None, processes: int
) -> None:
    stages = PlainStages()
    stages.portable = portable
    assert processes_for(letters, stages, wanted) == processes
