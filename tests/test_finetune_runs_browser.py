"""The tab for trainings in a real browser, on a page of its own: it follows a run by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from product import browser
from rating_site import rating_site
from run_fakes import sample, write_run

from finetune import checkpoints

pytestmark = pytest.mark.loopback


def test_a_run_is_followed_and_what_was_chosen_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    monkeypatch.setenv("EPIKRISE_FINETUNE_RUNS", str(runs))
    write_run(runs / "old", at=100, finished=True, samples=(sample(100, text="an old letter"),))
    first = sample(10, text="a letter <img src=x> of step 10")
    write_run(runs / "new", at=10, samples=(first,))
    tab = "finetune.runs.page:TrainingTab"
    with (
        checkpoints.claimed(runs / "new"),
        rating_site(tmp_path, tab, "admin") as url,
        browser() as chrome,
    ):
        page = chrome.new_context(viewport={"width": 1500, "height": 1100}).new_page()
        page.clock.install()
        page.goto(url, timeout=120_000)
        page.get_by_role("tab", name="Training").click()
        row = page.locator("#training tbody tr").first
        expect(row).to_contain_text("10 of 100")
        expect(page.locator("#training .samples")).to_contain_text("<img src=x> of step 10")
        lines = page.locator("#training figure").first.locator("polyline")
        expect(lines).to_have_count(2)
        page.locator("#training [data-run=old]").uncheck()
        expect(lines).to_have_count(1)

        write_run(runs / "new", at=40, samples=(first, sample(40, text="a letter of step 40")))
        page.mouse.move(300, 300)
        page.clock.fast_forward(11_000)
        expect(row).to_contain_text("40 of 100")
        expect(lines).to_have_count(1)
        expect(page.locator("#training .samples")).to_contain_text("a letter of step 40")

        page.locator("#training [data-step]").select_option("10")
        expect(page.locator("#training .samples")).to_contain_text("of step 10")
        page.locator("#training [data-samples]").select_option("old")
        expect(page.locator("#training .samples")).to_contain_text("an old letter")

        # Nobody sits before it: the server is left alone, so that the session can end.
        page.clock.fast_forward(6 * 60_000)
        page.wait_for_timeout(300)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for _ in range(3):
            page.clock.fast_forward(11_000)
            page.wait_for_timeout(200)
        assert [each for each in asked if "queue/join" in each] == []
