"""The tab for ratings: who sees it, what a browser may say, and that text stays text."""

from __future__ import annotations

from pathlib import Path

import pytest
from rating_fakes import GIVEN, answers, row, write

from assistant.accounts import Role, User
from assistant.page.extra_tabs import TabContext, find_extra_tabs
from finetune.ratings.drafts import read_answers
from finetune.ratings.page import RatingsTab
from finetune.ratings.store import open_ratings
from index.errors import InputError, TrainingError

ANNA = User(1, "anna", Role.PHYSICIAN)
BERT = User(2, "bert", Role.PHYSICIAN)
ADMIN = User(3, "ida", Role.ADMIN)


@pytest.fixture
def tab(tmp_path: Path) -> RatingsTab:
    return RatingsTab(TabContext(tmp_path))


def begin(folder: Path, name: str = "r", cases: int = 2) -> None:
    with open_ratings(folder) as ratings:
        ratings.begin(name, answers(folder, cases), pdsqi=False)


def test_physicians_see_it_once_there_is_a_round(tab: RatingsTab, tmp_path: Path) -> None:
    assert not tab.is_for(ANNA)
    with open_ratings(tmp_path):
        pass
    assert not tab.is_for(ANNA)
    begin(tmp_path)
    assert tab.is_for(ANNA)
    assert not tab.is_for(ADMIN)


def test_the_assistant_finds_it(tmp_path: Path) -> None:
    assert "ratings" in {tab.name for tab in find_extra_tabs(TabContext(tmp_path))}


def test_the_model_is_told_nowhere_and_text_stays_text(tab: RatingsTab, tmp_path: Path) -> None:
    with open_ratings(tmp_path) as ratings:
        hostile = "<script>alert(1)</script>"
        rows = [row(1, "secret-model", case=f"{hostile}\"'", draft=f"</div>{hostile}")]
        ratings.begin("r", read_answers([write(tmp_path / "a.jsonl", *rows)]), pdsqi=True)
        ratings.keep("r", "anna", 1, {}, f"</textarea>{hostile}")
    shown = tab.show(ANNA)
    assert "secret-model" not in shown
    assert "c1" not in shown
    assert "<script" not in shown
    assert "</div>&lt;script&gt;" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert shown.count("</textarea>") == 1
    # Another's comment is never seen.
    assert tab.show(BERT).count("&lt;script&gt;") == 2


def test_a_rater_goes_through_the_round_and_back(tab: RatingsTab, tmp_path: Path) -> None:
    begin(tmp_path, cases=1)
    said = {"round": "r", "number": 1, "scores": GIVEN, "comment": "", "go": "next"}
    assert 'data-number="2"' in (tab.act(ANNA, said) or "")
    assert tab.act(ANNA, {**said, "number": 2, "go": "keep", "scores": {"style": 1}}) is None
    with pytest.raises(InputError, match="Not rated yet: Correctness, Comprehensiveness, Pract"):
        tab.act(ANNA, {**said, "number": 2, "scores": {}})
    # Skipped, the first open one comes again.
    assert 'data-number="2"' in (tab.act(ANNA, {"round": "r", "go": "first"}) or "")
    assert "all 2 drafts are rated" in (tab.act(ANNA, {**said, "number": 2}) or "")
    assert 'data-number="1"' in (tab.act(ANNA, {"round": "r", "go": 1}) or "")
    assert "0 of 2 rated" in tab.show(BERT)


@pytest.mark.parametrize(
    "said",
    [
        {"round": "r", "number": 1, "scores": "all", "go": "next"},
        {"round": "r", "number": 1, "scores": {"style": 9}, "go": "next"},
        {"round": "r", "number": 99, "scores": {"style": 1}, "go": "next"},
        {"round": "r", "number": 1, "scores": {}, "comment": "x" * 4001, "go": "keep"},
        {"round": "other", "go": "first"},
        {},
    ],
)
def test_whatever_a_browser_says_is_looked_at(
    said: dict[str, object], tab: RatingsTab, tmp_path: Path
) -> None:
    begin(tmp_path)
    with pytest.raises((InputError, TrainingError)):
        tab.act(ANNA, said)
    with open_ratings(tmp_path) as ratings:
        assert ratings.ratings("r") == ()


def test_a_round_that_is_done_makes_way_for_an_older_one(tab: RatingsTab, tmp_path: Path) -> None:
    begin(tmp_path, "older", cases=1)
    begin(tmp_path, "newer", cases=1)
    assert 'data-round="newer"' in tab.show(ANNA)
    with open_ratings(tmp_path) as ratings:
        for number in (1, 2):
            ratings.keep("newer", "anna", number, GIVEN)
    assert 'data-round="older"' in tab.show(ANNA)
