"""Runs read from their folders: figures, state, samples, and how they are told on a terminal."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_fakes import log_row, sample, write_run

from finetune import checkpoints
from finetune.runs.folders import State, any_run, find_runs, read_run
from finetune.runs.history import read_log, thinned
from finetune.runs.live import Live, watching
from finetune.runs.moment import Moment, bar, line, told_time
from finetune.runs.samples import (
    FILE,
    mean_share,
    ranked,
    read_samples,
    steps_of,
    write_samples,
)
from index.errors import TrainingError

# --- the log


def test_a_log_is_read_into_curves() -> None:
    rows = [
        log_row(10, loss=2.0),
        log_row(20, loss=1.0),
        {**log_row(20), "eval_loss": 1.5},
        {"step": 20, "train_loss": 1.2, "train_runtime": 1.0},
    ]
    text = "\n".join(["", *map(json.dumps, rows), "[1]", '{"loss": 1.0}', '{"loss": 0.9, "ste'])
    history = read_log(text)
    assert history.loss == ((10, 2.0), (20, 1.0))
    assert history.dev_loss == ((20, 1.5),)
    assert history.pace == ((20, 100.0),)
    assert (history.step, history.tokens, history.seconds) == (20, 2000, 20.0)
    assert history.memory == 3_000_000_000


def test_a_loss_that_is_no_number_is_no_point() -> None:
    rows = [{"step": 1, "loss": float("nan")}, {"step": 2, "loss": float("inf")}]
    assert read_log("\n".join(map(json.dumps, rows))).loss == ()


def test_logs_of_before_have_the_time_of_their_sitting() -> None:
    history = read_log('{"step": 3, "loss": 1, "train_runtime": 12.5}')
    assert (history.seconds, history.memory) == (12.5, 0)


PIECES = ['{"step": 1', "}", "\n", "null", "1e999", ', "loss": ', "[", '"é"']


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_stands_in_a_log_it_can_be_read(text: str) -> None:
    read_log(text)


POINTS = st.lists(st.tuples(st.floats(0, 1e6), st.floats(-1e3, 1e3)), max_size=400)


@given(POINTS, st.integers(1, 50))
def test_few_points_stand_for_many(points: list[tuple[float, float]], most: int) -> None:
    few = thinned(points, most)
    assert len(few) <= most
    assert bool(few) == bool(points)
    for axis in (0, 1):
        values = [point[axis] for point in points]
        assert all(min(values) - 1e-6 <= p[axis] <= max(values) + 1e-6 for p in few)
    assert thinned(points, max(1, len(points))) == points


# --- folders


def test_a_run_says_how_far_it_is(tmp_path: Path) -> None:
    write_run(tmp_path / "a", steps=40, at=10)
    run = read_run(tmp_path / "a")
    assert (run.state, run.share, run.left) == (State.STOPPED, 0.25, None)
    with checkpoints.claimed(tmp_path / "a"):
        run = read_run(tmp_path / "a")
        assert (run.state, run.left) == (State.RUNNING, 30.0)
    write_run(tmp_path / "b", steps=40, minutes=0.25, at=10)
    assert read_run(tmp_path / "b").share == pytest.approx(10 / 15)


def test_a_lock_of_another_user_leaves_it_to_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr("finetune.runs.folders.is_held", refused)
    write_run(tmp_path, steps=40, at=10)
    assert read_run(tmp_path).state is State.RUNNING
    os.utime(tmp_path / "log.jsonl", (1, 1))
    assert read_run(tmp_path).state is State.STOPPED


def test_runs_are_found_below_a_folder_and_no_others(tmp_path: Path) -> None:
    write_run(tmp_path / "letters", at=10)
    write_run(tmp_path / "letters" / "inner", at=10)  # a run's own folders are no runs
    write_run(tmp_path / "compare" / "bits" / "8", at=20)
    write_run(tmp_path / "a" / "b" / "c" / "too-deep", at=20)
    (tmp_path / "empty").mkdir()
    os.utime(tmp_path / "letters" / "log.jsonl", (1, 1))
    assert [run.key for run in find_runs(tmp_path)] == ["compare/bits/8", "letters"]
    assert any_run(tmp_path)
    assert not any_run(tmp_path / "empty")
    assert not any_run(tmp_path / "none")
    with pytest.raises(TrainingError, match=r"no training in .*log\.jsonl"):
        read_run(tmp_path / "empty")


def test_shipped_adapters_can_be_read() -> None:
    for name in ("letters", "summary"):
        run = read_run(Path(__file__).parents[1] / "finetune" / "demo" / name)
        assert (run.state, run.share) == (State.FINISHED, 1.0)
        assert run.history.loss


# --- samples


def test_samples_are_kept_and_half_a_line_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / FILE
    assert read_samples(file) == ()
    given = [sample(10, text="one\u2028two"), sample(20), sample(10, case="c2")]
    write_samples(file, given)
    with file.open("a") as out:
        out.write('{"step": 3')
    assert read_samples(file) == tuple(given)
    assert steps_of(given) == [10, 20]


def test_the_best_has_most_facts_then_fewest_made_up() -> None:
    given = [
        sample(1, case="few", right=3),
        sample(1, case="inventive", right=9, invented=2),
        sample(1, case="best", right=9, invented=1),
        sample(1, case="short", right=9, invented=1, omitted=2),
    ]
    assert [each.case_id for each in ranked(given)] == ["best", "short", "inventive", "few"]
    assert mean_share(given) == 0.75
    assert mean_share([sample(1, facts=0, right=0)]) is None


# --- the terminal

MOMENT = Moment(120, 0.25, 0.5, 1_500_000, 2345.6, 38_200_000_000, 600.0)


def test_a_line_has_all_figures() -> None:
    assert line(MOMENT, kind="dev loss") == (
        " 25%  step 120  dev loss 0.5000  1.50M tokens  2,346 tokens/s  38.2 GB"
        "  10.0 min, 30 min left"
    )
    assert line(Moment(0, 0.0, None, 0, 0.0, 0, 0.0)) == "  0%  step 0  0.00M tokens  0.0 min"


@given(st.integers(0, 200), st.floats(0, 1), st.floats(0, 1e7))
def test_a_bar_fits_its_terminal(width: int, share: float, spent: float) -> None:
    text = bar(Moment(120, share, 0.5, 1500, 2345.6, 38_200_000_000, spent), width)
    assert len(text) <= max(0, width - 1)
    assert "\n" not in text


def test_the_bar_tells_most_where_there_is_room() -> None:
    assert bar(MOMENT, 120).startswith("█████░░░░░░░░░░░░░░░  25%  10.0 min, 30 min left  loss 0.5")
    assert "2,346 tokens/s  38.2 GB" in bar(MOMENT, 120)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (61, "1 min"),
        (3599, "1 h 00 min"),
        (3600 * 47, "47 h 00 min"),
        (3600 * 52, "2 d 4 h"),
        (float("inf"), "for ever"),
    ],
)
def test_times_are_told_as_people_do(seconds: float, told: str) -> None:
    assert told_time(seconds) == told


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_stand_above_the_bar_and_none_is_left_behind() -> None:
    out, clock = Terminal(), iter([0.0, 0.0, 0.1, 9.0, 9.0])
    live = Live(out, lambda: 60, lambda: next(clock))
    live.show(MOMENT)
    live.say("hello")
    live.show(MOMENT)  # too soon
    drawn = bar(MOMENT, 60)
    assert out.getvalue() == f"\r\x1b[K{drawn}\r\x1b[Khello\n{drawn}"
    live.clear()
    assert out.getvalue().endswith("\r\x1b[K")


def test_without_a_terminal_there_are_plain_lines() -> None:
    said: list[str] = []
    out = io.StringIO()
    with watching(said.append, out) as (say, show):
        say("hello")
        show(MOMENT)
    assert (said, out.getvalue()) == (["hello"], "")
    terminal = Terminal()
    with watching(said.append, terminal) as (say, show):
        show(MOMENT)
        say("hello")
    assert said == ["hello"]
    assert "hello\n" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
