"""The tab for trainings: who sees it, what it shows, and that text stays text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_fakes import sample, write_run

from assistant.accounts import Role, User
from assistant.page.extra_tabs import TabContext
from finetune import checkpoints
from finetune.runs.curves_svg import Line, curves_svg, ticks
from finetune.runs.page import TrainingTab
from index.errors import SettingsError

ADMIN = User(1, "ida", Role.ADMIN)
ANNA = User(2, "anna", Role.PHYSICIAN)
HOSTILE = "<script>alert(1)</script>\"'</textarea>"


@pytest.fixture
def tab(tmp_path: Path) -> TrainingTab:
    return TrainingTab(TabContext(tmp_path), tmp_path)


def test_admins_see_it_once_there_is_a_training(tab: TrainingTab, tmp_path: Path) -> None:
    assert not tab.is_for(ADMIN)
    assert "There is no training" in tab.show(ADMIN)
    write_run(tmp_path / "letters")
    assert tab.is_for(ADMIN)
    assert not tab.is_for(ANNA)


def test_the_folder_is_that_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "runs" / "letters")
    monkeypatch.setenv("EPIKRISE_FINETUNE_RUNS", str(tmp_path / "runs"))
    assert TrainingTab(TabContext(tmp_path)).is_for(ADMIN)
    monkeypatch.setenv("EPIKRISE_FINETUNE_RUNZ", "x")
    with pytest.raises(SettingsError, match="RUNZ"):
        TrainingTab(TabContext(tmp_path))


def test_runs_stand_side_by_side(tab: TrainingTab, tmp_path: Path) -> None:
    write_run(tmp_path / "done", at=100, finished=True)
    write_run(tmp_path / "new", at=25, samples=(sample(10, right=5), sample(20, right=9)))
    with checkpoints.claimed(tmp_path / "new"):
        shown = tab.show(ADMIN)
    assert 'data-running="1"' in shown
    # What runs comes first.
    assert re.findall(r'data-run="([^"]*)" checked', shown) == ["new", "done"]
    assert "25 of 100" in shown
    assert re.search(r'<progress max="1" value="0.250">\s*</progress> 25%, 1 min left', shown)
    assert "<td>90%</td>" in shown
    loss = shown[shown.index("loss, nats") : shown.index("<figcaption>dev loss")]
    assert len(re.findall("<polyline", loss)) == 2
    assert len(set(re.findall(r'class="(line\d)"', loss))) == 2
    assert 'data-running="0"' in tab.show(ADMIN)
    assert "cut off" in tab.show(ADMIN)


def test_what_is_chosen_is_drawn_and_nothing_else(tab: TrainingTab, tmp_path: Path) -> None:
    for name in "abcd":
        write_run(tmp_path / name, samples=(sample(10), sample(50)))
    shown = tab.act(ADMIN, {"chosen": ["b", "../x", 7], "samples": "c", "step": "10"}) or ""
    assert re.findall(r'data-run="([^"]*)" checked', shown) == ["b"]
    assert '<option value="c" selected>' in shown
    assert '<option value="10" selected>' in shown
    assert "<polyline" not in (tab.act(ADMIN, {"chosen": []}) or "").split("charts")[-1]
    for odd in ({"chosen": "b"}, {"chosen": None, "samples": [], "step": 1e9}, {"x": object()}):
        assert 'class="runs"' in (tab.act(ADMIN, odd) or "")


def test_nothing_is_sent_while_nothing_is_new(tab: TrainingTab, tmp_path: Path) -> None:
    write_run(tmp_path / "a", at=10)
    mark = re.search(r'data-seen="(\w+)"', tab.show(ADMIN))
    assert mark
    assert tab.act(ADMIN, {"seen": mark[1]}) is None
    write_run(tmp_path / "a", at=11)
    assert tab.act(ADMIN, {"seen": mark[1]})


def test_best_and_worst_are_shown_and_text_stays_text(tab: TrainingTab, tmp_path: Path) -> None:
    samples = (
        sample(10, case="old", text="an old text"),
        sample(20, case="middling", right=6, text="a middling text"),
        sample(20, case=HOSTILE, right=9, text=HOSTILE),
        sample(20, case="worst", right=1, text=""),
    )
    write_run(tmp_path / "<b>run</b>", name="letters", samples=samples)
    shown = tab.show(ADMIN)
    assert "Best by facts: &lt;script&gt;" in shown
    assert "Worst by facts: worst" in shown
    assert "1 of 10 facts right, 1 invented, 0 left out, ended by itself" in shown
    assert "<em>nothing</em>" in shown
    assert "middling text" not in shown
    assert "old text" not in shown
    for raw in ("<script", "<b>run", "</textarea>"):
        assert raw not in shown
    shown = tab.act(ADMIN, {"step": "10"}) or ""
    assert "The only one: old" in shown


# --- the chart


NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(NUMBERS, NUMBERS)
def test_ticks_are_round_and_enclose_what_is_shown(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = ticks(low, high)
    step = found[1] - found[0]
    assert 2 <= len(found) <= 7
    assert found[0] <= low + step * 1e-6
    assert found[-1] >= high - step * 1e-6


@given(st.lists(st.tuples(st.integers(0, 10**6), NUMBERS), min_size=1, max_size=300))
def test_curves_stay_inside_their_chart(points: list[tuple[float, float]]) -> None:
    svg = curves_svg("<loss>", [Line("<a>", sorted(points), 1), Line("none", [], 2)])
    assert "<loss>" not in svg
    assert "<a>" not in svg
    assert svg.count("<polyline") == 1
    drawn = re.search(r'<polyline points="([^"]*)"', svg)
    assert drawn
    places = [tuple(map(float, pair.split(","))) for pair in drawn[1].split()]
    assert len(places) <= 150
    assert all(0 <= x <= 440 and 0 <= y <= 210 for x, y in places)


def test_the_fall_at_the_beginning_leaves_room_for_the_rest() -> None:
    points = [(1, 50.0), *((float(x), 1 + x % 2) for x in range(10, 101))]
    svg = curves_svg("loss", [Line("a", points, 0)])
    ys = [float(pair.split(",")[1]) for pair in svg.split('points="')[1].split('"')[0].split()]
    assert ys[0] == min(ys)
    assert max(ys) - min(ys[1:]) > 100


def test_nothing_to_draw_is_no_chart() -> None:
    assert curves_svg("loss", [Line("a", [], 0)]) == ""
